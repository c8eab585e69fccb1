"""What is put aside while a command runs, in files without a name: they go when they are closed.

Only their owner can read them.
"""

import io
import marshal
import os
import tempfile
import weakref
from array import array
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any, Generic, TypeVar, cast

from sync.errors import CannotStart

_IN_MEMORY = 4 << 20  # bytes that are put aside without a file on disk
T = TypeVar("T")


class NoScratchSpace(CannotStart):
    """The folder for temporary files is full, or takes no file."""


def no_scratch_space(reason: object) -> NoScratchSpace:
    """What to say where the folder for temporary files takes no more."""
    try:
        folder = f"the folder for temporary files, {tempfile.gettempdir()},"
    except OSError:
        folder = "the folder for temporary files"
    return NoScratchSpace(
        f"{folder} can't be written to ({reason}). Make room there, or name another folder in the variable TMPDIR."
    )


class _Scratch(io.RawIOBase):
    """A file without a name. What is wrong with its folder is not taken for a fault of what is made from it."""

    def __init__(self, file: io.RawIOBase) -> None:
        self._file = file
        self._is_lost = False

    def write(self, data: Any, /) -> int | None:
        if self._is_lost:  # closing writes what is left, and has nothing to add
            return len(data)
        try:
            return self._file.write(data)
        except OSError as e:
            self._is_lost = True
            raise no_scratch_space(e.strerror or e) from e

    def readinto(self, buffer: Any, /) -> int | None:
        return self._file.readinto(buffer)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()


def scratch_file(buffering: int = io.DEFAULT_BUFFER_SIZE) -> IO[bytes]:
    """A file without a name, for what is too much for memory. Where no folder takes one, it is memory after all.

    Where its folder is full, writing to it raises NoScratchSpace.
    """
    for _ in range(2):
        with suppress(OSError):
            return io.BufferedRandom(_Scratch(cast(io.RawIOBase, tempfile.TemporaryFile(buffering=0))), buffering)
        tempfile.tempdir = None  # the folder may have gone since Python chose it: it looks for another one
    return io.BytesIO()


class Spool(Generic[T]):
    """Values put aside, so that a long sheet need not be held in memory: on disk, as soon as they are many.

    The file has no name and only its owner can read it; it goes with the last that looks at it. Values are what
    `marshal` takes: None, texts, numbers, and tuples, lists and dicts of them.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] = io.BytesIO()
        self._is_on_disk = False
        self._ends = array("Q", [0])

    def add(self, value: T) -> None:
        """Put a value aside.

        Raises:
            NoScratchSpace: there is no room for it.
        """
        content = marshal.dumps(value)  # type: ignore[arg-type]
        end = self._ends[-1] + len(content)
        if end > _IN_MEMORY and not self._is_on_disk:
            self._move_to_disk()
        self._file.seek(self._ends[-1])
        self._file.write(content)
        self._ends.append(end)

    def _move_to_disk(self) -> None:
        so_far, self._file = self._file, scratch_file()
        weakref.finalize(self, self._file.close)
        self._is_on_disk = True
        self._file.write(cast(io.BytesIO, so_far).getbuffer())

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, index: int) -> T:
        start, end = self._ends[index], self._ends[index + 1]
        self._file.seek(start)
        value: T = marshal.loads(self._file.read(end - start))  # noqa: S302 (this process wrote it)
        return value

    def __iter__(self) -> Iterator[T]:
        return (self[index] for index in range(len(self)))
