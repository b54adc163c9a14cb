"""How long the material may be kept: what `status` and `doctor` say as the day comes near, and after it."""

from __future__ import annotations

from datetime import date

from pipeline.study.folder import Study

NEAR = 90
"""days before the end from which it is a matter of concern"""


def left(study: Study, today: date) -> int | None:
    """Days until the material must be gone, negative after that; None where the study names no day."""
    until = study.settings.study.retain_until
    return (date.fromisoformat(until) - today).days if until else None


def warning(study: Study, today: date) -> str:
    """What the operator must know of it, "" while there is time, or nothing left that could be kept too long."""
    days = left(study, today)
    if days is None or days > NEAR or not held(study):
        return ""
    until = study.settings.study.retain_until
    do = f"`interviews forget {study.folder}` removes everything but recordings/, and asks about those."
    if days < 0:
        return f"The material had to be gone by {until}, {-days} days ago. {do}"
    return f"The material must be gone by {until}, in {days} days. {do}"


def held(study: Study) -> bool:
    """Whether there is still anything of anybody."""
    return bool(study.entries or study.roster.participants or study.roster.contacts or study.store.recordings())
