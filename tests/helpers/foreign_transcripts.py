"""Transcripts in the shapes in which other programs write them, and what they say; all people are invented."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import docx
from msgspec import Struct

from tests.helpers.pdf_pages import pdf

Row = tuple[str, float | None, float | None, str]
"""speaker as the file names him, seconds of beginning and end, what is said"""

ASKS, ANSWERS = "Расскажите, где вы учились?", "Я учился в Караганде, потом переехал."
NAMES = ("Жулдыз Сериккызы", "Вжик", "zhuldyz", "Қ. Мүсілімханов", "Мүсілімханов", "Асель", "Роза Ким", "Жаник")
"""of everybody who speaks in any of them"""


class Shape(Struct, frozen=True):
    """A file, and the turns that a reader must find in it."""

    name: str
    data: bytes
    turns: tuple[Row, ...]
    suffix: str
    """of the format that it is told to be"""


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return saved(document)


def saved(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def table(rows: Sequence[Sequence[str]]) -> bytes:
    document = docx.Document()
    made = document.add_table(len(rows), len(rows[0]))
    for row, cells in zip(made.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    return saved(document)


def tracked() -> bytes:
    """A word inserted under tracked changes, one deleted, and a turn in a content control."""
    from lxml import etree

    document = docx.Document()
    paragraph = document.add_paragraph("Вжик: я ")._p
    space = paragraph.nsmap["w"]
    inserted = (
        f"<w:ins xmlns:w='{space}' w:id='1' w:author='Редактор'><w:r><w:t xml:space='preserve'>не </w:t></w:r></w:ins>"
    )
    deleted = f"<w:del xmlns:w='{space}' w:id='2' w:author='Редактор'><w:r><w:delText>точно </w:delText></w:r></w:del>"
    for piece in (inserted, deleted, f"<w:r xmlns:w='{space}'><w:t>был там.</w:t></w:r>"):
        paragraph.append(etree.fromstring(piece))
    said = "<w:p><w:r><w:t>Роза Ким: А я была.</w:t></w:r></w:p>"
    control = f"<w:sdt xmlns:w='{space}'><w:sdtContent>{said}</w:sdtContent></w:sdt>"
    paragraph.addnext(etree.fromstring(control))
    return saved(document)


def odt(*paragraphs: str) -> bytes:
    from odf.opendocument import OpenDocumentText
    from odf.text import P

    document = OpenDocumentText()
    for text in paragraphs:
        document.text.addElement(P(text=text))
    stream = io.BytesIO()
    document.write(stream)
    return stream.getvalue()


def rtf(*paragraphs: str) -> bytes:
    """As f4 saves it: Cyrillic letters by their place in Windows' code page."""
    body = "".join(
        "".join(chr(byte) if 32 <= byte < 128 else f"\\'{byte:02x}" for byte in text.encode("cp1251")) + "\\par\n"
        for text in paragraphs
    )
    return f"{{\\rtf1\\ansi\\ansicpg1251\\deff0{{\\fonttbl{{\\f0 Arial;}}}}\n\\pard {body}}}".encode("ascii")


