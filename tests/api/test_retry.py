"""When something is tried again, how long after, and when a run has had enough."""

import threading
from contextlib import suppress

import pytest

from sync.api.pacing import PAUSE_CAP
from sync.api.response import Outcome, Response
from sync.api.retry import BUDGET, FIRST_PAUSE, LONGEST_PAUSE, SHARE, Budget, BudgetSpent, TryAgain, attempts

BUSY = Response(Outcome.TRANSIENT, 503, "")


def go(
    maximum: int, budget: Budget, answers: list[Response | BaseException], given_up: bool = False
) -> tuple[int, list[float]]:
    """How many attempts were made, and the pauses between them; each attempt fares as the list says, then goes well."""
    pauses: list[float] = []
    made = 0
    for attempt in attempts(maximum, budget, pauses.append, lambda: given_up):
        with attempt:
            made += 1
            if answers:
                fate = answers.pop(0)
                raise fate if isinstance(fate, BaseException) else TryAgain(fate)
    return made, pauses


def test_it_is_tried_until_it_goes_well() -> None:
    made, pauses = go(5, Budget(), [BUSY, BUSY])
    assert (made, len(pauses)) == (3, 2)


def test_it_is_tried_so_often_and_no_more() -> None:
    with pytest.raises(TryAgain) as raised:
        go(3, Budget(), [BUSY] * 9)
    assert raised.value.answer is BUSY
    answers: list[Response | BaseException] = [BUSY] * 9
    with pytest.raises(TryAgain):
        go(3, Budget(), answers)
    assert len(answers) == 6


@pytest.mark.parametrize("fate", [ValueError(), KeyboardInterrupt(), SystemExit(), OSError()])
def test_nothing_else_is_tried_again(fate: BaseException) -> None:
    with pytest.raises(type(fate)):
        go(5, Budget(), [fate])


def test_pauses_grow_are_jittered_and_end_somewhere() -> None:
    runs = [go(12, Budget(), [BUSY] * 11)[1] for _ in range(40)]
    for pauses in runs:
        for n, pause in enumerate(pauses):
            assert min(FIRST_PAUSE * 2**n, LONGEST_PAUSE) <= pause <= min(FIRST_PAUSE * (2**n + 1), LONGEST_PAUSE)
    assert len({pauses[0] for pauses in runs}) > 30


def test_a_pause_is_at_least_what_the_api_asks_for_and_never_absurd() -> None:
    for asked, least, most in ((7.0, 7.0, 7.0), (1e9, PAUSE_CAP, PAUSE_CAP), (0.0, FIRST_PAUSE, 2 * FIRST_PAUSE)):
        _, pauses = go(2, Budget(), [Response(Outcome.TRANSIENT, 503, "", pause=asked)])
        assert least <= pauses[0] <= most


def test_after_a_429_the_shared_pause_is_pause_enough() -> None:
    assert go(2, Budget(), [Response(Outcome.THROTTLED, 429, "", pause=30.0)])[1] == [0.0]


def test_a_run_that_is_given_up_tries_nothing_again() -> None:
    with pytest.raises(TryAgain):
        go(5, Budget(), [BUSY, BUSY], given_up=True)


def test_a_run_makes_so_many_retries_and_no_more() -> None:
    budget = Budget()
    with pytest.raises(BudgetSpent) as raised:
        spend(budget)
    assert budget.taken == BUDGET
    assert raised.value.answer is BUSY


def test_requests_that_go_well_earn_further_retries() -> None:
    budget = Budget(at_first=0)
    for _ in range(round(10 / SHARE) + 1):
        budget.went_well()
    with pytest.raises(BudgetSpent):
        spend(budget)
    assert budget.taken == 10


def spend(budget: Budget) -> None:
    """One row after the other, each with two retries."""
    for _ in range(10 * BUDGET):
        go(3, budget, [BUSY, BUSY])


def test_threads_share_the_budget() -> None:
    budget = Budget()

    def take() -> None:
        with suppress(BudgetSpent):
            for _ in range(BUDGET):
                budget.take(BUSY)

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert budget.taken == BUDGET
