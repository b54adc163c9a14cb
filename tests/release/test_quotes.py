"""Quotes for a paper: framed, attributed, refused without consent, kept on a list."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from pipeline.errors import ConfigError, ExportRefused, UsageError
from pipeline.participants import Answer, Consent, Contact
from pipeline.release import build, quotes
from pipeline.release.request import Request
from tests.helpers.releases import interview, request
from tests.release.test_build import person

SAID = [
    "И: Где вы живёте?",
    "Р: Я из [Текели|CITY_SMALL], но это «глушь».",
    "И: И как там?",
    "Р: Тихо.",
]


def study(folder: Path, quote: Answer = "yes") -> Request:
    return request(folder, interview("P07", SAID, person("P07", Consent(quote=quote, share="yes"))))


def test_a_quote_is_ready_for_a_paper_in_both_frames(tmp_path: Path) -> None:
    asked = study(tmp_path)
    assert quotes.make(asked, "P07", "2-4", "ru").printed() == (
        "«Я из [город-1], но это „глушь“. [И: И как там?] Тихо.» (Мужчина, 31 год, живёт в Германии)"
    )
    assert "[I: И как там?]" in quotes.make(asked, "P07", "2-4", "en").text
    assert quotes.make(asked, "P07", "4", "en").printed() == "“Тихо.” (Male, 31 years old, lives in Germany)"


def test_doubts_and_a_missing_signature_are_said(tmp_path: Path) -> None:
    roman = Contact("P03", "participant", names=("Роман Ли",))
    said = interview("P07", ["Р: Вот роман."], person("P07", Consent(quote="yes", share="yes")))
    asked = request(tmp_path, said, contacts=(roman,))
    notes = quotes.make(asked, "P07", "1", "ru").notes
    assert ["signed" in note for note in notes] == [True, False]
    assert "1 passage of the quote" in notes[1]
    assert "роман" not in "".join(notes).lower()
    doubt = next(warned.key for warned in build.publish(asked).warnings if warned.key)
    cleared = structs.replace(asked, cleared=(doubt,))
    assert len(quotes.make(cleared, "P07", "1", "ru").notes) == 1


def test_questions_at_the_edges_are_no_part_of_it(tmp_path: Path) -> None:
    made = quotes.make(study(tmp_path), "P07", "¶3–4", "ru")
    assert (made.text, made.turns) == ("«Тихо.»", "3–4")


@pytest.mark.parametrize("answer", ["no", "not asked", "unknown"])
def test_without_consent_there_is_no_quote(answer: Answer, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="consent_quote") as refused:
        quotes.make(study(tmp_path, answer), "P07", "2", "ru")
    assert refused.value.exit_code == 3
    assert quotes.read(tmp_path) == ()


def test_who_has_withdrawn_is_not_quoted(tmp_path: Path) -> None:
    gone = person("P07", Consent(quote="yes", share="yes", withdrawn_on="2022-01-01"))
    with pytest.raises(ConfigError, match="withdrawn"):
        quotes.make(request(tmp_path, interview("P07", SAID, gone)), "P07", "2", "ru")


@pytest.mark.parametrize("turns", ["9", "2-9", "x", "", "1", "4-2"])
def test_turns_that_cannot_be_quoted(turns: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        quotes.make(study(tmp_path), "P07", turns, "ru")


def test_an_unknown_participant_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no finished interview"):
        quotes.make(study(tmp_path), "P08", "2", "ru")


def test_a_quote_that_leaks_is_refused_without_saying_what(tmp_path: Path) -> None:
    contact = Contact("P07", "participant", names=("Айгерим",))
    leaky = interview("P07", ["Р: Это Айгерим."], person("P07", Consent(quote="yes", share="yes")))
    with pytest.raises(ExportRefused) as refused:
        quotes.make(request(tmp_path, leaky, contacts=(contact,)), "P07", "1", "ru")
    assert "Айгерим" not in refused.value.what
    assert "name of contact P07" in refused.value.what


def test_the_list_keeps_each_quote_once(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    asked = study(tmp_path)
    for turns, language in (("2", "ru"), ("4", "ru"), ("2", "ru"), ("2", "en")):
        quotes.keep(tmp_path, quotes.make(asked, "P07", turns, language))
    assert [(one.turns, one.language) for one in quotes.read(tmp_path)] == [("4", "ru"), ("2", "ru"), ("2", "en")]
    assert (tmp_path / "work" / "quotes.csv").stat().st_mode & 0o077 == 0
