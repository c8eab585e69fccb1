"""Files that somebody names: one that is read, and a new one, whole or not at all, and never over another one.

A new file is readable by its owner and, if asked, by one group.
"""

import errno
import io
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sync.errors import CannotStart, FileRefused


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
