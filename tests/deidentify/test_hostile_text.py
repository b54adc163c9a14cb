"""Whatever bytes a file holds, a reader answers or refuses; whatever is said, a search ends and stays within it.

INTERVIEWS_EXAMPLES=100000 looks further, at random; without it the same few examples are tried each time.
"""

from __future__ import annotations

import os
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.deidentify import stage as deidentify
from pipeline.deidentify.labels.replace import released
from pipeline.errors import RecordingError
from pipeline.ingest import zoom
from pipeline.ingest.layout import layout
from pipeline.model import Dialogue, Job, Part, Source, Speaker, Turn
from pipeline.transcripts.formats import transcript

pytestmark = pytest.mark.campaign

WIDE = "INTERVIEWS_EXAMPLES" in os.environ
look = settings(
    max_examples=int(os.environ.get("INTERVIEWS_EXAMPLES", "25")),
    derandomize=not WIDE,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
WORDS = (
    *("Асель", "Жумабаева", "Қожахмет", "айгерим", "собака", "точка", "ком", "плюс семь", "семьсот один", "двадцать"),
    *("двадцать третье", "мая", "девяносто восьмого", "года", "улица", "дом", "квартира", "в Актобе", "КИМЭП", "НИШ"),
    *("мне", "лет", "тысяч", "тенге", "школа номер", "имени", "ТОО «", "», ", "@", "assel.zh@mail.ru", "+7 701 234"),
    *("8 (701)", "850101300123", "AB123456", "http://", "www.", "нижнее подчёркивание", "дефис", "эй би си", "😀"),
    *("\u202e", "\u200d", "а\u0301", "Ä", "ß", "İ", "ﬁ", "\ufeff", "\xa0", "\x00", "\x0b", "\u2028", "١٢٣", "²", "Ⅷ"),
    *(" ", " ", "\n", ", ", ". ", "? ", "- ", "—", ":", "(", "«", "7", "00", "1.", "/", "№", "%", "[имя-1]", "…"),
)
SPEECH = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=6)), max_size=40).map("".join)
LINES = (
    *("WEBVTT", "\n", "\n\n", "\r\n", "1", "00:00:01.000 --> 00:00:02.000", "00:00:01,000 --> 00:00:02,000", "-->"),
    *("99999999999:00:00.000 --> 00:00:00.000", "00:61:61.999 --> x", "Асель: да", "<v Асель>да</v>", "<v", "</v>"),
    *("NOTE", "STYLE", "REGION", "X-TIMESTAMP-MAP=", ":", "Асель", " align:start", "\ufeff", "\x00", "\t", "&lt;"),
)
SUBTITLES = st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=8)), max_size=30).map("".join)
CELLS = (
    *("participant_id", "recording", "gender", "age", "код", "names", "role", "P01", "P02", "a; b", "female", "28"),
    *(
        ",",
        ",",
        ";",
        "\t",
        "\n",
        "\r\n",
        '"',
        '""',
        "#",
        "Япония",
        "RU;RU",
        "2021-05-02",
        "31.02.2021",
        "yes",
        "\ufeff",
    ),
)
ROSTERS = st.lists(st.one_of(st.sampled_from(CELLS), st.text(max_size=5)), max_size=40).map("".join)
KEYS = (
    *("study:", "ingest:", "deidentify:", "policy:", "export:", "title", "ignore", "min_seconds", "brackets", ":", " "),
    *("\n", "\n  ", "- ", "[", "]", "{", "}", "&a", "*a", "<<", "!!", "!!python/name:os", "'", '"', "|", ">", "#", "?"),
    *("1e999", ".nan", "0x", "1:1:1", "2021-13-45", "null", "~", "yes", "\t", "%YAML 9", "---", "..."),
)
SETTINGS = st.lists(st.one_of(st.sampled_from(KEYS), st.text(max_size=5)), max_size=40).map("".join)
NAMES = st.lists(
    st.one_of(
        st.sampled_from(
            (
                "2021-05-02 15.30.45 ",
                "GMT20210502-123045",
                "_Recording",
                "'s Zoom Meeting ",
                "87654321012",
                "audio",
                "1",
            )
        ),
        st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), max_size=6),
    ),
    min_size=1,
    max_size=8,
).map("".join)


def encoded(text: str, how: int) -> bytes:
    """A text as programs write it, right or wrong."""
    return text.encode(("utf-8", "utf-8-sig", "utf-16", "cp1251", "utf-16-be")[how], "replace")


BYTES = st.one_of(
    st.binary(max_size=400),
    st.builds(encoded, st.one_of(SUBTITLES, ROSTERS, SETTINGS, SPEECH), st.integers(0, 4)),
)


SLOW = ("7", "8 7", "1.", "а", "a@", "a.", "a:", "а-", "«", "(", "собака точка ", "точка ком ", "плюс семь ", "А.А.")
"""what made some rule look at everything again from every place"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@look
@given(data=BYTES)
def test_transcripts_are_read_or_refused(data: bytes) -> None:
    try:
        found = transcript(data)
    except RecordingError:
        return
    assert found.form.write(found.turns)


@look
@given(name=NAMES, inner=st.lists(NAMES, max_size=4))
def test_any_name_has_a_layout(name: str, inner: list[str]) -> None:
    sources = tuple(
        Source(f"{at}{one}.m4a", "") for at, one in zip(("", "Audio Record/", "", "x/"), inner, strict=False)
    )
    part = Part(name, zoom.host_of(name), zoom.started_of(name, sources), sources)
    assert len(layout(part).mix) <= len(sources)


@look
@given(said=st.lists(SPEECH, min_size=1, max_size=4), who=st.text(max_size=12))
def test_whatever_is_said_is_searched(folder: Path, said: list[str], who: str) -> None:
    turns = tuple(Turn(number, 0.0, 1.0, "S1", text, (), ()) for number, text in enumerate(said, 1))
    dialogue = Dialogue(turns, (Speaker("S1", "respondent", "", (), 0.0, who),))
    found = deidentify.redact(deidentify.Item(Job("P01", folder), dialogue), deidentify.Settings())
    for turn in turns:
        here = [one for one in found.entities if one.turn == turn.number]
        assert all(0 <= one.start < one.end <= len(turn.text) for one in here)
        assert all(one.end <= two.start for one, two in pairwise(here))
        assert isinstance(released(turn, found.entities), str)


@pytest.mark.parametrize("unit", SLOW)
def test_the_search_takes_time_in_proportion(folder: Path, unit: str) -> None:
    turn = Turn(1, 0.0, 1.0, "S1", (unit * 8_000)[:8_000], (), ())
    began = time.process_time()
    deidentify.redact(deidentify.Item(Job("P01", folder), Dialogue((turn,), ())), deidentify.Settings())
    assert time.process_time() - began < 6
