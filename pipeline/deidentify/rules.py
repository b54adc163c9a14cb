"""All recognisers, in the order in which they are asked."""

from __future__ import annotations

from pipeline.deidentify.contacts import (
    address_chains,
    addresses,
    channels,
    codes,
    document_numbers,
    emails_and_usernames,
    landmarks,
    number_plates,
    phones,
    told_addresses,
)
from pipeline.deidentify.kept import everyday, examples, heroes, kazakh, nationality, public, unlisted, works
from pipeline.deidentify.organisations import (
    abbreviations,
    by_make,
    employers,
    institutions,
    listed,
    schools,
    unique_roles,
    universities,
)
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
    *emails_and_usernames.RULES,
    *phones.RULES,
    *codes.RULES,
    *document_numbers.RULES,
    *number_plates.RULES,
    *channels.RULES,
    *addresses.RULES,
    *told_addresses.RULES,
    *address_chains.RULES,
    *landmarks.RULES,
    *settlements.RULES,
    *town_adjectives.RULES,
    *listed.RULES,
    *institutions.RULES,
    *schools.RULES,
    *employers.RULES,
    *by_make.RULES,
    *abbreviations.RULES,
    *universities.RULES,
    *unique_roles.RULES,
    *dates.RULES,
    *ages.RULES,
    *nationality.RULES,
    *public.RULES,
    *works.RULES,
    *heroes.RULES,
    *unlisted.RULES,
    *everyday.RULES,
    *examples.RULES,
    *kazakh.RULES,
)
