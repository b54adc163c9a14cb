"""What lies in recordings/: Zoom's local folders, its cloud downloads and single media files, told apart by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path, PurePosixPath

from msgspec import Struct

from pipeline.ingest.layout import NAMES, SHAPES, UNCONVERTED, composed, is_document, is_media, is_text, layout
from pipeline.media import refused
from pipeline.model import Part, Source

CLUTTER = frozenset({"thumbs.db", "desktop.ini"})
OWN = ("work", "private", "release", "transfer")
"""folders of a study to which no link in recordings/ may lead"""


class Shelf(Struct, frozen=True):
    """What a folder holds, sorted once, so that a thousand recordings in one folder are not gone through for each."""

    inside: tuple[Path, ...]
    """in order of name"""
    spelt: dict[str, Path]
    """by composed name"""
    stamped: dict[str, list[Path]]
    """what belongs to one cloud recording, by its stamp"""
    texts: dict[str, list[Path]]
    """subtitles and transcripts, by each beginning of their names that ends before a dot"""


def discover(recordings: Path) -> tuple[str, ...]:
    """Names of all recordings, relative to recordings/, "/" between folders, composed Unicode, sorted.

    A folder of Zoom's, a folder with one media file or transcript, a single media file, a transcript without one, or
    the files of one cloud stamp by their common stem. What `check` refuses is listed too, so that it fails as a
    recording of its own; nothing in it is read.
    """
    return tuple(sorted(find(recordings, recordings, "", {recordings.resolve()})))


def find(root: Path, folder: Path, prefix: str, seen: set[Path]) -> Iterator[str]:
    """Recordings in one folder and below."""
    inside = listing(folder)
    refused = {path for path in inside if leads_out(root, path)}
    folders = [path for path in inside if path not in refused and path.is_dir()]
    files = [path for path in inside if path not in folders]
    units = loose(files)
    if not prefix or len(units) != 1:
        units += written(files, units)
    if prefix and (is_zoom_folder(folders, files) or (len(units) <= 1 and is_whole(folder, folders))):
        yield prefix
        return
    astray = [composed(path.name) for path in refused if path.is_dir() and composed(path.name) not in units]
    yield from (str(PurePosixPath(prefix, unit)) for unit in (*units, *astray))
    for path in folders:
        if path.resolve() not in seen:
            seen.add(path.resolve())
            yield from find(root, path, str(PurePosixPath(prefix, composed(path.name))), seen)


def loose(files: list[Path]) -> list[str]:
    """Recordings that lie as files in a folder: each cloud stamp once, every other media file by itself."""
    media = [composed(path.name) for path in files if is_media(path.suffix) or path.suffix.lower() == UNCONVERTED]
    sets: dict[str, list[str]] = {}
    for name in media:
        stamp = SHAPES["stamp"].match(name)
        sets.setdefault(stamp[0] if stamp else name, []).append(name)
    return [cloud_stem(stamp, names) if SHAPES["stamp"].fullmatch(stamp) else stamp for stamp, names in sets.items()]


def written(files: list[Path], units: list[str]) -> list[str]:
    """Transcripts that lie as files in a folder and belong to none of its media, those of one name once."""
    spoken = [composed(path.stem) for path in files if is_media(path.suffix)]
    stamps = {found[0] for name in units if (found := SHAPES["stamp"].match(name))}
    made: dict[str, str] = {}
    for name in sorted((composed(path.name) for path in files), key=lambda name: (not is_document(name), name)):
        stamp = SHAPES["stamp"].match(name)
        owned = any(name.startswith(f"{stem}.") for stem in spoken) or bool(stamp and stamp[0] in stamps)
        if is_text(name) and not owned:
            made.setdefault(stamp[0] if stamp else PurePosixPath(name).stem, name)
    return list(made.values())


def cloud_stem(stamp: str, names: list[str]) -> str:
    """The common head of a cloud recording's files: "GMT20210502-123045_Recording"."""
    stems = [match[0] for name in names if (match := re.match(rf"{stamp}_[^_. ]+", name))]
    if any(stem.startswith(f"{stamp}_Recording") for stem in stems):
        return f"{stamp}_Recording"
    return min(stems, default=stamp)


def is_zoom_folder(folders: list[Path], files: list[Path]) -> bool:
    """Whether a folder holds what only Zoom makes for one meeting."""
    return any(SHAPES["tracks-folder"].fullmatch(path.name) for path in folders) or any(
        SHAPES["local-file"].fullmatch(path.name) for path in files
    )


