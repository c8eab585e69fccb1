"""Excel's dates: days since the end of 1899, or since 1904, with the time of day as the fraction."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

_DAY = 86_400  # seconds
_LAST = date.max.toordinal()
# Excel takes 1900 for a leap year, so the serials from 61 on are one too high, and 60 is a day that never was.
_NEVER = 60
_START_1900 = date(1899, 12, 30).toordinal()
_START_1904 = date(1904, 1, 1).toordinal()


class BadDate(ValueError):
    """A serial number that is no date in Excel's calendar."""


def day(serial: Decimal, since_1904: bool) -> date:
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


def shown(serial: Decimal, since_1904: bool, with_day: bool, with_time: bool) -> str:
    """A serial number as ISO has it: `2026-01-31`, `2026-01-31T09:30:00` or `09:30:00`.

    A time of midnight is left out beside a day: that is how a plain date is stored.

    Raises:
        BadDate: see `day`.
    """
    if serial < 0:
        raise BadDate(str(serial))
    if not with_time:
        return day(serial, since_1904).isoformat()
    days, seconds = divmod(int((serial * _DAY).to_integral_value(ROUND_HALF_UP)), _DAY)
    if not with_day:
        return _clock(seconds)
    text = day(Decimal(days), since_1904).isoformat()
    return f"{text}T{_clock(seconds)}" if seconds else text


def _clock(seconds: int) -> str:
    return str(timedelta(seconds=seconds)).zfill(8)
