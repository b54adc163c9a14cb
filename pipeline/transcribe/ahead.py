"""Work done by another thread a few results ahead of whoever needs them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Full, Queue
from typing import TypeVar

Made = TypeVar("Made")

PATIENCE = 0.2
"""seconds after which the thread looks whether anybody still wants what it makes"""


class Over(Exception):
    """There is nothing more."""


@contextmanager
def ahead(source: Iterator[Made], room: int) -> Iterator[Iterator[Made]]:
    """The same results in the same order, at most `room` of them made before they are asked for; 0: none.

    What the thread raises is raised here, in its turn. Leaving the context ends the thread.
    """
    if not room:
        yield source
        return
    ready: Queue[tuple[list[Made], BaseException | None]] = Queue(room)
    unwanted = threading.Event()

    def hand_over(made: list[Made], error: BaseException | None) -> None:
        while not unwanted.is_set():
            with suppress(Full):
                ready.put((made, error), timeout=PATIENCE)
                return

    def work() -> None:
        try:
            for one in source:
                hand_over([one], None)
                if unwanted.is_set():
                    return
            hand_over([], Over())
        except BaseException as error:
            hand_over([], error)

    def results() -> Iterator[Made]:
        while True:
            made, error = ready.get()
            if isinstance(error, Over):
                return
            if error:
                raise error
            yield from made

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield results()
    finally:
        unwanted.set()
        thread.join()
