"""From recordings to tracks on one time axis: parts, late joiners, subtitles, and recordings that cannot be used."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.ingest import align, captions, stage, zoom
from pipeline.media import ffmpeg
from pipeline.media.ffmpeg import RATE
from pipeline.model import Failure, Job, Mark, Recording
from tests.conftest import DATA, needs_data

LOCAL = "2021-05-02 15.30.45 Дарина Омарова's Zoom Meeting 87654321012"
DARINA, AIGERIM = "audioДаринаОмарова187654321012.m4a", "audioАйгерим287654321012.m4a"

VTT = """WEBVTT

1
00:00:01.000 --> 00:00:02.500
Дарина Омарова: Скажите вот что: как вы?

2
00:00:03.000 --> 00:00:04.000
Айгерим С.: Хорошо.
"""


def talk(seconds: float, seed: int) -> NDArray[np.float64]:
    """Noise in bursts like syllables and sentences: a stand-in for one voice."""
    chance = np.random.default_rng(seed)
    size = int(seconds * RATE)
    syllables = np.repeat(chance.random(size // 2400 + 1), 2400)[:size]
    speaks = chance.random(size // 48_000 + 1) < 0.45
    speaks[0] = True
    sentences = np.repeat(speaks, 48_000)[:size]
    return chance.standard_normal(size) * 0.12 * syllables * sentences


def write(path: Path, sound: NDArray[np.float64]) -> Path:
    """A media file of that sound; anything but WAV goes through ffmpeg's lossy encoders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".wav":
        soundfile.write(path, sound, RATE)
        return path
    target = path.parent / f"made{path.suffix}"
    ffmpeg.encode([(np.clip(sound, -1, 1) * 32_767).astype(np.int16)], target, path.parent / ".log")
    return target.rename(path)


def run(folder: Path, *names: str, chosen: stage.Settings | None = None) -> Recording | Failure:
    parts = tuple(
        zoom.part(folder / "recordings", name, lambda path: hashlib.sha256(path.read_bytes()).hexdigest())
        for name in names
    )
    item = stage.Item(Job("P01", folder / "work" / "P01"), folder / "recordings", parts)
    ((name, made),) = stage.run([item], chosen or stage.Settings())
    assert name == "P01"
    assert not (folder / "work" / "P01" / "scratch").exists()
    return made


def good(made: Recording | Failure) -> Recording:
    assert isinstance(made, Recording), made
    return made


def failed(made: Recording | Failure) -> str:
    assert isinstance(made, Failure)
    assert (made.id, made.stage, made.code) == ("P01", "ingest", 5)
    assert made.do
    for private in ("Дарина", "Айгерим", "87654321012", ".m4a/"):
        assert private not in made.what + made.do
    return f"{made.what} {made.do}"


def samples(folder: Path, label: str) -> NDArray[np.float32]:
    return ffmpeg.read(folder / "work" / "P01" / "audio" / f"{label}.flac")


def zoom_folder(folder: Path, first: NDArray[np.float64], second: NDArray[np.float64], name: str = LOCAL) -> Path:
    """A local Zoom folder of two people; the second may have come later, so that his track is shorter."""
    mix = first.copy()
    mix[len(mix) - len(second) :] += second
    where = folder / "recordings" / name
    write(where / "audio_only.m4a", mix)
    write(where / "Audio Record" / DARINA, first)
    write(where / "Audio Record" / AIGERIM, second)
    return where