EAF = f"""<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="Лаборант" DATE="2021-05-02T15:30:45+06:00" FORMAT="3.0" VERSION="3.0">
<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">
<MEDIA_DESCRIPTOR MEDIA_URL="file:///C:/Вжик.wav" MIME_TYPE="audio/x-wav"/></HEADER>
<TIME_ORDER><TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="500"/><TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="3250"/>
<TIME_SLOT TIME_SLOT_ID="ts3" TIME_VALUE="3500"/><TIME_SLOT TIME_SLOT_ID="ts4"/>
<TIME_SLOT TIME_SLOT_ID="ts5" TIME_VALUE="7500"/></TIME_ORDER>
<TIER TIER_ID="B" PARTICIPANT="Вжик" LINGUISTIC_TYPE_REF="utt"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2"
TIME_SLOT_REF1="ts3" TIME_SLOT_REF2="ts4"><ANNOTATION_VALUE>{ANSWERS}</ANNOTATION_VALUE>
</ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="Жулдыз Сериккызы" LINGUISTIC_TYPE_REF="utt"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1"
TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2"><ANNOTATION_VALUE>{ASKS}</ANNOTATION_VALUE>
</ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="utt" TIME_ALIGNABLE="true"/></ANNOTATION_DOCUMENT>
"""
TEXTGRID = f"""File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 7.5
tiers? <exists>
size = 2
item []:
    item [1]:
        class = "IntervalTier"
        name = "Жулдыз Сериккызы"
        xmin = 0
        xmax = 7.5
        intervals: size = 3
        intervals [1]:
            xmin = 0
            xmax = 5e-1
            text = ""
        intervals [2]:
            xmin = 5e-1
            xmax = 3.25
            text = "{ASKS}"
        intervals [3]:
            xmin = 3.25
            xmax = 7.5
            text = ""
    item [2]:
        class = "IntervalTier"
        name = "Вжик"
        xmin = 0
        xmax = 7.5
        intervals: size = 2
        intervals [1]:
            xmin = 0
            xmax = 3.5
            text = "<sil>"
        intervals [2]:
            xmin = 3.5
            xmax = 7.5
            text = "Я сказал ""да""."
"""
NOSCRIBE = f"""<!DOCTYPE HTML><html><head><meta name="audio_source" content="C:/Вжик.mp3" /></head><body>
<p style="font-weight:600;">Вжик</p>
<p style="color: #909090">Transcribed with noScribe vers. 0.6<br>Audio source: Вжик.mp3</p>
<p><a name="ts_500_3250_S00" ><span style="color: #78909C">[00:00:00]</span> S00: {ASKS}</a></p>
<p><a name="ts_3500_5000_S01" >Вжик: Я учился в Караганде,</a><a name="ts_5000_7500_S01" > потом переехал.</a></p>
</body></html>
"""
NOSCRIBE_VTT = f"""WEBVTT Вжик

NOTE Transcribed with noScribe vers. 0.6

NOTE media: C:/Вжик.mp3

1
00:00:00.500 --> 00:00:03.250
<v S00>{ASKS}

2
00:00:03.500 --> 00:00:07.500
<v Вжик>{ANSWERS}
"""
OTR = {
    "text": '<p><span class="timestamp" data-timestamp="0.5">00:00</span> Жулдыз Сериккызы: ' + ASKS + "</p>"
    '<p><span class="timestamp" data-timestamp="3.5">00:03</span> Вжик: ' + ANSWERS + "<br></p>",
    "media": "Вжик.mp3",
    "media-time": 7.5,
}
TEAMS_VTT = f"""WEBVTT

8a1c54d2-0000-4b7e-9e0c-5d1f3f2b7a11/13-0
00:00:00.500 --> 00:00:03.250
<v Жулдыз Сериккызы>Расскажите,
где вы учились?</v>

8a1c54d2-0000-4b7e-9e0c-5d1f3f2b7a11/14-0
00:00:03.500 --> 00:00:07.500
<v Вжик>{ANSWERS}</v>
"""
WEBEX = f"""WEBVTT

1 "Жулдыз Сериккызы" (3298473472)
00:00:00.500 --> 00:00:03.250
{ASKS}

2 "Вжик" (11)
00:00:03.500 --> 00:00:07.500
{ANSWERS}
"""
COMMAS = f"""WEBVTT

00:00,500 --> 00:03,250
<v zhuldyz>{ASKS}</v>

00:03,500 --> 00:07,500
<v Вжик>{ANSWERS}"""
TOGETHER = f"""WEBVTT

00:00:00.000 --> 00:00:04.000
<v zhuldyz>Да?</v> <v Вжик>Нет.</v>

00:00:04.000 --> 00:00:07.500 align:start
<v Вжик>{{\\an8}}{ANSWERS}</v>"""
TIMED: tuple[Row, ...] = (("Жулдыз Сериккызы", 0.5, 3.25, ASKS), ("Вжик", 3.5, 7.5, ANSWERS))
BEGUN: tuple[Row, ...] = (("Жулдыз Сериккызы", 0.0, 12.0, ASKS), ("Вжик", 12.0, None, ANSWERS))
PLAIN: tuple[Row, ...] = (("Жулдыз Сериккызы", None, None, ASKS), ("Вжик", None, None, ANSWERS))
CODES: tuple[Row, ...] = (("SPEAKER_00", 0.5, 3.25, ASKS), ("SPEAKER_01", 3.5, 7.5, ANSWERS))


def cues(asks: str, answers: str, mark: str = ".") -> str:
    return (
        f"1\n00:00:00{mark}500 --> 00:00:03{mark}250\n{asks}\n\n2\n00:00:03{mark}500 --> 00:00:07{mark}500\n{answers}\n"
    )


