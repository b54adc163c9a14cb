"""Transcripts in every format: what a researcher reads, and what MAXQDA, players and programs take in."""

from __future__ import annotations

import io
import json
import re
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import webvtt
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from pipeline.deidentify.labels.replace import pieces, released
from pipeline.model import Entity, Turn, Word
from pipeline.release.documents import docx as word
from pipeline.release.documents import json_transcript, transcripts
from pipeline.release.documents.transcripts import Page, moved, timed
from pipeline.release.request import Interview
from pipeline.study.export_settings import RoleLabels, Settings
from tests.helpers.releases import finished, interview, request, turn

TALK = [
    "И: Здравствуйте, [Айгерим|PERSON:r]! Меня зовут [Дарина|PERSON:i].",
    "Р: Да, здравствуйте. Родом я из [Текели|CITY_SMALL], сейчас в [Японии|COUNTRY]: учусь.",
    "И: А кто вас встретил?",
    "Р: [Ерлан|PERSON:friend] & его <брат>. С [Ерланом|PERSON:friend] мы дружим.",
]


def page(said: list[str] | Interview, **changed: Any) -> Page:
    made = interview("P01", said) if isinstance(said, list) else said
    return transcripts.page(structs.replace(request(Path("study"), made), **changed), made, made.name)


def test_text_has_the_attribution_on_top_and_a_paragraph_a_turn() -> None:
    assert transcripts.txt(page(TALK, draft=False)).decode() == (
        "Интервью P01\n"
        "(Женщина, 28 лет, выпускница японского университета, живёт в Японии)\n"
        "(Female, 28 years old, graduate of a Japanese university, lives in Japan)\n"
        "\n"
        "И: ¶1 Здравствуйте, [имя-1]! Меня зовут [имя-2].\n"
        "\n"
        "Р: ¶2 Да, здравствуйте. Родом я из [город-1], сейчас в Японии: учусь.\n"
        "\n"
        "И: ¶3 А кто вас встретил?\n"
        "\n"
        "Р: ¶4 [имя-3] & его <брат>. С [имя-3] мы дружим.\n"
    )


def paragraphs(data: bytes) -> list[Any]:
    return list(docx.Document(io.BytesIO(data)).paragraphs)


def test_maxqda_finds_the_speakers_and_nobody_else() -> None:
    """A speaker is what stands before the first colon of a paragraph, within its first 63 characters."""
    found = {
        match[1]
        for paragraph in paragraphs(word.docx(page(TALK)))
        if (match := re.match(r"(.{0,62}?):", paragraph.text))
    }
    assert found == {"И", "Р"}
    lines = transcripts.txt(page(TALK)).decode().splitlines()
    assert {match[1] for match in (re.match(r"(.{0,62}?):", line) for line in lines) if match} == {"И", "Р"}


def test_word_paragraphs_carry_named_styles() -> None:
    made = paragraphs(word.docx(page(TALK)))
    styles = [paragraph.style.name for paragraph in made]
    assert styles == [
        "Draft Banner",
        "Interview Title",
        *["Attribution"] * 2,
        *["Interviewer", "Respondent"] * 2,
    ]
    runs = [(run.text, run.style.name) for run in made[-1].runs]
    assert runs[0] == ("Р:", "Speaker Label")
    assert runs[2] == ("¶4", "Turn Number")
    assert [text for text, style in runs if style == "Redaction"] == ["[имя-3]", "[имя-3]"]
    assert made[-1].text == "Р: ¶4 [имя-3] & его <брат>. С [имя-3] мы дружим."


def test_word_says_nothing_of_who_made_it() -> None:
    data = word.docx(page(TALK, draft=False))
    properties = docx.Document(io.BytesIO(data)).core_properties
    assert (properties.author, properties.comments, properties.last_modified_by) == ("", "", "")
    assert properties.created is None
    assert properties.title == "Интервью P01"
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert {member.date_time for member in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in packed.namelist() if "thumbnail" in name]
    assert data == word.docx(page(TALK, draft=False))


