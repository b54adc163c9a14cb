"""Work done by other threads: a few results ahead of whoever needs them, or several side by side."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar, cast

Given = TypeVar("Given")
Made = TypeVar("Made")


@contextmanager
def ahead(source: Iterator[Made], room: int) -> Iterator[Iterator[Made]]:
    """The same results in the same order, at most `room` of them made before they are asked for; 0: none.

    What the thread raises is raised here, in its turn. Leaving the context ends the thread.
    """
    if not room:
        yield source
        return
    pool, over = ThreadPoolExecutor(1), object()

    def results() -> Iterator[Made]:
        begun = deque(pool.submit(next, source, over) for _ in range(room))
        while (made := begun.popleft().result()) is not over:
            begun.append(pool.submit(next, source, over))
            yield cast("Made", made)

    try:
        yield results()
    finally:
        pool.shutdown(cancel_futures=True)


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
