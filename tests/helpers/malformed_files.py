"""Files broken on purpose, the same ones every time: small whole ones, what goes wrong with files, and traps."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random

import docx
import openpyxl

from pipeline.media import ffmpeg
from pipeline.transcripts.formats import FORMATS
from pipeline.transcripts.said import Said
from tests.helpers.noises import traffic

SECRET = "Асель"
"""stands in every name and text: no message may repeat it"""
SAID = (f"{SECRET}: Я живу в Актобе, пишите на assel@mail.ru.", "Дарина Омарова: А телефон? Плюс семь семьсот один.")
VTT = f"WEBVTT\n\n1\n00:00:00.500 --> 00:00:02.000\n{SAID[0]}\n\n2\n00:00:02.000 --> 00:00:04.000\n{SAID[1]}\n"
SRT = VTT.removeprefix("WEBVTT\n\n").replace(".500", ",500").replace(".000", ",000")
ROWS = (
    ("participant_id", "recording", "gender", "age", "university_countries", "consent_share", "note"),
    ("P01", f"{SECRET}.m4a", "female", "28", "RU;JP", "yes", SECRET),
    ("P02", "", "male", "", "KZ", "", "«a, b»"),
)
CONTACTS = f"participant_id,role,names,email\nP01,participant,{SECRET} Жумабаева,assel@mail.ru\n"
YAML = (
    f"study: {{title: '{SECRET}', language: ru}}\n"
    "transcribe:\n  engine: captions\n"
    "deidentify: {policy: {AGE: keep}}\n"
)

Damage = Callable[[bytes, Random], bytes]


def cut(data: bytes, chance: Random) -> bytes:
    return data[: chance.randrange(len(data))]


def headless(data: bytes, chance: Random) -> bytes:
    return data[chance.randrange(1, min(len(data), 64)) :]


def flipped(data: bytes, chance: Random) -> bytes:
    made = bytearray(data)
    for _ in range(1 + len(made) // 200):
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def overstated(data: bytes, chance: Random) -> bytes:
    """Four bytes say the largest number: a length, a count, a code point."""
    at = chance.randrange(min(len(data), 400))
    return data[:at] + chance.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0")) + data[at + 4 :]


def emptied(data: bytes, chance: Random) -> bytes:
    """A stretch of zeros, as a broken download leaves it."""
    at = chance.randrange(len(data))
    return data[:at] + bytes(len(data[at : at + 2000])) + data[at + 2000 :]


def stuttered(data: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + data[at : at + 300] * 50 + data[at:]


def mixed(data: bytes, chance: Random) -> bytes:
    """Blocks in another order."""
    size = max(len(data) // 8, 1)
    blocks = [data[at : at + size] for at in range(0, len(data), size)]
    chance.shuffle(blocks)
    return b"".join(blocks)


def strewn(data: bytes, chance: Random) -> bytes:
    """Marks that mean something to some reader, anywhere."""
    marks = (
        b"\0",
        b'"',
        b"-->",
        b"\n\n",
        b"{{",
        b"[[",
        b"&a",
        b"*a",
        b"<",
        b"]]>",
        b"\xff\xfe",
        "\u202e".encode(),
        b"9" * 99,
    )
    for _ in range(8):
        at = chance.randrange(len(data))
        data = data[:at] + chance.choice(marks) + data[at:]
    return data


def miscoded(data: bytes, chance: Random) -> bytes:
    """In another encoding than it says, or than anything says."""
    return data.decode("utf-8", "replace").encode(chance.choice(("utf-16", "cp1251", "utf-16-be", "cp866")), "replace")


DAMAGES: tuple[Damage, ...] = (
    cut,
    headless,
    flipped,
    overstated,
    emptied,
    stuttered,
    mixed,
    strewn,
    miscoded,
)


def broken(whole: Mapping[str, bytes], number: int, seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """`number` damaged files as (name, content): each kind in turn, with each damage in turn."""
    names = list(whole)
    for at in range(number):
        kind, damage = names[at % len(names)], DAMAGES[(at // len(names) + at) % len(DAMAGES)]
        chance = Random(seed * 10_000 + at)
        yield f"{at:03} {SECRET} {damage.__name__} {kind}", damage(whole[kind], chance)


def media(folder: Path) -> dict[str, bytes]:
    """Four seconds of noise in the usual formats."""
    import soundfile

    soundfile.write(folder / "noise.wav", traffic(4), 16_000)
    made = {}
    for suffix in ("m4a", "mp3", "wav", "flac", "ogg", "mka", "webm", "mp4", "aac"):
        target = folder / f"made.{suffix}"
        start = [str(ffmpeg.binary()), "-v", "error", "-i", str(folder / "noise.wav"), "-y", str(target)]
        subprocess.run(start, check=True, stdin=subprocess.DEVNULL)
        made[f"x.{suffix}"] = target.read_bytes()
    return made


def transcripts() -> dict[str, bytes]:
    """One conversation in every format of `anonymize`."""
    told = [text.partition(": ") for text in SAID * 3]
    said = [Said(text, name, 2.0 * at, 2.0 * at + 1) for at, (name, _, text) in enumerate(told)]
    return {f"t{form.suffix}": form.write(said) for form in FORMATS}


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def study_files() -> dict[str, bytes]:
    """The tables and settings of a study."""
    table = "\r\n".join(",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in ROWS)
    return {
        "participants.csv": table.encode(),
        "private/contacts.csv": CONTACTS.encode(),
        "study.yaml": YAML.encode(),
        "participants.xlsx": workbook(),
    }


def repacked(data: bytes, member: str, change: Callable[[bytes], bytes]) -> bytes:
    """An office file with one member changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, change(content) if name == member else content)
    return made.getvalue()


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + at, b"&%c;" % (97 + at) * 10) for at in range(12)
)
"""a billion laughs: entities that stand for entities"""


