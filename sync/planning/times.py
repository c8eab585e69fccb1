"""Whether a time in a cell is what a program made of a code: 1:30 → 01:30:00, 5 PM → 17:00:00, 27:15 → 27:15:00.

The reader shows a time cell in full, with hours, minutes and seconds, whatever its format leaves out. In a CSV that a
program has saved it is as its format shows it: 5 PM → 5:00 PM, 1:2 → 1:02.
"""

import re
from decimal import Decimal

_CODE = re.compile(r"([0-9]{1,4})(?::([0-9]{1,2}))?(?::([0-9]{1,2}))?(?:\s?([ap])\.?(?:m\.?)?)?", re.IGNORECASE)
_IN_FULL = re.compile(r"[0-9]{2,}:[0-9]{2}:[0-9]{2}")
_SHOWN = re.compile(r"([0-9]+):([0-9]{2})(?::([0-9]{2}))?(?: ?([ap])m)?", re.IGNORECASE)
_SERIAL = re.compile(r"[0-9]\.[0-9]+")  # a part of a day, where somebody has changed the cell's format


def are_the_same_time(code: str, shown: str) -> bool:
    """Whether a cell that shows this time is what a program made of the code."""
    was, is_now = _CODE.fullmatch(code), _SHOWN.fullmatch(shown)
    if was is None or _IN_FULL.fullmatch(code) or not (was[2] or was[4]):
        return False
    if _SERIAL.fullmatch(shown):
        return _time(was) == _of_a_serial(Decimal(shown))
    if is_now is None:
        return False
    if not _IN_FULL.fullmatch(shown) and not _is_short(was):
        return False  # a person may write a time in another way
    time = _time(was)
    return time is not None and time == _time(is_now)


def _is_short(code: re.Match[str]) -> bool:
    """Whether a code leaves out digits that every program shows."""
    return any(len(part) < 2 for part in (code[2] or "", code[3] or "00"))


def _of_a_serial(days: Decimal) -> tuple[int, int, int]:
    minutes, seconds = divmod(round(days * 86_400), 60)
    return *divmod(minutes, 60), seconds


def _time(match: re.Match[str]) -> tuple[int, int, int] | None:
    """Hours, minutes and seconds; None where a half of the day has no such hour."""
    hours, minutes, seconds = (int(part or 0) for part in match.group(1, 2, 3))
    if match[4]:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if match[4].lower() == "p" else 0)
    return hours, minutes, seconds
