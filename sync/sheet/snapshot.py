"""A file's content, read once: the hash is of the very bytes that are parsed, whatever happens to the file."""

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sync.errors import file_refused
from sync.files import opened
from sync.scratch import scratch_file

_BLOCK = 1 << 20
_IN_MEMORY = 32 * _BLOCK  # a longer file is copied to a temporary one, which has no name and only its owner can read


@dataclass(frozen=True)
class Snapshot:
    """A copy of a file."""

    path: Path  # the original's
    file: IO[bytes]
    sha256: str


@contextmanager
def snapshot(path: Path) -> Iterator[Snapshot]:
    """A copy of the file, there as long as the block runs.

    Raises:
        FileRefused: somebody wrote to the file while it was being copied.
        NoScratchSpace: there is no room for the copy.
        OSError: it can't be read.
    """
    digest = hashlib.sha256()
    with ExitStack() as stack:
        with opened(path) as original:
            before = _state(original)
            copy = stack.enter_context(scratch_file() if before[0] > _IN_MEMORY else io.BytesIO())
            while block := original.read(min(_BLOCK, before[0] - copy.tell())):  # no further, should it grow
                digest.update(block)
                copy.write(block)
            if _state(original) != before or copy.tell() != before[0]:
                raise file_refused(path, "the file was changed while it was being read.", "Save it, and try again.")
        copy.seek(0)
        yield Snapshot(path, copy, digest.hexdigest())


def _state(file: IO[bytes]) -> tuple[int, int]:
    state = os.fstat(file.fileno())
    return state.st_size, state.st_mtime_ns
