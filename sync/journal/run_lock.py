"""One run at a time for a state directory and a base URL."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from sync.errors import CannotStart
from sync.files import make_private_folder
from sync.settings import place


class AnotherRun(CannotStart):
    """Another process holds the lock."""


@contextmanager
def run_lock(state: Path, base_url: str) -> Iterator[None]:
    """Hold the lock of this state directory and base URL. The system releases it when its holder dies.

    Raises:
        AnotherRun: another run holds it.
        CannotStart: the state directory cannot be used.
    """
    path = state / f"{hashlib.sha256(base_url.encode()).hexdigest()[:16]}.lock"
    try:
        make_private_folder(state)
        _make_private_lock(path)
        lock = FileLock(path, mode=0o600)
        lock.acquire(timeout=0)
    except Timeout as e:
        run = f"another run is in progress for {place(base_url)} in {state}"
        raise AnotherRun(f"{run}. Wait for it, or stop it where it was started.") from e
    except (OSError, NotImplementedError) as e:  # the latter: filelock, where the file system has no locks
        reason = getattr(e, "strerror", None) or e
        message = f"the state directory {state} can't be used ({reason}). Choose another one with --state-dir."
        raise CannotStart(message) from e
    try:
        yield
    finally:
        lock.release()


def _make_private_lock(path: Path) -> None:
    """The lock's file, for its owner alone. Through a link, locking would empty the file that the link names."""
    if path.is_symlink():
        raise CannotStart(f"{path} is a link. Remove it: a lock is a file of its own.")
    handle = os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        if os.name != "nt":
            os.fchmod(handle, 0o600)
    finally:
        os.close(handle)