def test_a_local_folder_becomes_three_tracks(tmp_path: Path) -> None:
    where = zoom_folder(tmp_path, talk(20, 1), talk(20, 2))
    (where / "audio_transcript.vtt").write_text(VTT)
    found = good(run(tmp_path, LOCAL))
    assert [(track.label, track.kind, track.display_name) for track in found.tracks] == [
        ("mix", "mixed", ""),
        ("track-1", "participant", "Айгерим"),
        ("track-2", "participant", "ДаринаОмарова"),
    ]
    assert (found.host, found.started, found.notes) == ("Дарина Омарова", "2021-05-02T15:30:45", ())
    assert found.seconds == pytest.approx(20, abs=0.1)
    assert found.parts == (Mark(0.0, found.seconds),)
    assert [track.starts for track in found.tracks] == [(0.0,)] * 3
    assert [(cue.start, cue.end, cue.speaker, cue.text) for cue in found.captions] == [
        (1.0, 2.5, "Дарина Омарова", "Скажите вот что: как вы?"),
        (3.0, 4.0, "Айгерим С.", "Хорошо."),
    ]
    for track in found.tracks:
        path = tmp_path / "work" / "P01" / "audio" / f"{track.label}.flac"
        info = soundfile.info(path)
        assert (info.samplerate, info.channels, info.subtype) == (RATE, 1, "PCM_16")
        assert info.frames / RATE == pytest.approx(found.seconds, abs=0.001)
        assert track.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        assert path.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in (tmp_path / "work" / "P01").rglob("*") if path.is_file()} == {
        "ffmpeg.log",
        "mix.flac",
        "track-1.flac",
        "track-2.flac",
    }


def test_the_same_bytes_twice(tmp_path: Path) -> None:
    zoom_folder(tmp_path, talk(10, 1), talk(6, 2))
    first = run(tmp_path, LOCAL)
    stale = tmp_path / "work" / "P01" / "audio" / "track-9.flac"
    stale.write_bytes(b"of an earlier run")
    assert run(tmp_path, LOCAL) == first
    assert not stale.exists()


def test_parts_are_joined_on_one_axis(tmp_path: Path) -> None:
    """Aigerim is absent in the second part, a single file has no tracks at all."""
    where = zoom_folder(tmp_path, talk(8, 1), talk(8, 2))
    (where / "audio_transcript.vtt").write_text(VTT)
    second = tmp_path / "recordings" / "2021-05-02 16.30.00 второе 87654321012"
    write(second / "audio_only.m4a", talk(6, 3))
    write(second / "Audio Record" / DARINA, talk(6, 3))
    (second / "captions.vtt").write_text(VTT)
    write(tmp_path / "recordings" / "third.wav", talk(4, 4))
    found = good(run(tmp_path, LOCAL, second.name, "third.wav"))
    marks = [(mark.start, mark.seconds) for mark in found.parts]
    assert marks == [
        (0.0, pytest.approx(8, abs=0.1)),
        (marks[0][1], pytest.approx(6, abs=0.1)),
        (pytest.approx(marks[0][1] + marks[1][1], abs=0.001), 4.0),
    ]
    assert found.tracks[2].starts == (0.0, found.parts[1].start)
    assert found.tracks[0].starts == tuple(mark.start for mark in found.parts)
    assert [cue.start for cue in found.captions] == [1.0, 3.0, *(round(marks[0][1] + at, 3) for at in (1.0, 3.0))]
    aigerim = samples(tmp_path, "track-1")
    assert not aigerim[round(marks[1][0] * RATE) :].any()
    assert aigerim[: round(marks[1][0] * RATE)].any()
    assert len(aigerim) == len(samples(tmp_path, "mix")) == pytest.approx(found.seconds * RATE, abs=8)


def test_without_a_mix_the_tracks_are_added(tmp_path: Path) -> None:
    record = tmp_path / "recordings" / LOCAL / "Audio Record"
    write(record / DARINA, talk(5, 1))
    write(record / AIGERIM, talk(7, 2))
    found = good(run(tmp_path, LOCAL))
    assert found.seconds == pytest.approx(7, abs=0.1)
    both = samples(tmp_path, "track-1") + samples(tmp_path, "track-2")
    np.testing.assert_allclose(samples(tmp_path, "mix"), np.clip(both, -1, 32_767 / 32_768), atol=1e-6)


def test_too_loud_together_is_clipped_not_wrapped(tmp_path: Path) -> None:
    path = tmp_path / "loud.raw"
    np.full(100, 30_000, "<i2").tofile(path)
    (block,) = stage.blocks((stage.Take(path, 100), stage.Take(path, 100, -50)), 100)
    assert block[:50].tolist() == [32_767] * 50
    assert block[50:].tolist() == [30_000] * 50


