"""Every request behind the shared rate: counted, tried again, and not sent when it should not be."""

from collections.abc import Iterable

import pytest

from sync.api.api import Api, NotSent, Stale
from sync.api.pacing import Turn
from sync.api.response import Outcome, Response
from sync.api.retry import Budget
from sync.errors import KeyRefused, StoppedEarly
from sync.stop import StopSignal
from tests.support.clock import Clock

OK = Response(Outcome.OK, 200, "{}", {})


class Script:
    """An endpoint that answers as told, and then well. Each request takes as long as `seconds` says."""

    def __init__(self, clock: Clock, responses: Iterable[Response] = ()) -> None:
        self.asked: list[str] = []
        self.seconds = 0.0
        self.throttle = ""  # what the requests begin with that are throttled
        self._clock = clock
        self._responses = list(responses)

    def get(self, record_id: int) -> Response:
        return self._answer("GET", f"GET {record_id}")

    def put(self, record_id: int, body: str) -> Response:
        return self._answer("PUT", f"PUT {record_id} {body}")

    def page(self, offset: int, deleted: bool = False) -> Response:
        return self._answer("GET", f"PAGE {offset}{' deleted' if deleted else ''}")

    def probe(self) -> Response:
        return self._answer("GET", "PROBE")

    def _answer(self, method: str, asked: str) -> Response:
        self.asked.append(asked)
        started = self._clock.now
        self._clock.now += self.seconds
        told = self._responses.pop(0) if self._responses else OK
        if self.throttle and asked.startswith(self.throttle):
            told = response(Outcome.THROTTLED, 429)
        return Response(told.outcome, told.http_status, told.text, told.record, told.pause, started, method)


class Setup:
    """An Api over a script, by a clock that only sleeping moves."""

    def __init__(self, *responses: Response, rate: float = 5.0, max_attempts: int = 3) -> None:
        self.clock = Clock()
        self.stop = StopSignal(20)
        self.stop.sleep = self._pause  # type: ignore[method-assign]
        self.endpoint = Script(self.clock, responses)
        self.api = Api(self.endpoint, self.clock.pacer(rate), Budget(), self.stop, max_attempts)

    def _pause(self, seconds: float) -> None:
        self.clock.now += seconds


def response(outcome: Outcome, status: int | None = None, pause: float | None = None) -> Response:
    return Response(outcome, status, "", pause=pause)


def turns_of(setup: Setup) -> list[Turn]:
    """The turns that requests wait for from now on."""
    turns: list[Turn] = []
    wait = setup.api.pacer.wait
    setup.api.pacer.wait = lambda given_up, turn: (turns.append(turn), wait(given_up, turn))[1]  # type: ignore[assignment]
    return turns


def test_reading_is_tried_again_inside() -> None:
    setup = Setup(response(Outcome.TRANSIENT, 502), response(Outcome.UNEXPECTED, 200))
    assert setup.api.get(7).outcome is Outcome.OK
    assert setup.endpoint.asked == ["GET 7"] * 3


def test_the_response_of_a_read_that_is_given_up_is_the_last_one() -> None:
    setup = Setup(*[response(Outcome.TRANSIENT, status) for status in (500, 502, 504, 503)])
    assert setup.api.get(7).http_status == 504
    assert len(setup.endpoint.asked) == 3


@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.REFUSED, Outcome.REDIRECTED])
def test_a_final_answer_is_not_asked_for_again(outcome: Outcome) -> None:
    setup = Setup(response(outcome))
    assert setup.api.get(7).outcome is outcome
    assert setup.api.page(0).outcome is Outcome.OK
    assert setup.endpoint.asked == ["GET 7", "PAGE 0"]


def test_a_key_that_is_refused_stops_the_run_and_says_nothing_of_the_row() -> None:
    setup = Setup(response(Outcome.KEY_REFUSED, 401))
    with pytest.raises(NotSent):
        setup.api.get(7)
    assert isinstance(setup.stop.reason, KeyRefused)
    assert setup.endpoint.asked == ["GET 7"]


def test_an_unexpected_answer_to_a_page_is_not_asked_for_again() -> None:
    """Records are read one by one then."""
    setup = Setup(response(Outcome.UNEXPECTED, 200))
    assert setup.api.page(0, deleted=True).outcome is Outcome.UNEXPECTED
    assert setup.endpoint.asked == ["PAGE 0 deleted"]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_put_is_one_attempt(outcome: Outcome) -> None:
    setup = Setup(response(outcome))
    assert setup.api.put(7, "{}").outcome is outcome
    assert setup.endpoint.asked == ["PUT 7 {}"]


def test_nothing_leaves_after_the_run_was_stopped() -> None:
    setup = Setup()
    setup.stop.interrupt()
    with pytest.raises(NotSent):
        setup.api.get(7)
    with pytest.raises(NotSent):
        setup.api.put(7, "{}")
    assert setup.endpoint.asked == []
    assert (setup.api.requests.get, setup.api.requests.put) == (0, 0)


