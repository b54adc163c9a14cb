"""What lies in recordings/: Zoom's local folders, its cloud downloads and single media files, told apart by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath

from pipeline.errors import ConfigError, RecordingError
from pipeline.ingest.layout import AUDIO_RECORD, CAPTION_SUFFIX, GMT, UNCONVERTED, composed, is_media, layout
from pipeline.model import Part, Source

CLUTTER = frozenset({"thumbs.db", "desktop.ini"})

LOCAL_NAME = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[ _](?P<time>\d\d\.\d\d\.\d\d)(?: (?P<topic>.*?))??(?: (?P<id>\d{9,11}))?"
)
"""Zoom's local folder: day, time, topic, meeting id."""

ANY_TIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ _T](\d\d)[.:\-_h](\d\d)(?:[.:\-_m](\d\d))?)?(?!\d)")
"""A date in any name, with or without a time."""

LOCAL_FILE = re.compile(
    r"(audio_only(_\d+)?|zoom_\d+|(audio|video)\d{9,}|double_click_to_convert_\d+)\.(m4a|mp4|zoom)", re.I
)
"""Files that only Zoom's own folders hold."""

HOST_NAMES = (
    re.compile(r"(?P<host>.+?)['’]s? (Zoom Meeting|Personal Meeting Room)", re.I),
    re.compile(
        r"(Конференция Zoom|Зал персональной конференции|Персональный зал конференций)[ :—-]+(?P<person>.+)", re.I
    ),
    re.compile(r"(?P<person>.+?)[ :—-]+Конференция Zoom", re.I),
)
"""Default topics that hold the host's name; a `person` is believed only where it looks like a name."""

PERSON = re.compile(r"[^\W\d_][\w.'’-]*( [^\W\d_][\w.'’-]*){1,3}")


def discover(recordings: Path) -> tuple[str, ...]:
    """Names of all recordings, relative to recordings/, "/" between folders, composed Unicode, sorted.

    A folder of Zoom's, a folder with one media file, a single media file, or the files of one cloud stamp by their
    common stem. Raises ConfigError where a link leads out of recordings/, or a name is not valid text.
    """
    return tuple(sorted(find(recordings, recordings, "", {recordings.resolve()})))


def find(root: Path, folder: Path, prefix: str, seen: set[Path]) -> Iterator[str]:
    """Recordings in one folder and below."""
    inside = listing(root, folder)
    folders = [path for path in inside if path.is_dir()]
    files = [path for path in inside if not path.is_dir()]
    units = loose(files)
    if prefix and (is_zoom_folder(folders, files) or (len(units) <= 1 and is_whole(folder, folders))):
        yield prefix
        return
    yield from (join(prefix, unit) for unit in units)
    for path in folders:
        if path.resolve() not in seen:
            seen.add(path.resolve())
            yield from find(root, path, join(prefix, composed(path.name)), seen)


def loose(files: list[Path]) -> list[str]:
    """Recordings that lie as files in a folder: each cloud stamp once, every other media file by itself."""
    media = [composed(path.name) for path in files if is_media(path.suffix) or path.suffix.lower() == UNCONVERTED]
    sets: dict[str, list[str]] = {}
    for name in media:
        stamp = GMT.match(name)
        sets.setdefault(stamp[0] if stamp else name, []).append(name)
    return [cloud_stem(stamp, names) if GMT.fullmatch(stamp) else stamp for stamp, names in sets.items()]


def cloud_stem(stamp: str, names: list[str]) -> str:
    """The common head of a cloud recording's files: "GMT20210502-123045_Recording"."""
    stems = [match[0] for name in names if (match := re.match(rf"{stamp}_[^_. ]+", name))]
    if any(stem.startswith(f"{stamp}_Recording") for stem in stems):
        return f"{stamp}_Recording"
    return min(stems, default=stamp)


def is_zoom_folder(folders: list[Path], files: list[Path]) -> bool:
    """Whether a folder holds what only Zoom makes for one meeting."""
    return any(AUDIO_RECORD.fullmatch(path.name) for path in folders) or any(
        LOCAL_FILE.fullmatch(path.name) for path in files
    )


def is_whole(folder: Path, folders: list[Path]) -> bool:
    """Whether a folder with one recording, or none, stands for it: nothing lies below, or Zoom named it."""
    return not folders or bool(LOCAL_NAME.fullmatch(composed(folder.name)))


def listing(root: Path, folder: Path) -> list[Path]:
    """What a folder holds, in order of name, without hidden files and what systems leave behind."""
    found = []
    for path in sorted(folder.iterdir(), key=lambda path: composed(path.name)):
        if path.name.startswith((".", "~$")) or path.name.lower() in CLUTTER:
            continue
        if any("\ud800" <= letter <= "\udfff" for letter in path.name):
            raise ConfigError(
                "A file or folder in recordings/ has a name that is not valid text (it was unpacked with the wrong "
                "encoding).",
                "Rename it, or unpack the archive again with a program that knows Unicode names, such as 7-Zip.",
            )
        if path.is_symlink() and root.resolve() not in path.resolve().parents:
            raise ConfigError(
                "A link in recordings/ leads out of that folder, or nowhere; links are not followed out of the study.",
                "Copy the recording itself into recordings/. `find recordings -type l` lists the links.",
            )
        found.append(path)
    return found


