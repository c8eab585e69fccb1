"""Files that are made: a new one, whole or not at all, and never over another one; and what is put aside for a while.

A new file is readable by its owner and, if asked, by one group.
"""

import errno
import io
import marshal
import os
import stat
import tempfile
import weakref
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Generic, TypeVar, cast

from sync.errors import CannotStart, FileRefused

_IN_MEMORY = 4 << 20  # bytes that are put aside without a file on disk
T = TypeVar("T")


def make_private_folder(path: Path) -> None:
    """Make a folder, and the folders above it that are missing, for their owner alone.

    Raises:
        OSError: the folder cannot be made, or a file has its name.
    """
    if path.is_dir():
        return
    if path.parent != path:
        make_private_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)


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


def opened(path: Path) -> io.BufferedReader:
    """A file that somebody names, to be read.

    Raises:
        FileRefused: it is a pipe or a device.
        OSError: it cannot be read.
    """
    refuse_pipe(path)
    return path.open("rb")


def refuse_pipe(path: Path) -> None:
    """Refuse what may never give anything, or never end: a pipe, a device or a socket.

    Raises:
        FileRefused: it is one.
        OSError: there is nothing of this name.
    """
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise FileRefused(f"{path} is a pipe or a device. Save what it gives in a file, and name that.")


def refuse_existing(path: Path) -> None:
    """Refuse a name that a new file cannot get.

    Raises:
        CannotStart: a file has this name already, the folder does not exist, or the name is too long.
    """
    if os.path.lexists(path):
        raise CannotStart(f"{path} exists already. Give another name, or move it away.")
    folder = path.absolute().parent
    if not folder.is_dir():
        raise CannotStart(f"there is no folder {folder} for {path.name}.")
    longest = longest_name(folder)
    if len(os.fsencode(path.name)) > longest:
        raise CannotStart(f"the name “{path.name}” is too long: this folder takes names of up to {longest} bytes.")


def longest_name(folder: Path) -> int:
    """How many bytes a name in this folder may have."""
    try:
        return os.pathconf(folder, "PC_NAME_MAX")
    except (AttributeError, OSError, ValueError):  # Windows has no pathconf; its limit is 255 characters
        return 255


def group_number(name: str) -> int:
    """The number of a group of this machine; -1, which changes nothing, for no name.

    Raises:
        CannotStart: the group does not exist, or the system has no groups.
    """
    if not name:
        return -1
    try:
        import grp
    except ImportError as e:
        raise CannotStart("--group works on Linux and macOS. On Windows set the folder's own rights.") from e
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError as e:
        raise CannotStart(f"this machine has no group “{name}”.") from e


@contextmanager
def new_file(path: Path, group: str = "") -> Iterator[IO[bytes]]:
    """A file that appears at `path` when the block ends, complete or not at all.

    Args:
        group: the group that may read it; without one, its owner alone may.

    Raises:
        CannotStart: the name is taken, the folder cannot be written to, or the group does not exist. Nothing is left
            behind.
    """
    refuse_existing(path)
    try:
        with complete_file(path, group) as file:
            yield file
    except FileExistsError as e:
        raise CannotStart(f"{path} was created while this was running. Give another name, or move it away.") from e
    except OSError as e:
        raise CannotStart(f"{path} can't be written ({e.strerror or e}).") from e


@contextmanager
def complete_file(path: Path, group: str = "") -> Iterator[IO[bytes]]:
    """As `new_file`, for callers that word the errors themselves.

    Raises:
        OSError: the folder cannot be written to. FileExistsError: the name is taken.
        CannotStart: the group does not exist.
    """
    folder = path.absolute().parent
    gid = group_number(group)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".campfire-", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            if gid != -1:
                os.chown(temporary, -1, gid)
                temporary.chmod(0o640)
            yield file
            file.flush()
            os.fsync(file.fileno())
        _give_name(temporary, path)
        with suppress(OSError):  # the file is complete; some shared folders cannot be synced
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


def replace_content(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a small file of this program's own anew: its old content or the new one, never a part of it.

    Args:
        mode: who may read it; without one, its owner alone.

    Raises:
        OSError: it cannot be written.
    """
    handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=".campfire-", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


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