@pytest.mark.parametrize("late", [3.21, 12.0])
def test_a_late_joiner_is_put_in_place(tmp_path: Path, late: float) -> None:
    first, second = talk(30, 1), talk(30 - late, 2)
    zoom_folder(tmp_path, first, second)
    found = good(run(tmp_path, LOCAL))
    assert found.tracks[1].starts[0] == pytest.approx(late, abs=0.02)
    assert found.tracks[2].starts == (0.0,)
    assert found.notes == ()
    assert not samples(tmp_path, "track-1")[: int(late * RATE) - 400].any()


def test_somebody_who_came_back_is_one_track(tmp_path: Path) -> None:
    first, guest = talk(40, 1), talk(40, 2)
    guest[15 * RATE : 22 * RATE] = 0
    where = zoom_folder(tmp_path, first, guest)
    (where / "Audio Record" / AIGERIM).unlink()
    write(where / "Audio Record" / "audioАйгерим287654321012.m4a", guest[: 15 * RATE])
    write(where / "Audio Record" / "audioАйгерим387654321012.m4a", guest[22 * RATE :])
    found = good(run(tmp_path, LOCAL))
    assert [track.display_name for track in found.participants()] == ["Айгерим", "ДаринаОмарова"]
    assert found.tracks[1].starts == pytest.approx((0, 22), abs=0.02)


def test_a_track_that_is_nowhere_in_the_mix_stays_at_the_start_with_a_note(tmp_path: Path) -> None:
    where = zoom_folder(tmp_path, talk(20, 1), talk(20, 2))
    write(where / "Audio Record" / AIGERIM, talk(12, 9))
    found = good(run(tmp_path, LOCAL))
    assert found.tracks[1].starts == (0.0,)
    assert found.notes == ("track-1-unaligned",)


def test_a_silent_participant_is_no_riddle(tmp_path: Path) -> None:
    zoom_folder(tmp_path, talk(10, 1), np.zeros(6 * RATE))
    assert good(run(tmp_path, LOCAL)).notes == ()


PLAINLY = settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


@PLAINLY
@given(
    offset=st.integers(-RATE, 30 * RATE),
    gain=st.floats(0.3, 1.5),
    noise=st.floats(0, 0.01),
    seed=st.integers(0, 9),
)
def test_any_offset_is_found(offset: int, gain: float, noise: float, seed: int) -> None:
    """The mix holds the track louder or quieter, another voice across it, and noise."""
    own, other = talk(60, seed), talk(60, seed + 100)
    track = own[offset : 50 * RATE] if offset > 0 else np.concatenate([np.zeros(-offset), own])
    mix = gain * own + other + noise * np.random.default_rng(seed).standard_normal(len(own))
    found = align.place(pcm(track), pcm(mix))
    assert found.certain
    assert abs(found.offset - offset) <= 0.02 * RATE


@PLAINLY
@given(seed=st.integers(0, 99))
def test_a_stranger_is_never_placed(seed: int) -> None:
    assert align.place(pcm(talk(20, seed + 200)), pcm(talk(60, seed))) == align.Place(0, certain=False)


def pcm(sound: NDArray[np.float64]) -> NDArray[np.int16]:
    return (np.clip(sound, -1, 1) * 32_767).astype(np.int16)


