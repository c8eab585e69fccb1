"""A new file: whole or not at all, never over another one, readable by its owner alone."""

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
        handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name[:100]}.", suffix=".tmp")
        try:
            with os.fdopen(handle, "w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            refuse_taken(path)
            Path(name).replace(path)
        finally:
            with suppress(FileNotFoundError):
                Path(name).unlink()
    except OSError as e:
        raise CannotStart(f"{path} can't be written ({e.strerror or e}).") from e
