"""Work done by other threads: a few results ahead of whoever needs them, or several side by side."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from queue import Full, Queue
from typing import TypeVar

Given = TypeVar("Given")
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


def side_by_side(
    work: Callable[[Given], Made], source: Iterator[Given], threads: int, unwanted: threading.Event
) -> Iterator[Made]:
    """What `work` makes of each, in order, by so many threads at once; one: by this thread, each when asked for.

    One more than there are threads is taken from the source early, so that none waits for it. What `work` raises is
    raised here, in its turn. Leaving early begins nothing more, sets `unwanted`, by which `work` may know that it can
    stop, and waits for what has begun.
    """
    if threads == 1:
        yield from map(work, source)
        return
    begun: deque[Future[Made]] = deque()
    pool = ThreadPoolExecutor(threads)
    try:
        for one in source:
            begun.append(pool.submit(work, one))
            if len(begun) > threads:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:
        unwanted.set()
        pool.shutdown(cancel_futures=True)
