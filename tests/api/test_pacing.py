"""The shared rate, by a clock that is turned by hand."""

import itertools
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random

import pytest

from sync.api.pacing import FIRST_THROTTLE_PAUSE, LONGEST_THROTTLE_PAUSE, PAUSE_CAP, Pacer, Turn
from sync.api.response import retry_after
from tests.support.clock import Clock


def starts(clock: Clock, pacer: Pacer, count: int, meanwhile: Callable[[], None] = lambda: None) -> list[float]:
    """When so many requests start, one after another."""
    moments = []
    for _ in range(count):
        pacer.wait()
        moments.append(clock.now)
        meanwhile()
    return moments


def most_in_a_second(moments: list[float]) -> int:
    """The most starts in any window of one second."""
    return max(sum(first <= moment < first + 0.999999 for moment in moments) for first in moments)


@pytest.mark.parametrize("rate", [0.5, 1, 3, 5, 20, 100])
def test_any_second_has_at_most_the_rate_and_one_starts(rate: float) -> None:
    clock = Clock()
    moments = starts(clock, clock.pacer(rate), int(rate * 5) + 3)
    assert most_in_a_second(moments) <= rate + 1
    assert moments[-1] - moments[0] == pytest.approx((len(moments) - 1) / rate, rel=0.25)


def test_a_request_that_goes_first_does_not_wait_behind_the_others() -> None:
    """A record that has been read is written before the next one is read."""
    clock, slept = Clock(), {}
    waiting = {"PUT": threading.Event(), "GET": threading.Event()}

    def sleep(seconds: float) -> None:
        name = threading.current_thread().name
        slept[name] = seconds
        waiting[name].set()
        assert waiting["GET"].wait(30)

    pacer = Pacer(2, clock, sleep)
    pacer.wait()
    put = threading.Thread(target=lambda: pacer.wait(turn=Turn.FIRST), name="PUT")
    put.start()
    assert waiting["PUT"].wait(30)
    clock.now += 0.5  # a request may start, and both want to
    get = threading.Thread(target=lambda: pacer.wait(waiting["GET"].is_set), name="GET")
    get.start()
    put.join(30)
    get.join(30)
    assert slept == {"PUT": 0.5, "GET": 0.5}


def test_what_has_given_up_holds_nobody_back() -> None:
    clock = Clock()
    pacer = clock.pacer(2)
    pacer.wait()
    pacer.wait(lambda: True, turn=Turn.FIRST)
    pacer.wait()
    assert clock.now == 1000.5


@pytest.mark.parametrize("seed", range(20))
def test_any_second_has_at_most_the_rate_and_one_starts_after_stalls(seed: int) -> None:
    """The program is held up now and then, for moments and for minutes."""
    clock, random = Clock(), Random(seed)
    rate = random.choice([2, 5, 20, 50])

    def stall() -> None:
        clock.now += random.choice([0, 0, 0, 0, 0.01, 0.25, 3, 90])

    assert most_in_a_second(starts(clock, clock.pacer(rate), rate * 10, stall)) <= rate + 1


@pytest.mark.parametrize("seed", range(20))
def test_any_second_has_at_most_the_rate_and_one_starts_whatever_the_api_answers(seed: int) -> None:
    clock, random = Clock(), Random(seed)
    rate = random.choice([2, 5, 20])
    pacer = clock.pacer(rate)

    def answer() -> None:
        if random.random() < 0.1:
            pacer.throttled(clock.now - random.random(), random.choice([None, 0.0, 0.3, 2.0]))
        else:
            pacer.took()

    assert most_in_a_second(starts(clock, pacer, rate * 20, answer)) <= rate + 1


def test_many_threads_share_the_rate() -> None:
    """Each waits by the same clock; nobody's slot is given twice."""
    clock, lock = Clock(), threading.Lock()

    def sleep(seconds: float) -> None:
        with lock:
            clock.now += min(seconds, 0.01)

    pacer, began = Pacer(20, clock, sleep), clock.now

    def ask() -> None:
        for _ in range(10):
            pacer.wait()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.now - began >= 78 / 20, "80 requests, one of which may be caught up"


@pytest.mark.parametrize("asked", [0.5, 7.0, 59.0])
def test_a_pause_that_the_api_asks_for_holds_everybody_back(asked: float) -> None:
    clock = Clock()
    pacer = clock.pacer(5)
    first = starts(clock, pacer, 3)[-1]
    pacer.throttled(first, asked)
    assert pacer.pause_left == asked
    after = starts(clock, pacer, 10)
    assert after[0] >= first + asked
    assert most_in_a_second(after) <= 6, "a burst after the pause"
    assert pacer.paused == asked


def test_without_retry_after_the_first_pause_is_short() -> None:
    clock = Clock()
    pacer = clock.pacer(5)
    pacer.wait()
    pacer.throttled(clock.now, None)
    assert pacer.pause_left == FIRST_THROTTLE_PAUSE


def test_without_retry_after_pauses_grow_until_the_api_takes_a_request() -> None:
    clock = Clock()
    pacer = clock.pacer(5)
    pauses = []
    for _ in range(8):
        pacer.wait()
        clock.now += 0.01
        pacer.throttled(clock.now, None)
        pauses.append(pacer.pause_left)
    assert pauses == pytest.approx([0.5, 1, 2, 4, 8, *[LONGEST_THROTTLE_PAUSE] * 3])
    pacer.wait()
    pacer.took()
    pacer.throttled(clock.now, None)
    assert pacer.pause_left == pytest.approx(FIRST_THROTTLE_PAUSE)


