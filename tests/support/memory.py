"""How many values of a kind a process holds: for tests of what is kept in memory."""

import gc
from collections import Counter


def count_in_memory(*kinds: type) -> int:
    """The values of just these types that Python's garbage collector knows of.

    Nothing is asked of the values: some libraries have some that cannot answer.
    """
    types = Counter(map(type, gc.get_objects()))
    return sum(types[kind] for kind in kinds)