def declared(entities: bytes, use: bytes) -> Callable[[bytes], bytes]:
    """Put a declaration before the root of an XML document, and a reference into its first text."""

    def change(content: bytes) -> bytes:
        head, mark, rest = content.partition(b"?>") if b"?>" in content else (b"", b"", content)
        return head + mark + entities + b"]>" + rest.replace("Дарина".encode(), use, 1).replace(b"P02", use, 1)

    return change


def traps_of_word(secret: Path) -> dict[str, bytes]:
    """Word files that unfold without end, or ask for another file."""
    whole = transcripts()["t.docx"]
    text = "word/document.xml"
    table = docx.Document()
    table.add_table(1, 1).cell(0, 0).text = f"{SECRET} здесь"
    wide = io.BytesIO()
    table.save(wide)
    deep = b"<w:tbl><w:tr><w:tc>" * 5000
    return {
        "bomb.docx": repacked(whole, text, lambda data: data.replace(b"<w:t>", b"<w:t>" + b"A" * (40 << 20), 1)),
        "laughs.docx": repacked(whole, text, declared(LAUGHS, b"&m;")),
        "other.docx": repacked(
            whole, text, declared(f'<!DOCTYPE x [<!ENTITY o SYSTEM "{secret.as_uri()}">'.encode(), b"&o;")
        ),
        "deep.docx": repacked(whole, text, lambda data: data.replace(b"<w:p>", deep + b"<w:p>", 1)),
        "wide.docx": repacked(
            wide.getvalue(),
            text,
            lambda data: data.replace(b"<w:tcPr>", b'<w:tcPr><w:gridSpan w:val="2000000000"/>', 1),
        ),
        "no.docx": b"PK\x05\x06" + bytes(18),
    }


def traps_of_excel(secret: Path) -> dict[str, bytes]:
    """Workbooks that unfold without end, ask for another file, or are larger than they look."""
    whole, sheet = workbook(), "xl/worksheets/sheet1.xml"
    other = f'<!DOCTYPE x [<!ENTITY o SYSTEM "{secret.as_uri()}">'.encode()
    return {
        "laughs": repacked(whole, sheet, declared(LAUGHS, b"&m;")),
        "other": repacked(whole, sheet, declared(other, b"&o;")),
        "bomb": repacked(whole, sheet, lambda data: data.replace(b"<t>", b"<t>" + b"A" * (40 << 20), 1)),
        "far": repacked(whole, sheet, lambda data: data.replace(b'<row r="3"', b'<row r="99999999999"', 1)),
        "broad": repacked(whole, sheet, lambda data: data.replace(b'r="G3"', b'r="XFD3"', 1)),
    }


def traps_of_media(secret: Path) -> dict[str, bytes]:
    """What ffmpeg would take for a list of other files, whatever it is called."""
    other = secret.as_posix()
    return {
        "hls.m4a": f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://{other}\n#EXT-X-ENDLIST\n".encode(),
        "web.mp4": b"#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
        "list.m4a": f"ffconcat version 1.0\nfile '{other}'\n".encode(),
        "sdp.m4a": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n",
        "dash.m4a": f'<?xml version="1.0"?><MPD><Period><BaseURL>{other}</BaseURL></Period></MPD>'.encode(),
        "subs.mka": f"1\n00:00:00,000 --> 00:00:09,000\n{SECRET}\n".encode(),
        "zip.m4a": workbook(),
        "one.m4a": b"\0",
        "ftyp.m4a": b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42isom\0\0\0\0" + b"\xff\xff\xff\xffmoov" + bytes(99),
    }


TRAPS_OF_TEXT = {
    "deep.json": b"[" * 200_000,
    "late.json": b'[{"text": "\xd0\xb0", "start": 1e999, "end": NaN}]',
    "half.json": b'[{"text": "\\ud800 abc", "start": -1}]',
    "odd.json": b'{"turns": {"text": 1}}',
    "far.vtt": f"WEBVTT\n\n{'9' * 30}:00:00.000 --> 00:00:01.000\n{SECRET}\n".encode(),
    "long.txt": ("1." * 4_000).encode(),
    "digits.txt": (f"{SECRET} " + "7" * 9_000).encode(),
    "marks.srt": "1\n00:00:00,000 --> 00:00:01,000\n\u202e\u2066<v <v <v &#x110000; \ufdd0\n".encode(),
}
TRAPS_OF_YAML = {
    "laughs": b"a: &a [x,x]\n" + b"".join(b"%c: &%c [*%c,*%c]\n" % (c, c, c - 1, c - 1) for c in range(98, 122)),
    "object": b"study: !!python/object/apply:os.system ['true']\n",
    "deep": b"study: " + b"{a: " * 50_000,
    "endless": b"study: {title: " + b"x" * (1 << 20) + b"}\n",
    "numbers": b"ingest: {min_seconds: .nan, silence_floor_dbfs: -1e999, max_captions_megabytes: "
    + b"9" * 5000
    + b"}\n",
}
