"""Words to speakers, speakers to turns, display names to people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json, structs

from pipeline.attribute import cast, stage, turns, words
from pipeline.attribute.words import Placed
from pipeline.diarize import stage as diarize
from pipeline.model import (
    Caption,
    Cast,
    Dialogue,
    Diarization,
    Failure,
    Job,
    Mark,
    Recording,
    Role,
    Segment,
    Track,
    Transcript,
    Voice,
    Word,
)
from pipeline.participants import Contact, Participant, Roster
from tests.conftest import needs_data
from tests.helpers import known_speakers
from tests.helpers.known_speakers import Zoom, drawn

ONE_PART = (Mark(0.0, 600.0),)


def spoken(*lines: str, pace: float = 0.4) -> list[Placed]:
    """Words from lines such as `A 2.0 Откуда вы?`: speaker, second, text; each word lasts `pace` seconds."""
    found = []
    for line in lines:
        speaker, start, *texts = line.split()
        for n, text in enumerate(texts):
            begin = round(float(start) + n * pace, 3)
            found.append(Placed(Word(begin, round(begin + pace - 0.02, 3), text, 1.0, "ru", "mix"), speaker))
    return sorted(found, key=lambda one: one.word.start)


def told(*lines: str) -> list[str]:
    """The turns of `spoken` lines as text, a listener's aside in brackets."""
    found = turns.turns(turns.bits(spoken(*lines), ONE_PART, 0.6), ONE_PART, (), frozenset("A"))
    return [f"({turn.speaker}: {turn.text})" if turn.backchannel else f"{turn.speaker}: {turn.text}" for turn in found]


def test_turns_follow_the_speakers_and_join_over_pauses() -> None:
    assert told("A 0.0 Откуда вы?", "B 1.0 Из Кентау.", "B 5.0 Это юг.", "A 9.0 А потом?") == [
        "A: Откуда вы?",
        "B: Из Кентау. Это юг.",
        "A: А потом?",
    ]


@pytest.mark.parametrize("aside", ["угу", "Да-да.", "ага, ага", "иә", "М-м,"])
def test_a_listeners_aside_does_not_break_a_turn(aside: str) -> None:
    story = "B 0.0 Я тогда жила у тёти и почти никуда не ходила"
    assert told(story, f"A 2.1 {aside}") == [f"B: {story[6:]}", f"(A: {aside})"]


def test_a_short_answer_is_an_answer() -> None:
    assert told("A 0.0 Вы согласны?", "B 1.0 Да.", "A 1.6 Хорошо, начнём.") == [
        "A: Вы согласны?",
        "B: Да.",
        "A: Хорошо, начнём.",
    ]


def test_who_is_interrupted_goes_on_after_it() -> None:
    lines = ["B 0.0 Мы жили в общежитии. Потом сняли квартиру.", "A 1.3 В каком городе?"]
    assert told(*lines) == ["B: Мы жили в общежитии.", "A: В каком городе?", "B: Потом сняли квартиру."]


def test_a_turn_never_crosses_into_another_part() -> None:
    parts = (Mark(0.0, 10.0), Mark(10.0, 10.0))
    made = turns.turns(turns.bits(spoken("B 9.0 и тут связь пропала", pace=0.5), parts, 0.6), parts, (), frozenset())
    assert [(turn.number, turn.part, turn.text) for turn in made] == [(1, 1, "и тут"), (2, 2, "связь пропала")]


