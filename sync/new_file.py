"""A new file: whole or not at all, never over another one, readable by its owner alone."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sync.errors import CannotStart


def refuse_taken(path: Path) -> None:
    """See to it that a new file can get this name.

    Raises:
        CannotStart: there is one already, or the folder is not there.
    """
    if path.exists() or path.is_symlink():
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
        with whole(path) as file:
            yield file
    except FileExistsError:
        refuse_taken(path)
        raise
    except OSError as e:
        raise CannotStart(f"{path} can't be written ({e.strerror or e}).") from e


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """The same, for callers with words of their own.

    Raises:
        OSError: the place can't be written to. FileExistsError: the name has been taken.
    """
    handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name[:100]}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists() or path.is_symlink():
            raise FileExistsError(errno.EEXIST, "there is a file of that name by now", str(path))
        Path(name).replace(path)
        _settle(path.absolute().parent)
    finally:
        Path(name).unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Put the new name on disk as well. Windows has no such thing."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
