"""The threads that take one row after the other."""

import itertools
import threading
import time

import pytest

from sync.api import workers as pool
from sync.errors import KeyRefused, StoppedEarly
from sync.stop import Interrupted, StopSignal


def nothing() -> None:
    """No tick."""


@pytest.mark.parametrize("workers", [1, 3, 16])
def test_each_item_is_worked_on_once_and_begun_in_order(workers: int) -> None:
    begun: list[int] = []
    pool.each(range(200), begun.append, workers, StopSignal(20), nothing)
    assert sorted(begun) == list(range(200))
    if workers == 1:
        assert begun == list(range(200))


def test_at_most_as_many_are_in_progress_as_there_are_workers() -> None:
    lock, now, most = threading.Lock(), 0, 0

    def work(item: int) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.002)
        with lock:
            now -= 1

    pool.each(range(60), work, 5, StopSignal(20), nothing)
    assert most <= 5


def test_work_that_has_begun_is_finished_when_the_run_is_stopped() -> None:
    stop = StopSignal(20)
    begun: list[int] = []
    finished: list[int] = []
    interrupted = threading.Event()

    def work(item: int) -> None:
        begun.append(item)
        if item == 10:
            stop.interrupt()
            interrupted.set()
        elif item > 10:
            assert interrupted.wait(60)
        finished.append(item)

    pool.each(range(100), work, 4, stop, nothing)
    assert sorted(finished) == sorted(begun)
    assert len(begun) <= 11 + 3, "the other three threads were in the middle of one"
    assert isinstance(stop.reason, Interrupted)


def test_an_error_of_the_product_stops_the_run_without_an_exception() -> None:
    stop = StopSignal(20)

    def work(item: int) -> None:
        if item == 3:
            raise KeyRefused("no")

    pool.each(itertools.count(), work, 4, stop, nothing)
    assert isinstance(stop.reason, KeyRefused)


def test_a_fault_is_raised_when_all_have_ended() -> None:
    stop = StopSignal(20)
    finished = []

    def work(item: int) -> None:
        if item == 3:
            raise ZeroDivisionError
        time.sleep(0.01)
        finished.append(item)

    with pytest.raises(ZeroDivisionError):
        pool.each(itertools.count(), work, 4, stop, nothing)
    assert stop.is_set
    assert threading.active_count() < 20


def test_an_error_of_the_tick_stops_the_run() -> None:
    stop = StopSignal(20)

    def tick() -> None:
        raise StoppedEarly("the disk is full")

    pool.each(itertools.count(), lambda item: time.sleep(0.001), 2, stop, tick)
    assert isinstance(stop.reason, StoppedEarly)


def test_the_first_reason_is_the_reason() -> None:
    stop = StopSignal(20)
    stop.set(KeyRefused("first"))
    stop.set(StoppedEarly("second"))
    stop.interrupt()
    assert str(stop.reason) == "first"


def test_rows_that_fail_in_succession_stop_the_run() -> None:
    stop = StopSignal(3)
    for failed in (True, True, False, True, True):
        stop.row_finished(failed)
    assert not stop.is_set
    stop.row_finished(True)
    assert stop.is_set


def test_whoever_sleeps_is_woken_by_the_stop() -> None:
    stop = StopSignal(3)
    threading.Timer(0.05, stop.interrupt).start()
    stop.sleep(86_400)
    assert isinstance(stop.reason, Interrupted)
