"""The clock by which what was read grows old."""

import sys
import time

import pytest

from sync.api import clock


@pytest.mark.skipif(sys.platform != "linux", reason="each system has its own clock for it")
def test_it_counts_the_time_that_the_computer_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    boot = time.CLOCK_BOOTTIME
    monkeypatch.setattr(time, "clock_gettime", lambda which: 5.0 if which == boot else 0.0)
    assert clock.now() == 5.0


def test_it_goes_forward() -> None:
    before = clock.now()
    assert clock.now() >= before
