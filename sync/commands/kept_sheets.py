"""Where the app keeps each sheet that was dropped, each export, and what it makes of them: in the state directory."""

import re
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sync.journal.reader import JournalReader
from sync.model import RunRecord
from sync.settings import Settings

FOLDER_NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")
LIFE = timedelta(days=30)  # of what no run was made from, from the last time that something was written there


def kept_sheets(state: Path) -> Path:
    """The folder that holds the folders of all sheets."""
    return state / "app"


def folder_of(file: str | Path, state: Path) -> Path | None:
    """The folder in which the app keeps a run's file; None where the file is not one of the app's."""
    folder = Path(file).absolute().parent
    is_kept = folder.parent == kept_sheets(state).absolute() and FOLDER_NAME.fullmatch(folder.name)
    return folder if is_kept else None


def kept_since(folder: Path) -> str:
    """The day on which a sheet was dropped or an export made: `2026-01-31`, by this machine's clock."""
    return f"{folder.name[:4]}-{folder.name[4:6]}-{folder.name[6:8]}"


def without_a_run(runs: Iterable[RunRecord], settings: Settings) -> list[Path]:
    """The folders that none of all runs needs: no preview was ever made from them, or all that were are forgotten."""
    needed = {folder_of(run.facts.file, settings.state) for run in runs if not run.forgotten}
    folders = kept_sheets(settings.state).absolute().glob("*")
    return sorted(folder for folder in folders if FOLDER_NAME.fullmatch(folder.name) and folder not in needed)


def remove_unused(settings: Settings) -> None:
    """Remove what no run needs and nobody has touched for long: drops that went no further, and exports."""
    for folder in without_a_run(JournalReader(settings.journal).runs(), settings):
        if datetime.now(UTC) - datetime.fromtimestamp(folder.stat().st_mtime, UTC) > LIFE:
            remove([folder])


def remove(folders: Iterable[Path]) -> list[Path]:
    """Remove these folders; returns what is left of them, as where a workbook is open in Excel."""
    folders = list(folders)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    return [folder for folder in folders if folder.exists()]
