"""Columns by letter, as Excel names them."""

from functools import cache

LAST_COLUMN = 16_384  # XFD


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
