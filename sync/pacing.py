"""The one rate that all requests share, and how it follows what the API can take.

An absolute schedule, with at most one slot caught up after a stall: never more than rate + 1 starts in any second. A 429
makes everybody wait as long as the API says, then go on slower; the rate comes back quickly to just below where it was
refused, and from there feels its way up to the rate that the user allows.
"""

import threading
from collections.abc import Callable

PAUSE_CAP = 60.0  # seconds; an API that asks for more is asked again after this
PAUSE_UNSAID = 2.0  # seconds to wait after a 429 that does not say how long
_BACK_OFF = 0.75  # of the rate at which the API refused
_SETTLED = 0.95  # of it: how far the rate comes back quickly
_CLIMB = 0.02  # of the present rate, each second, beyond that
_RETURN = 0.2  # of the present rate, each second, until then
_SLOWEST = 0.1  # requests per second

Sleep = Callable[[float], None]
Clock = Callable[[], float]


class Pacer:
    """Hands out the moments at which requests may start.

    `rate` is in requests per second. `sleep` may return early (a run that is interrupted); the caller then looks for
    itself whether to go on.
    """

    def __init__(self, rate: float, clock: Clock, sleep: Sleep) -> None:
        self.limit = rate
        self.paused = 0.0  # seconds asked for by the API, all together
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._rate = rate
        self._refused_at = rate  # the rate at which the API last refused
        self._next = clock()
        self._paused_until = clock()
        self._slowed_at = self._grown_at = clock()

    @property
    def rate(self) -> float:
        """Requests per second, now."""
        return self._rate

    @property
    def pause_left(self) -> float:
        """Seconds until the pause is over that the API has asked for."""
        return max(0.0, self._paused_until - self._clock())

    def wait(self, given_up: Callable[[], bool] = lambda: False) -> float:
        """Return when a request may start, or when `given_up` says so. Returns the moment."""
        while True:
            with self._lock:
                now = self._clock()
                ready = max(self._next, self._paused_until)
                if now >= ready:
                    self._adapt(now)
                    interval = 1 / self._rate
                    self._next = max(self._next, now - interval) + interval
                    return now
            if given_up():
                return now
            self._sleep(ready - now)

    def throttled(self, started: float, pause: float | None) -> float:
        """A request that started at this moment was answered 429. Returns the seconds that everybody now waits."""
        with self._lock:
            now = self._clock()
            seconds = min(PAUSE_UNSAID if pause is None else pause, PAUSE_CAP)
            until = now + seconds
            if until > self._paused_until:
                self.paused += until - max(now, self._paused_until)
                self._paused_until = until
            if started >= self._slowed_at:  # the others of the same burst say nothing new
                self._refused_at = self._rate
                self._rate = max(self._rate * _BACK_OFF, _SLOWEST)
                self._slowed_at = now
            self._next = max(self._next, self._paused_until)
            return self._paused_until - now

    def _adapt(self, now: float) -> None:
        since = min(now - max(self._grown_at, self._paused_until), 1.0)
        self._grown_at = now
        if self._rate < self.limit and since > 0:
            growth = _RETURN if self._rate < self._refused_at * _SETTLED else _CLIMB
            self._rate = min(self._rate * (1 + growth * since), self.limit)
