"""When something is tried again, how long after, and when a run has had enough of it."""

import threading
from collections.abc import Callable

import tenacity

from sync.api.pacing import PAUSE_CAP
from sync.api.response import Outcome, Response
from sync.errors import StoppedEarly

FIRST_PAUSE = 0.5  # seconds; each further one is about twice as long
LONGEST_PAUSE = 30.0  # seconds
BUDGET = 100  # retries that a run may make whatever happens
SHARE = 0.2  # further retries for each request that was answered

_growing = tenacity.wait_exponential(FIRST_PAUSE, LONGEST_PAUSE) + tenacity.wait_random(0, FIRST_PAUSE)


class TryAgain(Exception):
    """This attempt came to nothing, and another may do better."""

    def __init__(self, answer: Response) -> None:
        super().__init__(str(answer))
        self.answer = answer


class BudgetSpent(StoppedEarly):
    """The run has made as many retries as it may: the API is not well."""

    def __init__(self, answer: Response) -> None:
        super().__init__(f"the API failed too often (last: {answer})")
        self.answer = answer


class Budget:
    """The retries of a whole run, so that an API that is down does not get rows × attempts requests."""

    def __init__(self, at_first: int = BUDGET, share: float = SHARE) -> None:
        self.taken = 0
        self._left = float(at_first)
        self._share = share
        self._lock = threading.Lock()

    def went_well(self) -> None:
        """A request was answered."""
        with self._lock:
            self._left += self._share

    def take(self, answer: Response) -> None:
        """One more retry, after this answer.

        Raises:
            BudgetSpent: there is none left.
        """
        with self._lock:
            if self._left < 1:
                raise BudgetSpent(answer)
            self._left -= 1
            self.taken += 1


def attempts(
    maximum: int, budget: Budget, sleep: Callable[[float], None], given_up: Callable[[], bool]
) -> tenacity.Retrying:
    """The attempts for a row, any number of rows and threads: `for attempt in attempts(…): with attempt: …`.

    Tries again after TryAgain alone. The last one is raised when `maximum` attempts have come to nothing, or the run is
    given up; BudgetSpent when the run has no retries left.
    """
    enough = tenacity.stop_after_attempt(maximum)
    return tenacity.Retrying(
        stop=lambda state: enough(state) or given_up(),
        wait=pause,
        retry=tenacity.retry_if_exception_type(TryAgain),
        before_sleep=lambda state: budget.take(_answer(state)),
        sleep=sleep,
        reraise=True,
    )


def pause(state: tenacity.RetryCallState) -> float:
    """Seconds before the next attempt: growing and jittered, and at least what the API asked for.

    After a 429 nobody need wait here: the pacer holds everybody back.
    """
    answer = _answer(state)
    if answer.outcome is Outcome.THROTTLED:
        return 0.0
    return max(min(_growing(state), LONGEST_PAUSE), min(answer.pause or 0.0, PAUSE_CAP))


def _answer(state: tenacity.RetryCallState) -> Response:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, TryAgain)
    return error.answer