def test_overlaps_are_marked_in_both_turns() -> None:
    segments = drawn("A ####...\nB ...####")
    placed = spoken("A 0.0 раз два три четыре", "B 3.0 пять шесть семь восемь", pace=1.0)
    made = turns.turns(turns.bits(placed, ONE_PART, 0.6), ONE_PART, segments, frozenset())
    assert [turn.overlaps for turn in made] == [((3.0, 3.98),), ((3.0, 4.0),)]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("А папа поддерживал?", True),
        ("Расскажите про первые месяцы.", True),
        ("Понятно, спасибо.", False),
        ("Как скажете.", False),
        ("а почему вы решили уехать", True),
        ("ну и расскажите про учёбу", True),
        ("понятно спасибо", False),
    ],
)
def test_questions(text: str, asked: bool) -> None:
    assert turns.asks(text) is asked


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABC"),
            st.floats(0, 60),
            st.floats(0.05, 3),
            st.text("абв?.", min_size=1, max_size=6),
        ),
        max_size=40,
    )
)
def test_every_word_stands_in_one_turn_at_its_span(rows: list[tuple[str, float, float, str]]) -> None:
    parts = (Mark(0.0, 30.0), Mark(30.0, 40.0))
    placed = [
        Placed(Word(round(start, 3), round(start + length, 3), text, 1.0, "ru", "mix"), who)
        for who, start, length, text in rows
    ]
    made = turns.turns(turns.bits(placed, parts, 0.6), parts, (), frozenset("A"))
    assert [turn.number for turn in made] == list(range(1, len(made) + 1))
    assert [turn.start for turn in made] == sorted(turn.start for turn in made)
    assert sorted(_key(Placed(word, turn.speaker)) for turn in made for word in turn.words) == sorted(map(_key, placed))
    for turn in made:
        assert [turn.text[a:b] for a, b in turn.spans] == [word.text for word in turn.words]
        assert turn.start == min(word.start for word in turn.words)
        assert turn.end == max(word.end for word in turn.words)
        assert {turns.part_of(word, parts) for word in turn.words} == {turn.part}


def _key(one: Placed) -> tuple[str, float, float, str]:
    return one.speaker, one.word.start, one.word.end, one.word.text


def two_tracks(segments: tuple[Segment, ...], captions: tuple[Caption, ...] = ()) -> tuple[Recording, Diarization]:
    """A recording of Дана (track-1) and Ерлан (track-2), who speak at these times."""
    names = {"track-1": "Дана Сеитова", "track-2": "Ерлан Омаров"}
    tracks = tuple(Track(label, "participant", "", 60.0, name) for label, name in names.items())
    voices = tuple(Voice(label, name) for label, name in names.items())
    recording = Recording("P03", (Mark(0.0, 60.0),), (Track("mix", "mixed", "", 60.0), *tracks), captions, 60.0)
    return recording, Diarization(segments, segments, "tracks", voices)


def on(track: str, start: float, *texts: str, interpolated: bool = False) -> tuple[Word, ...]:
    return tuple(
        Word(start + 0.4 * n, start + 0.4 * n + 0.38, text, 1.0, "ru", track, interpolated)
        for n, text in enumerate(texts)
    )


def test_a_word_that_leaked_into_another_track_is_dropped() -> None:
    recording, heard = two_tracks((Segment(0.0, 2.0, "track-1"), Segment(5.0, 9.0, "track-2")))
    own = on("track-1", 0.2, "Откуда", "вы?") + on("track-2", 5.1, "Из", "Кентау.")
    leaked = on("track-1", 5.15, "из", "кентау")
    placed, dropped = words.place(sorted(own + leaked, key=lambda word: word.start), recording, heard)
    assert [(one.speaker, one.word.text) for one in placed] == [
        ("track-1", "Откуда"), ("track-1", "вы?"), ("track-2", "Из"), ("track-2", "Кентау."),
    ]  # fmt: skip
    assert [(one.text, one.rule, one.track) for one in dropped] == [
        ("из", "bleed", "track-1"), ("кентау", "bleed", "track-1"),
    ]  # fmt: skip


def test_a_word_heard_on_a_leak_alone_goes_to_who_said_it() -> None:
    recording, heard = two_tracks((Segment(0.0, 2.0, "track-1"), Segment(5.0, 9.0, "track-2")))
    placed, dropped = words.place(on("track-1", 5.5, "Кентау."), recording, heard)
    assert ([one.speaker for one in placed], dropped) == (["track-2"], [])


def test_the_last_word_of_a_question_under_the_next_name_goes_back() -> None:
    """Zoom cuts captions by time, so the end of a sentence may stand under the name of who answers."""
    captions = (Caption(0.0, 2.0, "Дана Сеитова", "А где вы"), Caption(2.0, 5.0, "Ерлан Омаров", "жили? Жил в Актобе."))
    recording, heard = two_tracks((Segment(0.0, 2.2, "track-1"), Segment(2.4, 5.0, "track-2")), captions)
    given = on("mix", 0.1, "А", "где", "вы", interpolated=True)
    given += on("mix", 2.1, "жили?", "Жил", "в", "Актобе.", interpolated=True)
    placed, _ = words.place(given, recording, heard)
    said = " ".join(one.word.text for one in placed if one.speaker == "track-1")
    assert said == "А где вы жили?"


