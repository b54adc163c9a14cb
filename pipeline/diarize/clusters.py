"""Vectors of voices put into groups, one a person; how many there are is found from the vectors themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float64]
    """(n, dimension), each of length 1"""
    Seconds = NDArray[np.float64]
    Labels = NDArray[np.int64]

MOST = 6
"""people who are told apart where nobody says how many there may be"""
SURE = 1.0
"""seconds alone from which a run shows a voice well enough to found a group"""
APART = 0.55
"""cosine distance: groups whose members are farther apart on average are two people"""
SAME = 0.65
"""cosine similarity from which the middles of two groups are one person, who spoke in two ways"""
SHARE, SPOKEN = 0.01, 2.0
"""share of all speech and seconds under which a group is no person: noise, laughter, several voices at once"""


class Groups(NamedTuple):
    """Which voice each vector is."""

    of: list[int]
    """by vector"""
    centroids: Vectors
    """by group"""


def grouped(vectors: Sequence[Any], seconds: Sequence[float], times: float, bounds: tuple[int, int]) -> Groups:
    """One group a person. `seconds`: for how long each voice was heard alone; `times`: how often each moment was heard;
    `bounds`: least and most people.

    Long runs are joined from the bottom up as long as the average distance is small; then groups that are one person
    or none are dissolved, and every run goes to the group whose middle is nearest.
    """
    import numpy as np

    if not len(vectors):
        return Groups([], np.zeros((0, 0)))
    found, alone = _units(np.asarray(vectors, dtype=np.float64)), np.asarray(seconds, dtype=np.float64)
    sure, weights = alone >= SURE, np.maximum(alone, 0.01) / times
    if sure.sum() < 2:
        sure = np.ones(len(weights), dtype=bool)
    least, most = bounds
    labels = _joined(found[sure], weights[sure], least)
    centroids = _merged(_middles(found[sure], weights[sure], labels), (least, most))
    for _ in range(2):
        nearest = (found @ centroids.vectors.T).argmax(axis=1)
        centroids = _middles(found[sure], weights[sure], nearest[sure])
    return Groups((found @ centroids.vectors.T).argmax(axis=1).tolist(), centroids.vectors)


class Middles(NamedTuple):
    """The middle of each group, and how long it speaks."""

    vectors: Vectors
    seconds: Seconds


def _units(vectors: Vectors) -> Vectors:
    import numpy as np

    units: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    return units


def _joined(vectors: Vectors, weights: Seconds, least: int) -> Labels:
    """Groups from the bottom up by average distance; as many cuts as give at least so many that are people."""
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(vectors) < 2:
        return np.zeros(len(vectors), dtype=np.int64)
    tree = linkage(vectors, "average", metric="cosine")
    labels: Labels = fcluster(tree, APART, "distance").astype(np.int64) - 1
    for count in range(least, min(len(vectors), 4 * least) + 1):
        if _people(weights, labels) >= least:
            break
        labels = fcluster(tree, count, "maxclust").astype(np.int64) - 1
    return labels


def _people(weights: Seconds, labels: Labels) -> int:
    """How many groups speak long enough to be somebody."""
    import numpy as np

    spoken = np.bincount(labels, weights)
    return int((spoken >= max(SPOKEN, SHARE * spoken.sum())).sum())


def _middles(vectors: Vectors, weights: Seconds, labels: Labels) -> Middles:
    """Of the groups that are somebody, or of the longest one."""
    import numpy as np

    spoken = np.bincount(labels, weights).astype(np.float64)
    real = np.flatnonzero(spoken >= min(spoken.max(), max(SPOKEN, SHARE * spoken.sum())))
    sums = [(vectors[labels == group] * weights[labels == group, None]).sum(axis=0) for group in real]
    return Middles(_units(np.stack(sums)), spoken[real])


def _merged(middles: Middles, bounds: tuple[int, int]) -> Middles:
    """The two nearest become one as long as they are one person, or more than there may be; never too few."""
    import numpy as np

    least, most = bounds
    while len(middles.vectors) > max(1, least):
        alike = middles.vectors @ middles.vectors.T - 2 * np.eye(len(middles.vectors))
        one, other = sorted(divmod(int(alike.argmax()), len(alike)))
        if alike[one, other] < SAME and len(alike) <= most:
            break
        pair = middles.vectors[[one, other]] * middles.seconds[[one, other], None]
        vectors, seconds = middles.vectors.copy(), middles.seconds.copy()
        vectors[one], seconds[one] = _units(pair.sum(axis=0)), seconds[[one, other]].sum()
        middles = Middles(np.delete(vectors, other, axis=0), np.delete(seconds, other))
    return middles
