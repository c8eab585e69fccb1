"""The results workbook, drawn from the journal alone: Summary, Results, Changes, Problems, To fix.

openpyxl makes the workbook without its many rows (`frame`, `summary`, `chart`); the rows are written as XML of our own
while the journal is read once (`rows`, `to_fix`, `inputs`, `xml`), kept on disk (`lines`, `notes`), and put into the
workbook's parts at the end (`splice`).
"""

from pathlib import Path

from sync.journal.reader import JournalReader
from sync.report.totals import totals_by_currency

__all__ = ["totals_by_currency", "write"]


def write(history: JournalReader, run: str, path: Path, group: str = "") -> None:
    """Draw a run's results workbook from the journal, whole or not at all.

    `run` is the run's whole id. Only its owner can read the workbook, and `group` where one is given.

    Raises:
        ResultsNotWritten: the place can't be written to. Nothing is left behind there.
        CannotStart: there is no such run.
    """
    from sync.report.workbook import workbook as book  # openpyxl takes its time to load

    book.write(history, run, path, group)
