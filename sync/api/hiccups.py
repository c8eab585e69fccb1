"""Tells a limit's refusals from those of an API that is out of breath now and then.

A 503 without Retry-After may be either: nginx answers so to what is beyond its limit, and a gateway to what came while
nothing behind it was free. Only an experiment tells. After each of them everybody goes slower for a while, the dip; a
limit refuses nothing at its bottom. What is refused there all the same has nothing to do with the rate: to slow down
for it as for a limit would bring a run to a crawl where 3 of 100 requests are refused at random. Refusals that come
thick are taken for a limit's whatever the dip has shown.
"""

import math

_THICK = 4.0  # refusals, less those that are usual
_USUAL = 0.08  # refusals for each request that the API takes; more than that is thick before long
_AFTER_THICK = 3.0  # from where they are counted after a limit was found: the rate may still be too high
_AFTER_ONE = 2.0
_ALMOST_THICK = 2.5

_DIP = 0.8  # of the rate, at the bottom
_BOTTOM = 0.9  # of the rate: below that a limit refuses nothing
_REQUESTS = 60  # that a dip lasts
_SHORTEST_DIP, _LONGEST_DIP = 3.0, 15.0  # seconds

_WORTH = 5  # further refusals that one at the bottom explains
_MOST = 10


class Hiccups:
    """What is known of the refusals that do not say how long to wait. All times are by the pacer's clock."""

    def __init__(self) -> None:
        self._count = 0.0  # of refusals, less those that are usual
        self._explained = 0  # refusals that may come outside of the bottom, and be hiccups
        self._dip_began = -math.inf

    def took(self) -> None:
        """The API took a request."""
        self._count = max(0.0, self._count - _USUAL)

    def come_thick(self) -> bool:
        """One more request was refused. Whether so many were that it must be a limit."""
        self._count += 1
        return self._count >= _THICK

    def explain(self, now: float, rate: float) -> bool:
        """Whether a refusal was a hiccup, as far as can be told. `rate`: requests per second, but for the dip."""
        if self.dip(now, rate) < _BOTTOM:
            self._explained = min(self._explained + _WORTH, _MOST)
            return True
        if not self._explained or self._count >= _ALMOST_THICK:
            return False
        self._explained -= 1
        return True

    def limit_found(self, thick: bool) -> None:
        """The refusals were a limit's."""
        self._count = _AFTER_THICK if thick else _AFTER_ONE
        self._explained = 0 if thick else self._explained

    def begin_dip(self, at: float) -> None:
        """Go slower from this moment on."""
        self._dip_began = at

    def dip(self, now: float, rate: float) -> float:
        """The share of this rate that is used."""
        lasts = min(max(_REQUESTS / rate, _SHORTEST_DIP), _LONGEST_DIP)
        return min(1.0, _DIP + (1 - _DIP) * max(0.0, now - self._dip_began) / lasts)
