"""An error that nobody expected: its details go into a file without the key, and a person gets one line."""

import os
import tempfile
import traceback
from base64 import b64encode
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from sync import __version__

if TYPE_CHECKING:
    from sync.settings import Settings

_REMOVED = "[API key removed]"


def explain(error: BaseException, settings: "Settings | None") -> str:
    """One line for a person: what happened, and where the details are."""
    from sync.settings import Settings

    state = None
    with suppress(Exception):  # the place of the state directory may be what cannot be known
        state = (settings or Settings()).state
    details = write_details(error, state)
    where = f"Details: {details}" if details else "No file with details could be written."
    return f"an unexpected error stopped the command ({describe(error)}). {where}"


def describe(error: BaseException) -> str:
    """What happened, in one line."""
    lines = str(error).splitlines()
    return without_key(f"{type(error).__name__}: {lines[0]}" if lines and lines[0] else type(error).__name__)


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


def without_key(text: str) -> str:
    """The text without the API key, in the forms in which a library may have written it."""
    key = os.environ.get("CAMPFIRE_API_KEY", "").strip()
    if not key:
        return text
    raw = key.encode("utf-8", "surrogateescape")
    forms = {key, repr(key)[1:-1], quote(key, safe=""), quote(key), raw.hex()}
    for offset in range(3):  # base64 depends on what stands before
        coded = b64encode(b"\0" * offset + raw).decode("ascii")
        forms.add(coded[4 if offset else 0 : len(coded) // 4 * 4 - 4])
    for form in sorted(filter(None, forms), key=len, reverse=True):
        text = text.replace(form, _REMOVED)
    return text
