"""Excel's dates: days since the end of 1899, or since 1904, with the time of day as the fraction."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

DAY = 86_400_000  # milliseconds
_LAST = date.max.toordinal()
_END = 2_958_466  # the serial of the day after the last: Excel shows no time of it either
# Excel takes 1900 for a leap year, so the serials from 61 on are one too high, and 60 is a day that never was.
_NEVER = 60
_START_1900 = date(1899, 12, 30).toordinal()
_START_1904 = date(1904, 1, 1).toordinal()
_ISO = re.compile(
    r"(?:([0-9]{4})-([0-9]{2})-([0-9]{2}))?(?:T?([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}(?:\.[0-9]{1,40})?))?)?Z?"
)


class BadDate(ValueError):
    """A date that Excel's calendar does not have."""


def day(serial: Decimal | int, since_1904: bool) -> date:
    """The day of a serial number.

    Raises:
        BadDate: before the calendar's first day, after 9999-12-31, or the 29th of February 1900.
    """
    whole = int(serial)
    if serial < 0 or (not since_1904 and (whole < 1 or whole == _NEVER)):
        raise BadDate(str(serial))
    start = _START_1904 if since_1904 else _START_1900 + (whole < _NEVER)
    if start + whole > _LAST:
        raise BadDate(str(serial))
    return date.fromordinal(start + whole)


def milliseconds(serial: Decimal) -> int:
    """A serial number in milliseconds since the calendar's start. What is finer is noise of a binary fraction.

    Raises:
        BadDate: it is negative, or after 9999-12-31.
    """
    if not 0 <= serial < _END:
        raise BadDate(str(serial))
    return int((serial * DAY).to_integral_value(ROUND_HALF_UP))


def serial_of(text: str, since_1904: bool) -> Decimal:
    """The serial number of a date, a time or both in ISO 8601, as Strict workbooks store them.

    Raises:
        BadDate: the text is not a date, or a day on which the programs that write such workbooks do not agree.
    """
    match = _ISO.fullmatch(text.strip())
    if match is None or not match[0].strip("Z"):
        raise BadDate(text)
    try:
        days = _days(match, since_1904)
        hours, minutes, seconds = (Decimal(match[group] or 0) for group in (4, 5, 6))
    except (ValueError, InvalidOperation) as error:
        raise BadDate(text) from error
    if hours > 24 or minutes > 59 or seconds >= 60:
        raise BadDate(text)
    return days + ((hours * 60 + minutes) * 60 + seconds) / Decimal(86_400)


def _days(match: re.Match[str], since_1904: bool) -> int:
    if match[1] is None:
        return 0
    days = date(int(match[1]), int(match[2]), int(match[3])).toordinal() - (_START_1904 if since_1904 else _START_1900)
    if days < 0 or (not since_1904 and 0 < days <= _NEVER):
        raise ValueError("before the 1st of March 1900 programs count differently")
    return days