@pytest.fixture(scope="module", params=("P01", "P04", "P05"))
def heard(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Zoom, Diarization]:
    zoom = known_speakers.load(request.param)
    job = Job(request.param, known_speakers.save(zoom.tracks, tmp_path_factory.mktemp(request.param)))
    ((_, made),) = diarize.run([diarize.Item(job, zoom.recording)], diarize.Settings())
    assert isinstance(made, Diarization), made
    return zoom, made


@needs_data
@pytest.mark.parametrize("track", ["", "mix"])
def test_words_jittered_by_80_ms_reach_their_speaker(track: str, heard: tuple[Zoom, Diarization]) -> None:
    """Also the hard way: all voices on one track, their words between each other where they talk at once."""
    zoom, diarization = heard
    for seed in range(5):
        rows = known_speakers.jittered(zoom.truth, 0.08, track=track, seed=seed)
        placed, _ = words.place([word for word, *_ in rows], zoom.recording, diarization)
        given_to = {id(one.word): one.speaker for one in placed}
        right = [given_to.get(id(word)) == label for word, label, _ in rows]
        assert sum(right) >= 0.99 * len(rows)
        openings: dict[int, list[bool]] = {}
        for (_, _, turn), good in zip(rows, right, strict=True):
            openings.setdefault(turn, []).append(good)
        clean = [all(first[:3]) for first in openings.values()]
        assert sum(clean) >= 0.98 * len(clean) if track else all(clean)


@needs_data
def test_a_whole_dialogue_has_the_references_turns(heard: tuple[Zoom, Diarization]) -> None:
    zoom, diarization = heard
    given = tuple(word for word, *_ in known_speakers.jittered(zoom.truth, 0.08))
    made = attributed(zoom.recording, given, diarization)
    assert abs(len(made.turns) - len(zoom.truth.turns)) <= 2
    assert sum(turn.backchannel for turn in made.turns) >= 0.75 * sum(
        turn["kind"] == "backchannel" for turn in zoom.truth.turns
    )
    assert {speaker.label: speaker.role for speaker in made.speakers} == zoom.truth.roles
    asking = {speaker.label for speaker in made.speakers if speaker.role == "interviewer"}
    assert {turn.speaker for turn in made.turns if turn.question} == asking
    assert json.encode(made) == json.encode(attributed(zoom.recording, given, diarization))


def attributed(recording: Recording, given: tuple[Word, ...], diarization: Diarization) -> Dialogue:
    """Through the stage, with a cast that knows this recording alone."""
    slices = cast.build({recording.id: recording}, {recording.id: diarization}, Roster(), (), {recording.id: "P03"})
    item = stage.Item(
        Job(recording.id, Path()), recording, Transcript(given, (), "", ""), diarization, slices[recording.id]
    )
    ((_, made),) = stage.run([item], stage.Settings())
    assert isinstance(made, Dialogue), made
    return made


def test_a_recording_without_words_fails_with_advice() -> None:
    recording, diarization = two_tracks((Segment(0.0, 2.0, "track-1"),))
    item = stage.Item(Job("P03", Path()), recording, Transcript((), (), "", ""), diarization, Cast("P03", "P03", ()))
    ((name, made),) = stage.run([item], stage.Settings())
    assert isinstance(made, Failure)
    assert (name, made.code) == ("P03", 5)


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("Yerzhan Abdikalikov", "Ержан Абдикаликов"),
        ("Erjan", "Ержан Абдикаликов"),
        ("ДаринаОмарова", "Дарина Омарова"),
        ("даринаомарова", "Омарова Дарина"),
        ("Ляззат К.", "Калдыбаева Ляззат Маратовна"),
        ("ЛяззатК.", "Ляззат Калдыбаева"),
        ("Kamila's iPhone", "Камила Абдикаликова"),
        ("Kamila'siPhone", "Камила Абдикаликова"),
        ("iPhone (Камила)", "Камила Абдикаликова"),
        ("QANAT", "Қанат Бекұлы"),
        ("Khadisha A", "Хадиша Ахметова"),
        ("Zhuldyz", "Жұлдыз Төлегенова"),
        ("Айгерім Сәрсенова", "Айгерим Сарсенова"),
    ],
)
def test_a_display_name_is_the_person(shown: str, name: str) -> None:
    assert cast.likeness(shown, name) >= cast.ALIKE


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("Kamila's iPhone", "Ержан Абдикаликов"),
        ("Камила Абдикаликова", "Ержан Абдикаликов"),
        ("Дана", "Дарина Омарова"),
        ("Айсулу", "Айгуль Сериковна"),
        ("iPhone", "Ирина Фомина"),
        ("Zoom user", "Зухра Усманова"),
        ("К.", "Калдыбаева Ляззат"),
        ("", "Ляззат"),
    ],
)
def test_a_display_name_is_not_the_person(shown: str, name: str) -> None:
    assert cast.likeness(shown, name) < cast.ALIKE