def segments(*speakers: str, **extra: Any) -> bytes:
    made = [
        {"start": start, "end": end, "text": f" {text}", "speaker": name}
        for name, (start, end, text) in zip(speakers, ((0.5, 3.25, ASKS), (3.5, 7.5, ANSWERS)), strict=True)
    ]
    return json.dumps({"segments": made, **extra}, ensure_ascii=False).encode()


SHAPES = (
    Shape(
        "noScribe, html",
        NOSCRIBE.encode(),
        (("S00", 0.5, 3.25, ASKS), ("Вжик", 3.5, 5.0, "Я учился в Караганде,"), ("Вжик", 5.0, 7.5, "потом переехал.")),
        ".html",
    ),
    Shape("noScribe, vtt", NOSCRIBE_VTT.encode(), (("S00", 0.5, 3.25, ASKS), ("Вжик", 3.5, 7.5, ANSWERS)), ".vtt"),
    Shape(
        "f4, txt with Windows letters",
        f"I: {ASKS} #00:00:03-2#\r\nB: {ANSWERS} #00:00:07-5#\r\n".encode("cp1251"),
        (("I", 0.0, 3.2, ASKS), ("B", 3.2, 7.5, ANSWERS)),
        ".txt",
    ),
    Shape(
        "f4, rtf",
        rtf(f"#00:00:00-5# Асель: {ASKS}", f"#00:00:03-5# Вжик: {ANSWERS}"),
        (("Асель", 0.5, 3.5, ASKS), ("Вжик", 3.5, None, ANSWERS)),
        ".rtf",
    ),
    Shape(
        "oTranscribe",
        json.dumps(OTR, ensure_ascii=False).encode(),
        (("Жулдыз Сериккызы", 0.5, 3.5, ASKS), ("Вжик", 3.5, None, ANSWERS)),
        ".otr",
    ),
    Shape("ELAN", EAF.encode(), (("Жулдыз Сериккызы", 0.5, 3.25, ASKS), ("Вжик", 3.5, 5.5, ANSWERS)), ".eaf"),
    Shape(
        "Praat, UTF-16",
        TEXTGRID.encode("utf-16"),
        (("Жулдыз Сериккызы", 0.5, 3.25, ASKS), ("Вжик", 3.5, 7.5, 'Я сказал "да".')),
        ".TextGrid",
    ),
    Shape("Otter, txt", f"Жулдыз Сериккызы  0:00\n{ASKS}\n\nВжик  0:12\n{ANSWERS}\n".encode(), BEGUN, ".txt"),
    Shape("Otter, docx", word("Жулдыз Сериккызы  0:00", ASKS, "Вжик  0:12", ANSWERS), BEGUN, ".docx"),
    Shape(
        "Sonix, txt",
        f"Вжик-2021.mp3\n\n[00:00:00] Жулдыз Сериккызы: {ASKS}\n\n[00:00:12] Вжик: {ANSWERS}\n".encode(),
        (("", None, None, "Вжик-2021.mp3"), *BEGUN),
        ".txt",
    ),
    Shape("Trint, docx", word("Жулдыз Сериккызы [00:00:00]", ASKS, "Вжик [00:00:12]", ANSWERS), BEGUN, ".docx"),
    Shape(
        "Rev, txt",
        f"Speaker 1 (00:00):\n{ASKS}\n\nВжик (00:12):\n{ANSWERS}\n".encode(),
        (("Speaker 1", 0.0, 12.0, ASKS), BEGUN[1]),
        ".txt",
    ),
    Shape("Teams, docx", word(f"Жулдыз Сериккызы   0:00\n{ASKS}", f"Вжик   0:12\n{ANSWERS}"), BEGUN, ".docx"),
    Shape(
        "Teams, older docx",
        word("0:0:0.500 --> 0:0:3.250", "Жулдыз Сериккызы", ASKS, "0:0:3.500 --> 0:0:7.500", "Вжик", ANSWERS),
        TIMED,
        ".docx",
    ),
    Shape(
        "Teams, vtt", TEAMS_VTT.encode(), (("Жулдыз Сериккызы", 0.5, 3.25, ASKS.replace(", ", ",\n")), TIMED[1]), ".vtt"
    ),
    Shape("Zoom, vtt", ("WEBVTT\n\n" + cues(f"Жулдыз Сериккызы: {ASKS}", f"Вжик: {ANSWERS}")).encode(), TIMED, ".vtt"),
    Shape("Webex, vtt", WEBEX.encode(), TIMED, ".vtt"),
    Shape("vtt with commas and no hours", COMMAS.encode(), (("zhuldyz", 0.5, 3.25, ASKS), TIMED[1]), ".vtt"),
    Shape(
        "two voices in a cue",
        TOGETHER.encode(),
        (("zhuldyz", 0.0, 1.714, "Да?"), ("Вжик", 1.714, 4.0, "Нет."), ("Вжик", 4.0, 7.5, ANSWERS)),
        ".vtt",
    ),
    Shape(
        "SubRip, speaker in brackets",
        cues(f"[Жулдыз Сериккызы] {ASKS}", f"[Вжик] <i>{ANSWERS}</i>", ",").replace("\n", "\r\n").encode("utf-8-sig"),
        TIMED,
        ".srt",
    ),
    Shape("WhisperX, srt", cues(f"[SPEAKER_00]: {ASKS}", f"[SPEAKER_01]: {ANSWERS}", ",").encode(), CODES, ".srt"),
    Shape("WhisperX, json", segments("SPEAKER_00", "SPEAKER_01", language="ru"), CODES, ".json"),
    Shape("whisper, json", segments("", "", text=f"{ASKS} {ANSWERS}"), tuple(("", *row[1:]) for row in CODES), ".json"),
    Shape(
        "whisper.cpp, json",
        json.dumps(
            {
                "transcription": [
                    {
                        "timestamps": {"from": "00:00:00,500", "to": "00:00:03,250"},
                        "offsets": {"from": 500, "to": 3250},
                        "text": f" {ASKS}",
                    }
                ]
            }
        ).encode(),
        (("", 0.5, 3.25, ASKS),),
        ".json",
    ),
    Shape(
        "JSON by lines",
        "".join(
            json.dumps({"speaker": name, "start": start, "end": end, "text": text}, ensure_ascii=False) + "\n"
            for name, start, end, text in TIMED
        ).encode(),
        TIMED,
        ".jsonl",
    ),
    Shape(
        "a service's json in milliseconds",
        json.dumps(
            {
                "utterances": [
                    {"speaker": "A", "start": 500, "end": 3250, "text": ASKS},
                    {"speaker": "Вжик", "start": 3500, "end": 7500, "text": ANSWERS},
                ]
            }
        ).encode(),
        (("A", 0.5, 3.25, ASKS), TIMED[1]),
        ".json",
    ),
    Shape("odt", odt(f"Жулдыз Сериккызы: {ASKS}", f"Вжик: {ANSWERS}"), PLAIN, ".odt"),
    Shape(
        "pdf",
        pdf(
            [
                ["Жулдыз Сериккызы: Расскажите,", "где вы учились?", "1"],
                ["Вжик: Я учился в Караганде,", "потом переехал.", "2"],
            ]
        ),
        PLAIN,
        ".docx",
    ),
    Shape(
        "a table in docx",
        table([("Время", "Спикер", "Текст"), ("00:00:00", "Жулдыз Сериккызы", ASKS), ("00:00:12", "Вжик", ANSWERS)]),
        BEGUN,
        ".docx",
    ),
    Shape(
        "tracked changes and a content control",
        tracked(),
        (("Вжик", None, None, "я не был там."), ("Роза Ким", None, None, "А я была.")),
        ".docx",
    ),
    Shape("a tab after the name", f"Жулдыз Сериккызы\t{ASKS}\nВжик\t{ANSWERS}\n".encode("utf-16-le"), PLAIN, ".txt"),
    Shape("a bracket after the name", f"Жулдыз Сериккызы) {ASKS}\nВжик) {ANSWERS}\n".encode("koi8-r"), PLAIN, ".txt"),
    Shape(
        "initials, a small letter, a speaker who speaks once",
        f"Қ. Мүсілімханов: {ASKS}\nвжик: {ANSWERS}\nи ещё: так\nИнтервьюер: Да.\n".encode(),
        (
            ("Қ. Мүсілімханов", None, None, ASKS),
            ("вжик", None, None, f"{ANSWERS}\nи ещё: так"),
            ("Интервьюер", None, None, "Да."),
        ),
        ".txt",
    ),
)
