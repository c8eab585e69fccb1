"""A few threads that take one row after the other.

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
    items: Iterable[Item], work: Callable[[Item], None], workers: int, brake: StopSignal, tick: Callable[[], None]
) -> None:
    """Do the work for each item, in order, in so many threads, until the brake is pulled.

    What is begun is finished. `tick` is called in the calling thread some times a second. An exception of the work or
    the tick pulls the brake; one that is not the product's own is raised again when all threads have ended.
    """
    pool = _Pool(iter(items), work, brake)
    threads = [threading.Thread(target=pool.take_all, name=f"row-{i}", daemon=True) for i in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(0.1)
            try:
                tick()
            except CampfireSyncError as e:
                brake.set(e)
    if pool.faults:
        raise pool.faults[0]


class _Pool(Generic[Item]):
    """What the threads share."""

    def __init__(self, source: Iterator[Item], work: Callable[[Item], None], brake: StopSignal) -> None:
        self.faults: list[BaseException] = []
        self._source = source
        self._work = work
        self._brake = brake
        self._lock = threading.Lock()

    def take_all(self) -> None:
        """Work off one item after the other, as a thread does."""
        try:
            while not self._brake.is_set:
                with self._lock:
                    item = next(self._source)
                self._work(item)
        except StopIteration:
            return
        except CampfireSyncError as e:
            self._brake.set(e)
        except BaseException as e:
            self.faults.append(e)
            self._brake.set(CampfireSyncError(f"a fault in campfire-sync: {type(e).__name__}"))
