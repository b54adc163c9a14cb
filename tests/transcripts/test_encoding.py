"""Letters come out as they were written, or the file is refused: never other letters in their place."""

from __future__ import annotations

import pytest

from pipeline.transcripts.encoding import decoded
from pipeline.transcripts.said import Refused

SENTENCES = (
    "Жулдыз: Расскажите, пожалуйста, где вы учились и чем занимаетесь сейчас?",
    "Вжик: Я учился в Караганде, потом переехал; теперь работаю в школе — преподаю химию.",
)
CYRILLIC = ("cp1251", "koi8-r", "mac-cyrillic", "cp866", "iso8859-5", "utf-8", "utf-8-sig", "utf-16", "utf-16-le")


@pytest.mark.parametrize("encoding", [*CYRILLIC, "utf-16-be", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_russian_in_every_encoding(encoding: str, end: str) -> None:
    text = end.join(SENTENCES).replace("—", "-")
    assert decoded(text.encode(encoding)) == "\n".join(SENTENCES).replace("—", "-")


def test_kazakh_letters_of_windows() -> None:
    assert decoded("Қуаныш: Әке, өзің біл, үйге бар.".encode("kz1048")) == "Қуаныш: Әке, өзің біл, үйге бар."


def test_german_letters_of_windows() -> None:
    text = "I: Wie heißen Sie?\nB: Müller, Jörg Müller. Schön, dass Sie da sind."
    assert decoded(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    "data", ["Да.".encode("cp1251"), "дЮ".encode("koi8-r"), bytes(range(128, 250)), b"\xff\xfe\x00"]
)
def test_what_nobody_can_tell_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        decoded(data)


def test_no_sentence_is_taken_for_another() -> None:
    """Every longer word alone, in every encoding: read as it was, or refused."""
    for word in (word for word in " ".join(SENTENCES).split() if len(word) > 4):
        for encoding in CYRILLIC[:5]:
            try:
                assert decoded(word.encode(encoding)) == word, encoding
            except Refused:
                continue