@pytest.mark.parametrize("asked", [61.0, 1e6, 1e12, float("inf")])
def test_an_absurd_pause_is_capped(asked: float) -> None:
    clock = Clock()
    pacer = clock.pacer(5)
    pacer.wait()
    pacer.throttled(clock.now, asked)
    assert pacer.pause_left == PAUSE_CAP


def test_pauses_that_overlap_count_once_and_the_longest_holds() -> None:
    clock = Clock()
    pacer = clock.pacer(5)
    pacer.wait()
    pacer.throttled(clock.now, 10.0)
    clock.now += 4
    pacer.throttled(clock.now, 3.0)
    assert pacer.pause_left == 6
    pacer.throttled(clock.now, 8.0)
    assert pacer.pause_left == 8
    assert pacer.paused == 12


def test_after_a_429_it_goes_on_slower_and_comes_back_to_the_rate_in_the_end() -> None:
    clock = Clock()
    pacer = clock.pacer(20)
    for _ in range(60):
        pacer.wait()
        pacer.took()
    pacer.throttled(clock.now, 1.0)
    pacer.wait()
    assert pacer.rate < 20
    for _ in range(20 * 120):
        pacer.wait()
        pacer.took()
    assert pacer.rate == 20


def test_many_429s_of_one_burst_slow_it_down_once() -> None:
    clock = Clock()
    pacer, other = clock.pacer(20), clock.pacer(20)
    for _ in range(60):
        pacer.wait()
        pacer.took()
        other.took()
    burst = clock.now
    clock.now += 0.2
    other.throttled(burst, 1.0)
    for _ in range(8):
        pacer.throttled(burst, 1.0)
    assert pacer.rate == pytest.approx(other.rate)


@pytest.mark.parametrize("rate", [0.2, 5, 20, 2000])
@pytest.mark.parametrize("asked", [None, 0.0, 1.0])
def test_an_api_that_refuses_everything_for_minutes_does_not_stop_it_for_good(rate: float, asked: float | None) -> None:
    """Somebody else uses up the limit for a while. Then it goes on, and is not at a crawl for the rest of the day."""
    clock = Clock()
    pacer = clock.pacer(rate)
    refused = clock.now + 300
    while clock.now < refused:
        pacer.wait()
        began = clock.now
        clock.now += 0.05
        pacer.throttled(began, asked)
    before = clock.now
    pacer.wait()
    assert clock.now - before <= LONGEST_THROTTLE_PAUSE + max(1 / 0.5, 1 / rate) + 1
    while clock.now - before < 120:
        pacer.took()
        pacer.wait()
    assert pacer.rate > min(rate, 5) * 0.9


def test_whoever_has_given_up_does_not_wait_on() -> None:
    clock = Clock()
    pacer = clock.pacer(0.001)
    given_up = itertools.chain([False, True], itertools.repeat(True))
    pacer.wait()
    woken: list[float] = []
    pacer._sleep = woken.append  # a sleep that is interrupted at once
    pacer.wait(lambda: next(given_up))
    assert len(woken) == 1


# --- what Retry-After says ---


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("17", 17.0),
        (" 17 ", 17.0),
        ("0", 0.0),
        ("99999999999999999999", 999999999.0),
        ("-5", None),
        ("1.5", 1.5),
        ("1.", 1.0),
        ("1.5.0", None),
        ("1e3", None),
        ("soon", None),
        ("", None),
        ("١٧", None),
        ("Mon, 99 Foo 2026 00:00:00 GMT", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
    ],
)
def test_what_retry_after_says_in_seconds(header: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": header}) == seconds


def test_what_retry_after_says_as_a_date() -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    assert 3000 < (retry_after({"retry-after": when}) or 0) <= 3600
    assert retry_after({}) is None


@pytest.mark.parametrize(
    ("until", "date", "seconds"),
    [
        ("Mon, 02 Mar 2026 10:00:30 GMT", "Mon, 02 Mar 2026 10:00:00 GMT", 30.0),
        ("Mon, 02 Mar 2026 10:00:30 GMT", "Mon, 02 Mar 2026 12:00:00 +0200", 30.0),
        ("Mon, 02 Mar 2026 10:00:00 GMT", "Mon, 02 Mar 2026 10:00:30 GMT", 0.0),
        ("Mon, 02 Mar 2026 10:00:00 GMT", "yesterday", 0.0),
    ],
)
def test_a_date_is_judged_by_the_answers_own_clock(until: str, date: str, seconds: float) -> None:
    """The clock of this computer may be wrong by hours."""
    assert retry_after({"retry-after": until, "date": date}) == seconds


@pytest.mark.parametrize("value", ["9" * 5000, "Mon, 01 Jan 9999999999 00:00:00 GMT", "Mon, 01 Jan " + "9" * 5000])
def test_an_absurd_retry_after_is_survived(value: str) -> None:
    assert retry_after({"retry-after": value}) in (None, 999999999.0)


@pytest.mark.parametrize("zone", ["+2359", "-2359", "+9999", "GMT", ""])
@pytest.mark.parametrize("year", ["0001", "1", "0000", "9999", "99999"])
def test_a_strange_date_is_survived(zone: str, year: str) -> None:
    found = retry_after({"retry-after": f"Mon, 01 Jan {year} 00:00:00 {zone}"})
    assert found is None or found >= 0
