"""A new file: whole or not at all, never over another one, readable by its owner alone."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sync.errors import CannotStart


def refuse_taken(path: Path) -> None:
    """See to it that a new file can get this name.

    Raises:
        CannotStart: there is one already, or the folder is not there.
    """
    if os.path.lexists(path):
        raise CannotStart(f"{path} exists already. Give another name, or move it away.")
    if not path.absolute().parent.is_dir():
        raise CannotStart(f"there is no folder {path.absolute().parent} for {path.name}.")


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears at `path` when the block ends, with all that was written to it, or not at all.

    Raises:
        CannotStart: the name is taken, or the place can't be written to. Nothing is left behind there.
    """
    refuse_taken(path)
    try:
        with complete_file(path) as file:
            yield file
    except FileExistsError as e:
        raise CannotStart(f"{path} has come to be meanwhile. Give another name, or move it away.") from e
    except OSError as e:
        raise CannotStart(f"{path} can't be written ({e.strerror or e}).") from e


@contextmanager
def complete_file(path: Path) -> Iterator[IO[bytes]]:
    """As `new_file`, for callers who have words of their own for what goes wrong.

    Raises:
        OSError: the place can't be written to. FileExistsError: the name is taken.
    """
    folder = path.absolute().parent
    handle, name = tempfile.mkstemp(dir=folder, prefix=".campfire-", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _give_name(temporary, path)
        with suppress(OSError):  # the file is there, whole; some shared folders can't be synced
            _sync_folder(folder)
    finally:
        temporary.unlink(missing_ok=True)


def _give_name(temporary: Path, path: Path) -> None:
    """Rename, but not over another file."""
    if os.name == "nt":
        temporary.rename(path)  # fails where the name is taken
        return
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError as e:  # a file system without hard links
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from e
        temporary.replace(path)


def _sync_folder(folder: Path) -> None:
    """Put a new name on disk as well. Windows has no such thing."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
