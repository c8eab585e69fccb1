"""Columns by letter, and ranges of cells, as a workbook writes them."""

import re
from functools import cache
from typing import NamedTuple

LAST_COLUMN = 16_384  # XFD
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")


def letters_of(number: int) -> str:
    """The letters of a column; 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@cache
def letters_at(position: int) -> str:
    """The letters of a column by its position, counted from 0: 0 is A."""
    return letters_of(position + 1)


@cache
def number_of(letters: str) -> int:
    """The number of a column; A is 1.

    Raises:
        ValueError: Excel has no column of this name.
    """
    if not (letters.isascii() and letters.isalpha() and letters.isupper() and len(letters) <= 3):
        raise ValueError(f"“{letters}” is not a column of Excel")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    if number > LAST_COLUMN:
        raise ValueError(f"“{letters}” is not a column of Excel")
    return number


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
