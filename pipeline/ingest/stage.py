"""ingest: Zoom folders and media files in, one `Recording` with decoded tracks on one time axis out."""

from __future__ import annotations

import errno
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import accumulate, count
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.errors import attempt
from pipeline.ingest import align, captions, given, zoom
from pipeline.ingest.layout import Layout, layout
from pipeline.media import ffmpeg, refused
from pipeline.media.ffmpeg import RATE, Raw
from pipeline.model import GIVEN, Caption, Failure, Job, Mark, Part, Recording, Source, Tell, Track, quiet
from pipeline.store.artifacts import sha256

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VERSION = "2"

BLOCK = RATE * 60
"""Samples that are added up and written at a time."""

LENGTHS_DIFFER = RATE // 2
"""Samples by which a track may differ from the mix and still count as having run beside it from the start."""


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """What may be set under `ingest:` in study.yaml."""

    silence_floor_dbfs: float = -60.0
    """a recording that is nowhere louder has no sound"""
    min_sound_seconds: float = 0.5
    """how long it must be louder"""
    min_seconds: float = 1.0
    """a shorter recording is no interview"""
    max_captions_megabytes: int = 20
    """larger subtitle files are not read"""


class Item(Struct, frozen=True):
    job: Job
    recordings: Path
    parts: tuple[Part, ...]


class Take(Struct, frozen=True):
    """One source file, decoded to raw samples."""

    raw: Path
    samples: int
    start: int = 0
    """sample of its part at which it begins; negative where it began before"""


class Voice(Struct, frozen=True):
    """One participant in one part."""

    display_name: str
    takes: tuple[Take, ...]
    certain: bool
    """False where nothing shows at which moment a track of another length begins"""


class Decoded(Struct, frozen=True):
    """One part, decoded."""

    mix: tuple[Take, ...]
    """empty where the part has no file of everybody"""
    voices: dict[str, Voice]
    """by what is the same person in every part"""
    samples: int
    captions: tuple[Caption, ...]
    notes: tuple[str, ...]
    """about the captions"""
    given: bool = False
    """the captions are a transcript from elsewhere"""


def counter(recording: str, total: int, tell: Tell) -> Callable[[], None]:
    """What to call after each of `total` steps of one recording, so that it is told."""
    done = count(1)
    return lambda: tell(recording, min(next(done) / total, 1.0))


def ingest(item: Item, settings: Settings, tell: Tell) -> Recording:
    """Decode one interview. Raises RecordingError where there is nothing whole to hear."""
    for part in item.parts:
        zoom.check(item.recordings, part)
    plans = [plan(part) for part in item.parts]
    files = sum(len(made.mix) + sum(len(voice.sources) for voice in made.voices) for made in plans)
    tracks = 1 + max(len(made.voices) for made in plans)
    step = counter(item.job.id, files + tracks, tell)
    scratch = item.job.folder / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700, parents=True)
    try:
        decoded = []
        for number, (part, made) in enumerate(zip(item.parts, plans, strict=True), start=1):
            below = scratch / str(number)
            below.mkdir()
            decoded.append(decode(item, part, made, Bench(below, item.job.folder / "ffmpeg.log", settings, step)))
        check_sound(decoded, settings)
        return assemble(item, decoded, step)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise (refused("disk-full") if full else refused("disk", error=type(error).__name__)) from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


class Bench(Struct, frozen=True):
    """Where and how one part is decoded."""

    scratch: Path
    log: Path
    settings: Settings
    step: Callable[[], None]
    """called after each file"""


def plan(part: Part) -> Layout:
    """The layout of a part that has something to decode. Raises RecordingError where it has not."""
    made = layout(part)
    if made.unconverted:
        raise refused("unconverted")
    if not made.mix and not made.voices and not made.text:
        raise refused("no-media")
    return made