def part(recordings: Path, name: str, sha256: Callable[[Path], str]) -> Part:
    """One recording of `discover`, with the checksum of each file that ingest will read. Runs no ffmpeg."""
    path = resolve(recordings, name)
    base = path if path.is_dir() else path.parent
    files = list(members(recordings, base, path))
    media = [file for file in files if is_media(file.suffix)]
    subtitles = [file for file in files if CAPTION_SUFFIX.fullmatch(file.suffix)]
    used = [*media, *subtitles] if media else [file for file in files if file.suffix.lower() == UNCONVERTED]
    single = "" if path.is_dir() or not path.is_file() else path.name
    sources = tuple(
        Source("" if file.name == single else relative(file, base), checksum(file, sha256)) for file in used
    )
    folder = relative(path, recordings)
    draft = Part(folder, host_of(folder), started_of(folder, sources), sources)
    return Part(draft.folder, draft.host, draft.started, wanted(draft))


def wanted(draft: Part) -> tuple[Source, ...]:
    """The sources of a part that its layout uses, or the unconverted ones."""
    plan = layout(draft)
    if plan.unconverted:
        return draft.sources
    voices = [source for voice in plan.voices for source in voice.sources]
    used = {source.path for source in (*plan.mix, *voices, *((plan.captions,) if plan.captions else ()))}
    return tuple(source for source in draft.sources if source.path in used)


def members(recordings: Path, base: Path, path: Path) -> Iterator[Path]:
    """The files that may belong to a recording: of its folder and Audio Record, of its stamp, or of its stem."""
    inside = listing(recordings, base)
    if path.is_dir():
        yield from (file for file in inside if file.is_file())
        for below in inside:
            if below.is_dir() and AUDIO_RECORD.fullmatch(below.name):
                yield from (file for file in listing(recordings, below) if file.is_file())
        return
    stamp = GMT.match(composed(path.name))
    for file in inside:
        name = composed(file.name)
        same_stem = CAPTION_SUFFIX.fullmatch(file.suffix) and name.startswith(composed(path.stem) + ".")
        if file.is_file() and (name.startswith(stamp[0]) if stamp else file == path or same_stem):
            yield file


def belongings(recordings: Path, name: str) -> tuple[Path, ...]:
    """All that lies in recordings/ of one recording: its folder, or its files with captions and chat."""
    path = resolve(recordings, name)
    return (path,) if path.is_dir() else tuple(members(recordings, path.parent, path))


def resolve(recordings: Path, name: str) -> Path:
    """Where a name of `discover` lies on this disk, however the disk spells its letters."""
    path = recordings
    for piece in PurePosixPath(name).parts:
        spelt = next((entry for entry in path.iterdir() if composed(entry.name) == composed(piece)), None)
        path = spelt or path / piece
    if name and not path.exists() and not GMT.match(path.name):
        raise RecordingError(
            "This recording is no longer in recordings/.", "Put it back, or correct the roster, then run again."
        )
    return path


def locate(recordings: Path, piece: Part, source: Source) -> Path:
    """Where a source of a part lies."""
    base = recordings / piece.folder
    if not source.path:
        return base
    return (base if base.is_dir() else base.parent) / source.path


def host_of(folder: str) -> str:
    """Display name of the host in a default topic, "" where the name does not tell it."""
    found = LOCAL_NAME.fullmatch(composed(PurePosixPath(folder).name))
    topic = (found["topic"] if found else "") or ""
    for pattern in HOST_NAMES:
        match = pattern.fullmatch(topic.strip())
        if match and match.groupdict().get("host"):
            return match["host"].strip()
        if match and is_person(match["person"]):
            return match["person"].strip("() ")
    return ""


def is_person(text: str) -> bool:
    """Two to four words, each with a capital: a name rather than a topic."""
    words = text.strip("() ").split()
    return bool(PERSON.fullmatch(" ".join(words))) and all(word[0].isupper() for word in words)


def started_of(folder: str, sources: tuple[Source, ...]) -> str:
    """ISO date, and time where known, from a recording's name; "" where it has none. A cloud stamp is UTC ("Z")."""
    name = PurePosixPath(folder).name
    for text in (name, *(PurePosixPath(source.path).name for source in sources)):
        stamp = GMT.match(text)
        if stamp and (moment := parsed(stamp[1] + stamp[2], "%Y%m%d%H%M%S")):
            return moment.isoformat() + "Z"
    for day, hour, minute, second in ANY_TIME.findall(name):
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
    return path.relative_to(base).as_posix()


def join(prefix: str, name: str) -> str:
    return f"{prefix}/{name}" if prefix else name
