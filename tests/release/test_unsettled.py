"""The gate of open words: nothing that nothing and nobody has called harmless is in a release that is no draft."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.corrections.apply import text_digest, turn_name
from pipeline.decisions import second_look, sign_off
from pipeline.decisions.journal import Book
from pipeline.decisions.second_look import Tally
from pipeline.decisions.sign_off import Reviewed
from pipeline.deidentify.labels.replace import Style
from pipeline.errors import ExportRefused
from pipeline.model import Decision, Open, Redaction
from pipeline.release import build, publish
from pipeline.release.request import Interview, Options
from pipeline.review.interview_view import Desk, wish
from pipeline.review.study_view import Room
from pipeline.study.folder import open_study
from tests.helpers import signed_studies
from tests.helpers.releases import interview, request
from tests.helpers.review_pages import room

LINES = {
    "P01": [
        "И: Кто вам помогал?",
        "Р: [Герем|OPEN:герем] помогал, он из [Текели|CITY_SMALL:t].",
        "Р: А [Герему|OPEN:герем] помогала [вера|OPEN:вера].",
    ],
    "P04": ["И: Как дела?", "Р: Хорошо, [вера|OPEN:вера] и [Арсу|OPEN:арса] помогли."],
}


def with_open(left: int) -> Interview:
    made = interview("P01", ["Р: Там был [Герем|OPEN:герем]."])
    return replace(made, looked=Tally(asked=3, different=2, hidden=0, here=3 - left, study=0, left=left))


def test_a_release_with_an_open_word_is_refused_with_its_number_and_interview(tmp_path: Path) -> None:
    with pytest.raises(ExportRefused) as refused:
        build.publish(request(tmp_path, with_open(2), draft=False))
    assert refused.value.exit_code == 7
    assert "2 (P01)" in refused.value.what
    assert "Герем" not in refused.value.what + refused.value.do
    assert not (tmp_path / "release").exists()


def test_a_draft_prints_the_number(tmp_path: Path) -> None:
    made = build.publish(request(tmp_path, with_open(2)))
    assert [one.text for one in made.warnings if "2 (P01)" in one.text]
    assert not [one for one in build.publish(request(tmp_path, with_open(0))).warnings if "(P01)" in one.text]


@pytest.mark.parametrize(
    ("setting", "says"),
    [("required", "Второй взгляд (required)"), ("to_risk 0.2", "(to_risk 0,2)"), ("off", "отключён (off)")],
)
def test_a_release_says_which_words_were_asked_about_and_how_that_went(setting: str, says: str, tmp_path: Path) -> None:
    asked = replace(request(tmp_path, with_open(0), draft=False), second_look=setting)
    folder = build.publish(asked).folder
    methods = (folder / "METHODS.md").read_text(encoding="utf-8")
    assert says in methods
    assert ("- P01: спрошено мест 3 (разных вопросов 2)" in methods) == (setting != "off")
    assert f"# second look: {setting}\n" in (folder / "manifest-sha256.txt").read_text(encoding="utf-8")
    table = list(csv.DictReader(io.StringIO((folder / "second_look.csv").read_text(encoding="utf-8-sig"))))
    assert [(row["document"], row["setting"], row["asked"], row["left_open"]) for row in table] == [
        ("P01", setting, "3", "0")
    ]
    bag = build.publish(replace(asked, bag=True)).folder
    assert f"Second-Look: {setting}" in (bag / "bag-info.txt").read_text(encoding="utf-8")


# ---- however a study is edited

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["here", "study", "hide", "add", "reject", "undo", "redo"]),
        st.sampled_from(["P01", "P04"]),
        st.integers(0, 40),
    ),
    max_size=10,
)


def act(page: Room, desk: Desk, what: str, at: int) -> None:
    """One edit of a reviewer, somewhere."""
    view = desk.view()
    asked = view.judged.asked
    if what in ("undo", "redo"):
        getattr(page.journal, what)("R1", desk.id)
    elif what in ("here", "study", "hide") and asked:
        word = asked[at % len(asked)].open
        anchor = view.anchor(turn_name(view.keys[word.turn - 1]), word.start, word.end)
        if anchor is not None:
            kind = {"here": "", "study": second_look.STUDY, "hide": "PERSON"}[what]
            action = "add" if what == "hide" else "harmless"
            made = Decision(anchor, action, kind, question="" if what == "hide" else word.question)  # type: ignore[arg-type]
            page.journal.act("R1", desk.id, [wish(made)])
    elif what in ("add", "reject"):
        name, index = list(view.by_key.items())[at % len(view.by_key)]
        turn = view.dialogue.turns[index]
        start, end = turn.spans[at % len(turn.spans)]
        anchor = view.anchor(name, start, end)
        if anchor is not None:
            page.journal.act("R1", desk.id, [wish(Decision(anchor, what, "PERSON"))])  # type: ignore[arg-type]


WORD = re.compile(r"[^\W\d_]+")


def edited(folder: Path, acts: list[tuple[str, str, int]]) -> None:
    study = open_study(folder)
    open_page = room(study)
    try:
        for what, name, at in acts:
            desk = open_page.desk(name)
            assert desk is not None
            act(open_page, desk, what, at)
    finally:
        open_page.close()
        open_page.journal.close()


def said(text: str) -> list[str]:
    """Words of the turns of a released text file, labels aside."""
    lines = (found[1] for line in text.splitlines() if (found := re.match(r"[ИРД]\d?: ¶\w+ (.*)", line)))
    return [word for line in lines for word in WORD.findall(re.sub(r"\[[^\]]*\]", " ", line))]


def shown(done: Reviewed) -> list[tuple[int, int, int, str]]:
    """Turn, start, end and text of each word that no label hides."""
    hidden = {(e.turn, at) for e in done.redaction.entities if e.label for at in range(e.start, e.end)}
    return [
        (turn.number, found.start(), found.end(), found.group())
        for turn in done.dialogue.turns
        for found in WORD.finditer(turn.text)
        if (turn.number, found.start()) not in hidden
    ]


def decided(one: Open, done: Reviewed, name: str, known: dict[str, Book]) -> bool:
    """Whether a person called a word harmless, read off the log alone."""
    text = done.dialogue.turns[one.turn - 1].text
    here = [
        decision
        for decision in known[name].decisions()
        if (decision.anchor.start, decision.anchor.end) == (one.start, one.end)
        and decision.anchor.text == text_digest(text)
    ]
    everywhere = [decision for book in known.values() for decision in book.decisions() if decision.kind == "study"]
    return any(d.action == "reject" or d.question == one.question for d in here) or any(
        decision.question == one.question for decision in everywhere
    )


@settings(max_examples=12, deadline=None)
@given(ACTS)
def test_every_released_word_is_masked_settled_or_decided_however_a_study_was_edited(
    acts: list[tuple[str, str, int]],
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = signed_studies.signed(Path(place), LINES)
        signed_studies.release(folder)
        before = signed_studies.files(folder / "release")
        edited(folder, acts)
        study = open_study(folder)
        known = sign_off.books(study.store.work)
        searched = {entry.id: publish.searched(study, entry) for entry in study.entries}
        done = {name: sign_off.reviewed(found, name, known, Style()) for name, found in searched.items()}
        unseen = {name: undecided(searched[name][1], done[name], name, known) for name in searched}
        try:
            signed_studies.release(folder)
            refused = ""
        except ExportRefused as error:
            refused = error.what
        if refused:
            assert signed_studies.files(folder / "release") == before
            assert all((f"{left} ({name})" in refused) == bool(left) for name, left in unseen.items())
            return
        assert not any(unseen.values())
        for name, one in done.items():
            text = (folder / "release" / "txt" / f"{name}.txt").read_text(encoding="utf-8")
            assert said(text) == [word for *_, word in shown(one)]


def undecided(searched: Redaction, done: Reviewed, name: str, known: dict[str, Book]) -> int:
    """How many words that the search leaves open can be read and nobody called harmless."""
    visible = {(turn, start) for turn, start, _, _ in shown(done)}
    return sum((one.turn, one.start) in visible and not decided(one, done, name, known) for one in searched.open)


def test_options_of_an_export_do_not_pass_the_gate(tmp_path: Path) -> None:
    folder = signed_studies.signed(tmp_path, LINES)
    edited(folder, [("undo", "P01", 0)])
    for options in (Options(), Options(tier="blind"), Options(bag=True), Options(tier="shareable")):
        with pytest.raises(ExportRefused):
            signed_studies.release(folder, options)
