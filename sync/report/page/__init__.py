"""The preview for the person who approves: one page that needs nothing but itself."""

from pathlib import Path

from sync.journal.reader import JournalReader

__all__ = ["write"]


def write(history: JournalReader, run: str, path: Path, state_dir: str = "", group: str = "") -> None:
    """Draw a run as one self-contained HTML page, from the journal alone.

    `run` is the run's whole id. The page lists every row that would change or cannot be sent, with each field
    before and after. Rows that need nothing are only counted. Of more rows than a browser can show it lists those that
    went wrong and the first of the others, and says so. `state_dir` is the option by which `apply` finds the run
    (see `Settings.full_state_option`). Only its owner can read the page, and `group` where one is given.

    Raises:
        CannotStart: the file exists already or cannot be written, or there is no such run.
    """
    from sync.report.page import page

    page.write(history, run, path, state_dir, group)
