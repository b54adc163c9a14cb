"""Words that organisations are made of, and words around their names: the sets of organisation_words.txt."""

from __future__ import annotations

from pipeline.deidentify.words.lists import lists, sets

WORDS = sets("words/organisation_words.txt")
LISTS = lists("words/organisation_words.txt")
HEADS = {word: kind for kind in ("ORG_UNIVERSITY", "ORG_SCHOOL", "ORG_EMPLOYER") for word in LISTS[kind]}
"""lemma of a noun that heads an organisation's name -> kind"""
PLANTS = WORDS["plant"]
INDUSTRY = LISTS["industry"]
GENERIC = WORDS["generic"]
SUBJECTS = WORDS["subject"]
STUDY = WORDS["study"]
WORK = WORDS["work"]
WORK_VERBS = WORDS["work_verb"]
ABBREVIATIONS_KEPT = WORDS["abbreviation_kept"]
LATIN_STOP = WORDS["latin_stop"]
