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
        ValueError: the text is not a range.
    """
    match = _RANGE.fullmatch(text)
    if not match:
        raise ValueError(f"“{text}” is not a range of cells")
    first, top, last, bottom = match[1], match[2], match[3] or match[1], match[4] or match[2]
    return Range(text, number_of(first), int(top), number_of(last), int(bottom))
