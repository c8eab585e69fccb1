"""What ends a run before its last row: an interrupt, a refused key, an API that is down, the user's own limit."""

import threading
import time

from sync.errors import CampfireSyncError, ExitCode, StoppedEarly
from sync.text import counted

_GLANCE = 0.1  # seconds until an interrupt is seen by those who wait
_GRACE = 1.2  # seconds that requests in flight have after an interrupt; with all else the program ends within two


class Interrupted(CampfireSyncError):
    """Ctrl-C or SIGTERM."""

    exit_code = ExitCode.INTERRUPTED


class StopSignal:
    """Pulled once, by whoever sees the reason first. After that no new request leaves.

    Args:
        stop_after: rows given up one after another, as they finish, after which the run stops.
    """

    def __init__(self, stop_after: int) -> None:
        self.reason: CampfireSyncError | None = None
        self._stop_after = stop_after
        self._failed_in_a_row = 0
        self._interrupted_at: float | None = None
        self._event = threading.Event()
        self._lock = threading.Lock()

    @property
    def is_set(self) -> bool:
        """Whether the run is to stop."""
        return self.reason is not None

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
        """Stop the run because the user or the system says so.

        For signal handlers: takes no lock, and an Event has one inside, which the interrupted thread may hold.
        """
        self._interrupted_at = self._interrupted_at or time.monotonic()
        self.reason = self.reason or Interrupted("the run was interrupted")

    def sleep(self, seconds: float) -> None:
        """Wait, but not much longer than until the run is to stop."""
        until = time.monotonic() + seconds
        while not self.is_set and (left := until - time.monotonic()) > 0:
            self._event.wait(min(left, _GLANCE))

    def row_finished(self, failed: bool) -> None:
        """A row has come to its end."""
        with self._lock:
            self._failed_in_a_row = self._failed_in_a_row + 1 if failed else 0
            enough = self._failed_in_a_row >= self._stop_after
        if enough:
            self.set(StoppedEarly(f"{counted(self._stop_after, 'rows')} failed one after another"))