def test_a_draft_says_so_on_every_page() -> None:
    document = docx.Document(io.BytesIO(word.docx(page(TALK))))
    assert "ЧЕРНОВИК" in document.sections[0].header.paragraphs[0].text
    assert "DRAFT" in document.paragraphs[0].text
    clean = docx.Document(io.BytesIO(word.docx(page(TALK, draft=False))))
    assert clean.sections[0].header.paragraphs[0].text == ""


def test_several_interviewers_are_numbered() -> None:
    talk = ["Иа: Начнём.", "Р: Да.", "Иб: И я спрошу.", "Д: Извините."]
    assert [line.letter for line in page(talk).lines] == ["И1", "Р", "И2", "Д"]
    own = Settings(labels=RoleLabels(interviewer="Интервьюер"), turn_numbers=False)
    text = transcripts.txt(page(talk, settings=own)).decode()
    assert "\nИнтервьюер1: Начнём.\n" in text
    english = page(talk, language="en")
    assert [line.letter for line in english.lines] == ["I1", "R", "I2", "O"]
    assert english.title == "Interview P01"


def test_parts_are_marked_and_numbers_run_on() -> None:
    first, _ = turn(1, "И: Начнём.", 0)
    second, _ = turn(2, "Р: Продолжим.", 60, part=2)
    made = page(finished("P01", (first, second), (), None))
    text = transcripts.txt(made).decode()
    assert text.index("— Часть 1 —") < text.index("И: ¶1") < text.index("— Часть 2 —") < text.index("Р: ¶2")
    styles = [paragraph.style.name for paragraph in paragraphs(word.docx(made))]
    assert styles[-4:] == ["Part Mark", "Interviewer", "Part Mark", "Respondent"]


def spoken(number: int, line: str, gaps: dict[int, float]) -> Interview:
    """A turn with a longer pause before some of its words."""
    made, marks = turn(number, line, 0)
    words, late = [], 0.0
    for index, heard in enumerate(made.words):
        late += gaps.get(index, 0.0)
        words.append(structs.replace(heard, start=heard.start + late, end=heard.end + late))
    base = interview("P01", [line])
    timed_turn = structs.replace(made, words=tuple(words), end=words[-1].end)
    assert len(marks) == len(base.redaction.entities)
    return finished("P01", (timed_turn,), base.redaction.entities, base.participant)


def test_pauses_are_marked_between_words_and_never_inside_a_label() -> None:
    line = "Р: Ну, я [Айгерим Сарсенова|PERSON] и потом уехала."
    assert page(spoken(1, line, {5: 5.0})).lines[0].marked == "Ну, я [имя-1] и (5) потом уехала."
    assert page(spoken(1, line, {3: 5.0})).lines[0].marked == "Ну, я [имя-1] и потом уехала."
    assert page(spoken(1, line, {5: 5.0})).lines[0].text == "Ну, я [имя-1] и потом уехала."
    quiet = Settings(pauses_from=0)
    assert "(5)" not in page(spoken(1, line, {5: 5.0}), settings=quiet).lines[0].marked
    assert page(spoken(1, line, {5: 1.2}), settings=Settings(pauses_from=1)).lines[0].marked.count("и (.) потом") == 1


def test_a_clean_transcript_prints_less_and_keeps_all() -> None:
    line = "Р: Э-э, я, я [Айгерим Сарсенова|PERSON] и м-м потом уехала."
    (made,) = page(spoken(1, line, {7: 5.0}), settings=Settings(profile="clean")).lines
    assert made.marked == "Я [имя-1] и (5) потом уехала."
    assert made.text == "Э-э, я, я [имя-1] и м-м потом уехала."
    assert [made.text[label.start : label.end] for label in made.labels] == ["[имя-1]"]


def test_times_that_were_not_measured_mark_no_pause() -> None:
    made = spoken(1, "Р: Ну, я уехала.", {2: 9.0})
    guessed = structs.replace(
        made.dialogue.turns[0], words=tuple(structs.replace(w, interpolated=True) for w in made.dialogue.turns[0].words)
    )
    assert page(finished("P01", (guessed,), (), made.participant)).lines[0].marked == "Ну, я уехала."


