"""An error that nobody expected: its details go into a file without the key, and a person gets one line."""

import os
import tempfile
import traceback
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sync import __version__
from sync.cli.masking import without_key

if TYPE_CHECKING:
    from sync.commands.result import RunResult
    from sync.settings import Settings

_LONGEST = 300  # characters of an exception's text in a line for people; the file has all of it


def explain(error: BaseException, settings: "Settings | None") -> str:
    """One line for a person: what happened, and where the details are."""
    return f"an unexpected error stopped the command ({describe(error)}). {_where_details_are(error, settings)}"


def with_details(ended: "RunResult", settings: "Settings") -> "RunResult":
    """The result of a run that an unexpected exception has ended, with the name of the file that has the details."""
    assert ended.fault is not None
    return replace(ended, reason=f"{_in_one_line(ended.reason)}. {_where_details_are(ended.fault, settings)}")


def _where_details_are(error: BaseException, settings: "Settings | None") -> str:
    from sync.settings import Settings

    state = None
    with suppress(Exception):  # where the state directory is may be what cannot be known
        state = (settings or Settings()).state
    details = write_details(error, state)
    return f"Details: {details}" if details else "No file with details could be written."


def _in_one_line(text: str) -> str:
    return without_key(" ".join(text.split()).rstrip("."))


def describe(error: BaseException) -> str:
    """What happened, in one line."""
    text = _in_one_line(str(error))
    return f"{type(error).__name__}: {text[:_LONGEST]}" if text else type(error).__name__


def write_details(error: BaseException, state: Path | None) -> Path | None:
    """Write the traceback into a new file in the state directory, or else in the one for temporary files.

    The file is readable by its owner only. None if it can be written in neither.
    """
    text = f"campfire-sync {__version__}\n\n" + "".join(traceback.format_exception(error))
    contents = without_key(text).encode("utf-8", "backslashreplace")
    name = f"error-{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}.txt"
    for folder in (state / "errors" if state else None, _temporary_folder()):
        if folder is None:
            continue
        with suppress(OSError, ValueError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = folder.absolute() / name
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(contents)
            return path
    return None


def _temporary_folder() -> Path | None:
    with suppress(OSError):  # there may be none that can be written to
        return Path(tempfile.gettempdir())
    return None
