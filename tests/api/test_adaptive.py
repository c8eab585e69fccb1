"""The rate finds the API's limit, whatever that is, and follows it when it changes.

By a clock that jumps from one event to the next: the threads and the server are played, the pacer is the real one. A
last test runs the product against a server that throttles, to see that the parts are joined as they are played here.
"""

import heapq
import math
from collections import Counter, deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sync.api.pacing import Pacer
from sync.api.retry import BUDGET, SHARE
from tests.support.fault_http import Asked
from tests.support.fault_records import customer
from tests.support.fault_server import FaultServer
from tests.support.product import Campfire
from tests.support.truth import judge, wishes_for, write_sheet

PHASES = ((0.0, 20), (60.0, 5), (120.0, 50))  # from this second on, so many requests a second
SETTLED = ((15.0, 60.0), (80.0, 120.0), (165.0, 225.0))  # what a phase begins with is not judged: the API says nothing
END = 225.0
WORKERS = 16
LATENCY = 0.1  # seconds from a request to its answer
ATTEMPTS = 5  # what a row has unless --max-attempts says otherwise


def limit_at(moment: float) -> int:
    """The API's true limit."""
    return [limit for since, limit in PHASES if since <= moment][-1]


def allowed(since: float, until: float, rate: float) -> float:
    """How many requests the API and the user allow in this time."""
    ends = [*(end for end, _ in PHASES[1:]), math.inf]
    spans = ((max(since, begin), min(until, end), limit) for (begin, limit), end in zip(PHASES, ends, strict=True))
    return sum(max(0.0, end - begin) * min(limit, rate) for begin, end, limit in spans)


class Window:
    """Takes so many requests in any second, as Django REST Framework counts them."""

    def __init__(self) -> None:
        self._taken: deque[float] = deque()

    def refuses(self, now: float) -> int:
        """0, and the request is taken; else the seconds of Retry-After, whole ones."""
        while self._taken and self._taken[0] <= now - 1:
            self._taken.popleft()
        if len(self._taken) < limit_at(now):
            self._taken.append(now)
            return 0
        return math.ceil(self._taken[0] + 1 - now)


class Bucket:
    """Takes what it has tokens for; they come in at the limit, and it holds those of one second."""

    def __init__(self) -> None:
        self._tokens, self._since = float(limit_at(0)), 0.0

    def refuses(self, now: float) -> int:
        """0, and the request is taken; else the seconds of Retry-After, whole ones."""
        limit = limit_at(now)
        self._tokens = min(float(limit), self._tokens + (now - self._since) * limit)
        self._since = now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0
        return math.ceil((1 - self._tokens) / limit)


class _Asleep(Exception):
    """A thread is to wait for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds + 1e-6  # no less for being rounded


Steps = Generator[float, None, bool]  # hands out the seconds until it goes on


@dataclass
class Played:
    """A run in a time of its own, with so many rows that a perfect one ends at END."""

    server: Window | Bucket
    rate: float
    now: float = 0.0
    updated: list[float] = field(default_factory=list)  # when
    refused: list[float] = field(default_factory=list)
    attempts: Counter[int] = field(default_factory=Counter)  # by row

    def run(self) -> "Played":
        """Until the last row is updated."""
        self.rows = int(allowed(0, END, self.rate))
        self._left = iter(range(self.rows))
        self._pacer = Pacer(self.rate, lambda: self.now, self._sleep)
        events = [(0.0, number, self._worker()) for number in range(WORKERS)]
        while events:
            self.now, number, worker = heapq.heappop(events)
            seconds = next(worker, None)
            if seconds is not None:
                heapq.heappush(events, (self.now + seconds, number, worker))
        return self

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
            self._pacer.throttled(started, float(seconds))
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


@pytest.fixture(
    scope="module",
    params=[(kind, rate) for kind in (Window, Bucket) for rate in (20, 50, 100)],
    ids=lambda p: f"{p[0].__name__}-{p[1]}",
)
def played(request: pytest.FixtureRequest) -> Played:
    """A run that is over."""
    kind, rate = request.param
    return Played(kind(), rate).run()


def test_every_row_is_updated_within_the_attempts_that_it_has(played: Played) -> None:
    assert len(played.updated) == played.rows
    assert max(played.attempts.values()) <= ATTEMPTS


def test_few_requests_are_refused(played: Played) -> None:
    requests = len(played.updated) + len(played.refused)
    assert len(played.refused) < 0.05 * requests
    assert len(played.refused) < BUDGET + SHARE * len(played.updated)


@pytest.mark.parametrize("phase", range(len(PHASES)))
def test_what_the_api_allows_is_used(played: Played, phase: int) -> None:
    since, until = SETTLED[phase]
    took = sum(since <= moment < until for moment in played.updated)
    assert took >= 0.9 * allowed(since, until, played.rate)


def test_the_run_as_a_whole_takes_little_longer_than_the_api_makes_it(played: Played) -> None:
    assert played.updated[-1] <= END / 0.85


@pytest.mark.no_cover
def test_a_run_is_played_the_same_way_every_time() -> None:
    one, other = (Played(Window(), 50).run() for _ in range(2))
    assert (one.updated, one.refused) == (other.updated, other.refused)


class ThrottlingServer(FaultServer):
    """Refuses every twelfth request: when that is does not depend on how fast this machine is."""

    def note(self, asked: Asked) -> str:
        """Log a request, and say what to do with it."""
        with self._lock:
            step = super().note(asked)
            if len(self.log) % 12 == 0:
                asked.did = step = "429:1"
            return step


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """A server with customers 1 to 20, that throttles."""
    with ThrottlingServer(customer(number) for number in range(1, 21)) as running:
        yield running


@pytest.mark.no_cover
def test_a_run_against_a_server_that_throttles_updates_every_row(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    wishes = wishes_for(server.records)
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), "--rate", "100", "--concurrency", "4", "--json")
    judge(server, wishes, ran)
    assert set(ran.statuses.values()) == {"updated"}
    refused = sum(asked.status == 429 for asked in server.log)
    assert ran.json["requests"]["throttled"] == ran.json["requests"]["retries"] == refused
    assert refused == len(server.log) // 12 >= 3
    assert ran.json["requests"]["GET"] + ran.json["requests"]["PUT"] == len(server.log)