def test_overlaps_are_marked_where_they_begin() -> None:
    made, _ = turn(1, "Р: Я тогда жила в общежитии.", 0)
    both = structs.replace(made, overlaps=((1.1, 2.0), (2.1, 2.2)))
    assert page(finished("P01", (both,), (), None)).lines[0].marked == "Я тогда // жила в общежитии."


def test_subtitles_parse_and_keep_to_their_length() -> None:
    long = "Р: " + " ".join(f"слово{number}" for number in range(60)) + " [Ерлан|PERSON] был там."
    made = page([*TALK, long])
    captions = webvtt.from_string(transcripts.vtt(made).decode()).captions
    assert " ".join(caption.text for caption in captions).count("[имя-") == 5
    assert captions[0].voice == "И"
    starts = [caption.start_in_seconds for caption in captions]
    assert starts == sorted(starts)
    assert all(caption.end_in_seconds - caption.start_in_seconds <= 7.0 for caption in captions)
    said = " ".join(caption.text for caption in captions if (caption.identifier or "").startswith("¶5"))
    assert said == made.lines[4].text
    assert all(caption.text for caption in captions)


def test_subtitles_escape_what_players_take_for_tags() -> None:
    assert "&amp; его &lt;брат&gt;" in transcripts.vtt(page(TALK)).decode()


def test_json_keeps_to_its_schema_and_to_what_was_released() -> None:
    value = json.loads(json_transcript.transcript(page(TALK)))
    conforms(value, json_transcript.SCHEMA)
    assert value["status"] == "draft"
    assert value["attributes"]["age"] == "28"
    said = value["turns"][3]
    assert [said["text"][label["start"] : label["end"]] for label in said["labels"]] == ["[имя-3]", "[имя-3]"]
    assert {label["kind"] for label in said["labels"]} == {"PERSON"}


def conforms(value: Any, rule: dict[str, Any]) -> None:
    """As much of JSON Schema as ours uses."""
    if "const" in rule:
        assert value == rule["const"]
    if "enum" in rule:
        assert value in rule["enum"]
    if rule.get("type") == "object":
        known, others = rule.get("properties", {}), rule.get("additionalProperties")
        assert set(rule.get("required", ())) <= set(value)
        for key, inner in value.items():
            assert key in known or isinstance(others, dict)
            conforms(inner, known[key] if key in known else dict(others or {}))
    elif rule.get("type") == "array":
        for inner in value:
            conforms(inner, rule["items"])
    elif "type" in rule:
        kinds: dict[str, Any] = {"string": str, "boolean": bool, "integer": int, "number": (int, float)}
        assert isinstance(value, kinds[rule["type"]])


TEXT = "Айгерим Сарсенова из Текели, телефон 8 701 123-45-67."
EDGES = st.lists(st.integers(0, len(TEXT)), min_size=2, max_size=8, unique=True).map(sorted)


@given(EDGES, st.sampled_from(["[x]", "[длинная-метка-12]"]))
def test_words_map_into_the_released_text(edges: list[int], label: str) -> None:
    entities = [
        Entity(1, start, end, "PERSON", "direct", 1.0, "test", f"PERSON:{start}", label)
        for start, end in zip(edges[::2], edges[1::2], strict=False)
        if TEXT[start:end].strip()
    ]
    spans = tuple(match.span() for match in re.finditer(r"\S+", TEXT))
    words = tuple(Word(i, i + 0.5, TEXT[a:b], 1.0, "ru", "mix") for i, (a, b) in enumerate(spans))
    said = Turn(1, 0, 9, "Р", TEXT, words, spans)
    text, parts = released(said, entities), pieces(said, entities)
    heard = timed(said, parts)
    assert all(one.end <= two.start for one, two in pairwise(heard))
    assert heard[0].begins == 0
    assert max(piece.ends for piece in heard) == words[-1].end
    for start, end in spans:
        if not any(entity.start < end and start < entity.end for entity in entities):
            assert text[moved(parts, start, False) : moved(parts, end, True)] == TEXT[start:end]
    covered = "".join(text[piece.start : piece.end] for piece in heard)
    assert covered.replace(" ", "") == text.replace(" ", "")
