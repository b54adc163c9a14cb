"""`interviews sample`: turns drawn at random for a person to read, and the leak rate that the verdicts give."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from pipeline.decisions import leak_sample
from pipeline.deidentify.labels.replace import released
from pipeline.errors import ConfigError
from pipeline.model import Dialogue, Redaction
from pipeline.store.artifacts import write_table
from pipeline.study.folder import Study

HEADER = ("interview", "turn", "words", "leaks", "text")


def draw(study: Study, words: int, seed: int) -> Iterator[str]:
    """Write work/sample.csv: about `words` words of turns as released, with an empty column for the verdict."""
    found = finished(study)
    turns = {name: {turn.number: turn for turn in dialogue.turns} for name, (dialogue, _) in found.items()}
    people = leak_sample.population(
        {name: (dialogue, redaction.entities) for name, (dialogue, redaction) in found.items()}
    )
    rows = []
    for drawn in leak_sample.draw(people, words, seed):
        entities = [entity for entity in found[drawn.interview][1].entities if entity.turn == drawn.turn]
        text = released(turns[drawn.interview][drawn.turn], entities)
        rows.append((drawn.interview, drawn.turn, drawn.words, "", text))
    target = study.folder / "work" / "sample.csv"
    write_table(target, HEADER, rows)
    yield f"{len(rows)} turns with {sum(row[2] for row in rows)} words are in {target}."
    yield "Read each and write into the column `leaks` how many identifiers it shows (0 where it shows none)."
    yield f"Then: interviews sample {study.folder} --judged {target}"


def judge(file: Path, bound: float) -> Iterator[str]:
    """The leak rate that the verdicts give, and how much must still be read. Raises ConfigError."""
    leaks = words = turns = leaking = 0
    for number, row in enumerate(read(file), 2):
        verdict = (row.get("leaks") or "").strip()
        if not verdict:
            continue
        if not verdict.isdecimal() or not (row.get("words") or "").isdecimal():
            raise ConfigError(f"Row {number} of the sample: the column `leaks` must hold a number.", "0 means: none.")
        leaks += int(verdict)
        words += int(row["words"])
        turns += 1
        leaking += verdict != "0"
    if not turns:
        raise ConfigError("Nothing in the sample has been judged yet.", "Fill in the column `leaks`: 0 means none.")
    rate = leak_sample.rate(leaks, words)
    share = leak_sample.share(leaking, turns)
    yield f"{turns} turns with {words} words were read; {leaks} leaks."
    yield f"Leaks per 10,000 words: {rate.per_10000} (95 % interval {rate.low} to {rate.high})."
    yield f"Turns with a leak: {share.value:.1%} ({share.low:.1%} to {share.high:.1%})."
    more = leak_sample.words_needed(leaks, words, bound)
    yield (
        f"The rate is below {bound:g} per 10,000 words with 95 % confidence."
        if not more
        else f"To say «at most {bound:g} per 10,000 words», read about {more} more words without finding a leak."
    )


def read(file: Path) -> list[dict[str, str]]:
    """Rows of a sample that a person has filled in, with commas or semicolons."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise ConfigError("The judged sample cannot be read.", "Save it as CSV in UTF-8.") from None
    first = text.partition("\n")[0]
    return list(csv.DictReader(text.splitlines(), delimiter=";" if first.count(";") > first.count(",") else ","))


def finished(study: Study) -> dict[str, tuple[Dialogue, Redaction]]:
    """Interviews that were searched. Raises ConfigError where there is none."""
    ready = [entry.id for entry in study.entries if study.store.header(entry.id, "deidentify")]
    if not ready:
        raise ConfigError("No interview is finished yet.", "Run `interviews run` first.")
    store = study.store
    return {
        name: (store.read(name, "attribute", Dialogue), store.read(name, "deidentify", Redaction)) for name in ready
    }