def test_recordings_that_cannot_be_used_leave_the_others(tmp_path: Path) -> None:
    recordings = tmp_path / "recordings"
    write(recordings / "good.m4a", talk(5, 1))
    whole = (recordings / "good.m4a").read_bytes()
    (recordings / "empty.m4a").touch()
    (recordings / "text.m4a").write_text("This is not a recording.\n" * 20)
    (recordings / "cut.m4a").write_bytes(whole[: len(whole) // 2])
    write(recordings / "silent.m4a", np.random.default_rng(0).standard_normal(5 * RATE) * 1e-4)
    write(recordings / "short.wav", talk(0.4, 1))
    (recordings / "nothing").mkdir()
    (recordings / LOCAL).mkdir()
    (recordings / LOCAL / "double_click_to_convert_01.zoom").write_bytes(b"x")
    says = {
        "empty.m4a": "empty",
        "text.m4a": "no audio inside",
        "cut.m4a": "cut off or damaged",
        "silent.m4a": "silent",
        "short.wav": "0.4 seconds",
        "nothing": "no audio or video file",
        LOCAL: "double-click",
    }
    assert set(zoom.discover(recordings)) == {*says, "good.m4a"}
    assert {name: words in failed(run(tmp_path, name)) for name, words in says.items()} == dict.fromkeys(says, True)
    parts = [(zoom.part(recordings, name, lambda _: "x"),) for name in ("empty.m4a", "good.m4a", "cut.m4a")]
    items = (stage.Item(Job(f"P{n}", tmp_path / "w" / f"P{n}"), recordings, part) for n, part in enumerate(parts))
    made = dict(stage.run(items, stage.Settings()))
    assert [type(made[name]) for name in ("P0", "P1", "P2")] == [Failure, Recording, Failure]


def test_one_silent_track_is_no_silent_recording(tmp_path: Path) -> None:
    write(tmp_path / "recordings" / "quiet.wav", talk(5, 1) * 0.002)
    assert "silent" in failed(run(tmp_path, "quiet.wav"))
    assert good(run(tmp_path, "quiet.wav", chosen=stage.Settings(silence_floor_dbfs=-90.0)))
    zoom_folder(tmp_path, talk(5, 1), np.zeros(5 * RATE))
    assert good(run(tmp_path, LOCAL))


def test_a_file_that_has_gone_since(tmp_path: Path) -> None:
    write(tmp_path / "recordings" / "a.wav", talk(5, 1))
    part = zoom.part(tmp_path / "recordings", "a.wav", lambda _: "x")
    (tmp_path / "recordings" / "a.wav").unlink()
    item = stage.Item(Job("P01", tmp_path / "work" / "P01"), tmp_path / "recordings", (part,))
    ((_, made),) = stage.run([item], stage.Settings())
    assert "cannot be opened" in failed(made)


def test_progress_ends_at_one(tmp_path: Path) -> None:
    zoom_folder(tmp_path, talk(5, 1), talk(5, 2))
    part = zoom.part(tmp_path / "recordings", LOCAL, lambda _: "x")
    item = stage.Item(Job("P01", tmp_path / "work" / "P01"), tmp_path / "recordings", (part,))
    told: list[float] = []
    list(stage.run([item], stage.Settings(), lambda _, share: told.append(share)))
    assert told == sorted(told)
    assert told[-1] == 1.0


def cues(folder: Path, text: str | bytes, *known: str, name: str = "a.vtt") -> list[tuple[str, str]]:
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return [(cue.speaker, cue.text) for cue in captions.read(folder / name, known, 1 << 20).captions]


def vtt(*texts: str) -> str:
    blocks = [f"00:00:{n:02d}.000 --> 00:00:{n:02d}.900\n{text}\n" for n, text in enumerate(texts)]
    return "WEBVTT\n\n" + "\n".join(blocks)


def test_names_before_a_colon(tmp_path: Path) -> None:
    text = vtt(
        "Дарина Омарова: Вот: да", "Kamila's iPhone: Да", "Дарина Омарова: В 15:30", "и так: вот", "Ляззат К.: Нет"
    )
    assert cues(tmp_path, text) == [
        ("Дарина Омарова", "Вот: да"),
        ("Kamila's iPhone", "Да"),
        ("Дарина Омарова", "В 15:30"),
        ("", "и так: вот"),
        ("Ляззат К.", "Нет"),
    ]


def test_names_on_a_line_of_their_own(tmp_path: Path) -> None:
    text = vtt(
        "Дарина Омарова\nСкажите: как вы?", "Айгерим\nХорошо,\nспасибо", "Дарина Омарова\nА дети?", "Айгерим\nДа"
    )
    assert cues(tmp_path, text) == [
        ("Дарина Омарова", "Скажите: как вы?"),
        ("Айгерим", "Хорошо, спасибо"),
        ("Дарина Омарова", "А дети?"),
        ("Айгерим", "Да"),
    ]


def test_names_in_voice_tags(tmp_path: Path) -> None:
    assert cues(tmp_path, vtt("<v Дарина Омарова>Скажите: как?</v>", "<v Айгерим>Так.")) == [
        ("Дарина Омарова", "Скажите: как?"),
        ("Айгерим", "Так."),
    ]


def test_a_name_in_small_letters_is_known_by_coming_back_or_by_its_track(tmp_path: Path) -> None:
    assert cues(tmp_path, vtt("дарина: Да", "дарина: Нет")) == [("дарина", "Да"), ("дарина", "Нет")]
    text = vtt("ivan petrov: да", "без имени", "и ещё", "ещё")
    assert cues(tmp_path, text, "IvanPetrov")[0] == ("ivan petrov", "да")
    assert cues(tmp_path, text)[0] == ("", "ivan petrov: да")


def test_a_colon_in_speech_is_no_name(tmp_path: Path) -> None:
    said = ["Я сказала так: нет", "Потом", "Вопрос: зачем", "И всё", "Он ответил", "Вопрос: почему"]
    assert cues(tmp_path, vtt(*said)) == [("", text) for text in said]


def test_lines_that_wrap_are_no_names(tmp_path: Path) -> None:
    said = ["Мы жили\nв городе", "Потом мы\nуехали", "Это было\nдавно", "Я помню\nвсё"]
    assert cues(tmp_path, vtt(*said)) == [("", text.replace("\n", " ")) for text in said]


def test_srt_and_other_encodings(tmp_path: Path) -> None:
    srt = "1\n00:00:01,000 --> 00:00:02,000\nАйгерим: Да\n\n2\n00:00:03,000 --> 00:00:04,000\nАйгерим: Нет\n"
    expected = [("Айгерим", "Да"), ("Айгерим", "Нет")]
    assert cues(tmp_path, srt, name="a.srt") == expected
    assert cues(tmp_path, srt.encode("cp1251"), name="b.srt") == expected
    assert cues(tmp_path, vtt("Айгерим: Да", "Айгерим: Нет").encode("utf-16"), name="c.vtt") == expected
    assert cues(tmp_path, vtt("Айгерим: Да", "Айгерим: Нет").replace("\n", "\r\n").encode("utf-8-sig")) == expected


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (b"", "captions-unreadable"),
        (b"\x00\xff\x00\xff" * 99, "captions-unreadable"),
        (b"<html>", "captions-unreadable"),
        (b"WEBVTT\n\n99:99:99.999 --> x\nhello\n", "captions-"),
        (b"WEBVTT\n", "captions-empty"),
        (b"WEBVTT\n" + b" " * (2 << 20), "captions-too-large"),
    ],
)
def test_subtitles_that_cannot_be_used_are_a_note(tmp_path: Path, data: bytes, note: str) -> None:
    write(tmp_path / "recordings" / "a.wav", talk(3, 1))
    (tmp_path / "recordings" / "a.vtt").write_bytes(data)
    found = good(run(tmp_path, "a.wav", chosen=stage.Settings(max_captions_megabytes=1)))
    assert found.captions == ()
    assert len(found.notes) == 1
    assert found.notes[0].startswith(note)


