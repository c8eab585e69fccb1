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


def test_no_more_are_under_way_than_there_are_workers() -> None:
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


def test_what_is_begun_is_finished_when_the_brake_is_pulled() -> None:
    brake = StopSignal(20)
    begun: list[int] = []
    finished: list[int] = []

    def work(item: int) -> None:
        begun.append(item)
        if item == 10:
            brake.interrupt()
        time.sleep(0.01)
        finished.append(item)

    pool.each(range(100), work, 4, brake, nothing)
    assert sorted(finished) == sorted(begun)
    assert len(begun) <= 10 + 4
    assert isinstance(brake.reason, Interrupted)


def test_an_error_of_the_product_pulls_the_brake_and_is_no_exception() -> None:
    brake = StopSignal(20)

    def work(item: int) -> None:
        if item == 3:
            raise KeyRefused("no")

    pool.each(itertools.count(), work, 4, brake, nothing)
    assert isinstance(brake.reason, KeyRefused)


def test_a_fault_is_raised_when_all_have_ended() -> None:
    brake = StopSignal(20)
    finished = []

    def work(item: int) -> None:
        if item == 3:
            raise ZeroDivisionError
        time.sleep(0.01)
        finished.append(item)

    with pytest.raises(ZeroDivisionError):
        pool.each(itertools.count(), work, 4, brake, nothing)
    assert brake.is_set
    assert threading.active_count() < 20


def test_an_error_of_the_tick_pulls_the_brake() -> None:
    brake = StopSignal(20)

    def tick() -> None:
        raise StoppedEarly("the disk is full")

    pool.each(itertools.count(), lambda item: time.sleep(0.001), 2, brake, tick)
    assert isinstance(brake.reason, StoppedEarly)


def test_the_first_reason_is_the_reason() -> None:
    brake = StopSignal(20)
    brake.set(KeyRefused("first"))
    brake.set(StoppedEarly("second"))
    brake.interrupt()
    assert str(brake.reason) == "first"


def test_rows_given_up_one_after_another_pull_the_brake() -> None:
    brake = StopSignal(3)
    for failed in (True, True, False, True, True):
        brake.row_finished(failed)
    assert not brake.is_set
    brake.row_finished(True)
    assert brake.is_set


def test_whoever_sleeps_is_woken_by_the_brake() -> None:
    brake = StopSignal(3)
    threading.Timer(0.05, brake.interrupt).start()
    began = time.monotonic()
    brake.sleep(60)
    assert time.monotonic() - began < 30
