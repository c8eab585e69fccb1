"""Ranges of cells, as a workbook writes them."""

import re
from typing import NamedTuple

from sync.xlsx.columns import number_of

_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")


class Range(NamedTuple):
    """A rectangle of cells; both ends belong to it."""

    text: str
    first_column: int
    first_row: int
    last_column: int
    last_row: int


def parse_range(text: str) -> Range:
    """A range as a workbook writes it: `B3:B7`.

    Raises:
        ValueError: it is none.
    """
    found = _RANGE.fullmatch(text)
    if not found:
        raise ValueError(f"“{text}” is no range of cells")
    first, top, last, bottom = found[1], found[2], found[3] or found[1], found[4] or found[2]
    return Range(text, number_of(first), int(top), number_of(last), int(bottom))
