"""whisper's decoder for several texts at once: what it looks up of a window is computed once, and who is done goes.

The arithmetic is that of whisper.model. Its own loop computes the keys and values of a window anew for its language,
for each reading and for its word times, and keeps a batch at its full size until the longest text has ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    import torch

FEW, MANY = 3, 16
"""rows between which the processor's library reads a large matrix several times over where it is the second factor"""

Head = tuple[int, int]
"""layer and number"""


class Sight(Struct, frozen=True):
    """What the decoder looks up of windows, one or some: all that their texts can be read from."""

    encoded: Any
    """the encoder's output, shape (windows, positions, width)"""
    keys: tuple[Any, ...]
    """of each layer, shape (windows, heads, width of a head, positions)"""
    values: tuple[Any, ...]
    """of each layer, shape (windows, heads, positions, width of a head)"""

    def only(self, rows: Sequence[int] | slice) -> Sight:
        """Some of the windows; of a slice, nothing is copied."""
        return Sight(self.encoded[rows], tuple(one[rows] for one in self.keys), tuple(one[rows] for one in self.values))

    def each(self) -> list[Sight]:
        """Every window by itself."""
        return [self.only(slice(row, row + 1)) for row in range(len(self.encoded))]


def joined(seen: Sequence[Sight]) -> Sight:
    """Several as one."""
    import torch

    layers = range(len(seen[0].keys))
    keys, values = (
        tuple(torch.cat([one[layer] for one in rows]) for layer in layers)
        for rows in ([one.keys for one in seen], [one.values for one in seen])
    )
    return Sight(torch.cat([one.encoded for one in seen]), keys, values)


def sight(model: Any, encoded: torch.Tensor) -> Sight:
    """What the decoder looks up of encoded windows, of shape (windows, positions, width)."""
    heads = model.dims.n_text_head
    crossings = [block.cross_attn for block in model.decoder.blocks]
    keys = [parted(one.key(encoded), heads).transpose(-1, -2).contiguous() for one in crossings]
    values = [parted(one.value(encoded), heads).contiguous() for one in crossings]
    return Sight(encoded, tuple(keys), tuple(values))


def parted(rows: torch.Tensor, heads: int) -> torch.Tensor:
    """(texts, length, width) as (texts, heads, length, width of a head)."""
    return rows.view(*rows.shape[:2], heads, -1).transpose(1, 2)


class Texts:
    """Texts that grow side by side, one of each window, up to `room` tokens."""

    def __init__(self, model: Any, seen: Sequence[Sight], room: int, watched: Sequence[Head] = ()) -> None:
        import torch

        self.model, self.seen = model, [*seen]
        self.heads = model.dims.n_text_head
        self.length = 0
        self.attention: dict[Head, torch.Tensor] = {}
        self.watched = watched
        first = seen[0].encoded
        shape = (2, sum(len(one.encoded) for one in seen), self.heads, room, model.dims.n_text_state // self.heads)
        self.past = [torch.empty(shape, dtype=first.dtype, device=first.device) for _ in model.decoder.blocks]

    def grown(self, tokens: torch.Tensor) -> torch.Tensor:
        """The decoder's output for the next tokens of each text, both of shape (texts, length, …).

        What the watched heads attended to in this step, as (heads' row of tokens, positions), is in `attention`.
        """
        decoder, since = self.model.decoder, self.length
        self.length += tokens.shape[1]
        made = decoder.token_embedding(tokens) + decoder.positional_embedding[since : self.length]
        made = made.to(self.seen[0].encoded.dtype)
        for layer, block in enumerate(decoder.blocks):
            made = made + self.looked_back(layer, block.attn, block.attn_ln(made))
            made = made + self.looked_up(layer, block.cross_attn, block.cross_attn_ln(made))
            made = made + block.mlp(block.mlp_ln(made))
        normed: torch.Tensor = decoder.ln(made)
        return normed

    def looked_back(self, layer: int, attention: Any, made: torch.Tensor) -> Any:
        """Attention to the text so far."""
        from torch.nn.functional import scaled_dot_product_attention

        past, grown = self.past[layer], made.shape[1]
        past[0, :, :, self.length - grown : self.length] = parted(attention.key(made), self.heads)
        past[1, :, :, self.length - grown : self.length] = parted(attention.value(made), self.heads)
        keys, values = past[:, :, :, : self.length]
        asked = parted(attention.query(made), self.heads)
        mixed = scaled_dot_product_attention(asked, keys, values, is_causal=grown > 1)  # several only at the beginning
        return attention.out(mixed.transpose(1, 2).flatten(2))

    def looked_up(self, layer: int, attention: Any, made: torch.Tensor) -> Any:
        """Attention to the sound, window by window where each has a memory of its own."""
        import torch

        asked = parted(attention.query(made), self.heads)
        asked = asked * asked.shape[-1] ** -0.5
        edges = accumulate((len(one.encoded) for one in self.seen), initial=0)
        mixed = []
        for one, (first, last) in zip(self.seen, pairwise(edges), strict=True):
            scores = (asked[first:last] @ one.keys[layer]).float()
            self.attention.update({head: scores[0, head[1]] for head in self.watched if head[0] == layer})
            mixed.append(scores.softmax(dim=-1).to(asked.dtype) @ one.values[layer])
        return attention.out(torch.cat(mixed).transpose(1, 2).flatten(2))

    def logits(self, made: torch.Tensor) -> torch.Tensor:
        """Of every token of the vocabulary, for rows of the decoder's output: shape (rows, vocabulary)."""
        words: torch.Tensor = self.model.decoder.token_embedding.weight
        if made.device.type == "cpu" and FEW < len(made) < MANY:
            return (words @ made.T).T.contiguous().float()
        return (made @ words.T).float()

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with some of the texts."""
        self.past = [one[:, list(rows)] for one in self.past]
        edges = accumulate((len(one.encoded) for one in self.seen), initial=0)
        wanted = [
            (one, [row - first for row in rows if first <= row < last])
            for one, (first, last) in zip(self.seen, pairwise(edges), strict=True)
        ]
        self.seen = [one if len(kept) == len(one.encoded) else one.only(kept) for one, kept in wanted if kept]
