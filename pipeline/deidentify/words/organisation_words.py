"""Words that organisations are made of, and words around their names: the sets of organisation_words.txt."""

from __future__ import annotations

from pipeline.deidentify.words.lists import lists, sets

TABLE = "words/organisation_words.txt"
SETS = sets(TABLE)

HEADS = {word: kind for kind, words in lists(TABLE).items() if kind.startswith("ORG_") for word in words}
"""lemma of a noun that heads an organisation's name -> kind"""
INDUSTRY = lists(TABLE)["industry"]
PLANTS = SETS["plant"]
MISSIONS = SETS["mission"]
MINISTRIES = SETS["ministry"]
GENERIC = SETS["generic"]
KINDS = SETS["school_kind"]
SUBJECTS = SETS["subject"]
STUDY = SETS["study"]
SCHOOLING = SETS["schooling"]
WORK = SETS["work"]
WORK_VERBS = SETS["work_verb"]
PRODUCT = SETS["product"]
ABBREVIATIONS_KEPT = SETS["abbreviation_kept"]
LATIN_UNIVERSITY = SETS["latin_university"]
LATIN_SCHOOL = SETS["latin_school"]
LATIN_COMPANY = SETS["latin_company"]
LATIN_STOP = SETS["latin_stop"]
