"""How many values of a kind a process holds: for tests of what is kept in memory."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Count = Callable[..., int]


@contextmanager
def counted_from_now_on() -> Iterator[Count]:
    """`count(Row, Edit)`: the values of just these types that were made in the block and are held still.

    What there was before is set aside. To go through all that a long test run holds would take a second each time.
    Nothing is asked of the values: some libraries have some that cannot answer.
    """

    def count(*kinds: type) -> int:
        types = Counter(map(type, gc.get_objects()))
        return sum(types[kind] for kind in kinds)

    gc.collect()
    gc.freeze()  # for good, with what `conftest` has set aside
    yield count
