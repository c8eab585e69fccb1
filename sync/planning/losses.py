"""What the record tells of an edit: it is not the person's if it is only what a program made of the present value.

Excel takes a text for a number or a date where it can, keeps 15 digits of a number (Microsoft, "Excel specifications
and limits"), and saves a plain CSV in the machine's old code page. What it makes of a code or a name is known, so the
value that the record holds tells such a cell from an edit.
"""

import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, InvalidOperation

from sync.planning.damaged_text import is_damaged
from sync.planning.dates import are_the_same_date
from sync.planning.times import are_the_same_time
from sync.text import normal

_PLAIN = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
_E_NOTATION = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]{1,3}")
_APOSTROPHES = "'’‘`´"
_KEPT = 15  # digits
_EXACT = Context(prec=32_767)  # digits; more than fit in a cell there are not


def loss(before: str, after: str) -> str:
    """The kind of problem, a name in sync.problems, if a program made the text after of the text before; else empty."""
    before = normal(before)
    if before == after or not before or not after:
        return ""
    if after[0] in _APOSTROPHES and after[1:] == before:
        return "apostrophe_added"
    return _of_a_number(before, after) or _of_a_date(before, after) or _of_letters(before, after)


def as_number(text: str) -> str:
    """What Excel makes of a text that it takes for a number: 123 of 00123, 1200000 of 12E5; else empty text."""
    number = _number(text)
    return "" if number is None else f"{number.normalize(_EXACT):f}"


def _of_a_number(before: str, after: str) -> str:
    was, is_now = _number(before), _number(after)
    if was is None or is_now is None:
        return ""
    if was == is_now:
        return _reshaped(before, after)
    if not _PLAIN.fullmatch(before) or not _PLAIN.fullmatch(after):
        return ""
    kept = {Context(prec=_KEPT, rounding=rounding).plus(was) for rounding in (ROUND_DOWN, ROUND_HALF_UP)}
    as_binary = float(was)  # what other programs keep: they show all of its digits, or only those that tell it apart
    return "digits_lost" if is_now in kept | {Decimal(as_binary), Decimal(repr(as_binary))} else ""


def _reshaped(before: str, after: str) -> str:
    """What happened to a text that is the same number as before, where that is a loss.

    A plain whole number for one with `.0` is a correction: a program had added it before.
    """
    if _E_NOTATION.fullmatch(before):
        return "" if _E_NOTATION.fullmatch(after) and after.upper() == before.upper() else "number_from_code"
    whole, _, decimals = before.replace(",", ".").partition(".")
    now_whole, _, now_decimals = after.replace(",", ".").partition(".")
    if len(_leading(now_whole)) < len(_leading(whole)):
        return "plus_sign" if whole.startswith("+") and not now_whole.startswith("+") else "leading_zeros"
    if now_whole.lstrip("+-0") != whole.lstrip("+-0"):
        return ""
    if len(now_decimals) > len(decimals) and not now_decimals[len(decimals) :].strip("0"):
        return "" if _leading(now_whole) != _leading(whole) else "decimals_added"
    return "trailing_zeros" if decimals.strip("0") and len(now_decimals) < len(decimals) else ""


def _leading(whole: str) -> str:
    """The plus sign and the zeros that a number would lose."""
    return re.match(r"\+?(0*(?=[0-9]))", whole.lstrip("-")).group() if whole else ""  # type: ignore[union-attr]


def _number(text: str) -> Decimal | None:
    if not _PLAIN.fullmatch(text) and not _E_NOTATION.fullmatch(text):
        return None
    try:
        return _EXACT.create_decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def _of_a_date(before: str, after: str) -> str:
    if are_the_same_time(before, after):
        return "time_from_code"
    return "date_from_code" if are_the_same_date(before, after) else ""


def _of_letters(before: str, after: str) -> str:
    return "letters_damaged" if is_damaged(before, after) else ""
