"""Every word of the review page is said in both languages, and each of them is said somewhere."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline import review
from pipeline.deidentify.labels import policy
from pipeline.messages import LANGUAGES
from pipeline.review.wording import NOT_PICKED, SAYS, Words

ASKED = re.compile(r"\b(?:t|button|words)\(([^()]*)")
"""where a page, a script or the server asks for a text: t("left"), button("next", …), self.words("doubtful")"""


def asked() -> set[str]:
    """Keys of the texts that the code asks for."""
    folder = Path(review.__file__).parent
    files = (path for path in folder.rglob("*") if path.suffix in (".js", ".html", ".py"))
    calls = (found for file in files for found in ASKED.findall(file.read_text(encoding="utf-8")))
    return {key for call in calls for key in re.findall(r"[\"'](\w+)[\"']", call)}


def test_every_key_has_both_languages() -> None:
    assert all(said.strip() for section in SAYS.values() for both in section.values() for said in both)


def test_every_text_is_asked_for_and_every_text_asked_for_is_there() -> None:
    assert SAYS["texts"].keys() == asked()


def test_kinds_are_those_of_the_policy() -> None:
    assert SAYS["kinds"].keys() == policy.KINDS.keys() - {"TRAP"}
    assert set(NOT_PICKED) < SAYS["kinds"].keys()


def test_both_languages_have_the_same_holes() -> None:
    for russian, english in SAYS["texts"].values():
        assert set(re.findall(r"\{\w+\}", russian)) == set(re.findall(r"\{\w+\}", english)), english


def test_what_has_no_words_stands_as_it_is() -> None:
    for language in LANGUAGES:
        words = Words(language)
        assert (words.kind("TRAP"), words.flag("new-rule")) == ("TRAP", "new rule")
