"""A release as a whole: who is in it, what marks a draft, and that a refused one changes nothing."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from msgspec import structs

from pipeline.decisions import leak_sample
from pipeline.errors import ConfigError, ExportRefused
from pipeline.model import Diarization, SignOff, Transcript
from pipeline.participants import Answer, Consent, Contact, Participant
from pipeline.release import build, publish
from pipeline.release.request import DRAFT, Interview
from pipeline.study.export_settings import Settings
from tests.conftest import ROOT
from tests.helpers.releases import AGREED, interview, request
from tests.helpers.review_pages import written

CONTACT = Contact("P01", "participant", names=("Айгерим Сарсенова",))
CLEAN = ["И: Здравствуйте, [Айгерим|PERSON:r]!", "Р: Здравствуйте. Я из [Текели|CITY_SMALL]."]
LEAKY = ["И: Здравствуйте, Айгерим!"]


def person(id: str, consent: Consent = AGREED, **known: Any) -> Participant:
    return Participant(id, gender="male", age=31, residence_country="DE", consent=consent, **known)


def one(id: str = "P01", said: list[str] = CLEAN, **known: Any) -> Interview:
    return interview(id, said, person(id, **known))


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes and time of every file."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_release_holds_every_format(tmp_path: Path) -> None:
    published = build.publish(request(tmp_path, one(), contacts=(CONTACT,)))
    assert published.folder == tmp_path / "release"
    assert published.files == (
        *(
            "METHODS.md",
            "README.txt",
            "atlasti/P01.txt",
            "codebook.csv",
            "data_list.csv",
            "data_list.xlsx",
            "deidentification_log.csv",
        ),
        *(
            "docx/P01.docx",
            "html/P01.html",
            "json/P01.json",
            "manifest-sha256.txt",
            "maxqda/P01.txt",
            "maxqda/document_variables.xlsx",
        ),
        *("nvivo/classification.xlsx", "nvivo/speaker/P01.txt", "nvivo/timed/P01.txt", "project.qdpx"),
        *("schema/transcript.schema.json", "second_look.csv", "txt/P01.txt", "vtt/P01.vtt"),
    )
    assert set(published.files) == set(state(published.folder))
    assert [folder.name for folder in tmp_path.iterdir()] == ["release"]


def test_the_manifest_is_right(tmp_path: Path) -> None:
    folder = build.publish(request(tmp_path, one())).folder
    lines = (folder / "manifest-sha256.txt").read_text(encoding="utf-8").splitlines()
    listed = {line.split("  ", 1)[1]: line.split("  ", 1)[0] for line in lines if not line.startswith("#")}
    assert set(listed) == set(state(folder)) - {"manifest-sha256.txt"}
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in listed.items())


def test_a_draft_says_so_in_every_file(tmp_path: Path) -> None:
    folder = build.publish(request(tmp_path, one())).folder
    for name, (data, _) in state(folder).items():
        assert "DRAFT" in text_of(name, data) or DRAFT["ru"] in text_of(name, data), name


def test_a_release_says_so_nowhere(tmp_path: Path) -> None:
    folder = build.publish(request(tmp_path, one(), draft=False)).folder
    for name, (data, _) in state(folder).items():
        assert not any(mark in text_of(name, data) for mark in (*DRAFT.values(), "DRAFT")), name


def text_of(name: str, data: bytes) -> str:
    if name.endswith(".docx"):
        document = docx.Document(io.BytesIO(data))
        marks = document.sections[0].header.paragraphs
        return "\n".join(paragraph.text for paragraph in (*marks, *document.paragraphs))
    if name.endswith(".xlsx"):
        return "\n".join(str(cell) for row in openpyxl.load_workbook(io.BytesIO(data)).active.values for cell in row)
    if name.endswith(".qdpx"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return "\n".join(packed.read(member).decode() for member in packed.namelist())
    return data.decode("utf-8-sig")


def test_nothing_is_rewritten_when_nothing_changed(tmp_path: Path) -> None:
    asked = request(tmp_path, one(), one("P02"), contacts=(CONTACT,))
    before = state(build.publish(asked).folder)
    assert state(build.publish(asked).folder) == before
    swapped = structs.replace(asked, interviews=asked.interviews[::-1])
    assert state(build.publish(swapped).folder) == before


def test_another_process_makes_the_same_bytes(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from pipeline.release import build; "
        "from tests.release.test_build import one; "
        "from tests.helpers.releases import request; build.publish(request(Path(sys.argv[1]), one(), one('P02')))"
    )
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        subprocess.run([sys.executable, "-c", script, str(tmp_path / name)], check=True, cwd=ROOT)
    first, second = (state(tmp_path / name / "release") for name in ("a", "b"))
    assert {name: data for name, (data, _) in first.items()} == {name: data for name, (data, _) in second.items()}


def test_a_leak_refuses_and_leaves_the_old_release_as_it_was(tmp_path: Path) -> None:
    folder = build.publish(request(tmp_path, one(), contacts=(CONTACT,))).folder
    before = state(folder)
    with pytest.raises(ExportRefused) as refused:
        build.publish(request(tmp_path, one(said=LEAKY), contacts=(CONTACT,)))
    assert refused.value.exit_code == 7
    assert "txt/P01.txt" in refused.value.what
    assert "¶1: name of contact P01" in refused.value.what
    assert "айгерим" not in (refused.value.what + refused.value.do).lower()
    assert state(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["release"]


def test_a_name_in_a_participants_id_reaches_no_file_name(tmp_path: Path) -> None:
    with pytest.raises(ExportRefused, match="file name"):
        build.publish(request(tmp_path, one("Сарсенова"), contacts=(CONTACT,)))


def test_doubts_warn_in_a_draft_and_wait_for_a_decision_otherwise(tmp_path: Path) -> None:
    roman = Contact("P03", "participant", names=("Роман Ли",))
    asked = request(tmp_path, one(said=["Р: Вот роман про Айгеримм."]), contacts=(CONTACT, roman))
    warned = [warning for warning in build.publish(asked).warnings if warning.key]
    assert ["ordinary word" in warning.text for warning in warned].count(True) == 1
    assert ["one letter" in warning.text for warning in warned].count(True) == 1
    signed = structs.replace(asked, draft=False)
    with pytest.raises(ExportRefused, match=warned[0].key):
        build.publish(signed)
    cleared = structs.replace(signed, cleared=tuple(warning.key for warning in warned))
    assert [warning for warning in build.publish(cleared).warnings if warning.key] == []


def test_a_decision_does_not_clear_a_find(tmp_path: Path) -> None:
    asked = request(tmp_path, one(said=LEAKY), contacts=(CONTACT,))
    with pytest.raises(ExportRefused):
        build.publish(structs.replace(asked, cleared=("", "00000000")))


@pytest.mark.parametrize(
    ("consent", "out", "warned"),
    [
        (Consent(share="yes"), False, False),
        (Consent(share="no"), True, False),
        (Consent(share="yes", withdrawn_on="2022-01-01"), True, False),
        (Consent(), False, True),
        (Consent(share="unknown"), False, True),
    ],
)
def test_consent_decides_who_is_in(consent: Consent, out: bool, warned: bool, tmp_path: Path) -> None:
    published = build.publish(request(tmp_path, one("P01"), one("P02", consent=consent)))
    assert [left.id for left in published.left_out] == (["P02"] if out else [])
    assert ("txt/P02.txt" in published.files) is not out
    assert any("P02: consent" in warning.text for warning in published.warnings) is warned
    table = (published.folder / "data_list.csv").read_text(encoding="utf-8-sig")
    assert ("P02" in table) is not out


def test_words_of_an_interview_that_is_left_out_are_sought_all_the_same(tmp_path: Path) -> None:
    out = one("P02", ["Р: Меня зовут [Жандос|PERSON]."], consent=Consent(share="no"))
    with pytest.raises(ExportRefused, match="PERSON:1 of P02"):
        build.publish(request(tmp_path, one(said=["Р: Я знаю Жандоса."]), out))


@pytest.mark.parametrize("share", ["no"])
def test_nothing_to_release_is_refused(share: Answer, tmp_path: Path) -> None:
    with pytest.raises(ExportRefused, match="no interview"):
        build.publish(request(tmp_path, one(consent=Consent(share=share))))


def test_an_interview_without_a_participant_is_named_by_its_recording(tmp_path: Path) -> None:
    orphan = structs.replace(one("rec-0a1b2c3d"), participant=None)
    published = build.publish(request(tmp_path, orphan))
    assert "txt/rec-0a1b2c3d.txt" in published.files
    assert "rec-0a1b2c3d: no row" in published.warnings[0].text
    assert "(" not in (published.folder / "txt" / "rec-0a1b2c3d.txt").read_text(encoding="utf-8")


def test_nothing_private_of_the_recording_is_released(tmp_path: Path) -> None:
    known = person(
        "P01", recordings=("Сарсенова Zoom 2021",), interview_date="2021-05-02", private=(("private_x", "тайна"),)
    )
    made = interview("P01", CLEAN, known)
    told = structs.replace(made.recording, host="Дарина Омарова", started="2021-05-02T15:30:45")
    folder = build.publish(request(tmp_path, structs.replace(made, recording=told))).folder
    for name, (data, _) in state(folder).items():
        text = text_of(name, data)
        assert not any(word in text for word in ("2021-05", "15:30", "Дарина", "Сарсенова", "тайна", "Текели")), name


def test_what_somebody_put_into_the_release_is_not_deleted(tmp_path: Path) -> None:
    asked = request(tmp_path, one())
    folder = build.publish(asked).folder
    (folder / "мои заметки.docx").write_bytes(b"x")
    with pytest.raises(ConfigError, match="1 file"):
        build.publish(asked)
    assert (folder / "мои заметки.docx").is_file()


def test_litter_of_the_operating_system_is_nobodys_work(tmp_path: Path) -> None:
    folder = build.publish(request(tmp_path, one())).folder
    (folder / ".DS_Store").write_bytes(b"x")
    build.publish(request(tmp_path, one(), one("P02")))
    assert not (folder / ".DS_Store").exists()


def test_an_export_killed_between_its_renames_is_put_right(tmp_path: Path) -> None:
    folder = build.publish(request(tmp_path, one())).folder
    before = state(folder)
    folder.rename(tmp_path / "release.previous")
    (tmp_path / "release.partial").mkdir()
    with pytest.raises(ExportRefused):
        build.publish(request(tmp_path, one(said=LEAKY), contacts=(CONTACT,)))
    assert state(folder) == before


def test_file_names_that_would_collide_stop_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="same file name"):
        build.publish(request(tmp_path, one("P/1"), one("P?1")))


def test_the_shareable_tier_prints_bands(tmp_path: Path) -> None:
    folder = build.publish(structs.replace(request(tmp_path, one()), tier="shareable")).folder
    assert "(Мужчина, 30–34 года, живёт в Германии)" in (folder / "txt" / "P01.txt").read_text(encoding="utf-8")


def test_the_blind_tier_names_nobody(tmp_path: Path) -> None:
    asked = structs.replace(request(tmp_path, one("P01"), one("P02", ["Р: Да."])), tier="blind")
    folder = build.publish(asked).folder
    assert "consent" not in (folder / "data_list.csv").read_text(encoding="utf-8")
    names = sorted(path.name for path in (folder / "json").iterdir())
    assert names == ["doc-01.json", "doc-02.json"]
    for name, (data, _) in state(folder).items():
        assert not any(word in text_of(name, data) for word in ("P01", "P02", "Мужчина", "Germany")), name
        if name.endswith((".docx", ".xlsx")):
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                assert not any(b"P01" in packed.read(member) for member in packed.namelist())


def test_methods_say_pseudonymised_while_names_can_be_traced(tmp_path: Path) -> None:
    asked = structs.replace(request(tmp_path, one()), language="en")
    folder = build.publish(structs.replace(asked, made_by=(("openai-whisper", "20250625"),))).folder
    methods = (folder / "METHODS.md").read_text(encoding="utf-8")
    assert "Pseudonymised" not in methods
    assert "- openai-whisper 20250625" in methods
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / "a.m4a").write_bytes(b"x")
    build.publish(asked)
    methods = (folder / "METHODS.md").read_text(encoding="utf-8")
    assert "**Pseudonymised, not anonymous.**" in methods
    assert "- the recordings\n" in methods
    assert "contacts" not in methods.split("## What made them")[0]
    build.publish(structs.replace(asked, language="ru"))
    methods = (folder / "METHODS.md").read_text(encoding="utf-8")
    assert "**Псевдонимизировано, но не анонимно.**" in methods
    assert "- записи\n" in methods


def test_methods_say_who_read_how_much_and_what_a_sample_showed(tmp_path: Path) -> None:
    by = SignOff("R1", "2026-01-01T00:00:00Z", "0" * 64, 0.875, (("R1", 0.5), ("R2", 0.375)))
    asked = structs.replace(request(tmp_path, structs.replace(one(), signed=by), draft=False), language="en")
    asked = structs.replace(asked, leaks=leak_sample.rate(2, 4000))
    text = (build.publish(asked).folder / "METHODS.md").read_text(encoding="utf-8")
    assert "- P01: signed off by R1, 88% of the words read (R1 50%, R2 38%)" in text
    assert "found 2 that should have been hidden: 5.0 in 10,000" in text
    russian = build.publish(structs.replace(asked, language="ru")).folder / "METHODS.md"
    assert "прочитано 4000, из них следовало скрыть 2, то есть 5,0 на 10 000" in russian.read_text(encoding="utf-8")
    text = (build.publish(structs.replace(asked, draft=True)).folder / "METHODS.md").read_text(encoding="utf-8")
    assert "not reviewed" in text
    assert "R1" not in text
    blind = build.publish(structs.replace(asked, tier="blind")).folder / "METHODS.md"
    assert "P01" not in blind.read_text(encoding="utf-8")


def test_methods_name_what_took_part_and_what_was_set_otherwise(tmp_path: Path) -> None:
    study = written(tmp_path)
    study = structs.replace(
        study,
        settings=structs.replace(
            study.settings,
            deidentify=structs.replace(study.settings.deidentify, policy={"CITY_LARGE": "keep"}, allow=("Парус",)),
        ),
    )
    for name in ("transcribe", "diarize"):
        made_by = {"interviews": "1", "openai-whisper": "2", "pyannote.audio": "3", "torch": "4"}
        kind = Transcript if name == "transcribe" else Diarization
        study.store.write("P01", name, study.store.read("P01", name, kind), "", made_by)
    asked = publish.request_of(study, list(study.entries)[:1], {}, draft=True)
    assert dict(asked.made_by) == {"interviews": "1", "torch": "4"}
    text = (build.publish(asked).folder / "METHODS.md").read_text(encoding="utf-8")
    assert "deidentify.policy.CITY_LARGE keep" in text
    assert "Текст: субтитры Zoom. Говорящие: отдельная дорожка каждого участника." in text
    assert "Парус" not in text
    assert "| имя (PERSON) | 2 | 0 |" in text


def test_settings_come_from_a_study_file() -> None:
    import msgspec

    settings = msgspec.convert({"age_band": 5, "labels": {"interviewer": "Q"}}, Settings)
    assert settings.labels.interviewer == "Q"
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"age_bands": 5}, Settings)


def test_progress_is_told_by_id(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    build.publish(request(tmp_path, one("P01"), one("P02")), lambda id, share: told.append((id, share)))
    assert told == [("P01", 0.5), ("P02", 1.0)]


def test_json_of_the_release_names_its_schema(tmp_path: Path) -> None:
    folder = build.publish(request(tmp_path, one())).folder
    value = json.loads((folder / "json" / "P01.json").read_text(encoding="utf-8"))
    rule = json.loads((folder / "schema" / "transcript.schema.json").read_text(encoding="utf-8"))
    assert value["schema"] == rule["properties"]["schema"]["const"]
