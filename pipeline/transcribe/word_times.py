"""Words with times: whisper's tokenizer, where in a window each token was heard, and tokens as words.

Where a token was heard shows dynamic time warping over the decoder's cross-attention. The method is that of
whisper.timing.find_alignment, and so are its results. Head by head it needs a tenth of the memory, and without numba
neither a compiler nor its 80 MB and two seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.transcribe.engine import Timed
from pipeline.transcribe.whisper_decoder import Sight, Texts
from pipeline.weights import packaged

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

ROWS = 16
"""tokens whose chances among the whole vocabulary are held at once"""
SMOOTHED = 7
"""positions over which the attention of a head is smoothed by its median"""
TOKENS_A_SECOND = 50
"""positions of the encoder's output"""


@lru_cache(maxsize=16)
def tokenizer(languages: int, spoken: str) -> Any:
    """The tokenizer of a model that knows so many languages, set to one of them (ISO code); 0: English alone."""
    return _module().get_tokenizer(languages > 0, num_languages=languages, language=spoken, task="transcribe")


@lru_cache(maxsize=1)
def _module() -> Any:
    """The module alone: importing its package would bring torch and numba, half a gigabyte."""
    return packaged.module("whisper", "tokenizer")


class Piece(NamedTuple):
    """A part of a word as whisper's tokenizer cuts it: the fields of whisper.timing.WordTiming that are used here."""

    word: str
    tokens: list[int]
    start: float
    end: float
    probability: float


def words(timings: Sequence[Any], language: str = "") -> tuple[Timed, ...]:
    """Whisper's pieces as words, split at white space alone; times and confidence are those of letters and digits."""
    groups: list[list[Any]] = []
    for piece in timings:
        if groups and not piece.word[:1].isspace():
            groups[-1].append(piece)
        elif piece.word.strip():
            groups.append([piece])
    made = []
    for group in groups:
        sounding = [piece for piece in group if any(letter.isalnum() for letter in piece.word)] or group
        tokens = sum(len(piece.tokens) for piece in sounding)
        confidence = sum(float(piece.probability) * len(piece.tokens) for piece in sounding) / tokens
        text = "".join(piece.word for piece in group).strip()
        made += [
            Timed(float(sounding[0].start), float(sounding[-1].end), part, round(confidence, 3), language)
            for part in text.split()
        ]
    return tuple(made)


def pieces(
    tokenizer: Any, tokens: Sequence[int], path: Sequence[tuple[int, int]], chances: Sequence[float]
) -> list[Piece]:
    """Pieces of words from a path of (token, position) pairs, as dynamic time warping gives it, in order.

    A token begins where the path first reaches it. `chances` are the probabilities of the tokens.
    """
    reached: dict[int, int] = {}
    for token, position in path:
        reached.setdefault(token, position)
    texts, groups = tokenizer.split_to_word_tokens([*tokens, tokenizer.eot])
    if len(groups) <= 1:
        return []
    made: list[Piece] = []
    at = 0
    for text, group in zip(texts[:-1], groups[:-1], strict=True):
        after = at + len(group)
        start, end = reached[at] / TOKENS_A_SECOND, reached.get(after, path[-1][1]) / TOKENS_A_SECOND
        made.append(Piece(text, group, start, end, sum(chances[at:after]) / len(group)))
        at = after
    return made


def aligned(
    model: Any, tokenizer: Any, tokens: Sequence[int], seen: Sight, positions: int
) -> tuple[list[tuple[int, int]], list[float]]:
    """A path of (token, position) pairs in order, the end of the text as one more token; the tokens' probabilities.

    `seen` is what the decoder looks up of the window; 50 positions are a second, and only the first `positions` of them
    hold sound.
    """
    import torch

    opening = len(tokenizer.sot_sequence)
    whole = [*tokenizer.sot_sequence, tokenizer.no_timestamps, *tokens, tokenizer.eot]
    wanted = [(int(layer), int(head)) for layer, head in model.alignment_heads.indices().T]
    with torch.inference_mode():
        text = Texts(model, [seen], len(whole), wanted)
        made = text.grown(torch.tensor([whole], device=model.device))[0]
        chances: list[float] = []
        for at in range(0, len(tokens), ROWS):
            said = torch.tensor([*tokens[at : at + ROWS]], device=model.device)[:, None]
            rows = text.logits(made[opening + at : opening + at + len(said)])[:, : tokenizer.eot]
            chances += rows.softmax(dim=-1).gather(1, said)[:, 0].tolist()
        heads = [smoothed(text.attention[head][:, :positions]) for head in wanted]
    matrix = torch.stack(heads).mean(dim=0)[opening:-1]
    return warped(-matrix.float().cpu().numpy()), chances


def smoothed(attention: torch.Tensor) -> torch.Tensor:
    """A head's attention as shares, each position normed over the tokens, smoothed along the positions."""
    import torch

    shares = attention.softmax(dim=-1)
    std, mean = torch.std_mean(shares, dim=-2, keepdim=True, unbiased=False)
    normed = (shares - mean) / std
    margin = SMOOTHED // 2
    if normed.shape[-1] <= margin:
        return normed
    padded = torch.nn.functional.pad(normed[None], (margin, margin), mode="reflect")[0]
    # sorting is faster than torch.median
    return padded.unfold(-1, SMOOTHED, 1).sort()[0][..., margin]


def warped(costs: NDArray[np.float32]) -> list[tuple[int, int]]:
    """The cheapest path through costs of shape (tokens, positions), from corner to corner, as (token, position) pairs.

    All cells of an antidiagonal are decided at once: each depends on the two antidiagonals before alone.
    """
    steps = _steps(costs)
    row, column = costs.shape[0] - 1, costs.shape[1] - 1
    path = [(row, column)]
    while row or column:
        step = 2 if row == 0 else 1 if column == 0 else int(steps[row + column, row])
        row, column = row - (step != 2), column - (step != 1)
        path.append((row, column))
    return path[::-1]


def _steps(costs: NDArray[np.float32]) -> NDArray[np.int8]:
    """How each cell is best reached: 0 from the token and the position before, 1 from the token, 2 from the position.

    Shape (antidiagonals, tokens): cell (token, position) stands at [token + position, token].
    """
    import numpy as np

    rows, columns = costs.shape
    slanted = np.full((rows + columns - 1, rows), np.inf, dtype=np.float32)
    for row in range(rows):
        slanted[row : row + columns, row] = costs[row]
    steps = np.zeros(slanted.shape, dtype=np.int8)
    before = np.full(rows + 1, np.inf, dtype=np.float32)  # the last antidiagonal's sums, of `row` at [row + 1]
    earlier = before.copy()
    earlier[0] = 0.0  # what stands before the first cell
    for at, added in enumerate(slanted):
        both, token, position = earlier[:-1], before[:-1], before[1:]
        from_both = (both < token) & (both < position)
        from_token = (token < both) & (token < position)
        best = np.where(from_both, both, np.where(from_token, token, position))
        steps[at] = np.where(from_both, 0, np.where(from_token, 1, 2))
        earlier, before = before, np.concatenate((before[:1], best + added))
    return steps