def test_a_put_does_not_leave_when_its_record_was_read_too_long_ago() -> None:
    """A pause of 12 seconds, or a laptop that was closed: somebody may have written in between."""
    setup = Setup()
    read = setup.api.get(7)
    assert setup.api.put(7, "{}", read).outcome is Outcome.OK
    setup.api.pacer.throttled(setup.clock.now, 12.0)
    with pytest.raises(Stale):
        setup.api.put(7, "{}", read)
    assert setup.endpoint.asked == ["GET 7", "PUT 7 {}"]
    assert setup.api.requests.put == 1, "what did not leave is not counted"


@pytest.mark.parametrize(("rate", "limit"), [(5.0, 2.0), (2.0, 2.0), (1.0, 3.0), (0.1, 30.0)])
def test_a_record_is_fresh_for_two_seconds_or_three_turns(rate: float, limit: float) -> None:
    setup = Setup(rate=rate)
    read = setup.api.get(7)
    setup.clock.now = read.started + limit
    assert setup.api.is_fresh(read)
    setup.clock.now += 0.01
    assert not setup.api.is_fresh(read)


def test_the_time_that_a_read_takes_counts_for_its_age() -> None:
    setup = Setup()
    setup.endpoint.seconds = 2.5
    assert not setup.api.is_fresh(setup.api.get(7))


def test_an_api_that_is_always_slow_is_sent_to_all_the_same() -> None:
    """Otherwise each reading would be too old when it came, and no row would ever be sent."""
    setup = Setup()
    setup.endpoint.seconds = 2.5
    readings = [setup.api.get(7) for _ in range(4)]
    assert setup.api.put(7, "{}", readings[-1]).outcome is Outcome.OK
    setup.clock.now += 2.6
    assert not setup.api.is_fresh(readings[-1]), "after twice the time that it took"
    setup.endpoint.seconds = 0.1
    setup.api.get(7)
    setup.endpoint.seconds = 2.5
    assert not setup.api.is_fresh(setup.api.get(7)), "a slow one among quick ones is read again"


def test_requests_are_counted_by_kind() -> None:
    setup = Setup(response(Outcome.THROTTLED, 429, 1.0), response(Outcome.TRANSIENT, 502))
    setup.api.get(7)
    setup.api.put(7, "{}")
    counted = setup.api.requests
    assert (counted.get, counted.put, counted.retries, counted.throttled) == (3, 1, 2, 1)


def test_a_429_holds_the_next_request_back() -> None:
    setup = Setup(response(Outcome.THROTTLED, 429, 7.0))
    began = setup.clock.now
    setup.api.put(7, "{}")
    setup.api.get(8)
    assert setup.clock.now - began >= 7.0


@pytest.mark.parametrize("pause", [None, 0.0, 30.0, 1e9])
def test_ten_minutes_of_nothing_but_throttling_stop_the_run_with_few_requests(pause: float | None) -> None:
    """And not a moment before: the API may be busy for nine of them."""
    setup = Setup(*[response(Outcome.THROTTLED, 503, pause)] * 10_000)
    began = setup.clock.now
    assert setup.api.get(7).outcome is Outcome.THROTTLED
    assert isinstance(setup.stop.reason, StoppedEarly)
    assert 600 <= setup.clock.now - began <= 700
    assert len(setup.endpoint.asked) < 350


def test_a_row_that_is_throttled_for_nine_minutes_is_read_in_the_end() -> None:
    setup = Setup(*[response(Outcome.THROTTLED, 429, 30.0)] * 18)
    assert setup.api.get(7).outcome is Outcome.OK
    assert not setup.stop.is_set


def test_a_row_that_has_been_begun_goes_before_those_that_have_not() -> None:
    """Otherwise somebody's edit between its GET and its PUT would be lost; `Pacer` lets the first ones through."""
    setup = Setup()
    turns = turns_of(setup)
    setup.api.get(1)
    setup.api.put(1, "{}")
    setup.api.get(1, first=True)
    assert turns == [Turn.NORMAL, Turn.FIRST, Turn.FIRST]


def test_a_request_that_was_throttled_gives_way_to_another() -> None:
    """Otherwise it would be refused first after each pause, and nobody else would ever be heard."""
    setup = Setup()
    setup.endpoint.throttle = "PUT 1"
    for record_id, others in ((1, 0), (2, 1)):
        setup.api.put(record_id, "{}")
        assert setup.api.accepted("PUT") == others
    turns = turns_of(setup)
    setup.api.put(1, "{}")
    setup.api.put(2, "{}")
    assert turns == [Turn.LAST, Turn.FIRST]


def test_the_rows_attempts_share_the_runs_maximum() -> None:
    setup = Setup(max_attempts=4)
    attempts = setup.api.attempts()
    for attempt in attempts:
        attempt.failed(response(Outcome.UNKNOWN))
    assert attempt.number == 4
