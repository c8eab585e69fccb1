"""A few threads that take one row after the other.

Threads and not asyncio: with httpx that is both the simplest and by far the fastest shape, and it has no cancellation to
go wrong.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from sync.brake import Brake
from sync.errors import CampfireSyncError

Item = TypeVar("Item")


def each(
    items: Iterable[Item], work: Callable[[Item], None], workers: int, brake: Brake, tick: Callable[[], None]
) -> None:
    """Do the work for each item, in order, in so many threads, until the brake is pulled.

    What is begun is finished. `tick` is called in the calling thread some times a second. An exception of the work or
    the tick pulls the brake; one that is not the product's own is raised again when all threads have ended.
    """
    source = iter(items)
    lock = threading.Lock()
    faults: list[BaseException] = []

    def take() -> Iterator[Item]:
        while not brake.pulled:
            with lock:
                try:
                    item = next(source)
                except StopIteration:
                    return
            yield item

    def worker() -> None:
        try:
            for item in take():
                work(item)
        except CampfireSyncError as e:
            brake.pull(e)
        except BaseException as e:
            faults.append(e)
            brake.pull(CampfireSyncError(f"a fault in campfire-sync: {type(e).__name__}"))

    threads = [threading.Thread(target=worker, name=f"row-{i}", daemon=True) for i in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(0.1)
            try:
                tick()
            except CampfireSyncError as e:
                brake.pull(e)
    if faults:
        raise faults[0]
