"""The one rate that all requests share, and how it follows what the API can take.

An absolute schedule, with at most one slot caught up after a stall: never more than rate + 1 starts in any second.

A 429 makes everybody wait as long as the API says, then go on slower. From there the rate takes the course by which
TCP CUBIC feels its way (RFC 9438): quickly back to just below where it was refused, a long while there, then faster
and faster up, until it is refused again or reaches the rate that the user allows.
"""

import threading
from collections import deque
from collections.abc import Callable

PAUSE_CAP = 60.0  # seconds; an API that asks for more is asked again after this
PAUSE_UNSAID = 2.0  # seconds to wait after a 429 that does not say how long
MEASURED = 1.0  # seconds over which it is counted what the API took

_BACK_OFF = 0.95  # of what the API took when it refused more: where the rate begins anew
_PLATEAU = 0.985  # of it: where the rate stays
_BACK = 30.0  # seconds until it is there
_FURTHER = 3.0  # seconds in which it then gains as much again, at first
_BLIND = 0.7  # of the present rate, where it could not be counted what the API took
_LEAST = 0.1  # of the present rate: no 429 takes away more
_SLOWEST = 0.5  # requests per second: an API that takes less than that says so by its pauses

Sleep = Callable[[float], None]
Clock = Callable[[], float]


class Pacer:
    """Hands out the moments at which requests may start. Safe to use from several threads.

    Args:
        rate: requests per second that the user allows.
        sleep: may return early (a run that is interrupted); whoever waits then looks whether to go on.
    """

    def __init__(self, rate: float, clock: Clock, sleep: Sleep) -> None:
        self.limit = rate
        self.paused = 0.0  # seconds asked for by the API, all together
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = self._resumed = self._slowed = clock()
        self._taken: deque[float] = deque()  # when the API took a request, in the last MEASURED seconds
        self._firsts = 0  # requests that wait and go before all others
        self._refused_at: float | None = None  # requests per second that the API took when it refused more

    @property
    def rate(self) -> float:
        """Requests per second, now."""
        if self._refused_at is None:
            return self.limit
        return min(self.limit, self._refused_at * course(max(0.0, self._clock() - self._resumed)))

    def now(self) -> float:
        """Seconds, by the pacer's clock."""
        return self._clock()

    @property
    def pause_left(self) -> float:
        """Seconds until the pause is over that the API has asked for."""
        return max(0.0, self._resumed - self._clock())

    def wait(self, given_up: Callable[[], bool] = lambda: False, first: bool = False) -> None:
        """Return when a request may start, or when `given_up` says so.

        `first`: before all that wait without it, for as long as there are such requests.
        """
        with self._lock:
            self._firsts += 1 if first else 0
        while (seconds := self._start_or_left(first)) > 0:
            if given_up():
                with self._lock:
                    self._firsts -= 1 if first else 0
                return
            self._sleep(seconds)

    def _start_or_left(self, first: bool) -> float:
        """Take the moment for a request, and return 0; or return the seconds until it may start."""
        with self._lock:
            now, interval = self._clock(), 1 / self.rate
            ready = max(self._next, self._resumed) + (0 if first else self._firsts * interval)
            if now < ready:
                return ready - now
            self._next = max(self._next, now - interval) + interval
            self._firsts -= 1 if first else 0
            return 0

    def took(self) -> None:
        """The API took a request."""
        with self._lock:
            now = self._clock()
            self._taken.append(now)
            while self._taken[0] <= now - MEASURED:
                self._taken.popleft()

    def throttled(self, started: float, pause: float | None) -> None:
        """A request that started at this moment was answered 429; the API asks for so many seconds of pause."""
        with self._lock:
            now = self._clock()
            until = now + min(PAUSE_UNSAID if pause is None else pause, PAUSE_CAP)
            if started >= self._slowed:  # the others that were on their way at the first refusal say nothing new
                self._refused_at = self._capacity(now)
                self._slowed = now
            if until > self._resumed:
                self.paused += until - max(now, self._resumed)
                self._resumed = until
            self._next = max(self._next, self._resumed)

    def _capacity(self, now: float) -> float:
        """Requests per second that the API takes, by what it took last."""
        rate = self.rate
        if now - self._resumed < MEASURED:
            return max(rate * _BLIND, _SLOWEST)
        taken = sum(moment > now - MEASURED for moment in self._taken) / MEASURED
        return max(min(max(taken, rate * _LEAST), rate), _SLOWEST)


def course(seconds: float) -> float:
    """The rate, as a share of that at which the API refused, so long after the pause."""
    gain = (seconds - _BACK) / (_BACK if seconds < _BACK else _FURTHER)
    return _PLATEAU + float((_PLATEAU - _BACK_OFF) * gain**3)