def decode(item: Item, part: Part, made: Layout, bench: Bench) -> Decoded:
    """Decode the files of one part and find where each begins on the part's time axis."""
    numbers = count()

    def take(source: Source) -> Take:
        raw = bench.scratch / f"{next(numbers)}.raw"
        samples = ffmpeg.decode(zoom.locate(item.recordings, part, source), raw, bench.log)
        bench.step()
        return Take(raw, samples)

    alone = zoom.locate(item.recordings, part, made.mix[0]) if len(made.mix) == 1 and not made.voices else None
    streams = apart(alone, bench) if alone else ()
    mix = streams if len(streams) == 1 else () if streams else in_turn([take(source) for source in made.mix])
    together = joined(mix, bench.scratch / "mix.raw")
    voices = {f"\0stream\0{number}": Voice("", (one,), True) for number, one in enumerate(streams) if len(streams) > 1}
    for voice in made.voices:
        found = [aligned(take(source), together) for source in voice.sources]
        key = same_person(voice.display_name) or f"\0{voice.index}\0{len(voices)}"
        voices[key] = Voice(voice.display_name, tuple(one for one, _ in found), all(sure for _, sure in found))
    ends = [one.start + one.samples for one in (*mix, *(one for voice in voices.values() for one in voice.takes))]
    length = max(ends, default=0)
    if made.text:
        told = given.read(zoom.locate(item.recordings, part, made.text), length / RATE)
        last = max((round(cue.end * RATE) for cue in told.captions), default=0)
        bench.step()
        return Decoded(mix, voices, max(length, last), told.captions, told.notes, given=True)
    known = (part.host, *(voice.display_name for voice in made.voices))
    cues = captions.Cues(())
    if made.captions:
        path = zoom.locate(item.recordings, part, made.captions)
        cues = captions.read(path, known, bench.settings.max_captions_megabytes << 20)
    late = sum(cue.start >= length / RATE for cue in cues.captions)
    notes = (cues.note,) if cues.note else (f"captions-after-the-end:{late}",) if late else ()
    return Decoded(mix, voices, length, cues.captions, notes)


def apart(path: Path, bench: Bench) -> tuple[Take, ...]:
    """The audio streams of a file, where it has several that are not the same sound; () for one to be decoded whole.

    A stream that holds all that the others do is the whole; one without sound is nobody's.
    """
    numbers = ffmpeg.probe(path, bench.log).usable
    if len(numbers) < 2:
        return ()
    takes = []
    for number in numbers:
        raw = bench.scratch / f"stream{number}.raw"
        takes.append(Take(raw, ffmpeg.decode(path, raw, bench.log, number)))
    bench.step()
    kept = align.different([Raw(take.raw) for take in takes])
    return tuple(takes[number] for number in kept)


def in_turn(takes: list[Take]) -> tuple[Take, ...]:
    """Pieces of one meeting, each beginning where the one before it ends."""
    starts = accumulate((take.samples for take in takes), initial=0)
    return tuple(Take(take.raw, take.samples, start) for take, start in zip(takes, starts, strict=False))


def joined(mix: tuple[Take, ...], target: Path) -> Take | None:
    """The whole mix as one raw file, None without one."""
    if len(mix) <= 1:
        return mix[0] if mix else None
    with target.open("wb") as out:
        for take in mix:
            with take.raw.open("rb") as piece:
                shutil.copyfileobj(piece, out)
    return Take(target, sum(take.samples for take in mix))


def aligned(take: Take, mix: Take | None) -> tuple[Take, bool]:
    """A participant's file at its place in the mix, and whether that place is sure."""
    if mix is None:
        return take, True
    samples = Raw(take.raw)
    found = align.place(samples, Raw(mix.raw))
    beside = abs(take.samples - mix.samples) <= LENGTHS_DIFFER
    sure = found.certain or beside or not align.active(align.envelope(samples)).any()
    return Take(take.raw, take.samples, found.offset), sure


def check_sound(decoded: list[Decoded], settings: Settings) -> None:
    """Raises RecordingError where the interview is too short, or nowhere louder than the floor."""
    import numpy as np

    if len({part.given for part in decoded}) > 1:
        raise refused("text-of-some-parts")
    if all(part.given for part in decoded):
        return
    seconds = sum(part.samples for part in decoded) / RATE
    if seconds < settings.min_seconds:
        raise refused("short", seconds=f"{seconds:.1f}")
    wanted = settings.min_sound_seconds * RATE / align.FRAME
    for part in decoded:
        for take in (*part.mix, *(take for voice in part.voices.values() for take in voice.takes)):
            if np.count_nonzero(align.envelope(Raw(take.raw)) > settings.silence_floor_dbfs) >= wanted:
                return
    raise refused("silent")


