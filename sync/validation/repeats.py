"""Rows of one sheet that are for the same record, found without holding the rows."""

from array import array
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from sync.model import Problem
from sync.problems import problem

_NAMED = 10  # rows that a duplicate names
_NONE = 0  # in the place of a key: the row is for no record


class Repeats:
    """Which rows share their record with others.

    An id stands for itself, a text that is matched for its hash of 64 bits: that two of a million texts share one
    happens once in 30 million sheets, and then both rows are refused.
    """

    def __init__(self) -> None:
        self._keys = array("q")
        self._numbers = array("Q")  # the sheet's own

    def add(self, ids: Sequence[int | str | None], numbers: Sequence[int]) -> None:
        """Take the next rows: what each is for, and the sheet's own number."""
        self._keys.extend([id_ if type(id_) is int else _key(id_) for id_ in ids])
        self._numbers.extend(numbers)

    def __len__(self) -> int:
        """How many rows were taken."""
        return len(self._keys)

    @cached_property
    def _sorted(self) -> tuple[Any, Any]:
        """The keys in their order, and the index of the row of each; empty where no two are alike."""
        import numpy as np  # late, as all that comes with pandas

        keys = np.frombuffer(self._keys, dtype=np.int64) if self._keys else np.empty(0, dtype=np.int64)
        ordered = np.sort(keys)
        if not ((ordered[1:] == ordered[:-1]) & (ordered[1:] != _NONE)).any():
            return ordered[:0], ordered[:0]
        order = np.argsort(keys, kind="stable")
        return keys[order], order

    @cached_property
    def rows(self) -> Any:
        """The indexes of the rows that are not alone with their record, in ascending order: an array."""
        import numpy as np

        keys, order = self._sorted
        same = (keys[1:] == keys[:-1]) & (keys[1:] != _NONE)
        return np.sort(order[np.append(same, False) | np.append(False, same)] if len(keys) else order)

    def within(self, start: int, stop: int) -> Sequence[int]:
        """Those of `rows` from `start` on and before `stop`."""
        import numpy as np

        first, last = np.searchsorted(self.rows, (start, stop))
        return [int(index) for index in self.rows[first:last]]

    def problem(self, index: int, header: str, text: str, id_: int | str, noun: str) -> Problem:
        """The problem of such a row, which names the others."""
        import numpy as np

        keys, order = self._sorted
        key = self._keys[index]
        first, last = np.searchsorted(keys, key, "left"), np.searchsorted(keys, key, "right")
        some = [int(other) for other in order[first : min(last, first + _NAMED + 2)] if other != index]
        named = ", ".join(str(self._numbers[other]) for other in some[:_NAMED])
        more = " …" if last - first - 1 > _NAMED else ""
        return problem(
            "duplicate_id", self._numbers[index], header, text, noun=noun, identity=id_, others=f"{named}{more}"
        )


def _key(id_: int | str | None) -> int:
    return _NONE if id_ is None else hash(id_) or 1
