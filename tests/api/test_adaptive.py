"""The rate finds the API's limit, whatever that is, and follows it when it changes.

The threads and the server are played, by a clock that jumps; the pacer is the real one. A last test runs the product
against a server that throttles, to see that the parts are joined as they are played here.
"""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.api.retry import BUDGET, SHARE
from tests.support.fault_http import Asked
from tests.support.fault_records import customer
from tests.support.fault_server import FaultServer
from tests.support.played import Bucket, Played, Window
from tests.support.product import Campfire
from tests.support.truth import judge, wishes_for, write_sheet

PHASES = ((0.0, 20), (60.0, 5), (120.0, 50))  # from this second on, so many requests a second
SETTLED = ((15.0, 60.0), (80.0, 120.0), (165.0, 225.0))  # what a phase begins with is not judged: the API says nothing
END = 225.0
ATTEMPTS = 5  # what a row has unless --max-attempts says otherwise


def limit_at(moment: float) -> int:
    """The API's true limit."""
    return [limit for since, limit in PHASES if since <= moment][-1]


def allowed(since: float, until: float, rate: float) -> float:
    """How many requests the API and the user allow in this time."""
    ends = [*(end for end, _ in PHASES[1:]), math.inf]
    spans = ((max(since, begin), min(until, end), limit) for (begin, limit), end in zip(PHASES, ends, strict=True))
    return sum(max(0.0, end - begin) * min(limit, rate) for begin, end, limit in spans)


@pytest.fixture(
    scope="module",
    params=[(kind, rate) for kind in (Window, Bucket) for rate in (20, 50, 100)],
    ids=lambda p: f"{p[0].__name__}-{p[1]}",
)
def played(request: pytest.FixtureRequest) -> Played:
    """A run that is over."""
    kind, rate = request.param
    return Played(kind(limit_at), rate, int(allowed(0, END, rate))).run()


def test_every_row_is_updated_within_the_attempts_that_it_has(played: Played) -> None:
    assert len(played.updated) == played.rows
    assert max(played.attempts.values()) <= ATTEMPTS


def test_few_requests_are_refused(played: Played) -> None:
    assert played.share_refused < 0.05
    assert len(played.refused) < BUDGET + SHARE * len(played.updated)


@pytest.mark.parametrize("phase", range(len(PHASES)))
def test_what_the_api_allows_is_used(played: Played, phase: int) -> None:
    since, until = SETTLED[phase]
    took = sum(since <= moment < until for moment in played.updated)
    assert took >= 0.9 * allowed(since, until, played.rate)


def test_the_run_as_a_whole_takes_little_longer_than_the_api_makes_it(played: Played) -> None:
    assert played.updated[-1] <= END / 0.85


def test_a_run_is_played_the_same_way_every_time() -> None:
    one, other = (Played(Window(limit_at), 50, 2_000).run() for _ in range(2))
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