def assemble(item: Item, decoded: list[Decoded], step: Callable[[], None]) -> Recording:
    """Write one FLAC a track, all parts joined, and describe the whole."""
    folder = item.job.folder / "audio"
    folder.mkdir(mode=0o700, exist_ok=True)
    starts = [sum(part.samples for part in decoded[:number]) for number in range(len(decoded))]
    total = sum(part.samples for part in decoded)
    names = people(decoded)
    mixes = [part.mix or tuple(take for voice in part.voices.values() for take in voice.takes) for part in decoded]
    tracks = [Line("mix", "", on_axis(mixes, starts))] if any(mixes) else []
    for number, (key, name) in enumerate(names, start=1):
        takes = [part.voices[key].takes if key in part.voices else () for part in decoded]
        tracks.append(Line(f"track-{number}", name, on_axis(takes, starts)))
    written = []
    for line in tracks:
        written.append(write(line, total, item.job.folder))
        step()
    for left in set(folder.glob("*.flac")) - {folder / f"{line.label}.flac" for line in tracks}:
        left.unlink()
    unaligned = [
        f"track-{number}-unaligned"
        for number, (key, _) in enumerate(names, start=1)
        if any(key in part.voices and not part.voices[key].certain for part in decoded)
    ]
    return Recording(
        id=item.job.id,
        parts=tuple(Mark(seconds(start), seconds(part.samples)) for start, part in zip(starts, decoded, strict=True)),
        tracks=tuple(written),
        captions=tuple(shifted(decoded, starts)),
        seconds=seconds(total),
        host=next((part.host for part in item.parts if part.host), ""),
        started=next((part.started for part in item.parts if part.started), ""),
        notes=(GIVEN,) * decoded[0].given + tuple(noted(decoded)) + tuple(unaligned),
    )


def noted(decoded: list[Decoded]) -> Iterator[str]:
    """The remarks about the captions of all parts, each once, numbers added up."""
    numbers: dict[str, int] = {}
    for part in decoded:
        for note in part.notes:
            kind, _, number = note.partition(":")
            numbers[kind] = numbers.get(kind, 0) + int(number or 0)
    yield from (f"{kind}:{numbers[kind]}" if numbers[kind] else kind for kind in sorted(numbers))


class Line(Struct, frozen=True):
    """One track to be written: its takes on the interview's time axis."""

    label: str
    display_name: str
    takes: tuple[Take, ...]


def people(decoded: list[Decoded]) -> list[tuple[str, str]]:
    """Everybody who has a track in any part, as (key, display name), in order of display name."""
    names = {key: voice.display_name for part in reversed(decoded) for key, voice in part.voices.items()}
    return sorted(names.items(), key=lambda row: (row[1], row[0]))


def on_axis(takes: list[tuple[Take, ...]], starts: list[int]) -> tuple[Take, ...]:
    """Takes of each part, moved to where the part begins."""
    return tuple(
        Take(take.raw, take.samples, start + take.start)
        for start, part in zip(starts, takes, strict=True)
        for take in part
    )


def write(line: Line, total: int, folder: Path) -> Track:
    """Encode one track, as long as the interview."""
    target = folder / "audio" / f"{line.label}.flac"
    ffmpeg.encode(blocks(line.takes, total), target, folder / "ffmpeg.log")
    return Track(
        label=line.label,
        kind="mixed" if line.label == "mix" else "participant",
        sha256=sha256(target),
        seconds=seconds(total),
        display_name=line.display_name,
        starts=tuple(seconds(take.start) for take in line.takes),
    )


def blocks(takes: tuple[Take, ...], total: int) -> Iterator[NDArray[np.int16]]:
    """The sum of all takes, each at its place, silence elsewhere, a block at a time; clipped where it is too loud."""
    import numpy as np

    sounds = [(take, Raw(take.raw)) for take in takes]
    for first in range(0, total, BLOCK):
        last = min(first + BLOCK, total)
        block = np.zeros(last - first, dtype=np.int32)
        for take, samples in sounds:
            begin, end = max(take.start, first), min(take.start + take.samples, last)
            if begin < end:
                block[begin - first : end - first] += samples[begin - take.start : end - take.start]
        yield np.clip(block, -32768, 32767).astype(np.int16)


def shifted(decoded: list[Decoded], starts: list[int]) -> Iterator[Caption]:
    """The captions of all parts on the interview's time axis; a cue that begins after its part's end is left out."""
    for part, start in zip(decoded, starts, strict=True):
        for cue in part.captions:
            if cue.start < part.samples / RATE:
                end = min(cue.end, part.samples / RATE)
                yield Caption(round(cue.start + start / RATE, 3), round(end + start / RATE, 3), cue.speaker, cue.text)


def seconds(samples: int) -> float:
    return round(samples / RATE, 3)


def same_person(display_name: str) -> str:
    """A display name as it is compared between parts."""
    return unicodedata.normalize("NFC", display_name).casefold()


def run(items: Iterable[Item], settings: Settings, tell: Tell = quiet) -> Iterator[tuple[str, Recording | Failure]]:
    """Decode every interview, one after another."""
    for item in items:
        work: Callable[[], Recording] = partial(ingest, item, settings, tell)
        yield item.job.id, attempt(item.job.id, "ingest", work)
