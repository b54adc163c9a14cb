"""How much the letters of a word are those of a name: runs of three letters, weighed by how often names have them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pipeline.deidentify.people.endings import nominatives
from pipeline.deidentify.words.letters import cyrillic, folded, latin
from pipeline.deidentify.words.lists import lists

TABLE = "open_words/letters.txt"


@lru_cache(maxsize=1)
def weights() -> dict[str, float]:
    """Run of three letters -> logarithm of how much oftener names have it than ordinary words."""
    return {run: float(weight) for weight, runs in lists(TABLE).items() for run in runs}


def triples(word: str) -> Iterator[str]:
    """All runs of three letters of a folded word, its ends marked."""
    marked = f"<{word}>"
    return (marked[at : at + 3] for at in range(len(marked) - 2))


@lru_cache(maxsize=50_000)
def likeness(norm: str) -> float:
    """About -3 to 3: above 0 a word, in the likeliest of its nominatives, is rather built like a name."""
    spelt = cyrillic(norm) if latin(norm) else folded(norm)
    known = weights()
    found = [0.0]
    for form in nominatives(spelt):
        runs = [known.get(run, 0.0) for run in triples(form)]
        found.append(sum(runs) / len(runs) if runs else 0.0)
    return max(found[1:], default=0.0)
