"""Every request of a run passes here: paced, counted, and never after the brake is pulled."""

import threading
from collections.abc import Callable
from typing import Protocol

from sync.api.pacing import Pacer
from sync.api.response import Outcome, Response
from sync.api.retry import Budget, BudgetSpent, TryAgain, attempts
from sync.errors import StoppedEarly
from sync.model import Requests
from sync.status import State, Status
from sync.stop import StopSignal


class Endpoint(Protocol):
    """What sends a request: `sync.client.Client`."""

    def get(self, record_id: int) -> Response: ...

    def put(self, record_id: int, body: str) -> Response: ...

    def page(self, offset: int) -> Response: ...


class NotSent(StoppedEarly):
    """The run is over, and this request did not leave."""


class Api:
    """An endpoint behind the shared rate."""

    def __init__(self, endpoint: Endpoint, pacer: Pacer, budget: Budget, brake: StopSignal, max_attempts: int) -> None:
        self.pacer = pacer
        self.budget = budget
        self._endpoint = endpoint
        self._brake = brake
        self._attempts = attempts(max_attempts, budget, brake.sleep, lambda: brake.is_set)
        self._lock = threading.Lock()
        self._get = self._put = self._throttled = 0

    @property
    def requests(self) -> Requests:
        """What was asked of the API so far."""
        return Requests(self._get, self._put, self.budget.taken, self._throttled, round(self.pacer.paused, 3))

    @property
    def pause_left(self) -> float:
        """Seconds until the pause that the API asked for is over."""
        return self.pacer.pause_left

    def get(self, record_id: int, first: bool = False) -> Response:
        """Read one customer. `first`: before the rows that have not been begun, like a PUT."""
        return self._paced(lambda: self._endpoint.get(record_id), first=first)

    def page(self, offset: int) -> Response:
        """Read a page of the list."""
        return self._paced(lambda: self._endpoint.page(offset))

    def put(self, record_id: int, body: str) -> Response:
        """Update one customer."""
        return self._paced(lambda: self._endpoint.put(record_id, body), put=True, first=True)

    def try_row(self, once: Callable[[], State], give_up: Callable[[Response], None]) -> None:
        """Do what is to be done for a row, as `try_often` does; so many that failed in a row stop the run."""
        state = self.try_often(once, give_up)
        if state is not None:
            self._brake.row_finished(failed=state is Status.FAILED)

    def try_often(self, once: Callable[[], State], give_up: Callable[[Response], None]) -> State | None:
        """Do something `once`, and again for each TryAgain; `give_up` when nothing more is tried.

        Returns what came of it; FAILED where it was given up, None where the run is over and the request did not leave.

        Raises:
            BudgetSpent: the run has no retries left. This one has been given up.
            KeyRefused: from `once`.
        """
        state: State = Status.FAILED
        try:
            for attempt in self._attempts:
                with attempt:
                    state = once()
        except NotSent:
            return None  # a row stays as the journal has it
        except TryAgain as e:
            give_up(e.answer)
        except BudgetSpent as e:
            give_up(e.answer)
            raise
        return state

    def _paced(self, send: Callable[[], Response], put: bool = False, first: bool = False) -> Response:
        # A row that has been begun goes before those that have not: the less time between its GET and its PUT, the less
        # can happen to the record in between.
        self.pacer.wait(lambda: self._brake.is_set, first)
        if self._brake.is_set:
            raise NotSent("the run was stopped")
        with self._lock:
            self._get, self._put = self._get + (not put), self._put + put
        answer = send()
        if answer.outcome is Outcome.THROTTLED:
            with self._lock:
                self._throttled += 1
            self.pacer.throttled(answer.started, answer.pause)
        elif not answer.again:
            self.pacer.took()
            self.budget.went_well()
        return answer
