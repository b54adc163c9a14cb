"""What the search is asked: its table of study.yaml, and one interview."""

from __future__ import annotations

from msgspec import Struct

from pipeline.model import Correction, Dialogue, Job
from pipeline.participants import Contact


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """The `deidentify:` table of study.yaml."""

    policy: dict[str, str] = {}
    """kind -> label | generalise | pseudonym | keep; kinds not named keep their default"""
    brackets: str = "[]"
    """the mark before and after a label"""
    allow: tuple[str, ...] = ()
    """words and phrases that name nobody in this study; never masked, in any case form"""
    threshold: float = 0.0
    """findings with a lower score are left alone; 0.0 masks every doubtful one too"""


class Item(Struct, frozen=True):
    """One interview to search."""

    job: Job
    dialogue: Dialogue
    contacts: tuple[Contact, ...] = ()
    corrections: tuple[Correction, ...] = ()
    """applied to the dialogue before it is searched"""
