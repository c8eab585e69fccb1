"""Whether a time in a cell is what a program made of a code: 1:30 → 01:30:00, 5 PM → 17:00:00, 27:15 → 27:15:00.

The reader shows a time cell in full, with hours, minutes and seconds, whatever its format leaves out.
"""

import re

_CODE = re.compile(r"([0-9]{1,4})(?::([0-9]{1,2}))?(?::([0-9]{1,2}))?(?:\s?([ap])\.?(?:m\.?)?)?", re.IGNORECASE)
_SHOWN = re.compile(r"([0-9]{2,}):([0-9]{2}):([0-9]{2})")


def are_the_same_time(code: str, shown: str) -> bool:
    """Whether a cell that shows this time is what a program made of the code."""
    was, is_now = _CODE.fullmatch(code), _SHOWN.fullmatch(shown)
    if was is None or is_now is None or _SHOWN.fullmatch(code) or not (was[2] or was[4]):
        return False
    hours, minutes, seconds = (int(part or 0) for part in was.group(1, 2, 3))
    if was[4]:
        if not 1 <= hours <= 12:
            return False
        hours = hours % 12 + (12 if was[4].lower() == "p" else 0)
    return [hours, minutes, seconds] == [int(part) for part in is_now.groups()]
