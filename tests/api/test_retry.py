"""When something is tried again, how long after, and when a run has had enough."""

import threading

import pytest

from sync.api.pacing import PAUSE_CAP
from sync.api.response import Outcome, Response
from sync.api.retry import BUDGET, FIRST_PAUSE, LONGEST_PAUSE, SHARE, Attempt, Attempts, Budget, BudgetSpent
from sync.stop import StopSignal

DOWN = Response(Outcome.TRANSIENT, 502, "")
THROTTLED = Response(Outcome.THROTTLED, 429, "", pause=30.0)


class Run:
    """Makes attempts at rows, and notes how often and with which pauses. Nobody really waits."""

    def __init__(self, budget: Budget | None = None, maximum: int = 5) -> None:
        self.budget = budget or Budget()
        self.maximum = maximum
        self.stop = StopSignal(20)
        self.stop.sleep = lambda seconds: self.pauses.append(seconds)  # type: ignore[method-assign]
        self.pauses: list[float] = []
        self.others = {"GET": 0, "PUT": 0}  # requests of other rows that the API took
        self.takes_others = False
        self.probes = 0

    def accepted(self, method: str) -> int:
        return self.others[method]

    def accepts_another_now(self) -> bool:
        self.probes += 1
        return self.takes_others

    def row(self, responses: list[Response]) -> tuple[int, bool]:
        """How many attempts were made at a row, and whether it was settled.

        Each attempt gets the next response; when there are none left, it goes well.
        """
        made, left = 0, list(responses)
        for attempt in Attempts(self.maximum, self.budget, self.stop, self):
            made += 1
            if not left:
                return made, True
            attempt.failed(left.pop(0))
        return made, False


def test_a_row_is_tried_until_it_goes_well() -> None:
    run = Run()
    assert run.row([DOWN, DOWN]) == (3, True)
    assert len(run.pauses) == 2


def test_a_row_is_given_up_after_so_many_attempts() -> None:
    run = Run(maximum=3)
    assert run.row([DOWN] * 9) == (3, False)
    assert len(run.pauses) == 2, "no pause after the last attempt"


def test_the_last_response_is_kept_for_whoever_gives_up() -> None:
    run = Run()
    attempts = Attempts(2, run.budget, run.stop, run)
    responses = [DOWN, Response(Outcome.UNKNOWN, None, "cut")]
    for attempt in attempts:
        attempt.failed(responses[attempt.number - 1])
    assert attempts.last is responses[-1]


def test_an_attempt_that_was_not_called_failed_is_the_last() -> None:
    run = Run()
    assert [attempt.number for attempt in Attempts(5, run.budget, run.stop, run)] == [1]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, OSError])
def test_an_exception_is_not_tried_again(error: type[BaseException]) -> None:
    run, made = Run(), []

    def fail(attempt: Attempt) -> None:
        made.append(attempt.number)
        raise error

    def try_row() -> None:
        for attempt in Attempts(5, run.budget, run.stop, run):
            fail(attempt)

    with pytest.raises(error):
        try_row()
    assert made == [1]


def test_attempts_within_attempts_count_for_themselves() -> None:
    """A row's attempt reads the record, and the reading has attempts of its own."""
    run = Run(maximum=3)
    reads = []
    for attempt in Attempts(3, run.budget, run.stop, run):
        reads.append(run.row([DOWN] * attempt.number))
        attempt.failed(DOWN)
    assert reads == [(2, True), (3, True), (3, False)]


