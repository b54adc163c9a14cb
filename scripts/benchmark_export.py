"""How long a release of a whole study takes: 22 interviews of an hour, every format, the gate and the checksums."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.release.request import Interview

INTERVIEWS, WORDS = 22, 8000
"""how many, and words of an hour"""
SAID = [
    "И: Сегодня поговорим о том, как вы уехали учиться и почему остались. Как это было?",
    "Р: Меня зовут [Айгерим|PERSON:r], я из [Текели|CITY_SMALL]. Подруга [Жанар|PERSON:z] позвала меня, и мы уехали.",
    "И: А что было самым трудным в первый год?",
    "Р: Язык, потом работа в [банке|ORG_EMPLOYER], потом снова язык; через год стало легче, и я привыкла ко всему.",
]


def export(options: argparse.Namespace) -> dict[str, float]:
    """Seconds of a first release and of the same once more, by the clock and of the processor."""
    from pipeline.release import build
    from tests.helpers.releases import request

    made = [hour(at, options.gold) for at in range(INTERVIEWS)]
    took: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        asked = request(Path(folder), *made)
        for name in ("export", "again"):
            began, busy = time.perf_counter(), time.process_time()
            build.publish(asked)
            took |= {f"{name}_s": time.perf_counter() - began, f"{name}_cpu_s": time.process_time() - busy}
    words = sum(len(turn.words) for one in made for turn in one.dialogue.turns)
    return {"interviews": len(made), "words": words, **took}


def hour(at: int, folder: Path) -> Interview:
    """An interview that repeats the turns of a gold one, or invented ones, until it is an hour long."""
    from msgspec import structs

    from pipeline.model import Turn
    from tests.helpers.releases import finished, gold, interview

    files = sorted(path for path in folder.glob("*.json") if path.stem.count(".") == 0)
    base = gold(files[at % len(files)]) if files else interview("P00", SAID)
    turns: list[Turn] = []
    entities = []
    start, words = 0.0, 0
    while words < WORDS:
        first = len(turns)
        for turn in base.dialogue.turns:
            later = start - turn.start
            said = tuple(structs.replace(word, start=word.start + later, end=word.end + later) for word in turn.words)
            turns.append(structs.replace(turn, number=len(turns) + 1, start=start, end=turn.end + later, words=said))
            start, words = turns[-1].end + 0.5, words + len(said)
        entities += [structs.replace(entity, turn=entity.turn + first) for entity in base.redaction.entities]
    return finished(f"P{at + 1:02}", tuple(turns), tuple(entities), None)
