"""All recognisers, in the order in which they are asked."""

from __future__ import annotations

from pipeline.deidentify import (
    addresschains,
    addresses,
    affiliations,
    ages,
    dates,
    eastern,
    feasts,
    identifiers,
    names,
    naming,
    nationality,
    organisations,
    places,
    professions,
    public,
    shape,
    spoken,
    tagger,
    works,
)
from pipeline.deidentify.passage import Rule

RULES: tuple[Rule, ...] = (
    *tagger.RULES,
    *names.RULES,
    *naming.RULES,
    *eastern.RULES,
    *shape.RULES,
    *identifiers.RULES,
    *spoken.RULES,
    *addresses.RULES,
    *addresschains.RULES,
    *places.RULES,
    *organisations.RULES,
    *affiliations.RULES,
    *professions.RULES,
    *dates.RULES,
    *feasts.RULES,
    *ages.RULES,
    *nationality.RULES,
    *public.RULES,
    *works.RULES,
)
