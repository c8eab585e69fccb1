"""Rows of one sheet that are for the same record, found without holding the rows."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from sync.model import Problem
from sync.problems import problem
from sync.text import listed, rows_listed

_NAMED = 10  # rows that a duplicate names
_MOST_COMPARED = 1_000  # rows of which it is said how they differ from the others
_FEW = 3  # columns in which they differ
_LONGEST = 40  # characters of a text in which they differ
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

    @cached_property
    def to_compare(self) -> frozenset[int]:
        """The indexes of the first of `rows`, and of those that a problem of theirs names: not too many to hold."""
        compared = [int(index) for index in self.rows[:_MOST_COMPARED]]
        return frozenset(compared).union(*(self._others(index)[0] for index in compared))

    def problem(
        self,
        index: int,
        header: str,
        text: str,
        id_: int | str,
        noun: str,
        columns: "Sequence[Compared]",
        cells: Mapping[int, Sequence[str]],
    ) -> Problem:
        """The problem of such a row, which names the others, and what differs.

        Args:
            columns: those that count.
            cells: the texts under them, of the rows that are compared, by index.
        """
        others, more = self._others(index)
        differences = ""
        if cells.keys() >= {index, *others}:
            differences = differing(columns, cells[index], {self._numbers[other]: cells[other] for other in others})
        rows = rows_listed([self._numbers[other] for other in others], more)
        return problem(
            "duplicate_id",
            self._numbers[index],
            header,
            text,
            noun=noun,
            identity=id_,
            others=rows,
            differences=differences,
        )

    def _others(self, index: int) -> tuple[list[int], int]:
        """The indexes of the first rows with the record of this one, and how many more there are."""
        import numpy as np

        keys, order = self._sorted
        key = self._keys[index]
        first, last = np.searchsorted(keys, key, "left"), np.searchsorted(keys, key, "right")
        some = [int(other) for other in order[first : min(last, first + _NAMED + 1)] if other != index][:_NAMED]
        return some, int(last - first) - 1 - len(some)


class Compared(NamedTuple):
    """A column in which rows for the same record are compared."""

    header: str  # as the sheet has it
    is_secret: bool  # what it holds is not to be printed


def differing(columns: Iterable[Compared], here: Sequence[str], others: Mapping[int, Sequence[str]]) -> str:
    """In which columns a row differs from others: `; the rows differ in Terms (“Net 30” here, …)`

    Args:
        columns: those that count; of tax numbers nothing but the header is said.
        here: the row's texts, one for each column.
        others: the same of the other rows, by the sheet's own number.
    """
    differ = []
    for position, (header, is_secret) in enumerate(columns):
        rows_with: dict[str, list[int]] = defaultdict(list)
        for row, texts in others.items():
            rows_with[texts[position]].append(row)
        different = {here[position], *rows_with}
        if len(different) > 1:
            values = [f"{_shown(text)} in {rows_listed(rows)}" for text, rows in rows_with.items()]
            told = "not shown here" if is_secret else ", ".join([f"{_shown(here[position])} here", *values])
            look_alike = len(set(map(_shown, different))) < len(different)
            is_told = len(values) <= _FEW and not look_alike
            differ.append(" ".join(header.split()) + (f" ({told})" if is_told else ""))
    if not differ:
        return "; the rows hold the same values"
    return f"; the rows differ in {listed(differ[:_FEW], len(differ) - _FEW)}"


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return f"“{text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}”" if text else "empty"


def _key(id_: int | str | None) -> int:
    return _NONE if id_ is None else hash(id_) or 1
