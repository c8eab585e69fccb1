"""A clock that is turned by hand."""

from sync.api.pacing import Pacer


class Clock:
    """A clock that stands still but for sleeping and turning."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0, "a sleep that lasts no time is a busy loop"
        self.now += seconds

    def pacer(self, rate: float) -> Pacer:
        return Pacer(rate, self, self.sleep)
