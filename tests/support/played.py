"""A run in a time of its own: the threads and the server are played, the pacer is the real one.

The clock jumps from one event to the next, so that hours take a second, and the same way every time.
"""

import heapq
import math
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from sync.api.pacing import Pacer

WORKERS = 16
LATENCY = 0.1  # seconds from a request to its answer

Limit = Callable[[float], float]  # requests per second, by the moment


class Server(Protocol):
    """Takes some requests, and refuses others."""

    def refuses(self, now: float) -> int:
        """0, and the request is taken; else the seconds of Retry-After, whole ones."""


class Window:
    """Takes so many requests in any second, as Django REST Framework counts them."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._taken: deque[float] = deque()

    def refuses(self, now: float) -> int:
        """0, and the request is taken; else the seconds of Retry-After, whole ones."""
        while self._taken and self._taken[0] <= now - 1:
            self._taken.popleft()
        if len(self._taken) < self._limit(now):
            self._taken.append(now)
            return 0
        return math.ceil(self._taken[0] + 1 - now)


class Bucket:
    """Takes what it has tokens for; they come in at the limit, and it holds those of one second."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._tokens, self._since = float(limit(0)), 0.0

    def refuses(self, now: float) -> int:
        """0, and the request is taken; else the seconds of Retry-After, whole ones."""
        limit = self._limit(now)
        self._tokens = min(float(limit), self._tokens + (now - self._since) * limit)
        self._since = now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0
        return math.ceil((1 - self._tokens) / limit)


class OutOfBreath:
    """Refuses some requests at random, whatever the rate. It answers the others, or hands them on to another server."""

    def __init__(self, share: float, seed: int, behind: Server | None = None) -> None:
        self._share = share
        self._random = Random(seed)
        self._behind = behind

    def refuses(self, now: float) -> int:
        """0, and the request is taken; else 1."""
        if self._random.random() < self._share:
            return 1
        return self._behind.refuses(now) if self._behind else 0


class _Asleep(Exception):
    """A thread is to wait for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds + 1e-6  # no less for being rounded


Steps = Generator[float, None, bool]  # hands out the seconds until it goes on


@dataclass
class Played:
    """A run with so many rows, of a request each."""

    server: Server
    rate: float
    rows: int
    tells: bool = True  # the server says how long to wait
    now: float = 0.0
    updated: list[float] = field(default_factory=list)  # when
    refused: list[float] = field(default_factory=list)
    attempts: Counter[int] = field(default_factory=Counter)  # by row

    def run(self) -> "Played":
        """Until the last row is updated."""
        self._left = iter(range(self.rows))
        self._pacer = Pacer(self.rate, lambda: self.now, self._sleep)
        events = [(0.0, number, self._worker()) for number in range(WORKERS)]
        while events:
            self.now, number, worker = heapq.heappop(events)
            seconds = next(worker, None)
            if seconds is not None:
                heapq.heappush(events, (self.now + seconds, number, worker))
        return self

    @property
    def share_refused(self) -> float:
        """Of all requests."""
        return len(self.refused) / (len(self.updated) + len(self.refused))

    def _worker(self) -> Iterator[float]:
        for row in self._left:
            while not (yield from self._try(row)):
                pass

    def _try(self, row: int) -> Steps:
        yield from self._wait()
        started = self.now
        self.attempts[row] += 1
        yield LATENCY / 2
        seconds = self.server.refuses(self.now)
        yield LATENCY / 2
        if seconds:
            self.refused.append(self.now)
            self._pacer.throttled(started, float(seconds) if self.tells else None)
        else:
            self.updated.append(self.now)
            self._pacer.took()
        return not seconds

    def _wait(self) -> Steps:
        while True:
            try:
                self._pacer.wait()
            except _Asleep as e:
                yield e.seconds
            else:
                return True

    def _sleep(self, seconds: float) -> None:
        raise _Asleep(seconds)
