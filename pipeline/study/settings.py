"""study.yaml over configs/default.yaml -> each stage's Settings. An unknown key is an error with the nearest name."""

from __future__ import annotations

import difflib
import re
import typing
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import yaml
from msgspec import Meta, Struct, structs

from pipeline.attribute import stage as attribute
from pipeline.deidentify import stage as deidentify
from pipeline.diarize import stage as diarize
from pipeline.errors import ConfigError
from pipeline.ingest import stage as ingest
from pipeline.study.export_settings import Settings as ExportSettings
from pipeline.study.review_settings import Settings as ReviewSettings
from pipeline.transcribe import stage as transcribe

MOST_BYTES = 256 << 10
"""of a file of settings"""
NO_ALIASES = "aliases are not supported"


class Ignored(Struct, frozen=True, forbid_unknown_fields=True):
    """A recording that is left out on purpose."""

    recording: str
    """its name in recordings/"""
    reason: str = ""


class Ethics(Struct, frozen=True, forbid_unknown_fields=True):
    """What an ethics board asks and no program can know: plain sentences for the audit; "" prints «to be filled in»."""

    controller: str = ""
    """who answers for the data: institution and person in charge"""
    contact: str = ""
    """whom participants and the board write to; also in the letter of a member check"""
    approval: str = ""
    """the board's decision: number and date"""
    purpose: str = ""
    legal_basis: str = ""
    """why the data may be processed: consent, public interest …, with the law's article"""
    special_categories: str = ""
    """health, religion, politics, origin; minors, people at risk: whether asked about, and on what ground"""
    informed: str = ""
    """how participants were told and asked: information sheet, form, recorded words; versions"""
    rights: str = ""
    """how a participant sees, corrects or withdraws, to whom and until when"""
    storage: str = ""
    """where the computer, its backups and the contacts are, and who administers them"""
    security: str = ""
    """measures beyond those the program takes: locked room, encryption, passwords"""
    access: str = ""
    """who the reviewer codes are and who else has access, by role"""
    recipients: str = ""
    """who gets transcripts outside the team: archive, journal, transcribers"""
    transfers: str = ""
    """to which countries data go, and on what ground; "none" where none do"""
    at_end: str = ""
    """what happens on the retention date, and who does it"""
    incident: str = ""
    """what is done and who is told when data are lost or seen by others"""
    risk: str = ""
    """what could happen to participants if somebody recognised them, and why that is acceptable"""


class StudySettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What holds for the study as a whole."""

    title: str = ""
    language: Literal["ru", "en"] = "ru"
    """of messages, reports and attribution lines"""
    contacts: str = "private/contacts.csv"
    """relative to the study, or an absolute path on another disk"""
    interviewers: tuple[str, ...] = ()
    """display names of the interviewers in Zoom"""
    guide: str = ""
    """file with the interview guide, one question a line"""
    ignore: tuple[Ignored, ...] = ()
    retain_until: str = ""
    """ISO date after which the material must be gone"""
    ethics: Ethics = Ethics()


class SlurmSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What each SLURM job asks for."""

    jobs: Annotated[int, Meta(ge=1)] = 4
    """workers, each a job of its own"""
    partition: str = ""
    account: str = ""
    cores: Annotated[int, Meta(ge=1)] = 4
    memory: str = "16GB"
    walltime: str = "24:00:00"
    interface: str = ""
    """network between this machine and the nodes, such as ib0; "": the one this machine's name belongs to"""
    directives: tuple[str, ...] = ()
    """further lines after #SBATCH"""
    prologue: tuple[str, ...] = ()
    """shell lines before a worker starts, such as `module load ffmpeg`"""


class ClusterSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How work is dealt out with --workers, --scheduler or --cluster; no result depends on it."""

    recordings_per_task: Annotated[int, Meta(ge=1)] = 4
    """where a model must be loaded; elsewhere a task is one recording"""
    gpu: bool = False
    """models run only on workers with a graphics card: local ones get one each, SLURM jobs ask for one, others start
    with `--resources gpu=1`"""
    cores: Annotated[int, Meta(ge=0)] = 0
    """of a local worker; 0: this machine's, shared among them"""
    patience: Annotated[int, Meta(ge=1)] = 3
    """workers that a recording may lose before it is given up"""
    slurm: SlurmSettings = SlurmSettings()


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """All settings of a study, one table a stage."""

    study: StudySettings = StudySettings()
    ingest: ingest.Settings = ingest.Settings()
    transcribe: transcribe.Settings = transcribe.Settings()
    diarize: diarize.Settings = diarize.Settings()
    attribute: attribute.Settings = attribute.Settings()
    deidentify: deidentify.Settings = deidentify.Settings()
    review: ReviewSettings = ReviewSettings()
    export: ExportSettings = ExportSettings()
    cluster: ClusterSettings = ClusterSettings()
    offline: bool = False
    """never open a socket, not even to fetch model weights"""


