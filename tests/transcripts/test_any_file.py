"""Whatever a file holds, it is read or refused; whoever speaks in it, no name of his stays in what comes out.

INTERVIEWS_EXAMPLES=100000 looks further, at random; without it the same few examples are tried each time.
"""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.anonymize.files import anonymize_files
from pipeline.errors import RecordingError
from pipeline.transcripts.formats import FORMATS, transcript
from pipeline.transcripts.said import Refused, Said
from tests.helpers.foreign_transcripts import SHAPES
from tests.helpers.malformed_files import DAMAGES
from tests.helpers.printed import plain
from tests.helpers.reported_transcripts import REPORTED

WIDE = "INTERVIEWS_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("INTERVIEWS_EXAMPLES", "40"))


def look(share: float = 1.0) -> settings:
    return settings(
        max_examples=max(int(EXAMPLES * share), 5),
        derandomize=not WIDE,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


PIECES = (
    *(
        "WEBVTT\n\n",
        "1\n",
        "00:00:01.000 --> 00:00:02,5\n",
        "0:1 --> 1:2",
        "<v ",
        "Асель>",
        "</v>",
        "{\\an8}",
        "NOTE ",
        "\n\n",
    ),
    *(
        "Асель: ",
        "И: ",
        "Вжик  0:12\n",
        "[00:00:12] ",
        "(0:12)",
        "#00:00:03-5#",
        "[Асель] ",
        "Жаник)\t",
        "\t",
        "SPEAKER_00: ",
    ),
    *(
        '{"segments": [',
        '{"text": "да", "start": ',
        "1e999",
        "-1",
        '"speaker": {}',
        "]}",
        "[",
        "{",
        '"',
        ",",
        "null",
        "\\ud800",
    ),
    *("<html><p>", '<a name="ts_1_2_S00">', "</a>", "<br>", "&#0;", '<span data-timestamp="x">', "</p>", "<!--", "]]>"),
    *(
        'File type = "ooTextFile"\nObject class = "TextGrid"\n\n',
        "0\n",
        "1.5\n",
        "<exists>\n",
        '"IntervalTier"\n',
        '"a ""b"""\n',
    ),
    *("<ANNOTATION_DOCUMENT>", '<TIME_SLOT TIME_SLOT_ID="a" TIME_VALUE="1"/>', "<TIER>", "</ANNOTATION_DOCUMENT>"),
    *(
        "{\\rtf1\\ansi",
        "\\u1040?",
        "\\'e0",
        "\\par ",
        "}",
        "%PDF-1.4\n",
        "\r\n",
        "\r",
        "\ufeff",
        "\u2028",
        "\x0b",
        "\u202e",
        "9" * 40,
    ),
)
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=30).map("".join)
ENCODINGS = st.sampled_from(("utf-8", "utf-16", "utf-16-le", "cp1251", "koi8-r", "cp866"))


def read_or_refused(data: bytes) -> None:
    try:
        found = transcript(data)
    except RecordingError:
        return
    for form in FORMATS:
        with suppress(Refused, RecordingError):
            assert transcript(form.write(found.turns)).turns


@look()
@given(text=TEXTS, encoding=ENCODINGS)
def test_any_text_is_read_or_refused(text: str, encoding: str) -> None:
    read_or_refused(text.encode(encoding, "replace"))


@look()
@given(
    data=st.binary(max_size=300),
    head=st.sampled_from((b"", b"PK\x03\x04", b"%PDF-1.7\n", b"{\\rtf1 ", b"\xff\xfe", b"{")),
)
def test_any_bytes_are_read_or_refused(data: bytes, head: bytes) -> None:
    read_or_refused(head + data)


@look()
@given(
    shape=st.sampled_from((*SHAPES, *REPORTED)),
    damage=st.sampled_from(DAMAGES),
    chance=st.randoms(use_true_random=False),
)
def test_any_damaged_file_is_read_or_refused(shape, damage, chance) -> None:  # type: ignore[no-untyped-def]
    read_or_refused(damage(shape.data, chance))


LETTERS = st.text("абвгдежзиклмнопрстуфхцчшыэюяәіңғүұқө", min_size=4, max_size=9)
KNOWN = (
    "Жаник",
    "вжик",
    "Қ. Мүсілімханов",
    "zhuldyz",
    "Әсел Қожахмет",
    "Anna-Maria Ünal",
    "Роза Ким",
    "Жулдыз С.",
    "O'Neil",
)
NAME = st.one_of(
    st.sampled_from(KNOWN), LETTERS.map(str.capitalize), LETTERS, LETTERS.map(lambda name: f"{name} (хост)")
)
SAYS = (
    *(
        "{}, здравствуйте, расскажите о себе.",
        "Привет, {}! Как дела?",
        "Я тогда училась в школе.",
        "Да, конечно, было трудно.",
    ),
    *("Об этом лучше спросить {}.", "Это мне сказал {}, давно.", "Нет: так не бывает.", "Ну… не знаю [смех]"),
)


def told(names: list[str], says: list[str]) -> tuple[Said, ...]:
    """A conversation in which everybody calls the next one by name."""
    return tuple(
        Said(text.format(names[(at + 1) % len(names)]), names[at % len(names)], 2.0 * at, 2.0 * at + 1.5)
        for at, text in enumerate(says)
    )


def otter(said: tuple[Said, ...]) -> bytes:
    return "\n".join(f"{one.speaker}  0:{at:02}\n{one.text}\n" for at, one in enumerate(said)).encode()


def brackets(said: tuple[Said, ...]) -> bytes:
    return "\n".join(
        f"{at}\n00:{at:02},000 --> 00:{at:02},900\n[{one.speaker}] {one.text}\n" for at, one in enumerate(said)
    ).encode()


def tabs(said: tuple[Said, ...]) -> bytes:
    return "\n".join(f"{one.speaker}\t{one.text}" for one in said).encode("utf-16")


def colons(said: tuple[Said, ...]) -> bytes:
    return "\r\n".join(f"{one.speaker}: {one.text}" for one in said).encode()


WRITTEN = (otter, brackets, tabs, colons, *(form.write for form in FORMATS))


@look(0.5)
@given(
    names=st.lists(NAME, min_size=2, max_size=3, unique=True),
    says=st.lists(st.sampled_from(SAYS), min_size=4, max_size=8),
    write=st.sampled_from(WRITTEN),
)
def test_no_name_of_a_speaker_stays(names, says, write) -> None:  # type: ignore[no-untyped-def]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x")
        path.write_bytes(write(told(names, says)))
        assert anonymize_files([path], Path(folder, "out"), None) == []
        (made,) = Path(folder, "out").iterdir()
        text = plain(made)
        words = {word for name in names for word in re.findall(r"[^\W\d_]{4,}", name.casefold())} - {"хост"}
        assert [word for word in words if re.search(rf"(?<!\w){word}(?!\w)", text)] == []
