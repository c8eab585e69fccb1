"""Every request of a run passes here: paced, counted, tried again, and none after the run was stopped.

The way of a 429: `response.classify` calls it THROTTLED, `Api._count` tells the pacer, which holds everybody back, and
`retry.Attempts` tries again without a pause of its own.
"""

import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Protocol

from sync.api.pacing import Pacer, Turn
from sync.api.response import Outcome, Response
from sync.api.retry import Attempts, Budget
from sync.api.stop_rules import NotTheApi, StopRules
from sync.errors import CampfireSyncError, KeyRefused, StoppedEarly
from sync.model import Requests
from sync.stop import StopSignal

_STALE = 2.0  # seconds after which a record is read again before it is written
_STALE_TURNS = 3  # the same at rates at which a turn takes longer
_SLOW_READINGS = 4  # in succession, after which the API is known to be slow, and reading once more betters nothing


class Endpoint(Protocol):
    """What sends a request: `sync.api.client.Client`."""

    def get(self, record_id: int) -> Response: ...

    def put(self, record_id: int, body: str) -> Response: ...

    def page(self, offset: int, deleted: bool = False) -> Response: ...

    def probe(self) -> Response: ...


class NotSent(StoppedEarly):
    """The run has been stopped, and this request did not leave or got nowhere. The row is as it was."""


class Stale(Exception):
    """This PUT did not leave: while it waited for its turn, the record that its body was built on grew too old."""


class Api:
    """An endpoint behind the shared rate. Safe to use from several threads.

    Args:
        max_attempts: for each row, and for each request that only reads.
    """

    def __init__(self, endpoint: Endpoint, pacer: Pacer, budget: Budget, stop: StopSignal, max_attempts: int) -> None:
        self.stop = stop
        self.pacer = pacer
        self.budget = budget
        self._endpoint = endpoint
        self._max_attempts = max_attempts
        self._rules = StopRules()
        self._lock = threading.Lock()
        self._sent = {"GET": 0, "PUT": 0}
        self._taken = {"GET": 0, "PUT": 0}
        self.server_time: datetime | None = None  # the latest Date of an answer
        self._reading_took = deque([0.0] * _SLOW_READINGS, maxlen=_SLOW_READINGS)  # seconds, of the last records read
        self._throttled = 0  # 429s
        self._throttled_last: set[tuple[str, int | None]] = set()  # requests whose last attempt was throttled

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
        turn = Turn.FIRST if first else Turn.NORMAL
        attempts = self.attempts()
        for attempt in attempts:
            response = self._send("GET", lambda: self._endpoint.get(record_id), turn, record_id)
            if response.fault or not (response.again or response.outcome is Outcome.UNEXPECTED):
                return response
            attempt.failed(response)
        return attempts.last

    def page(self, offset: int, deleted: bool = False, patient: bool = False) -> Response:
        """Read a page of the list, of all records or of the `deleted` ones, as `get` reads a record.

        Args:
            patient: being throttled uses up no attempts. Otherwise it does: the records can be read one by one.

        Raises:
            NotSent: the run was stopped.
        """
        attempts = self.attempts() if patient else Attempts(self._max_attempts, self.budget, self.stop, None)
        for attempt in attempts:
            response = self._send("GET", lambda: self._endpoint.page(offset, deleted))
            if not response.again:
                return response
            attempt.failed(response)
        return attempts.last

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
        return self._send("PUT", lambda: self._endpoint.put(record_id, body), Turn.FIRST, record_id, read)

    def attempts(self) -> Attempts:
        """The attempts at one row: at most `max_attempts` that fail, within the run's budget of retries."""
        return Attempts(self._max_attempts, self.budget, self.stop, self)

    def is_fresh(self, response: Response) -> bool:
        """Whether the record that was read is recent enough to build a PUT on.

        Two seconds; at rates at which three turns take longer than that, three turns. The time that the read took
        counts; but an API that is never quicker would never be sent anything, so it is given its own time twice.
        """
        limit = max(_STALE, _STALE_TURNS / self.pacer.rate, 2 * min(self._reading_took))
        return self.pacer.now() - response.started <= limit

    def accepted(self, method: str) -> int:
        """How many requests of this method the API has accepted, and not throttled."""
        return self._taken[method]

    def accepts_another_now(self) -> bool:
        """Whether the API takes a small request that has nothing to do with any row."""
        try:
            return self._send("GET", self._endpoint.probe).outcome is not Outcome.THROTTLED
        except NotSent:
            return False

    def _send(
        self,
        method: str,
        ask: Callable[[], Response],
        turn: Turn = Turn.NORMAL,
        record_id: int | None = None,
        read: Response | None = None,
    ) -> Response:
        # A row that has been begun goes before those that have not: the less time between its GET and its PUT, the less
        # can happen to the record in between.
        request = (method, record_id)
        self.pacer.wait(lambda: self.stop.is_set, Turn.LAST if request in self._throttled_last else turn)
        if self.stop.is_set:
            raise NotSent("the run was stopped")
        if read and not self.is_fresh(read):
            raise Stale
        with self._lock:
            self._sent[method] += 1
        try:
            response = ask()
        except CampfireSyncError as e:  # a certificate or a proxy: nothing of the request got there
            with self._lock:
                self._sent[method] -= 1
            self.stop.set(e)
            raise NotSent(str(e)) from e
        self._count(request, response)
        self._stop_where_the_rest_would_fare_the_same(response)
        return response

    def _count(self, request: tuple[str, int | None], response: Response) -> None:
        """Keep the figures of the run, and let the rate follow what the API can take."""
        if response.server_time and (self.server_time is None or response.server_time > self.server_time):
            self.server_time = response.server_time
        if response.outcome is Outcome.THROTTLED:
            says_limit = response.http_status == HTTPStatus.TOO_MANY_REQUESTS
            with self._lock:
                self._throttled += says_limit
                self._throttled_last.add(request)
            self.pacer.throttled(response.started, response.pause, says_limit)
        elif not response.again:
            with self._lock:
                self._taken[response.method] += 1
                self._throttled_last.discard(request)
                if response.outcome is Outcome.OK and response.method == "GET" and not response.is_list:
                    self._reading_took.append(self.pacer.now() - response.started)
            self.pacer.took()
            self.budget.answered()

    def _stop_where_the_rest_would_fare_the_same(self, response: Response) -> None:
        """Stop the run where the answer is a reason to, or where a read was cut short by an interrupt.

        Raises:
            NotSent: the answer says nothing of the row.
        """
        reason = self._rules.reason(response, self.pacer.now())
        if reason:
            self.stop.set(reason)
        is_read = response.method == "GET"
        no_answer = isinstance(reason, KeyRefused) or (self.stop.is_overdue and response.again)
        if isinstance(reason, NotTheApi) or (is_read and no_answer):
            raise NotSent(str(self.stop.reason))