def study(**names: tuple[str, ...]) -> tuple[dict[str, Recording], dict[str, Diarization]]:
    """Recordings by id with voices of these display names, nothing said."""
    recordings, diarizations = {}, {}
    for name, shown in names.items():
        voices = tuple(Voice(f"track-{n}", one) for n, one in enumerate(shown, 1))
        recordings[name] = Recording(name, ONE_PART, (), (), 60.0, host=shown[0])
        diarizations[name] = Diarization((), (), "tracks", voices)
    return recordings, diarizations


ROSTER = Roster(
    contacts=(
        Contact("P01", "participant", ("Айгерим Сарсенова",)),
        Contact("P02", "participant", ("Айгерим Жумабаева",), ("Aika",)),
        Contact("interviewer-1", "interviewer", ("Омарова Дарина Сериковна",)),
    )
)


def test_the_cast_knows_contacts_host_and_who_comes_back() -> None:
    recordings, diarizations = study(P01=("Дарина Омарова", "Айгерим"), P02=("ДаринаОмарова", "Aika"))
    made = cast.build(recordings, diarizations, ROSTER, (), {"P01": "P01", "P02": "P02"})
    asks, answers = made["P01"].members
    assert (asks.interviewer, asks.host, asks.recurring, asks.participant) == (True, True, True, "")
    assert (answers.interviewer, answers.host, answers.recurring, answers.participant) == (False, False, False, "P01")
    assert made["P02"].members[1].participant == "P02"


def test_the_order_of_recordings_and_another_interview_change_no_slice() -> None:
    names = {
        "P01": ("Дарина Омарова", "Айгерим"),
        "P02": ("ДаринаОмарова", "Aika"),
        "P09": ("Дарина Омарова", "Санжар"),
    }
    owners = {name: name for name in names}
    recordings, diarizations = study(**names)
    made = cast.build(recordings, diarizations, ROSTER, (), owners)
    backwards = cast.build(dict(reversed(recordings.items())), diarizations, ROSTER, (), owners)
    assert json.encode(dict(sorted(backwards.items()))) == json.encode(made)
    del recordings["P09"]
    assert cast.build(recordings, diarizations, ROSTER, (), owners)["P01"] == made["P01"]


def test_a_first_name_alone_never_makes_somebody_elses_participant() -> None:
    recordings, diarizations = study(P07=("Дарина Омарова", "Айгерим"))
    made = cast.build(recordings, diarizations, ROSTER, (), {"P07": "P07"})
    assert made["P07"].members[1].participant == ""


def test_a_voice_without_a_name_gets_that_of_its_captions_and_comes_back_by_sound() -> None:
    recordings, diarizations = {}, {}
    for name, near in (("P01", 0.05), ("P02", -0.05)):
        voices = (
            Voice("SPEAKER_00", "", (1.0, near, 0.0)),
            Voice("SPEAKER_01", "", (0.0, near, float(name[-1]) - 1.5)),
        )
        segments = (Segment(0.0, 4.0, "SPEAKER_00"), Segment(4.0, 9.0, "SPEAKER_01"))
        captions = (Caption(0.2, 3.9, "Дарина Омарова", "Откуда вы?"), Caption(4.1, 9.0, "", "Из Текели."))
        recordings[name] = Recording(name, ONE_PART, (), captions, 60.0)
        diarizations[name] = Diarization(segments, segments, "pyannote", voices)
    made = cast.build(recordings, diarizations, Roster(), ("Дарина Омарова",), {})
    assert [(one.display_name, one.interviewer, one.recurring) for one in made["P01"].members] == [
        ("Дарина Омарова", True, True),
        ("", False, False),
    ]


def test_mixed_audio_is_flagged_until_a_person_has_listened() -> None:
    recording, diarization = two_tracks((Segment(0.0, 2.0, "track-1"), Segment(2.0, 9.0, "track-2")))
    given = on("mix", 0.2, "Откуда", "вы?") + on("mix", 3.0, "Из", "Кентау.")
    made = attributed(recording, given, structs.replace(diarization, method="pyannote"))
    assert "voices-unconfirmed" in made.flags


