"""The log: nothing acknowledged is lost, everything can be undone, two reviewers never overwrite each other unseen."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.decisions.journal import SCHEMA, Clash, Journal
from pipeline.errors import ConfigError
from pipeline.model import Anchor, Decision
from pipeline.review.interview_view import decision_key, wish
from pipeline.store import file_system
from tests.helpers.sample_studies import ROOT


def decision(start: int, action: str = "accept", text: str = "a" * 64) -> Decision:
    return Decision(Anchor(text, 0, start, start + 5), action, "PERSON")  # type: ignore[arg-type]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "review.db")


def held(journal: Journal, interview: str = "P01") -> list[tuple[int, str]]:
    return [(one.anchor.start, one.action) for one in journal.book(interview).decisions()]


def test_undo_and_redo_go_as_far_back_as_one_likes(journal: Journal) -> None:
    for start in range(40):
        journal.act("R1", "P01", [wish(decision(start))])
    for _ in range(40):
        assert journal.undo("R1", "P01")
    assert held(journal) == []
    assert journal.undo("R1", "P01") == ()
    for _ in range(40):
        assert journal.redo("R1", "P01")
    assert len(held(journal)) == 40


def test_undo_shows_the_decision_before(journal: Journal) -> None:
    journal.act("R1", "P01", [wish(decision(0, "accept"))])
    journal.act("R1", "P01", [wish(decision(0, "reject"))])
    journal.undo("R1", "P01")
    assert held(journal) == [(0, "accept")]


def test_one_undoes_only_what_one_did_oneself(journal: Journal) -> None:
    journal.act("R1", "P01", [wish(decision(0))])
    journal.act("R2", "P01", [wish(decision(9))])
    journal.undo("R1", "P01")
    assert held(journal) == [(9, "accept")]


def test_an_act_on_several_interviews_is_undone_as_one(journal: Journal) -> None:
    journal.act_on("R1", {"P01": [wish(decision(0))], "P02": [wish(decision(5))]})
    journal.undo("R1", "P02")
    assert held(journal, "P01") == held(journal, "P02") == []


def test_who_comes_second_is_told_and_nothing_is_lost(journal: Journal, tmp_path: Path) -> None:
    other = Journal(tmp_path / "review.db")
    journal.act("R1", "P01", [wish(decision(0, "accept"), seen=0)])
    with pytest.raises(Clash) as clash:
        other.act("R2", "P01", [wish(decision(0, "reject"), seen=0), wish(decision(7), seen=0)])
    assert clash.value.rows[0].reviewer == "R1"
    other.refresh()
    assert held(other) == [(0, "accept")]
    seen = other.book("P01").versions[decision_key(decision(0))]
    other.act("R2", "P01", [wish(decision(0, "reject"), seen=seen)])
    journal.refresh()
    assert held(journal) == [(0, "reject")]


def test_two_who_agree_do_not_clash(journal: Journal, tmp_path: Path) -> None:
    other = Journal(tmp_path / "review.db")
    journal.act("R1", "P01", [wish(decision(0), seen=0)])
    other.act("R2", "P01", [wish(decision(0), seen=0)])


def test_rows_are_never_changed(journal: Journal) -> None:
    journal.act("R1", "P01", [wish(decision(0))])
    for statement in ("DELETE FROM log", "UPDATE log SET data = ''"):
        with pytest.raises(sqlite3.DatabaseError):
            journal.db.execute(statement)


CLIENT = """
import random, sys
from pathlib import Path
from pipeline.review.interview_view import wish
from pipeline.decisions.journal import Clash, Journal
from tests.decisions.test_journal import decision
journal, who, seed, count = Journal(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
chance = random.Random(seed)
for number in range(count):
    one = decision(chance.randrange(300), chance.choice(["accept", "reject"]))
    try:
        draw = chance.random()
        done = bool(journal.undo(who, "P01")) if draw < 0.1 else journal.redo(who, "P01") if draw < 0.15 else (
            journal.act(who, "P01", [wish(one)]))
    except Clash:
        continue
    print(journal.last, flush=True)
"""


@pytest.mark.slow
def test_two_thousand_decisions_with_kills_in_between_replay_to_the_same(tmp_path: Path) -> None:
    file, chance = tmp_path / "review.db", random.Random(5)
    Journal(file).close()
    acknowledged = 0
    for round_ in range(4):
        command = [sys.executable, "-c", CLIENT, str(file)]
        clients = [
            subprocess.Popen([*command, who, str(10 * round_ + at), "450"], stdout=subprocess.PIPE, text=True, cwd=ROOT)
            for at, who in enumerate(("R1", "R2"))
        ]
        stop = chance.randrange(250, 400)
        for victim in clients:
            assert victim.stdout is not None
            for number, line in enumerate(victim.stdout):
                acknowledged = max(acknowledged, int(line))
                if round_ < 3 and number == stop:
                    victim.kill()
                    break
            victim.wait()
            victim.stdout.close()
    journal = Journal(file)
    assert journal.last >= acknowledged > 2000
    rows = journal.everything(["P01"])
    again = Journal(tmp_path / "again.db")
    again.take_in(rows)
    assert held(again) == held(journal)
    assert again.book("P01").undone == journal.book("P01").undone
    assert journal.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "review.db")
    journal.db.execute(f"PRAGMA user_version={SCHEMA + 1}")
    journal.close()
    with pytest.raises(ConfigError, match="newer version"):
        Journal(tmp_path / "review.db")


@pytest.mark.parametrize(
    ("place", "remote"),
    [
        ("/home/x/study", False),
        ("/mnt/share/study", True),
        ("/mnt/share", True),
        ("/net/a b/study", True),
        ("/", False),
    ],
)
def test_network_file_systems_are_known(place: str, remote: bool) -> None:
    mounted = (("/", "ext4 /dev/sda1"), ("/mnt/share", "nfs4 server:/x"), ("/net/a\\040b", "cifs //s/a"))
    table = "\n".join(f"27 1 0:50 / {place} rw - {kind} rw" for place, kind in mounted)
    assert file_system.kind(Path(place), table).startswith(file_system.REMOTE) is remote


def test_a_database_on_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_system, "mounts", lambda: f"27 1 0:50 / {tmp_path} rw - nfs server:/x rw\n")
    with pytest.raises(ConfigError, match="network drive"):
        Journal(tmp_path / "review.db")