def configs() -> Path:
    """The folder of configs/, in a checkout or inside the installed package."""
    package = Path(__file__).parent.parent
    inside = package / "configs"
    return inside if inside.is_dir() else package.parent / "configs"


def load(file: Path) -> Settings:
    """Settings of a study. Raises ConfigError before anything is run."""
    settings = convert(merge(read_yaml(configs() / "default.yaml"), read_yaml(file)))
    until = iso(settings.study.retain_until)
    return structs.replace(settings, study=structs.replace(settings.study, retain_until=until))


def iso(day: str) -> str:
    """2031-12-31 or 31.12.2031 as an ISO date; "" for none. Raises ConfigError."""
    for form in ("%Y-%m-%d", "%d.%m.%Y") if day else ():
        with suppress(ValueError):
            return datetime.strptime(day, form).date().isoformat()
    if day:
        raise ConfigError("study.yaml: `study.retain_until` is no date.", "Write it as 2031-12-31, or leave it out.")
    return ""


class Loader(yaml.SafeLoader):
    """Plain values alone, each written where it stands: a few aliases of aliases would stand for millions.

    A date is the text that it is: `retain_until: 2031-12-31` needs no quotes.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 -- it is the library's own attribute
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(problem=NO_ALIASES)
        return super().compose_node(parent, index)


def read_yaml(file: Path) -> dict[str, Any]:
    """A mapping; empty for a file with nothing but comments."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ConfigError(f"{file.name} is larger than {MOST_BYTES >> 10} KB.", "Check that it is the right file.")
        value = yaml.load(file.read_text(encoding="utf-8-sig"), Loader)
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{file.name} cannot be read.", "Check that it is there and saved as UTF-8 text.") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" near line {mark.line + 1}" if mark else ""
        if getattr(error, "problem", "") == NO_ALIASES:
            raise ConfigError(
                f"{file.name} uses an alias (`*name`), which is not supported.", "Write the value out where it belongs."
            ) from None
        raise ConfigError(
            f"{file.name} is not valid YAML{where}.",
            "Check the indentation (spaces, no tabs), and put quotes around texts that hold a colon.",
        ) from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ConfigError(
            f"{file.name} holds no settings.", "Write one `name: value` a line; see configs/default.yaml."
        )
    return value


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid on `base`, table by table."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = merge(below, value)
        elif value is not None:
            merged[key] = value
    return merged


def convert(values: dict[str, Any]) -> Settings:
    """Typed settings from plain ones. Raises ConfigError that never quotes a value: it may be a name."""
    check_keys(values, Settings, "")
    try:
        return msgspec.convert(values, Settings)
    except msgspec.ValidationError as error:
        found = re.search(r"at `\$\.?([^`]*)`", str(error))
        path = found.group(1) if found else "study.yaml"
        raise ConfigError(
            f"study.yaml: the value of `{path}` is not usable.",
            f"It must be {allowed(path)}; see configs/default.yaml.",
        ) from None


@cache
def fields(kind: type[Struct]) -> dict[str, Any]:
    """Name -> type of a settings struct."""
    return typing.get_type_hints(kind)


def check_keys(values: Mapping[str, Any], kind: type[Struct], path: str) -> None:
    """Every key is one that exists. Raises ConfigError with the nearest one that does."""
    known = fields(kind)
    for key, value in values.items():
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1)
            table = f"the table `{path.rstrip('.')}`" if path else "study.yaml"
            hint = f"Did you mean `{near[0]}`?" if near else f"Known there: {', '.join(known)}."
            raise ConfigError(f"study.yaml: there is no setting {shown(key)} in {table}.", hint)
        inner = known[key]
        if isinstance(inner, type) and issubclass(inner, Struct) and isinstance(value, dict):
            check_keys(value, inner, f"{path}{key}.")


def shown(key: object) -> str:
    """A mistyped key, if it looks like one; a name in the wrong place is not repeated."""
    return f"`{key}`" if isinstance(key, str) and re.fullmatch(r"[a-z_]{1,30}", key) else "of that name"


def allowed(path: str) -> str:
    """What a setting may be, in words."""
    kind: Any = Settings
    for step in re.findall(r"[A-Za-z_]+", path):
        if not (isinstance(kind, type) and issubclass(kind, Struct)) or step not in fields(kind):
            break
        kind = fields(kind)[step]
    if kind == fields(ReviewSettings)["second_look"]:
        return "required, off or {to_risk: 0.2}, a risk from 0 to 1"
    if typing.get_origin(kind) is Literal:
        return "one of: " + ", ".join(str(choice) for choice in typing.get_args(kind))
    words = {bool: "true or false", int: "a whole number", float: "a number", str: "a text (put it in quotes)"}
    if kind in words:
        return words[kind]
    return "a list" if typing.get_origin(kind) is tuple else "a table of settings, indented below its name"