@pytest.mark.parametrize(
    ("told", "roles", "unmatched"),
    [
        ((("SPEAKER_01", "respondent"),), (None, "respondent", None), 0),
        ((("speaker_01", "respondent"),), (None, "respondent", None), 0),
        ((("Дарина Омарова", "other"),), ("other", None, None), 0),
        ((("Kamila's iPhone", "other"), ("Ержан Абдикаликов", "respondent")), (None, "respondent", "other"), 0),
        ((("Камила", "other"),), (None, None, "other"), 0),
        ((("Никто Никакой", "other"),), (None, None, None), 1),
    ],
)
def test_roles_of_the_roster_go_to_labels_and_display_names(
    told: tuple[tuple[str, Role], ...], roles: tuple[Role | None, ...], unmatched: int
) -> None:
    shown = ("ДаринаОмарова", "Yerzhan Abdikalikov", "Kamila'siPhone")
    voices = tuple(Voice(f"SPEAKER_0{n}", name) for n, name in enumerate(shown))
    recordings = {"P04": Recording("P04", ONE_PART, (), (), 60.0)}
    roster = Roster((Participant("P04", speakers=told),))
    found = cast.build(recordings, {"P04": Diarization((), (), "tracks", voices)}, roster, (), {"P04": "P04"})["P04"]
    assert tuple(member.override for member in found.members) == roles
    assert found.unmatched == unmatched


def test_each_word_of_a_shared_room_goes_to_one_of_the_two_in_it() -> None:
    segments = drawn("track-1 ##......##\ntrack-2 ..###.....\ntrack-2b .....###..")
    recording, diarization = two_tracks(segments)
    voices = (
        Voice("track-1", "Дана"),
        Voice("track-2", "Ерлан", (), "track-2"),
        Voice("track-2b", "Ерлан", (), "track-2"),
    )
    given = (
        on("track-1", 0.2, "Откуда", "вы?") + on("track-2", 2.2, "Из", "Кентау.") + on("track-2", 5.2, "Оба", "оттуда.")
    )
    placed, dropped = words.place(given, recording, structs.replace(diarization, voices=voices))
    assert [one.speaker for one in placed] == ["track-1"] * 2 + ["track-2"] * 2 + ["track-2b"] * 2
    assert dropped == []


def test_turns_open_sections_of_the_guide() -> None:
    questions = ("Где вы выросли?", "Как вы решили уехать за границу?")
    recording, diarization = two_tracks(drawn("track-1 ##...##...##\ntrack-2 ..###..###..", 1.0))
    given = (
        on("track-1", 0.1, "Где", "вы", "выросли?")
        + on("track-2", 2.1, "Где", "вы", "выросли?", "Забавно.")
        + on("track-1", 5.1, "Почему", "так?")
        + on("track-2", 7.1, "Не", "знаю.")
        + on("track-1", 10.1, "Как", "решили", "уехать", "за", "границу?")
    )
    slices = cast.build({"P03": recording}, {"P03": diarization}, Roster(), ("Дана Сеитова",), {"P03": "P03"})
    item = stage.Item(
        Job("P03", Path()), recording, Transcript(given, (), "", ""), diarization, slices["P03"], questions
    )
    ((_, made),) = stage.run([item], stage.Settings())
    assert isinstance(made, Dialogue)
    assert [(turn.speaker, turn.guide) for turn in made.turns] == [
        ("track-1", 1), ("track-2", 0), ("track-1", 0), ("track-2", 0), ("track-1", 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "flag"),
    [
        ({"disagreement": 0.4}, "captions-differ"),
        ({"notes": ("shared-room-suspected:track-1",)}, "shared-room-suspected"),
        ({"notes": ("shared-room:track-1",)}, "shared-room"),
        ({"notes": ("ghost-folded:SPEAKER_02",)}, "ghost-folded"),
    ],
)
def test_what_diarization_notes_is_flagged(changed: dict[str, Any], flag: str) -> None:
    recording, diarization = two_tracks((Segment(0.0, 2.0, "track-1"), Segment(2.0, 9.0, "track-2")))
    given = on("track-1", 0.2, "Откуда", "вы?") + on("track-2", 3.0, "Из", "Кентау.")
    assert flag not in attributed(recording, given, diarization).flags
    assert flag in attributed(recording, given, structs.replace(diarization, **changed)).flags
