"""The one rate that all requests share, and how it follows what the API can take.

An absolute schedule, with at most one slot caught up after a stall: never more than rate + 1 starts in any second.

A 429 or a 503 makes everybody wait as long as the API says, then go on slower. From there the rate takes the course by
which TCP CUBIC feels its way (RFC 9438): quickly back to just below where it was refused, a long while there, then
faster and faster up, until it is refused again or reaches the rate that the user allows.

A 503 that does not say how long to wait may have nothing to do with the rate. `hiccups` tells; for one of those the
pause is short, and the rate is back within seconds.
"""

import threading
from collections import deque
from collections.abc import Callable
from enum import Enum

from sync.api.hiccups import Hiccups

PAUSE_CAP = 60.0  # seconds; an API that asks for more is asked again after this
# Seconds to wait where the API does not say how long; twice as long each time it throttles again.
FIRST_THROTTLE_PAUSE = 0.5
LONGEST_THROTTLE_PAUSE = 10.0
MEASURED = 1.0  # seconds over which it is counted what the API took

# What is said to happen without one of these was measured on runs like those of tests/api/test_adaptive.py.
_BACK_OFF = 0.95  # of what the API took when it refused more: where the rate begins anew
_PLATEAU = 0.985  # of it: where the rate stays
_BACK = 30.0  # seconds until it is there
_FURTHER = 3.0  # seconds in which it then gains as much again, at first; in 30, a tenth of a risen limit is used
_BLIND = 0.7  # of the present rate, where the API refused the first request after a pause
# Of the present rate, what a 503 that does not say how long to wait leaves at least: where they come thick (with 0.9,
# twice as many requests are refused), and where one comes alone (with 0.7, less of a limit is used).
_LEAST_THICK = 0.7
_LEAST_ALONE = 0.9
# That everybody waits after a hiccup. Without, a run at 20 a second keeps a third of its rate where the API is out of
# breath for 0.3 s now and then, instead of half of it.
_HICCUP_TURNS = 2
_SLOWEST = 0.5  # requests per second, since 0 would be for ever: an API that takes less says so by its pauses

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
        self._began = self._next = self._resumed = clock()
        self._judged = self._limited = self._course_began = self._began  # see `throttled`
        # When the API took a request, in the last MEASURED seconds, and how long it had asked to pause until then.
        self._taken: deque[tuple[float, float]] = deque()
        self._unsaid = FIRST_THROTTLE_PAUSE  # seconds for the next throttling that does not say how long
        self._waiting = dict.fromkeys(Turn, 0)  # requests
        self._started = 0  # requests
        self._refused_at: float | None = None  # requests per second that the API took when it refused more
        self._hiccups = Hiccups()

    @property
    def rate(self) -> float:
        """Requests per second, now."""
        now = self._clock()
        rate = self._course(now)
        return rate * self._hiccups.dip(now, rate)

    def _course(self, now: float) -> float:
        """Requests per second, but for the dip after a hiccup."""
        if self._refused_at is None:
            return self.limit
        return min(self.limit, self._refused_at * course(max(0.0, now - self._course_began)))

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
            self._hiccups.took()
            self._taken.append((now, self.paused))
            while self._taken[0][0] <= now - MEASURED:
                self._taken.popleft()

    def throttled(self, started: float, pause: float | None, says_limit: bool = False) -> None:
        """A request that started at this moment was throttled. Of those that were in flight together, one counts.

        Args:
            pause: seconds that the API asks for, if any.
            says_limit: the API says that it has a limit (429).
        """
        with self._lock:
            now = self._clock()
            seconds = 0.0 if pause is None else min(pause, PAUSE_CAP)
            told = pause is not None or says_limit
            thick = not told and started >= self._limited and self._hiccups.come_thick()
            if thick or started >= self._judged:
                self._judged = now
                if told or thick or not self._was_hiccup(now):
                    seconds = self._unsaid if pause is None else seconds
                    self._slow_down(now, told, thick)
                else:
                    seconds = min(self._unsaid, _HICCUP_TURNS / self.rate)
                if not told:
                    self._hiccups.begin_dip(now + seconds)
            if told or self._limited == now:
                self._course_began = max(self._course_began, now + seconds)
            self._pause_until(now, now + seconds)

    def _was_hiccup(self, now: float) -> bool:
        """Whether the rate has nothing to do with a refusal: never where the API took nothing since the last one."""
        return self._unsaid == FIRST_THROTTLE_PAUSE and self._hiccups.explain(now, self._course(now))

    def _slow_down(self, now: float, told: bool, thick: bool) -> None:
        self._refused_at = self._capacity(now, told, thick)
        self._limited = now
        self._unsaid = min(self._unsaid * 2, LONGEST_THROTTLE_PAUSE)

    def _pause_until(self, now: float, until: float) -> None:
        if until > self._resumed:
            self.paused += until - max(now, self._resumed)
            self._resumed = until
        self._next = max(self._next, self._resumed)

    def _capacity(self, now: float, told: bool, thick: bool) -> float:
        """Requests per second that the API takes, by what it took last."""
        rate = self._course(now)
        paused = [paused for moment, paused in self._taken if moment > now - MEASURED]
        if not paused and now - self._resumed < MEASURED:
            return max(rate * _BLIND, _SLOWEST)
        seconds, least = MEASURED, 0.0 if told else _LEAST_THICK
        if paused and not told and not thick:  # it may be a hiccup: what was not sent was not refused
            seconds = max(min(seconds, now - self._began) - (self.paused - paused[0]), 1 / rate)
            least = _LEAST_ALONE
        return max(min(max(len(paused) / seconds, least * rate), rate), _SLOWEST)


def course(seconds: float) -> float:
    """The rate, as a share of that at which the API refused, so long after the pause."""
    gain = (seconds - _BACK) / (_BACK if seconds < _BACK else _FURTHER)
    return _PLATEAU + float((_PLATEAU - _BACK_OFF) * gain**3)
