"""Which rows a person chose with `--rows` and `--except`: sheet rows such as `2-40,57`."""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from sync.errors import CannotStart
from sync.settings import Settings
from sync.text import counted

_PART = re.compile(r"([0-9]{1,9})(?:\s*[-–]\s*([0-9]{1,9}))?")
_Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Rows by the sheet's own numbers."""

    rows: _Ranges = ()  # only these, as typed; empty: all
    excluded: _Ranges = ()
    _rows: _Ranges = field(init=False, repr=False)  # the same, to look them up quickly: the app may name thousands
    _excluded: _Ranges = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rows", _merged(self.rows))
        object.__setattr__(self, "_excluded", _merged(self.excluded))

    def __contains__(self, row: int) -> bool:
        return (not self.rows or _within(row, self._rows)) and not _within(row, self._excluded)

    def refuse_unknown(self, known: Iterable[int]) -> None:
        """Refuse a choice that names rows which do not exist: somebody meant others.

        Args:
            known: the sheet rows of the run that the choice is about.

        Raises:
            CannotStart: a number or a range holds none of them.
        """
        numbers = sorted(known)
        for first, last in (*self.rows, *self.excluded):
            if bisect_left(numbers, first) == bisect_right(numbers, last):
                name = f"row {first}" if first == last else f"row between {first} and {last}"
                extent = f"{counted(len(numbers), 'rows')}, {numbers[0]} to {numbers[-1]}" if numbers else "no rows"
                raise CannotStart(f"that run has no {name}. It has {extent}.")


def choice_of(settings: Settings) -> Choice:
    """The rows that the options choose.

    Raises:
        CannotStart: an option is not a list of rows.
    """
    return Choice(_ranges("--rows", settings.rows), _ranges("--except", settings.except_rows))


def written(rows: Iterable[int]) -> str:
    """A list of rows as the options take it: `2-40,57`."""
    ranges = _merged((row, row) for row in rows)
    return ",".join(f"{first}-{last}" if first < last else f"{first}" for first, last in ranges)


def _within(row: int, ranges: _Ranges) -> bool:
    before = bisect_right(ranges, (row, math.inf))
    return before > 0 and row <= ranges[before - 1][1]


def _merged(ranges: Iterable[tuple[int, int]]) -> _Ranges:
    """The same rows in as few ranges as there can be, in ascending order."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return tuple(merged)


def _ranges(option: str, text: str) -> _Ranges:
    if not text.strip():
        return ()
    ranges = []
    for part in text.split(","):
        match = _PART.fullmatch(part.strip())
        if match is None:
            raise CannotStart(f"{option}: “{part.strip()}” is not a row or a range of rows. It looks like 2-40,57.")
        first = int(match[1])
        last = int(match[2] or first)
        if not first:
            raise CannotStart(f"{option}: “{part.strip()}” begins with row 0, which no sheet has.")
        if first > last:
            raise CannotStart(f"{option}: “{part.strip()}” holds no row: a range begins with its smaller number.")
        ranges.append((first, last))
    return tuple(ranges)
