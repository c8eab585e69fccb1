"""Where the app keeps a sheet that was dropped, and what it makes of it: a folder in the state directory."""

import re
from pathlib import Path

FOLDER_NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")


def kept_sheets(state: Path) -> Path:
    """The folder that holds the folders of all sheets."""
    return state / "app"


def folder_of(file: str | Path, state: Path) -> Path | None:
    """The folder in which the app keeps a run's file; None where the file is not one of the app's."""
    folder = Path(file).absolute().parent
    is_kept = folder.parent == kept_sheets(state).absolute() and FOLDER_NAME.fullmatch(folder.name)
    return folder if is_kept else None
