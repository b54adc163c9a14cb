"""Shapes that users of other programs reported as trouble: the smallest file of each, and what it says."""

from __future__ import annotations

import json

from tests.helpers.foreign_transcripts import ANSWERS, ASKS, Row, Shape

TWO: tuple[Row, ...] = (("Жаник", 1.5, 3.25, ASKS), ("Роза Ким", 3.5, 7.0, ANSWERS))


def begun(first: float | None, second: float | None) -> tuple[Row, ...]:
    """Two turns of which the beginning alone is known."""
    return (("Жаник", first, second, ASKS), ("Роза Ким", second, None, ANSWERS))


def lines(*texts: str) -> bytes:
    return "".join(f"{text}\n" for text in texts).encode()


PREMIERE = lines(
    '"Speaker Name","Start Time","End Time","Text"',
    "",
    f'"Жаник","00:00:00:10","00:00:03:05","{ASKS}"',
    "",
    '"Роза Ким","00:00:03:15","00:01:07:00","Да, ""конечно""."',
)
MINUTES = lines(
    *("Жаник", "0 minutes 3 seconds", "0:03", ASKS),
    *("Роза Ким", "1 minute 12 seconds", "1:12", ANSWERS),
    *("Жаник", "1 hour 2 minutes 5 seconds", "1:02:05", "Спасибо."),
)
UNEVEN = {
    "segments": [{"start": 20.24, "end": 27.400000000000002, "text": ASKS}, {"start": 27.4, "end": 27.1, "text": "Да"}]
}
NAMELESS = {
    "segments": [
        {"start": 1.5, "end": 3.25, "text": ASKS, "speaker": "SPEAKER_00"},
        {"start": 3.5, "end": 7, "text": ANSWERS},
    ]
}

REPORTED = (
    Shape(
        "Audacity's labels",
        lines(f"1.500000\t3.250000\tЖаник: {ASKS}", f"3.500000\t7.000000\tРоза Ким: {ANSWERS}"),
        TWO,
        ".txt",
    ),
    Shape(
        "Teams, times in words",
        MINUTES,
        (*begun(3.0, 72.0)[:1], ("Роза Ким", 72.0, 3725.0, ANSWERS), ("Жаник", 3725.0, None, "Спасибо.")),
        ".txt",
    ),
    Shape(
        "Premiere, csv with pictures counted",
        PREMIERE,
        (("Жаник", 0.4, 3.2, ASKS), ("Роза Ким", 3.6, 67.0, 'Да, "конечно".')),
        ".csv",
    ),
    Shape(
        "csv with start, end, speaker, dialog",
        lines(
            "start time,end time,speaker,dialog",
            f'00:00:01.5,00:00:03.25,Жаник,"{ASKS}"',
            f'00:00:03.5,00:00:07.0,Роза Ким,"{ANSWERS}"',
        ),
        TWO,
        ".csv",
    ),
    Shape(
        "whisper, tsv in milliseconds",
        lines("start\tend\ttext", f"1500\t3250\t{ASKS}", f"3500\t7000\t{ANSWERS}"),
        tuple(("", *row[1:]) for row in TWO),
        ".csv",
    ),
    Shape(
        "QualCoder, colon before the thousandths",
        lines(f"#00:07:35:500# Жаник: {ASKS}", f"#00:07:40:000# Роза Ким: {ANSWERS}"),
        begun(455.5, 460.0),
        ".txt",
    ),
    Shape(
        "QualCoder, braces",
        lines(f"{{00:07:35}} [Жаник] {ASKS}", f"{{00:07:40}} [Роза Ким] {ANSWERS}"),
        begun(455.0, 460.0),
        ".txt",
    ),
    Shape(
        "QualCoder, dots",
        lines(f"[00.07.35] [Жаник] {ASKS}", f"[00.07.40] [Роза Ким] {ANSWERS}"),
        begun(455.0, 460.0),
        ".txt",
    ),
    Shape("a sign before the name", lines(f"@Жаник: {ASKS}", f"@Роза Ким: {ANSWERS}"), begun(None, None), ".txt"),
    Shape(
        "aTrain, the speaker above lines with times",
        lines("SPEAKER_00", f"[00:00:12] - {ASKS}", "[00:00:15] - И ещё.", "Жаник", f"[00:00:17] - {ANSWERS}"),
        (("SPEAKER_00", 12.0, 15.0, ASKS), ("SPEAKER_00", 15.0, 17.0, "И ещё."), ("Жаник", 17.0, None, ANSWERS)),
        ".txt",
    ),
    Shape(
        "noScribe, times in the text of a cue too",
        lines("WEBVTT", "", "00:01:33.000 --> 00:01:35.000", f"<v Жаник>[00:01:33] {ASKS}"),
        (("Жаник", 93.0, 95.0, ASKS),),
        ".vtt",
    ),
    Shape(
        "subtitles with the speaker on a line of his own",
        lines(
            "1",
            "00:00:01,500 --> 00:00:03,250",
            "(Жаник)",
            ASKS,
            "",
            "2",
            "00:00:03,500 --> 00:00:07,000",
            "(Роза Ким)",
            ANSWERS,
        ),
        TWO,
        ".srt",
    ),
    Shape(
        "times that overlap by rounding, and run back",
        json.dumps(UNEVEN).encode(),
        (("", 20.24, 27.4, ASKS), ("", 27.4, 27.4, "Да")),
        ".json",
    ),
    Shape(
        "WhisperX, a turn that nobody is named for",
        json.dumps(NAMELESS).encode(),
        (("SPEAKER_00", 1.5, 3.25, ASKS), ("", 3.5, 7.0, ANSWERS)),
        ".json",
    ),
    Shape(
        "Markdown, times",
        lines(f"**[00:00:04]** {ASKS}", "", f"**[00:00:09]** {ANSWERS}"),
        (("", 4.0, 9.0, ASKS), ("", 9.0, None, ANSWERS)),
        ".txt",
    ),
    Shape("Markdown, names", lines(f"**Жаник:** {ASKS}", "", f"**Роза Ким:** {ANSWERS}"), begun(None, None), ".txt"),
    Shape(
        "whisper, times in brackets",
        lines(f"[00:01.500 --> 00:03.250]  {ASKS}", f"[00:03.500 --> 00:07.000]  {ANSWERS}"),
        tuple(("", *row[1:]) for row in TWO),
        ".txt",
    ),
)
