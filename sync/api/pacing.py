"""The one rate that all requests share, and how it follows what the API can take.

An absolute schedule, with at most one slot caught up after a stall: never more than rate + 1 starts in any second.

A 429 or a 503 makes everybody wait as long as the API says, then go on slower. From there the rate takes the course by
which TCP CUBIC feels its way (RFC 9438): quickly back to just below where it was refused, a long while there, then
faster and faster up, until it is refused again or reaches the rate that the user allows.
"""

import threading
from collections import deque
from collections.abc import Callable
from enum import Enum

PAUSE_CAP = 60.0  # seconds; an API that asks for more is asked again after this
# Seconds to wait where the API does not say how long; twice as long each time it throttles again.
FIRST_THROTTLE_PAUSE = 0.5
LONGEST_THROTTLE_PAUSE = 10.0
MEASURED = 1.0  # seconds over which it is counted what the API took

_BACK_OFF = 0.95  # of what the API took when it refused more: where the rate begins anew
_PLATEAU = 0.985  # of it: where the rate stays
_BACK = 30.0  # seconds until it is there
_FURTHER = 3.0  # seconds in which it then gains as much again, at first
_BLIND = 0.7  # of the present rate, where the API refused the first request after a pause
_LEAST = 0.1  # of the present rate: no 429 takes away more
_SLOWEST = 0.5  # requests per second: an API that takes less than that says so by its pauses

Sleep = Callable[[float], None]
Clock = Callable[[], float]


class Turn(Enum):
    """When a request may go, among those that wait."""

    FIRST = "before all others: a row that has been begun"
    NORMAL = "when its time has come"
    LAST = "after another one: it was throttled, and would otherwise hold everybody back alone, for ever"


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
        self._unsaid = FIRST_THROTTLE_PAUSE  # seconds for the next throttling that does not say how long
        self._waiting = dict.fromkeys(Turn, 0)  # requests
        self._started = 0  # requests
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

    def wait(self, given_up: Callable[[], bool] = lambda: False, turn: Turn = Turn.NORMAL) -> None:
        """Return when a request may start, or when `given_up` says so."""
        with self._lock:
            self._waiting[turn] += 1
            give_way_until = self._started + (turn is Turn.LAST)
        try:
            while (seconds := self._start_or_left(turn, give_way_until)) > 0:
                if given_up():
                    return
                self._sleep(seconds)
        finally:
            with self._lock:
                self._waiting[turn] -= 1

    def _start_or_left(self, turn: Turn, give_way_until: int) -> float:
        """Take the moment for a request, and return 0; or return the seconds until it may start."""
        with self._lock:
            now, interval = self._clock(), 1 / self.rate
            ahead = self._waiting[Turn.FIRST] if turn is not Turn.FIRST else 0
            if self._started < give_way_until:
                ahead += self._waiting[Turn.NORMAL]
            ready = max(self._next, self._resumed) + ahead * interval
            if now < ready:
                return ready - now
            self._next = max(self._next, now - interval) + interval
            self._started += 1
            return 0

    def took(self) -> None:
        """The API took a request, and did not throttle it."""
        with self._lock:
            now = self._clock()
            self._unsaid = FIRST_THROTTLE_PAUSE
            self._taken.append(now)
            while self._taken[0] <= now - MEASURED:
                self._taken.popleft()

    def throttled(self, started: float, pause: float | None) -> None:
        """A request that started at this moment was throttled. `pause`: seconds that the API asks for, if any."""
        with self._lock:
            now = self._clock()
            until = now + min(self._unsaid if pause is None else pause, PAUSE_CAP)
            if started >= self._slowed:  # the others that were in flight at the first refusal say nothing new
                self._refused_at = self._capacity(now)
                self._slowed = now
                self._unsaid = min(self._unsaid * 2, LONGEST_THROTTLE_PAUSE)
            if until > self._resumed:
                self.paused += until - max(now, self._resumed)
                self._resumed = until
            self._next = max(self._next, self._resumed)

    def _capacity(self, now: float) -> float:
        """Requests per second that the API takes, by what it took last."""
        rate = self.rate
        taken = sum(moment > now - MEASURED for moment in self._taken) / MEASURED
        if not taken and now - self._resumed < MEASURED:
            return max(rate * _BLIND, _SLOWEST)
        return max(min(max(taken, rate * _LEAST), rate), _SLOWEST)


def course(seconds: float) -> float:
    """The rate, as a share of that at which the API refused, so long after the pause."""
    gain = (seconds - _BACK) / (_BACK if seconds < _BACK else _FURTHER)
    return _PLATEAU + float((_PLATEAU - _BACK_OFF) * gain**3)
