"""Stored numbers: from the digits in the file to the digits that Excel keeps.

Excel keeps 15 significant digits; what it stores is the nearest binary fraction, written out with up to 17
(1234.56 as 1234.5599999999999). Nothing here calculates with floats.
"""

import re
from decimal import ROUND_HALF_UP, Context, Decimal

KEPT_DIGITS = 15
STORED_DIGITS = 17  # of a binary fraction written out in full
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,400}\.?[0-9]{0,400}|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,3})?")


# What matches, and has at most 15 characters, is shown as it is stored.
is_short = re.compile(r"(?!-0$)-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?").fullmatch
_EXACT = Context(prec=1000)
_KEPT = Context(prec=KEPT_DIGITS, rounding=ROUND_HALF_UP)


class NotANumber(ValueError):
    """The stored text is not a number that Excel could hold."""


class TooManyDigits(ValueError):
    """The number has more digits than Excel keeps, so some of them are lost already."""


def stored(text: str) -> Decimal:
    """A stored number as Excel keeps it, rounded to 15 significant digits.

    Raises:
        NotANumber: the text is not a number.
        TooManyDigits: a whole number of more than 15 digits, or more digits than a binary fraction is written with.
    """
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        raise NotANumber(text)
    number = Decimal(text)
    if not number:
        return Decimal(0)
    kept = _KEPT.plus(number)
    if len(number.normalize(_EXACT).as_tuple().digits) > STORED_DIGITS and float(number) != float(kept):
        raise TooManyDigits(text)
    if kept.adjusted() >= KEPT_DIGITS:
        raise TooManyDigits(text)
    return kept


def plain(number: Decimal) -> str:
    """A number in digits, without an exponent or zeros that say nothing: `1234.5`, `0.001`, `-2`."""
    digits = format(number, "f")
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits
