"""When a request or a row is tried again, how long after, and when a run has had enough of it.

tenacity is the engine: it counts, waits and stops. What it is asked is in `Attempts`.
"""

import threading
from collections.abc import Iterator
from typing import Protocol

import tenacity

from sync.api.pacing import PAUSE_CAP
from sync.api.response import Outcome, Response
from sync.errors import StoppedEarly
from sync.stop import StopSignal

FIRST_PAUSE = 0.5  # seconds; each further one is about twice as long
LONGEST_PAUSE = 30.0  # seconds
BUDGET = 100  # retries that a run may make whatever happens
SHARE = 0.2  # further retries for each request that was answered

_growing = tenacity.wait_exponential(FIRST_PAUSE, LONGEST_PAUSE) + tenacity.wait_random(0, FIRST_PAUSE)
_NOTHING = Response(Outcome.TRANSIENT, None, "nothing was asked of the API")


class BudgetSpent(StoppedEarly):
    """The run has made as many retries as it may: the API is down or nearly so."""


class Budget:
    """The retries of a whole run, so that an API that is down does not get rows × attempts requests."""

    def __init__(self, at_first: int = BUDGET, share: float = SHARE) -> None:
        self.taken = 0
        self._left = float(at_first)
        self._share = share
        self._lock = threading.Lock()

    def answered(self) -> None:
        """A request was answered."""
        with self._lock:
            self._left += self._share

    def take(self, cost: int = 1) -> bool:
        """Take one more retry, at this cost (0: it is counted only). False: none is left."""
        with self._lock:
            if self._left < cost:
                return False
            self._left -= cost
            self.taken += 1
            return True


class Attempt:
    """One attempt. Whoever makes it says with `failed` that another one is needed."""

    def __init__(self, number: int) -> None:
        self.number = number  # from 1
        self.response: Response | None = None  # that it failed with

    def failed(self, response: Response) -> None:
        """The attempt came to nothing, and another one may do better."""
        self.response = response


class OtherRequests(Protocol):
    """What the API does with the other requests: it tells whether everybody is throttled, or this row alone."""

    def accepted(self, method: str) -> int:
        """How many requests of this method the API has accepted so far, of all rows."""

    def accepts_another_now(self) -> bool:
        """Whether the API accepts another request at this moment."""


class Attempts:
    """The attempts at one row, or at one request, with a pause between two of them.

        attempts = api.attempts()
        for attempt in attempts:
            response = …
            if not response.again:
                return …
            attempt.failed(response)
        … attempts.last is the response of the last attempt: nothing more is tried.

    Another attempt follows only where the one before was called failed. There is none after `maximum` failed attempts,
    after the run was stopped, or where the run's budget of retries is spent, which stops the run. Being throttled uses
    up none of them as long as the API throttles everybody, which the other requests tell.
    """

    def __init__(self, maximum: int, budget: Budget, stop: StopSignal, others: OtherRequests | None) -> None:
        self.last = _NOTHING
        self._maximum = maximum
        self._budget = budget
        self._stop = stop
        self._others = others
        self._used = 0  # attempts that count against the maximum
        self._throttled = 0  # attempts that do not
        self._is_suspect = others is None  # the API takes other requests, and throttles this one
        self._accepted_before = {method: others.accepted(method) if others else 0 for method in ("GET", "PUT")}

    def __iter__(self) -> Iterator[Attempt]:
        attempt = Attempt(1)
        yield attempt
        if attempt.response is None:  # as nearly always, and then tenacity has nothing to do
            return
        engine = tenacity.Retrying(
            retry=tenacity.retry_if_result(lambda response: response is not None),
            wait=pause,
            stop=self._is_last,
            sleep=self._stop.sleep,
            retry_error_callback=lambda state: None,  # the loop ends without an exception
        )
        for manager in engine:
            if manager.retry_state.attempt_number > 1:
                attempt = Attempt(manager.retry_state.attempt_number)
                yield attempt
            manager.retry_state.set_result(attempt.response)

    def _is_last(self, state: tenacity.RetryCallState) -> bool:
        """Whether no attempt follows this one, which failed. If one does, it is taken from the run's budget."""
        self.last = _response(state)
        cost = self._cost(self.last)
        self._used += cost
        if self._used >= self._maximum or self._stop.is_set:
            return True
        if not self._budget.take(cost):
            self._stop.set(BudgetSpent(f"the API failed too often (last answer: {self.last})"))
        return self._stop.is_set

    def _cost(self, response: Response) -> int:
        """1; but 0 where the API throttles everybody: that is not the row's failure.

        It is the row's failure where the API took another request meanwhile. Where nobody else asks (one thread, the
        last row), something else is asked now and then to see that: else one row could stop a run for ever.
        """
        if response.outcome is not Outcome.THROTTLED or self._others is None or self._is_suspect:
            return 1
        accepted, before = self._others.accepted(response.method), self._accepted_before[response.method]
        self._accepted_before[response.method] = accepted
        if accepted != before:
            return 1
        self._throttled += 1
        if self._throttled % self._maximum == 0:
            self._is_suspect = self._others.accepts_another_now()
        return 0


def pause(state: tenacity.RetryCallState) -> float:
    """Seconds before the next attempt: growing and jittered, and at least what the API asked for.

    Throttled requests need no pause of their own: the pacer holds everybody back.
    """
    response = _response(state)
    if response.outcome is Outcome.THROTTLED:
        return 0.0
    return max(min(_growing(state), LONGEST_PAUSE), min(response.pause or 0.0, PAUSE_CAP))


def _response(state: tenacity.RetryCallState) -> Response:
    assert state.outcome is not None
    response = state.outcome.result()
    assert isinstance(response, Response)
    return response