def test_pauses_grow_are_jittered_and_have_a_limit() -> None:
    first_pauses = set()
    for _ in range(40):
        run = Run(maximum=12)
        run.row([DOWN] * 11)
        for n, pause in enumerate(run.pauses):
            assert min(FIRST_PAUSE * 2**n, LONGEST_PAUSE) <= pause <= min(FIRST_PAUSE * (2**n + 1), LONGEST_PAUSE)
        first_pauses.add(run.pauses[0])
    assert len(first_pauses) > 30


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [(7.0, 7.0, 7.0), (1e9, PAUSE_CAP, PAUSE_CAP), (0.0, FIRST_PAUSE, 2 * FIRST_PAUSE)],
)
def test_a_pause_is_at_least_what_the_api_asks_for_and_never_absurd(asked: float, least: float, most: float) -> None:
    run = Run()
    run.row([Response(Outcome.TRANSIENT, 504, "", pause=asked)])
    assert least <= run.pauses[0] <= most


def test_after_a_429_the_shared_pause_is_pause_enough() -> None:
    run = Run()
    run.row([THROTTLED])
    assert run.pauses == [0.0]


def test_being_throttled_uses_up_neither_attempts_nor_budget() -> None:
    run = Run(Budget(at_first=0), maximum=2)
    assert run.row([THROTTLED] * 50) == (51, True)
    assert run.budget.taken == 50, "they are counted as retries"


def test_being_throttled_while_other_rows_are_taken_uses_up_attempts() -> None:
    """Then it is not the rate: it is this row."""
    run, made = Run(maximum=4), 0
    for attempt in Attempts(4, run.budget, run.stop, run):
        made += 1
        run.others["GET"] += 1  # another row's request
        attempt.failed(THROTTLED)
    assert made == 4


def test_a_row_that_is_throttled_alone_is_given_up_in_the_end() -> None:
    """One thread, or the last row: nobody else asks, so something else is asked to see that the API takes it."""
    run = Run(maximum=3)
    run.takes_others = True
    assert run.row([THROTTLED] * 50) == (6, False)
    assert run.probes == 1


def test_while_everybody_is_throttled_something_else_is_asked_now_and_then() -> None:
    run = Run(maximum=5)
    run.row([THROTTLED] * 50)
    assert run.probes == 10


def test_without_other_requests_being_throttled_uses_up_attempts() -> None:
    """A page of the list: its records can be read one by one."""
    run, made = Run(), 0
    for attempt in Attempts(4, run.budget, run.stop, None):
        made += 1
        attempt.failed(THROTTLED)
    assert made == 4


def test_requests_taken_before_the_row_began_do_not_count_against_it() -> None:
    run = Run(maximum=2)
    run.others["GET"] = 7
    assert run.row([THROTTLED] * 5) == (6, True)


def test_a_read_that_is_taken_does_not_speak_against_a_row_whose_put_is_throttled() -> None:
    """The row's own record is read before each PUT."""
    run, made = Run(maximum=2), 0
    throttled = Response(Outcome.THROTTLED, 503, "", method="PUT")
    for attempt in Attempts(2, run.budget, run.stop, run):
        made += 1
        run.others["GET"] += 1
        if made <= 20:
            attempt.failed(throttled)
    assert made == 21


def test_nothing_is_tried_again_after_the_run_was_stopped() -> None:
    run = Run()
    run.stop.interrupt()
    assert run.row([DOWN, DOWN]) == (1, False)


def test_the_retries_of_a_run_are_limited() -> None:
    run = Run(maximum=3)
    spend(run)
    assert run.budget.taken == BUDGET
    assert isinstance(run.stop.reason, BudgetSpent)
    assert "502" in str(run.stop.reason)


def test_requests_that_were_answered_earn_further_retries() -> None:
    run = Run(Budget(at_first=0), maximum=3)
    for _ in range(round(10 / SHARE) + 1):
        run.budget.answered()
    spend(run)
    assert run.budget.taken == 10


def spend(run: Run) -> None:
    """One row after the other, each with two retries."""
    for _ in range(10 * BUDGET):
        run.row([DOWN, DOWN])


def test_threads_share_the_budget() -> None:
    budget = Budget()

    def take() -> None:
        for _ in range(BUDGET):
            budget.take()

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert budget.taken == BUDGET
