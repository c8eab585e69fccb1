"""Tells a limit's refusals from those of an API that is out of breath now and then.

A 503 without Retry-After may be either: nginx answers so to what is beyond its limit, and a gateway to what came while
nothing behind it was free. Only an experiment tells. After each of them everybody goes slower for a while, the dip; a
limit refuses nothing in its first half. What is refused there all the same has nothing to do with the rate, and some of
those that follow are taken for the same: to slow down for each as for a limit would bring a run to a crawl where 3 of
100 requests are refused at random. Refusals that come thick are taken for a limit's whatever the dip has shown.

`tests/api/test_hiccups.py` plays runs against both kinds of API, and says what is asked of them.
"""

import math

_THICK = 4.0  # refusals, less those that are usual; where nothing is thick, a limit may refuse half of all requests
# Refusals for each request that the API takes; more than that is thick before long. With none usual, 9 % of the rate is
# left where 3 in 100 are refused at random.
_USUAL = 0.08
_DIP = 0.8  # of the rate, at the bottom: a limit is found to within a tenth; with no dip, it refuses 7 of 100
_REQUESTS = 60  # that a dip lasts: of 30 in its first half one is refused, if 3 in 100 are
_LONGEST_DIP = 15.0  # seconds: with longer ones a slow run uses 0.86 of a limit of 1 or 2 a second, instead of 0.9
_EXPLAINED = 5  # further refusals that one in the first half explains; with none, 15 % of the rate is left, not 70


class Hiccups:
    """What is known of the refusals that do not say how long to wait. All times are by the pacer's clock."""

    def __init__(self) -> None:
        self._count = 0.0  # of refusals, less those that are usual
        self._explained = 0  # refusals that may come outside of the first half, and be hiccups
        self._dip_began = -math.inf

    def took(self) -> None:
        """The API took a request."""
        self._count = max(0.0, self._count - _USUAL)

    def come_thick(self) -> bool:
        """One more request was refused. Whether so many were that it must be a limit."""
        self._count = min(self._count + 1, _THICK)
        if self._count < _THICK:
            return False
        self._explained = 0
        return True

    def explain(self, now: float, rate: float) -> bool:
        """Whether a refusal was a hiccup, as far as can be told. `rate`: requests per second, but for the dip."""
        if self._dip_done(now, rate) < 0.5:
            self._explained = _EXPLAINED
            return True
        was_expected = self._explained > 0
        self._explained = max(0, self._explained - 1)
        return was_expected

    def begin_dip(self, at: float) -> None:
        """Go slower from this moment on."""
        self._dip_began = at

    def dip(self, now: float, rate: float) -> float:
        """The share of this rate that is used."""
        return _DIP + (1 - _DIP) * self._dip_done(now, rate)

    def _dip_done(self, now: float, rate: float) -> float:
        """How much of the dip is over, from 0 to 1."""
        return min(1.0, max(0.0, now - self._dip_began) / min(_REQUESTS / rate, _LONGEST_DIP))
