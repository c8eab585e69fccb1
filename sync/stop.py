"""What ends a run before its last row: an interrupt, a refused key, an API that is down, the user's own limit."""

import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sync.errors import CampfireSyncError, ExitCode, StoppedEarly
from sync.text import counted

# A closed window is told of twice, by the system and by its shell, so the second time does not count. Windows has none.
HANGUP = getattr(signal, "SIGHUP", None)
ENDING = tuple(number for number in (signal.SIGINT, signal.SIGTERM, HANGUP) if number is not None)  # that end a command
INTERRUPTED = "the run was interrupted"  # why a run that somebody stopped has ended
_GLANCE = 0.1  # seconds after which a thread that waits notices an interrupt
_GRACE = 0.75  # seconds that requests in flight get after an interrupt; the whole program should end within two


@contextmanager
def handling(numbers: Iterable[int], handler: Callable[[int, Any], Any]) -> Iterator[None]:
    """Give these signals to a handler for as long as the block lasts. In the main thread alone, as Python has it."""
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, was in before.items():
            signal.signal(number, was)


class Interrupted(CampfireSyncError):
    """Ctrl-C, SIGTERM or SIGHUP."""

    exit_code = ExitCode.INTERRUPTED


class StopSignal:
    """Set once, by whoever sees the reason first. After that no new request leaves.

    Args:
        stop_after: the run stops after so many rows in succession, in the order in which they finish, have failed.
    """

    def __init__(self, stop_after: int) -> None:
        self.reason: CampfireSyncError | None = None
        self._stop_after = stop_after
        self._failed_in_succession = 0
        self._interrupted_at: float | None = None
        self._at_once = True  # whether a signal ends the command where it is
        self._event = threading.Event()
        self._lock = threading.Lock()

    @property
    def is_set(self) -> bool:
        """Whether the run is to stop."""
        return self.reason is not None

    @property
    def is_interrupted(self) -> bool:
        """Whether the user or the system wants the run to stop."""
        return self._interrupted_at is not None

    @property
    def is_overdue(self) -> bool:
        """Whether the run was interrupted long enough ago to let go of what is in flight."""
        return self._interrupted_at is not None and time.monotonic() - self._interrupted_at > _GRACE

    def set(self, reason: CampfireSyncError) -> None:
        """Stop the run for this reason, if it has not been stopped for another."""
        with self._lock:
            self.reason = self.reason or reason
        self._event.set()

    def interrupt(self) -> None:
        """Stop the run on behalf of the user or the system.

        For signal handlers: takes no lock, and an Event has one inside, which the interrupted thread may hold.
        """
        self._interrupted_at = self._interrupted_at or time.monotonic()
        self.reason = self.reason or Interrupted(INTERRUPTED)

    def signalled(self) -> None:
        """A signal came. For signal handlers, and so in the main thread.

        Raises:
            KeyboardInterrupt: where the command is, there is nothing that has to be brought to an end.
        """
        self.interrupt()
        if self._at_once:
            raise KeyboardInterrupt

    def ends_in_order(self) -> None:
        """From now on a signal lets the command come to its end. Before, it ends the command at once."""
        self._at_once = False

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """For a step that takes long and may be left undone: a signal in it raises KeyboardInterrupt."""
        self._at_once = True
        try:
            yield
        finally:
            self._at_once = False

    def sleep(self, seconds: float) -> None:
        """Wait; return soon after the run is stopped."""
        until = time.monotonic() + seconds
        while not self.is_set and (left := until - time.monotonic()) > 0:
            self._event.wait(min(left, _GLANCE))

    def row_finished(self, failed: bool) -> None:
        """A row is concluded. So many failures in succession stop the run."""
        with self._lock:
            self._failed_in_succession = self._failed_in_succession + 1 if failed else 0
            enough = self._failed_in_succession >= self._stop_after
        if enough:
            in_succession = " one after another" if self._stop_after > 1 else ""
            self.set(StoppedEarly(f"{counted(self._stop_after, 'rows')} failed{in_succession}"))
