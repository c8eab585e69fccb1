"""503s without Retry-After: those of a limit, and those that have nothing to do with the rate.

A run that took each of them for a limit's kept a tenth of its rate where 3 of 100 requests were refused at random.
"""

import pytest

from tests.support.clock import Clock
from tests.support.played import Bucket, OutOfBreath, Played, Window

SECONDS = 200  # of a run that nothing holds up


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("rate", [5, 20])
def test_where_3_of_100_requests_are_refused_at_random_at_least_half_of_the_rate_is_left(rate: int, seed: int) -> None:
    rows = rate * SECONDS
    run = Played(OutOfBreath(0.03, seed), rate, rows, tells=False).run()
    assert len(run.updated) == rows
    assert rows / run.updated[-1] >= 0.5 * rate


@pytest.mark.parametrize("kind", [Window, Bucket])
@pytest.mark.parametrize(("rate", "limit"), [(5, 4), (20, 5), (20, 19), (50, 20), (100, 50)])
def test_a_limit_is_found_all_the_same_and_few_requests_are_refused(
    kind: type[Window] | type[Bucket], rate: int, limit: int
) -> None:
    rows = limit * SECONDS
    run = Played(kind(lambda now: limit), rate, rows, tells=False).run()
    assert run.share_refused < 0.02
    assert rows / run.updated[-1] >= 0.9 * limit


def test_a_limit_behind_random_refusals_is_found() -> None:
    """Its refusals add to the others, so they come thick."""
    rows = 20 * SECONDS
    run = Played(OutOfBreath(0.03, 1, Bucket(lambda now: 20)), 100, rows, tells=False).run()
    assert run.share_refused < 0.1
    assert rows / run.updated[-1] >= 0.5 * 20


def test_where_the_api_says_how_long_to_wait_every_refusal_is_a_limits() -> None:
    clock = Clock()
    pacer = clock.pacer(20)
    for _ in range(5):
        for _ in range(40):
            pacer.wait()
            pacer.took()
        before = pacer.rate
        pacer.throttled(clock.now, 1.0)
        assert pacer.pause_left == 1.0
        pacer.wait()
        assert pacer.rate < before


def test_after_a_hiccup_the_pause_is_short_and_the_rate_is_lower_and_soon_back() -> None:
    clock = Clock()
    pacer = clock.pacer(20)
    for _ in range(20):
        pacer.wait()
        pacer.took()
    pacer.throttled(clock.now, None)  # the first one may be a limit's
    for _ in range(10):
        pacer.wait()
        pacer.took()
    before = pacer.rate
    pacer.throttled(clock.now, None)  # the rate is lower by now, and the API took more before
    assert pacer.pause_left < 0.2
    pacer.wait()
    assert pacer.rate < before
    for _ in range(60):
        pacer.wait()
        pacer.took()
    assert pacer.rate > 1.1 * before


def test_several_503s_of_one_instant_count_once() -> None:
    clock = Clock()
    one, several = clock.pacer(20), clock.pacer(20)
    for _ in range(40):
        one.wait()
        one.took()
        several.took()
    started = clock.now
    clock.now += 0.1
    one.throttled(started, None)
    for _ in range(8):
        several.throttled(started, None)
    assert several.rate == one.rate
    assert several.pause_left == one.pause_left
