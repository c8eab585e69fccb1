"""One run at a time for a state directory and a base URL."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from sync.errors import CannotStart


@contextmanager
def run_lock(state: Path, base_url: str) -> Iterator[None]:
    """Hold the lock of this state directory and base URL. It dies with its holder.

    Raises:
        CannotStart: another run holds it.
    """
    name = hashlib.sha256(base_url.encode()).hexdigest()[:16]
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(state / f"{name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as e:
        said = f"another run is going on for {base_url} in {state}. Wait for it, or stop it with Ctrl-C."
        raise CannotStart(said) from e
    try:
        yield
    finally:
        lock.release()
