"""A few threads that take one row after another.

Threads and not asyncio: with httpx that is both the simplest and by far the fastest shape, and it has no cancellation
to go wrong.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from sync.errors import CampfireSyncError
from sync.stop import StopSignal

Item = TypeVar("Item")


def each(
    items: Iterable[Item], work: Callable[[Item], None], workers: int, stop: StopSignal, tick: Callable[[], None]
) -> None:
    """Do the work for each item, in order, in so many threads, until the run is stopped.

    What has been begun is finished. `tick` is called in the calling thread several times a second. An error of the work
    or of the tick stops the run; one that is not the product's own is raised again when all threads have ended.
    """
    pool = _Pool(iter(items), work, stop)
    threads = [threading.Thread(target=pool.take_all, name=f"row-{i}", daemon=True) for i in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(0.1)
            try:
                tick()
            except CampfireSyncError as e:
                stop.set(e)
    if pool.faults:
        raise pool.faults[0]


class _Pool(Generic[Item]):
    """What the threads share."""

    def __init__(self, source: Iterator[Item], work: Callable[[Item], None], stop: StopSignal) -> None:
        self.faults: list[BaseException] = []
        self._source = source
        self._work = work
        self._stop = stop
        self._lock = threading.Lock()

    def take_all(self) -> None:
        """Work off one item after another, as a thread does."""
        try:
            while not self._stop.is_set:
                with self._lock:
                    item = next(self._source)
                self._work(item)
        except StopIteration:
            return
        except CampfireSyncError as e:
            self._stop.set(e)
        except BaseException as e:
            self.faults.append(e)
            self._stop.set(CampfireSyncError(f"a fault in campfire-sync: {type(e).__name__}"))
