"""Every request of a run passes here: paced, counted, tried again, and none after the run was stopped.

The way of a 429: `response.classify` calls it THROTTLED, `Api._send` tells the pacer, which holds everybody back, and
`retry.Attempts` tries again without a pause of its own.
"""

import threading
from collections.abc import Callable
from typing import Protocol

from sync.api.pacing import Pacer
from sync.api.response import Outcome, Response
from sync.api.retry import Attempts, Budget
from sync.errors import StoppedEarly
from sync.model import Requests
from sync.stop import StopSignal

_STALE = 2.0  # seconds after which a record is read again before it is written
_STALE_TURNS = 3  # the same at rates at which a turn takes longer


class Endpoint(Protocol):
    """What sends a request: `sync.api.client.Client`."""

    def get(self, record_id: int) -> Response: ...

    def put(self, record_id: int, body: str) -> Response: ...

    def page(self, offset: int, deleted: bool = False) -> Response: ...


class NotSent(StoppedEarly):
    """The run has been stopped, and this request did not leave."""


class Stale(Exception):
    """This PUT did not leave: while it waited for its turn, the record that its body was built on grew too old."""


class Api:
    """An endpoint behind the shared rate. Safe to use from several threads.

    Args:
        max_attempts: for each row, and for each request that only reads.
    """

    def __init__(self, endpoint: Endpoint, pacer: Pacer, budget: Budget, stop: StopSignal, max_attempts: int) -> None:
        self.pacer = pacer
        self.budget = budget
        self._endpoint = endpoint
        self._stop = stop
        self._max_attempts = max_attempts
        self._lock = threading.Lock()
        self._sent = {"GET": 0, "PUT": 0}
        self._taken = {"GET": 0, "PUT": 0}
        self._throttled = 0

    @property
    def requests(self) -> Requests:
        """The requests so far."""
        paused = round(self.pacer.paused, 3)
        return Requests(self._sent["GET"], self._sent["PUT"], self.budget.taken, self._throttled, paused)

    @property
    def pause_left(self) -> float:
        """Seconds until the pause that the API asked for is over."""
        return self.pacer.pause_left

    @property
    def rate(self) -> float:
        """Requests per second, now."""
        return self.pacer.rate

    def get(self, record_id: int, first: bool = False) -> Response:
        """Read one record, and try again as often as is allowed. The response is the last one.

        Args:
            first: before the rows that have not been begun, like a PUT.

        Raises:
            NotSent: the run was stopped.
        """
        return self._read(lambda: self._endpoint.get(record_id), first, Outcome.UNEXPECTED)

    def page(self, offset: int, deleted: bool = False) -> Response:
        """Read a page of the list, of all records or of the `deleted` ones, as `get` reads a record.

        Raises:
            NotSent: the run was stopped.
        """
        return self._read(lambda: self._endpoint.page(offset, deleted))

    def put(self, record_id: int, body: str, read: Response | None = None) -> Response:
        """Update one record, in one attempt.

        A PUT is not tried again in here: after a pause its body is stale, and has to be built anew from the record as
        it is then. `attempts` is for that.

        Args:
            read: the response that the body was built on; None: on the sheet alone.

        Raises:
            NotSent: the run was stopped, and nothing left.
            Stale: the record was read too long ago by now, and nothing left.
        """
        return self._send("PUT", lambda: self._endpoint.put(record_id, body), first=True, read=read)

    def attempts(self) -> Attempts:
        """The attempts at one row: at most `max_attempts` that fail, within the run's budget of retries."""
        return Attempts(self._max_attempts, self.budget, self._stop, self._taken.__getitem__)

    def is_fresh(self, response: Response) -> bool:
        """Whether the record that was read is recent enough to build a PUT on.

        Two seconds; at rates at which three turns take longer than that, three turns.
        """
        return self.pacer.now() - response.started <= max(_STALE, _STALE_TURNS / self.pacer.rate)

    def _read(self, ask: Callable[[], Response], first: bool = False, *try_again: Outcome) -> Response:
        attempts = self.attempts()
        for attempt in attempts:
            response = self._send("GET", ask, first)
            if not response.again and response.outcome not in try_again:
                return response
            attempt.failed(response)
        return attempts.last

    def _send(self, method: str, ask: Callable[[], Response], first: bool, read: Response | None = None) -> Response:
        # A row that has been begun goes before those that have not: the less time between its GET and its PUT, the less
        # can happen to the record in between.
        self.pacer.wait(lambda: self._stop.is_set, first)
        if self._stop.is_set:
            raise NotSent("the run was stopped")
        if read and not self.is_fresh(read):
            raise Stale
        with self._lock:
            self._sent[method] += 1
        response = ask()
        if response.outcome is Outcome.THROTTLED:
            with self._lock:
                self._throttled += 1
            self.pacer.throttled(response.started, response.pause)
        elif not response.again:
            with self._lock:
                self._taken[method] += 1
            self.pacer.took()
            self.budget.answered()
        return response
