"""The clock by which a record that was read grows old. It goes on while the computer sleeps.

`time.monotonic` stands still meanwhile on Linux and macOS, so a record that was read before the lid was closed would
look as fresh as it was then.
"""

import sys
import time

_GOES_ON = {"linux": "CLOCK_BOOTTIME", "darwin": "CLOCK_MONOTONIC"}  # Windows' own clock does in any case
_ID = getattr(time, _GOES_ON.get(sys.platform, ""), None)


def now() -> float:
    """This moment, in seconds since no particular one."""
    return time.monotonic() if _ID is None else time.clock_gettime(_ID)
