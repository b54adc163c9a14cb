"""recordings/ as Zoom, its cloud and people leave it: which items are recordings, and which file is what."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import RecordingError
from pipeline.ingest import zoom
from pipeline.ingest.layout import Layout, layout
from pipeline.model import Part, Source
from tests.conftest import DATA, needs_data

LOCAL = "2021-05-02 15.30.45 Дарина Омарова's Zoom Meeting 87654321012"
STAMP = "GMT20210502-123045_Recording"


def put(recordings: Path, *names: str) -> Path:
    for name in names:
        path = recordings / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode(errors="surrogateescape"))
    return recordings


def look(recordings: Path, name: str) -> tuple[Part, Layout]:
    found = zoom.part(recordings, name, lambda path: f"sha of {len(path.read_bytes())}")
    return found, layout(found)


def mix(made: Layout) -> list[str]:
    return [source.path for source in made.mix]


def voices(made: Layout) -> dict[str, list[str]]:
    return {voice.display_name: [source.path for source in voice.sources] for voice in made.voices}


def test_a_local_folder(tmp_path: Path) -> None:
    files = ("audio_only.m4a", "zoom_0.mp4", "chat.txt", "audio_transcript.vtt", "playback.m3u", "recording.conf")
    tracks = ("audioДаринаОмарова187654321012.m4a", "audioАйгерим287654321012.m4a")
    put(tmp_path, *(f"{LOCAL}/{name}" for name in files), *(f"{LOCAL}/Audio Record/{name}" for name in tracks))
    put(tmp_path, f"{LOCAL}/.DS_Store", f"{LOCAL}/Thumbs.db", ".hidden.m4a", "desktop.ini")
    assert zoom.discover(tmp_path) == (LOCAL,)
    part, made = look(tmp_path, LOCAL)
    assert (part.host, part.started) == ("Дарина Омарова", "2021-05-02T15:30:45")
    assert mix(made) == ["audio_only.m4a"]
    assert voices(made) == {
        "Айгерим": ["Audio Record/audioАйгерим287654321012.m4a"],
        "ДаринаОмарова": ["Audio Record/audioДаринаОмарова187654321012.m4a"],
    }
    assert made.captions
    assert made.captions.path == "audio_transcript.vtt"
    assert {source.path for source in part.sources} == {
        "audio_only.m4a",
        "audio_transcript.vtt",
        *(f"Audio Record/{name}" for name in tracks),
    }
    assert all(zoom.locate(tmp_path, part, source).is_file() for source in part.sources)


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        (["audio87654321012.m4a", "video87654321012.mp4"], ["audio87654321012.m4a"]),
        (["zoom_0.mp4"], ["zoom_0.mp4"]),
        (["video1876543210.mp4"], ["video1876543210.mp4"]),
        (["audio_only.m4a", "audio_only_1.m4a"], ["audio_only.m4a", "audio_only_1.m4a"]),
        (["audio187654321012.m4a", "audio287654321012.m4a"], ["audio187654321012.m4a", "audio287654321012.m4a"]),
        (["interview.mp3"], ["interview.mp3"]),
        ([f"{STAMP}.m4a", f"{STAMP}_gallery_1280x720.mp4"], [f"{STAMP}.m4a"]),
        ([f"{STAMP}_avo_640x360.mp4", f"{STAMP}_640x360.mp4"], [f"{STAMP}_640x360.mp4"]),
    ],
)
def test_which_file_holds_everybody(tmp_path: Path, files: list[str], chosen: list[str]) -> None:
    put(tmp_path, *(f"{LOCAL}/{name}" for name in files))
    assert zoom.discover(tmp_path) == (LOCAL,)
    assert mix(look(tmp_path, LOCAL)[1]) == chosen


def test_tracks_without_a_mix(tmp_path: Path) -> None:
    put(tmp_path, f"{LOCAL}/Audio Record/audioА187654321012.m4a", f"{LOCAL}/Audio Record/audioБ287654321012.m4a")
    made = look(tmp_path, LOCAL)[1]
    assert not made.mix
    assert list(voices(made)) == ["А", "Б"]


def test_a_renamed_mix_beside_tracks_is_still_the_mix(tmp_path: Path) -> None:
    put(tmp_path, "P01/interview.m4a", "P01/Audio Record/audioА187654321012.m4a")
    assert mix(look(tmp_path, "P01")[1]) == ["interview.m4a"]


def test_somebody_who_came_back_is_one_voice(tmp_path: Path) -> None:
    names = ["audioАйгерим287654321012.m4a", "audioАйгерим387654321012.m4a", "audioiPhone1287654321012.m4a"]
    put(tmp_path, f"{LOCAL}/audio_only.m4a", *(f"{LOCAL}/Audio Record/{name}" for name in names))
    found = voices(look(tmp_path, LOCAL)[1])
    assert {name: len(files) for name, files in found.items()} == {"iPhone1": 1, "Айгерим": 2}


def test_names_in_a_renamed_folder(tmp_path: Path) -> None:
    """The meeting id is then told from where the files agree."""
    names = ["audioIvan2186543210987.m4a", "audioMaria3286543210987.m4a"]
    put(tmp_path, *(f"P05/Audio Record/{name}" for name in names))
    assert list(voices(look(tmp_path, "P05")[1])) == ["Ivan2", "Maria3"]


def test_more_than_nine_participants(tmp_path: Path) -> None:
    put(tmp_path, *(f"{LOCAL}/Audio Record/audioГость{'абвгдежзикл'[n - 1]}{n}87654321012.m4a" for n in range(1, 12)))
    found = look(tmp_path, LOCAL)[1].voices
    assert [voice.display_name for voice in found] == [f"Гость{letter}" for letter in "абвгдежзикл"]
    assert [voice.index for voice in found] == list(range(1, 12))


def test_an_unconverted_recording(tmp_path: Path) -> None:
    put(tmp_path, f"{LOCAL}/double_click_to_convert_01.zoom")
    part, made = look(tmp_path, LOCAL)
    assert made.unconverted
    assert len(part.sources) == 1
    put(tmp_path, f"{LOCAL}/audio_only.m4a")
    part, made = look(tmp_path, LOCAL)
    assert not made.unconverted
    assert [source.path for source in part.sources] == ["audio_only.m4a"]


def test_an_empty_folder_is_a_recording_with_nothing_in_it(tmp_path: Path) -> None:
    put(tmp_path, f"{LOCAL}/chat.txt", "P07/notes.docx")
    assert zoom.discover(tmp_path) == (LOCAL, "P07")
    assert look(tmp_path, "P07")[0].sources == ()


def test_a_transcript_is_the_text_of_a_recording(tmp_path: Path) -> None:
    put(
        tmp_path,
        "P01.m4a",
        "P01.docx",
        "P02.docx",
        "P02.vtt",
        "P03.TextGrid",
        "wave/P04.odt",
        "wave/P05.m4a",
        "wave/P06.rtf",
    )
    put(tmp_path, "wave/P07.m4a", f"{LOCAL}/audio_only.m4a", f"{LOCAL}/chat.txt", f"{LOCAL}/Расшифровка.docx")
    put(tmp_path, "P08/sound.ogg", "P08/sound.txt", "P08/бриф.docx", f"{STAMP}.transcript.vtt")
    loose = (
        "P01.m4a",
        "P02.docx",
        "P03.TextGrid",
        "P08",
        "wave/P04.odt",
        "wave/P05.m4a",
        "wave/P06.rtf",
        "wave/P07.m4a",
    )
    assert zoom.discover(tmp_path) == tuple(sorted((*loose, LOCAL, STAMP + ".transcript.vtt")))
    texts = {name: look(tmp_path, name)[1] for name in zoom.discover(tmp_path)}
    found = {name: made.text.path for name, made in texts.items() if made.text}
    assert found == {
        **{
            name: "" for name in ("P02.docx", "P03.TextGrid", "wave/P04.odt", "wave/P06.rtf", STAMP + ".transcript.vtt")
        },
        **{"P01.m4a": "P01.docx", "P08": "sound.txt", LOCAL: "Расшифровка.docx"},
    }
    assert mix(texts["P01.m4a"]) == [""]
    for name in texts:
        part = look(tmp_path, name)[0]
        assert all(zoom.locate(tmp_path, part, source).is_file() for source in part.sources)


def test_what_lies_beside_the_sound_is_no_transcript(tmp_path: Path) -> None:
    put(tmp_path, "P01/sound.m4a", "P01/Согласие.pdf", "P01/бриф.docx", "P01/meeting_saved_chat.txt", "README.txt")
    put(tmp_path, "notes.docx", "GMT20210502-123045_RecordingnewChat.txt")
    assert zoom.discover(tmp_path) == ("P01",)
    assert look(tmp_path, "P01")[1].text is None


def test_cloud_files_of_one_stamp_are_one_recording(tmp_path: Path) -> None:
    other = "GMT20210503-090000_Recording"
    put(tmp_path, f"{STAMP}.m4a", f"{STAMP}_gallery_1280x720.mp4", f"{STAMP}.transcript.vtt", f"{STAMP}.cc.vtt")
    put(tmp_path, f"{STAMP}.newChat.txt", f"{other}.m4a", f"{other} (1).m4a", "wave 2/a.wav", "wave 2/b.ogg")
    assert zoom.discover(tmp_path) == (STAMP, other, "wave 2/a.wav", "wave 2/b.ogg")
    part, made = look(tmp_path, STAMP)
    assert (part.folder, part.host, part.started) == (STAMP, "", "2021-05-02T12:30:45Z")
    assert mix(made) == [f"{STAMP}.m4a"]
    assert made.captions
    assert made.captions.path == f"{STAMP}.transcript.vtt"
    assert all(zoom.locate(tmp_path, part, source).is_file() for source in part.sources)
    assert mix(look(tmp_path, other)[1]) == [f"{other}.m4a"]


def test_cloud_sets_in_a_folder(tmp_path: Path) -> None:
    put(tmp_path, f"P01/{STAMP}.m4a", f"P01/{STAMP}_as_1280x720.mp4", f"P02/{STAMP}.m4a")
    put(tmp_path, "P02/GMT20210503-090000_Recording.m4a")
    assert zoom.discover(tmp_path) == ("P01", "P02/GMT20210502-123045_Recording", "P02/GMT20210503-090000_Recording")
    part, made = look(tmp_path, "P02/GMT20210503-090000_Recording")
    assert mix(made) == ["GMT20210503-090000_Recording.m4a"]
    assert part.started == "2021-05-03T09:00:00Z"
    assert look(tmp_path, "P01")[0].started == "2021-05-02T12:30:45Z"


def test_older_cloud_names_with_the_topic(tmp_path: Path) -> None:
    put(tmp_path, "GMT20200401-120000_Interview_1280x720.mp4", "GMT20200401-120000_Interview.m4a")
    assert zoom.discover(tmp_path) == ("GMT20200401-120000_Interview",)
    assert mix(look(tmp_path, "GMT20200401-120000_Interview")[1]) == ["GMT20200401-120000_Interview.m4a"]


def test_cloud_participants(tmp_path: Path) -> None:
    put(tmp_path, f"{STAMP}.m4a", f"{STAMP}Дарина1.m4a", f"{STAMP}_Айгерим С._2.m4a", f"{STAMP}_640x360.mp4")
    made = look(tmp_path, STAMP)[1]
    assert mix(made) == [f"{STAMP}.m4a"]
    assert list(voices(made)) == ["Айгерим С.", "Дарина"]


def test_a_single_file_and_its_subtitles(tmp_path: Path) -> None:
    put(tmp_path, "P01.m4a", "P01.vtt", "P01.srt", "P010.vtt", "wave/P02.MP3", "wave/P02.srt")
    assert zoom.discover(tmp_path) == ("P01.m4a", "P010.vtt", "wave")
    part, made = look(tmp_path, "P01.m4a")
    assert part.sources[0].path == ""
    assert made.captions
    assert made.captions.path == "P01.vtt"
    assert {zoom.locate(tmp_path, part, source).name for source in part.sources} == {"P01.m4a", "P01.vtt"}
    assert look(tmp_path, "wave")[1].captions


def test_decomposed_names(tmp_path: Path) -> None:
    name = "2021-05-25 16.05.09 Алексей Йё's Zoom Meeting 93120047718"
    track = "Audio Record/audioАлексейЙё193120047718.m4a"
    put(tmp_path, unicodedata.normalize("NFD", f"{name}/{track}"), unicodedata.normalize("NFD", "Йод.m4a"))
    assert zoom.discover(tmp_path) == (name, "Йод.m4a")
    part, made = look(tmp_path, name)
    assert part.host == "Алексей Йё"
    assert list(voices(made)) == ["АлексейЙё"]
    assert zoom.locate(tmp_path, part, part.sources[0]).is_file()
    assert look(tmp_path, "Йод.m4a")[0].sources


@pytest.mark.parametrize(
    ("topic", "host"),
    [
        ("Дарина Омарова's Zoom Meeting 87654321012", "Дарина Омарова"),
        ("Дарина Омарова’s Personal Meeting Room 87654321012", "Дарина Омарова"),
        ("Kamila's iPhone's Zoom Meeting", "Kamila's iPhone"),
        ("Конференция Zoom Дарина Омарова 87654321012", "Дарина Омарова"),
        ("Зал персональной конференции Дарина Омарова", "Дарина Омарова"),
        ("Конференция Zoom 87654321012", ""),
        ("Конференция Zoom о выпускниках", ""),
        ("Zoom Meeting 87654321012", ""),
        ("Интервью про образование 87654321012", ""),
        ("87654321012", ""),
    ],
)
def test_the_host_in_the_topic(topic: str, host: str) -> None:
    assert zoom.host_of(f"2021-05-02 15.30.45 {topic}") == host


@pytest.mark.parametrize(
    ("name", "started"),
    [
        ("Интервью 2021-05-02.m4a", "2021-05-02"),
        ("2021-05-02_15-30.mp3", "2021-05-02T15:30:00"),
        ("2021-13-45 99.99.99 x", ""),
        ("interview.m4a", ""),
    ],
)
def test_when_it_started(name: str, started: str) -> None:
    assert zoom.started_of(name, ()) == started


def refusal(recordings: Path, name: str) -> str:
    """Why a recording is not read: its part is described without opening anything, then refused."""

    def unread(path: Path) -> str:
        assert path.is_relative_to(recordings)
        assert not path.is_symlink(), "a file behind a refused link was opened"
        return "sha"

    with pytest.raises(RecordingError) as caught:
        zoom.check(recordings, zoom.part(recordings, name, unread))
    assert "secret" not in f"{caught.value.what}{caught.value.do}"
    return caught.value.what


def test_links_that_stay_inside_are_followed(tmp_path: Path) -> None:
    recordings = put(tmp_path / "recordings", "P01.m4a")
    put(tmp_path / "archive", "old.m4a")
    (recordings / "inside.m4a").symlink_to(recordings / "P01.m4a")
    (recordings / "older.m4a").symlink_to(Path("..") / "archive" / "old.m4a")
    assert zoom.discover(recordings) == ("P01.m4a", "inside.m4a", "older.m4a")
    for name in zoom.discover(recordings):
        zoom.check(recordings, zoom.part(recordings, name, lambda _: "sha"))


@pytest.mark.parametrize("target", ["../../elsewhere/private.m4a", "../work/P01/mix.flac", "nowhere.m4a", "secret.m4a"])
def test_a_link_that_leads_out_fails_its_own_recording(tmp_path: Path, target: str) -> None:
    recordings = put(tmp_path / "study" / "recordings", "P01.m4a")
    put(tmp_path / "elsewhere", "private.m4a")
    put(tmp_path / "study" / "work", "P01/mix.flac")
    (recordings / "secret.m4a").symlink_to(target)
    assert zoom.discover(recordings) == ("P01.m4a", "secret.m4a")
    assert "leads out" in refusal(recordings, "secret.m4a")
    zoom.check(recordings, zoom.part(recordings, "P01.m4a", lambda _: "sha"))


@pytest.mark.parametrize("what", ["secret", f"{LOCAL}/Audio Record", f"{LOCAL}/audio_only.m4a", f"{LOCAL}/x.vtt"])
def test_a_link_out_anywhere_in_a_recording_refuses_all_of_it(tmp_path: Path, what: str) -> None:
    outside = put(tmp_path / "elsewhere", "audioX187654321012.m4a")
    recordings = put(tmp_path / "study" / "recordings", f"{LOCAL}/zoom_0.mp4")
    (recordings / what).symlink_to(outside, target_is_directory=True)
    name = what if what == "secret" else LOCAL
    assert name in zoom.discover(recordings)
    assert "leads out" in refusal(recordings, name)


def test_a_link_to_a_folder_above_does_not_go_round(tmp_path: Path) -> None:
    put(tmp_path, "wave/a.m4a", "wave/b.m4a")
    (tmp_path / "wave" / "again").symlink_to(tmp_path / "wave", target_is_directory=True)
    assert zoom.discover(tmp_path) == ("wave/a.m4a", "wave/b.m4a")


def test_a_name_that_is_no_text_fails_its_own_recording(tmp_path: Path) -> None:
    put(tmp_path, "P01.m4a", "\udcff.m4a", f"{LOCAL}/audio_only.m4a", f"{LOCAL}/Audio Record/audio\udcd01.m4a")
    assert zoom.discover(tmp_path) == (LOCAL, "P01.m4a", "\\xff.m4a")
    for name in ("\\xff.m4a", LOCAL):
        assert "not valid text" in refusal(tmp_path, name)


@pytest.mark.parametrize(
    "name", ["-i.m4a", "..m4a", "a\nb.m4a", "concat:a|b.m4a", "😀\u202e4a.m4a", "%d.m4a", " x .m4a", "ы" * 125 + ".m4a"]
)
def test_any_other_name_is_a_name(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)
    found = zoom.discover(tmp_path)
    assert found == (() if name.startswith(".") else (name,))
    for one in found:
        assert mix(look(tmp_path, one)[1]) == [""]
        zoom.check(tmp_path, look(tmp_path, one)[0])


def test_a_recording_that_has_gone(tmp_path: Path) -> None:
    with pytest.raises(RecordingError):
        look(tmp_path, "P01.m4a")


def test_a_file_that_cannot_be_read_gets_no_checksum(tmp_path: Path) -> None:
    put(tmp_path, "P01.m4a")

    def refuse(_: Path) -> str:
        raise PermissionError

    assert zoom.part(tmp_path, "P01.m4a", refuse).sources == (Source("", ""),)


NAMES = st.text(alphabet="абвЖЗ ABCxyz.'-_()'", min_size=1, max_size=20).map(str.strip).filter(lambda n: n.strip(". "))


@given(st.lists(NAMES, min_size=1, max_size=5, unique_by=lambda name: "".join(name.split()).casefold()))
def test_every_participant_gets_his_name_back(people: list[str]) -> None:
    together = ["".join(name.split()) for name in people]
    paths = [f"Audio Record/audio{name}{number}87654321012.m4a" for number, name in enumerate(together, start=1)]
    part = Part(LOCAL, "", "", (Source("audio_only.m4a", "x"), *(Source(path, "x") for path in paths)))
    found = {voice.display_name: [source.path for source in voice.sources] for voice in layout(part).voices}
    assert found == {name: [path] for name, path in zip(together, paths, strict=True)}


@needs_data
@pytest.mark.parametrize(
    ("study", "host", "tracks"),
    [
        ("P01", "Дарина Омарова", ["АйгеримСарсенова", "ДаринаОмарова"]),
        ("P04", "Дарина Омарова", ["Kamila'siPhone", "YerzhanAbdikalikov", "ДаринаОмарова"]),
        ("P05", "Алексей Гуров", ["АлексейГуров", "ЛяззатК."]),
    ],
)
def test_the_gold_folders(study: str, host: str, tracks: list[str]) -> None:
    (name,) = zoom.discover(DATA / "zoom" / study)
    part, made = look(DATA / "zoom" / study, name)
    assert part.host == host
    assert list(voices(made)) == tracks
    assert mix(made) == ["audio_only.m4a"]
    assert made.captions
