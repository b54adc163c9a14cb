"""Who forgets an interview keeps what the others were released by."""

from __future__ import annotations

from pathlib import Path

from pipeline.corrections.apply import keys
from pipeline.decisions import sign_off
from pipeline.decisions.journal import Journal
from pipeline.decisions.second_look import STUDY
from pipeline.life.forget.forget import forget, plan
from pipeline.model import Anchor, Decision, Dialogue
from pipeline.review.interview_view import wish
from pipeline.study.folder import open_study
from tests.helpers import signed_studies
from tests.helpers.review_pages import written

LINES = {
    "P01": ["И: Кто помогал?", "Р: [Вера|OPEN:вера] помогала, и [Арса|OPEN:арса]."],
    "P04": ["И: Как дела?", "Р: Хорошо, [вера|OPEN:вера] помогла."],
}


def test_answers_for_the_study_stay_where_others_rely_on_them(tmp_path: Path) -> None:
    study = written(tmp_path, LINES)
    signed_studies.settle(study)
    dialogue = study.store.read("P01", "attribute", Dialogue)
    name = keys(dialogue.turns)[1]
    journal = Journal(study.store.work / sign_off.DATABASE)
    for start, end, question in ((0, 4, "вера"), (18, 22, "арса")):
        anchor = Anchor(name.text, name.nth, start, end)
        journal.act("R2", "P01", [wish(Decision(anchor, "harmless", STUDY, "", question))])
    journal.close()
    signed_studies.sign(study.folder)
    signed_studies.release(study.folder)
    before = {n: data for n, data in signed_studies.files(study.folder / "release").items() if n.endswith("P04.txt")}

    study = open_study(study.folder)
    forget(study, plan(study, "P01"), False)
    known = sign_off.books(study.store.work)
    assert "P01" not in known
    kept = [row for row in known["P04"].all("decide") if "harmless" in row.data]
    assert [row.reviewer for row in kept] == ["R2"]
    assert known["P04"].harmless() == {"вера"}, "nothing that only the forgotten interview said"
    signed_studies.release(study.folder)
    now = signed_studies.files(study.folder / "release")
    assert {n: now[n] for n in before} == before
    assert "P04,required,1,1,0,0,1,0" in now["second_look.csv"].decode()
