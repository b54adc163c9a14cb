"""All recognisers, in the order in which they are asked."""

from __future__ import annotations

from pipeline.deidentify.contacts import address_chains, addresses, channels, identifiers, landmarks
from pipeline.deidentify.kept import nationality, public, works
from pipeline.deidentify.organisations import affiliations, businesses, listed, professions, schools
from pipeline.deidentify.passage import Rule
from pipeline.deidentify.people import eastern, names, naming, strange_words, tagger
from pipeline.deidentify.places import settlements, town_adjectives
from pipeline.deidentify.time import ages, dates

RULES: tuple[Rule, ...] = (
    *tagger.RULES,
    *names.RULES,
    *naming.RULES,
    *eastern.RULES,
    *strange_words.RULES,
    *identifiers.RULES,
    *channels.RULES,
    *addresses.RULES,
    *address_chains.RULES,
    *landmarks.RULES,
    *settlements.RULES,
    *town_adjectives.RULES,
    *listed.RULES,
    *affiliations.RULES,
    *businesses.RULES,
    *schools.RULES,
    *professions.RULES,
    *dates.RULES,
    *ages.RULES,
    *nationality.RULES,
    *public.RULES,
    *works.RULES,
)
