"""What each answer to consent opens and shuts: transcripts, quotes, recordings and bundles."""

from __future__ import annotations

import zipfile
from itertools import product
from pathlib import Path

import numpy as np
import pyrage
import pytest
import soundfile
from msgspec import Struct

from pipeline.errors import ConfigError, ExportRefused
from pipeline.media import ffmpeg
from pipeline.release import options
from pipeline.release.request import Options
from pipeline.study.folder import Study, open_study
from tests.helpers import signed_studies
from tests.helpers.review_pages import put

SHARE = ("yes", "no", "not asked", "unknown")
OTHERS = (("yes", "yes"), ("no", "no"), ("not asked", "unknown"), ("unknown", "not asked"))
IDENTITY = pyrage.x25519.Identity.generate()


class Row(Struct, frozen=True):
    """A participant, and what may come out of the study of him or her."""

    id: str
    share: str
    withdrawn_on: str
    quote: str
    audio: str

    @property
    def transcript(self) -> bool:
        """Out only for a no or a withdrawal; nobody asked means: with a warning."""
        return self.share != "no" and not self.withdrawn_on

    @property
    def quotable(self) -> bool:
        return self.transcript and self.quote == "yes"

    @property
    def heard(self) -> bool:
        return self.transcript and self.audio == "yes"


ROWS = tuple(
    Row(f"P{number:02}", share, withdrawn, quote, sound)
    for number, (share, withdrawn, (quote, sound)) in enumerate(product(SHARE, ("", "2021-06-01"), OTHERS), 1)
)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("consent") / "study"
    (folder / "recordings").mkdir(parents=True)
    head = "participant_id,gender,consent_share,withdrawn_on,consent_quote,consent_audio\n"
    rows = (f"{row.id},female,{row.share},{row.withdrawn_on},{row.quote},{row.audio}\n" for row in ROWS)
    (folder / "participants.csv").write_text(head + "".join(rows), encoding="utf-8")
    for row in ROWS:
        (folder / "recordings" / f"{row.id}.m4a").write_bytes(row.id.encode())
    made = open_study(folder)
    for row in ROWS:
        put(made, row.id, ["И: Как дела?", "Р: Хорошо, спасибо."])
        sound = folder / "work" / row.id / "audio" / "mix.flac"
        sound.parent.mkdir()
        soundfile.write(sound, np.zeros(4 * ffmpeg.RATE, dtype=np.int16), ffmpeg.RATE)
    signed_studies.settle(made)
    signed_studies.sign(folder)
    return made


def named(ids: set[str]) -> dict[str, bool]:
    return {row.id: row.id in ids for row in ROWS}


def test_transcripts_and_recordings(study: Study) -> None:
    said = signed_studies.release(study.folder, Options(audio=True))
    texts = {path.stem for path in (study.folder / "release" / "txt").iterdir()}
    assert named(texts) == {row.id: row.transcript for row in ROWS}
    sounds = {path.stem for path in (study.folder / "release" / "audio").iterdir()}
    assert named(sounds) == {row.id: row.heard for row in ROWS}
    for row in ROWS:
        left_out = [line for line in said if line.startswith(f"left out: {row.id}: ")]
        assert bool(left_out) != row.transcript
        warned = [line for line in said if line.startswith(f"note: {row.id}: consent to share is")]
        assert bool(warned) == (row.transcript and row.share != "yes")
        silent = [line for line in said if line.startswith(f"note: {row.id}: no recording")]
        assert bool(silent) == (row.transcript and not row.heard)


def test_quotes(study: Study) -> None:
    for row in ROWS:
        if row.quotable:
            assert options.quote(study, row.id, "2", "ru").participant == row.id
        else:
            with pytest.raises(ConfigError, match=row.id):
                options.quote(study, row.id, "2", "ru")


def test_bundles(study: Study, tmp_path: Path) -> None:
    said = "\n".join(options.send(study, False, Options(tier="shareable"), [str(IDENTITY.to_public())]))
    pyrage.decrypt_file(str(study.folder / "transfer" / "release.zip.age"), str(tmp_path / "plain.zip"), [IDENTITY])
    with zipfile.ZipFile(tmp_path / "plain.zip") as packed:
        texts = {Path(name).stem for name in packed.namelist() if "/txt/" in name}
    assert named(texts) == {row.id: row.transcript for row in ROWS}
    assert all((f"left out: {row.id}: " in said) != row.transcript for row in ROWS)


@pytest.mark.parametrize("column", ["consent_share,no", "withdrawn_on,2021-06-01"])
def test_where_nobody_may_be_released_the_refusal_names_them(tmp_path: Path, column: str) -> None:
    folder = signed_studies.signed(tmp_path)
    header, answer = column.split(",")
    (folder / "participants.csv").write_text(
        f"participant_id,recording,{header}\n"
        + "".join(f"{entry.id},{entry.names[0]},{answer}\n" for entry in open_study(folder).entries)
    )
    with pytest.raises(ExportRefused, match=r"(?s)P01.*P04"):
        signed_studies.release(folder)