@given(st.text(alphabet="AБ: \n->0123.:,<v/>&WEBVTT", max_size=200))
def test_no_subtitle_file_crashes(text: str) -> None:
    folder = Path(__file__).parent
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_bytes", lambda _: text.encode())
        for suffix in (".vtt", ".srt"):
            copy = folder / f"conftest{suffix}"
            patch.setattr(Path, "stat", lambda _: type("Size", (), {"st_size": 1})())
            captions.read(copy, (), 1 << 20)


def test_importing_the_stage_is_cheap() -> None:
    heavy = "numpy scipy torch soundfile ffmpeg webvtt babel pycountry openpyxl".split()
    program = (
        "import sys, pipeline.ingest.stage, pipeline.study.roster.roster; print(sorted({*sys.argv} & {*sys.modules}))"
    )
    said = subprocess.run([sys.executable, "-c", program, *heavy], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


GOLD = ("P01", "P04", "P05")


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize("study", GOLD)
def test_the_gold_recordings(tmp_path: Path, study: str) -> None:
    truth = json.loads((DATA / "zoom" / study / "truth.json").read_text())
    (tmp_path / "recordings").symlink_to(DATA / "zoom" / study)
    (name,) = zoom.discover(tmp_path / "recordings")
    found = good(run(tmp_path, name))
    assert found.seconds == pytest.approx(truth["duration"], abs=0.05)
    assert found.notes == ()
    assert all(track.starts == (0.0,) for track in found.tracks)
    names = {voice["display_name"] for voice in truth["voices"].values()}
    assert {cue.speaker for cue in found.captions} - {""} == names
    assert {track.display_name for track in found.participants()} == {"".join(name.split()) for name in names}
    assert sum(not cue.speaker for cue in found.captions) < 0.06 * len(found.captions)


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize(("study", "copied"), [("P01", False), ("P04", False), ("P05", False), ("P04", True)], ids=str)
def test_a_gold_track_cut_by_37_seconds(tmp_path: Path, study: str, copied: bool) -> None:
    (name,) = zoom.discover(DATA / "zoom" / study)
    shutil.copytree(DATA / "zoom" / study / name, tmp_path / "recordings" / name)
    track = sorted((tmp_path / "recordings" / name / "Audio Record").iterdir())[-1]
    whole = track.rename(tmp_path / "whole.m4a")
    how = ["-c", "copy"] if copied else ["-c:a", "aac", "-b:a", "48k"]
    cut = ["-nostdin", "-v", "error", "-ss", "37", "-i", str(whole), *how, f"file:{track}"]
    subprocess.run([str(ffmpeg.binary()), *cut], check=True)
    found = good(run(tmp_path, name))
    starts = [made.starts[0] for made in found.participants()]
    assert sum(start == 0.0 for start in starts) == len(starts) - 1
    assert max(starts) == pytest.approx(37, abs=0.02)
    assert found.notes == ()


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
@pytest.mark.campaign
def test_long_recordings_in_bounded_memory(tmp_path: Path) -> None:
    """An hour of a mix and a late joiner, 230 MB decoded, of which only envelopes and single blocks are held."""
    recordings = tmp_path / "recordings"
    base = pcm(talk(600, 1))
    for name, blocks in {"audio_only.m4a": 6, f"Audio Record/{AIGERIM}": 5}.items():
        target = recordings / LOCAL / name
        target.parent.mkdir(parents=True, exist_ok=True)
        sounds = (np.roll(base, 7919 * number) for number in range(6 - blocks, 6))
        with soundfile.SoundFile(target.with_suffix(".flac"), "w", RATE, 1, "PCM_16") as file:
            for sound in sounds:
                file.write(sound)
        target.with_suffix(".flac").rename(target)
    program = (
        "import re, sys; from pathlib import Path; from pipeline.model import Job\n"
        "from pipeline.ingest import stage, zoom\n"
        "root = Path(sys.argv[1]); r = root / 'recordings'; (name,) = zoom.discover(r)\n"
        "item = stage.Item(Job('P01', root / 'work' / 'P01'), r, (zoom.part(r, name, lambda p: 'x'),))\n"
        "((_, made),) = stage.run([item], stage.Settings()); print(made.tracks[1].starts, made.seconds)\n"
        "print(re.search(r'VmHWM:\\s+(\\d+) kB', Path('/proc/self/status').read_text())[1])"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    starts, peak = done.stdout.strip().splitlines()
    assert starts == "(600.0,) 3600.0"
    assert int(peak) < 350_000
