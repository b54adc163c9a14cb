"""`interviews retract`: what a participant takes back becomes a cut, written by a reviewer into the log."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline import flow
from pipeline.corrections.apply import CUT, turn_name
from pipeline.decisions.journal import Journal
from pipeline.decisions.sign_off import DATABASE
from pipeline.deidentify.labels.replace import Piece, pieces
from pipeline.errors import ConfigError, UsageError
from pipeline.model import Correction
from pipeline.progress.reporter import Reporter
from pipeline.release import options
from pipeline.release.documents import transcripts
from pipeline.release.documents.transcripts import Line
from pipeline.release.member_check import readable
from pipeline.release.quotes import between, whose
from pipeline.release.request import Interview
from pipeline.review import open_page
from pipeline.review.interview_view import Desk
from pipeline.review.study_view import PUNCTUATION
from pipeline.study.folder import Study
from pipeline.study.inputs import Inputs

CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,15}")
"""a reviewer's code"""
Spans = dict[int, tuple[int, int]]
"""turn number -> what of its text goes"""


def retract(study: Study, participant: str, turns: str, words: str, reviewer: str) -> Iterator[str]:
    """Cut turns, or the words given out of them, and search the interview again.

    Raises UsageError, ConfigError; then nothing was written.
    """
    if not CODE.fullmatch(reviewer):
        raise UsageError("That is no reviewer code.", "Write one such as R1.")
    with study.store.locked("interviews retract"):
        request = options.now(study)
        interview = whose(request, participant)
        page = transcripts.page(request, interview, interview.name)
        lines = between(page, turns)
        spans = places(lines, (interview, readable(request, interview)), words)
        journal = Journal(study.store.work / DATABASE)
        try:
            cut(study, journal, interview.id, reviewer, spans)
        finally:
            journal.close()
        entry = next(entry for entry in study.entries if entry.id == interview.id)
        flow.one_pass(Inputs(study, last=True), (entry,), flow.STAGES[-1:], Reporter(), flow.here)
    done = f"words cut in {len(spans)}" if words.strip() else f"{len(spans)} cut"
    yield f"{interview.id}, turns {turns}: {done}, as {reviewer}. U in the review page takes it back."
    yield f"Sign {interview.id} off again in the review page: what is released of it has changed."


def places(lines: Sequence[Line], shown: Sequence[Interview], words: str) -> Spans:
    """What goes of each turn: all of it, or the words where they first stand. Raises ConfigError where nothing does."""
    left = [line.turn for line in lines if line.turn.words and line.turn.text != CUT]
    if words.strip():
        found = {turn.number: next(spoken(turn.number, shown, words), None) for turn in left}
        spans = {number: span for number, span in found.items() if span is not None}
    else:
        spans = {turn.number: (0, len(turn.text)) for turn in left}
    if not spans:
        raise ConfigError(
            "These words are in none of the turns; nothing was cut."
            if words.strip()
            else "These turns are cut already, or empty; nothing was changed.",
            "Copy the words as the participant's copy or the release shows them, or cut whole turns.",
        )
    return spans


def spoken(number: int, shown: Sequence[Interview], words: str) -> Iterator[tuple[int, int]]:
    """Where the words stand in a turn, as the participant saw it, as released, or as said."""
    wanted = [plain(word) for word in words.split() if plain(word)]
    for interview in shown:
        turn = interview.dialogue.turns[number - 1]
        for entities in ([one for one in interview.redaction.entities if one.turn == number], []):
            tokens = list(shown_words(pieces(turn, entities)))
            for at in range(len(tokens) - len(wanted) + 1):
                row = tokens[at : at + len(wanted)]
                if [token[0] for token in row] == wanted:
                    yield row[0][1], row[-1][2]


def shown_words(parts: Sequence[Piece]) -> Iterator[tuple[str, int, int]]:
    """Each word of a turn as it is shown, and the stretch of the turn's text that it stands for."""
    for part in parts:
        for found in re.finditer(r"\S+", part.text):
            if part.label:
                yield plain(found.group()), part.start, part.end
            elif plain(found.group()):
                yield plain(found.group()), part.start + found.start(), part.start + found.end()


def plain(word: str) -> str:
    """A word without the marks around it."""
    return word.strip(PUNCTUATION).casefold()


def cut(study: Study, journal: Journal, interview: str, reviewer: str, spans: Spans) -> None:
    """Write one cut a turn, with the decisions it moves, as the review page does."""
    room = open_page.room_of(study, journal)
    try:
        desk = room.desk(interview)
        if desk is None:
            raise ConfigError(f"{interview}: not finished yet.", "Run `interviews run` first.")
        for number, span in spans.items():
            one_cut(desk, reviewer, number, span)
    finally:
        room.close()


def one_cut(desk: Desk, reviewer: str, number: int, span: tuple[int, int]) -> None:
    view = desk.view()
    anchor = view.anchor(turn_name(view.keys[number - 1]), *span)
    rows = desk.correct(Correction("cut", anchor)) if anchor else ()
    if not rows:
        raise ConfigError(f"{desk.id}: a turn cannot be cut where it stands now.", "Cut it in the review page.")
    desk.journal.act(reviewer, desk.id, rows)