def is_whole(folder: Path, folders: list[Path]) -> bool:
    """Whether a folder with one recording, or none, stands for it: nothing lies below, or Zoom named it."""
    return not folders or bool(SHAPES["local-folder"].fullmatch(composed(folder.name)))


def shelf(folder: Path) -> Shelf:
    """A folder of recordings/ as it is now; gone through again when something in it came or went."""
    return sorted_out(folder, folder.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def sorted_out(folder: Path, _changed: int) -> Shelf:
    """What a folder held when it was last changed."""
    inside = tuple(listing(folder))
    spelt: dict[str, Path] = {}
    stamped: dict[str, list[Path]] = {}
    texts: dict[str, list[Path]] = {}
    for file in inside:
        name = composed(file.name)
        spelt.setdefault(name, file)
        if stamp := SHAPES["stamp"].match(name):
            stamped.setdefault(stamp[0], []).append(file)
        if is_text(name):
            for dot in re.finditer(r"\.", name):
                texts.setdefault(name[: dot.start()], []).append(file)
    return Shelf(inside, spelt, stamped, texts)


def listing(folder: Path) -> list[Path]:
    """What a folder holds, in order of name, without hidden files and what systems leave behind."""
    return [
        path
        for path in sorted(folder.iterdir(), key=lambda path: composed(path.name))
        if not path.name.startswith((".", "~$")) and path.name.lower() not in CLUTTER
    ]


def leads_out(root: Path, path: Path) -> bool:
    """Whether a link leads out of the study, nowhere, or to what the program itself keeps there."""
    if not path.is_symlink():
        return False
    try:
        target, recordings = path.resolve(strict=True), root.resolve()
    except (OSError, RuntimeError):
        return True
    if recordings in target.parents:
        return False
    study = root.absolute().parent.resolve()
    return study not in target.parents or target.relative_to(study).parts[0] in (*OWN, recordings.name)


def check(recordings: Path, piece: Part) -> None:
    """Raises RecordingError where a part has a link that leads out, or a name that is no text."""
    path = recordings
    for name in PurePosixPath(piece.folder).parts:
        path = spelt(path, name)
        refuse(recordings, path)
    inside = listing(path) if path.is_dir() else members(recordings, path.parent, path)
    for entry in inside:
        refuse(recordings, entry)
        if entry.is_dir() and SHAPES["tracks-folder"].fullmatch(entry.name):
            for file in listing(entry):
                refuse(recordings, file)


def refuse(recordings: Path, path: Path) -> None:
    """Raises RecordingError for one file or folder that is not to be read."""
    if leads_out(recordings, path):
        raise refused("link")
    if any("\ud800" <= letter <= "\udfff" for letter in path.name):
        raise refused("name-no-text")


def part(recordings: Path, name: str, sha256: Callable[[Path], str]) -> Part:
    """One recording of `discover`, with the checksum of each file that ingest will read. Runs no ffmpeg."""
    path = resolve(recordings, name)
    if leads_out(recordings, path):
        return Part(name, host_of(name), started_of(name, ()), ())
    base = path if path.is_dir() else path.parent
    files = list(members(recordings, base, path))
    media = [file for file in files if is_media(file.suffix)]
    subtitles = [file for file in files if SHAPES["captions-end"].fullmatch(file.suffix)]
    texts = documents(files, media, composed(path.name) if path.is_dir() else "")
    spoken = [*media, *subtitles, *texts]
    used = spoken or [file for file in files if file.suffix.lower() == UNCONVERTED]
    single = "" if path.is_dir() or not path.is_file() else path.name
    sources = tuple(
        Source(
            "" if file.name == single else relative(file, base),
            "" if leads_out(recordings, file) else checksum(file, sha256),
        )
        for file in used
    )
    folder = relative(path, recordings)
    draft = Part(folder, host_of(folder), started_of(folder, sources), sources)
    return Part(draft.folder, draft.host, draft.started, wanted(draft))


def documents(files: list[Path], media: list[Path], folder: str) -> list[Path]:
    """The files of a recording that are its transcript. Beside sound one must say so: by its name, or by the same one.

    A consent form or somebody's notes beside the sound are not what was said.
    """
    found = [file for file in files if is_document(composed(file.name))]
    if not media:
        return found
    stems = {composed(file.stem) for file in media} | ({folder} if folder else set())
    own = (file for file in found if composed(file.name).partition(".")[0] in stems or composed(file.stem) in stems)
    told = [file for file in found if SHAPES["transcript-name"].search(composed(file.name))]
    return [*dict.fromkeys((*own, *told))]


def wanted(draft: Part) -> tuple[Source, ...]:
    """The sources of a part that its layout uses, or the unconverted ones."""
    plan = layout(draft)
    if plan.unconverted:
        return draft.sources
    voices = [source for voice in plan.voices for source in voice.sources]
    texts = [source for source in (plan.captions, plan.text) if source]
    used = {source.path for source in (*plan.mix, *voices, *texts)}
    return tuple(source for source in draft.sources if source.path in used)


def members(recordings: Path, base: Path, path: Path) -> Iterator[Path]:
    """The files that may belong to a recording: of its folder and Audio Record, of its stamp, or of its stem."""
    here = shelf(base)
    if path.is_dir():
        yield from (file for file in here.inside if file.is_file())
        for below in here.inside:
            if SHAPES["tracks-folder"].fullmatch(below.name) and below.is_dir() and not leads_out(recordings, below):
                yield from (file for file in listing(below) if file.is_file())
        return
    stamp = SHAPES["stamp"].match(composed(path.name))
    if stamp:
        found = here.stamped.get(stamp[0], [])
    else:
        same_stem = {path, *here.texts.get(composed(path.stem), ())}
        found = sorted(same_stem, key=lambda file: composed(file.name))
    yield from (file for file in found if file.is_file())


def belongings(recordings: Path, name: str) -> tuple[Path, ...]:
    """All that lies in recordings/ of one recording: its folder, or its files with captions and chat."""
    path = resolve(recordings, name)
    return (path,) if path.is_dir() else tuple(members(recordings, path.parent, path))


def resolve(recordings: Path, name: str) -> Path:
    """Where a name of `discover` lies on this disk, however the disk spells its letters."""
    path = recordings
    for piece in PurePosixPath(name).parts:
        path = spelt(path, piece)
    if name and not path.exists() and not path.is_symlink() and not SHAPES["stamp"].match(path.name):
        raise refused("gone")
    return path


def spelt(folder: Path, name: str) -> Path:
    """An entry of a folder by its composed name; the name itself where there is none."""
    below = folder / name
    if below.exists() or below.is_symlink():
        return below
    try:
        return shelf(folder).spelt.get(composed(name), below)
    except OSError:
        return below


def locate(recordings: Path, piece: Part, source: Source) -> Path:
    """Where a source of a part lies."""
    base = recordings / piece.folder
    if not source.path:
        return base
    return (base if base.is_dir() else base.parent) / source.path


def host_of(folder: str) -> str:
    """Display name of the host in a default topic, "" where the name does not tell it."""
    found = SHAPES["local-folder"].fullmatch(composed(PurePosixPath(folder).name))
    topic = (found["topic"] if found else "") or ""
    for pattern in NAMES["names"]["hosts"]:
        match = re.fullmatch(pattern, topic.strip())
        if match and match.groupdict().get("host"):
            return match["host"].strip()
        if match and is_person(match["person"]):
            return match["person"].strip("() ")
    return ""


def is_person(text: str) -> bool:
    """Two to four words, each with a capital: a name rather than a topic."""
    words = text.strip("() ").split()
    return bool(SHAPES["person"].fullmatch(" ".join(words))) and all(word[0].isupper() for word in words)


def started_of(folder: str, sources: tuple[Source, ...]) -> str:
    """ISO date, and time where known, from a recording's name; "" where it has none. A cloud stamp is UTC ("Z")."""
    name = PurePosixPath(folder).name
    for text in (name, *(PurePosixPath(source.path).name for source in sources)):
        stamp = SHAPES["stamp"].match(text)
        if stamp and (moment := parsed(stamp[1] + stamp[2], "%Y%m%d%H%M%S")):
            return moment.isoformat() + "Z"
    for day, hour, minute, second in SHAPES["any-time"].findall(name):
        if hour and (moment := parsed(f"{day} {hour} {minute} {second or '00'}", "%Y-%m-%d %H %M %S")):
            return moment.isoformat()
        if moment := parsed(day, "%Y-%m-%d"):
            return moment.date().isoformat()
    return ""


def parsed(text: str, pattern: str) -> datetime | None:
    try:
        return datetime.strptime(text, pattern)
    except ValueError:
        return None


def checksum(file: Path, sha256: Callable[[Path], str]) -> str:
    """Of a source, "" where it cannot be read: ingest then says so for this recording alone."""
    try:
        return sha256(file)
    except OSError:
        return ""


def relative(path: Path, base: Path) -> str:
    """A path below another, as text whatever bytes it is made of."""
    shown = path.relative_to(base).as_posix()
    return shown if shown.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in shown) else composed(shown)
