"""The results workbook, drawn from the journal alone: Summary, Results, Changes, Problems, To fix.

openpyxl makes the workbook without its many rows. The rows are written as XML while the journal is read once, are kept
on disk meanwhile, and are put into the workbook's parts at the end (`sync.xlsx.writing`).
"""

from pathlib import Path

from sync.journal.reader import JournalReader
from sync.report.totals import totals_by_currency

__all__ = ["totals_by_currency", "write"]


def write(history: JournalReader, run: str, path: Path, group: str = "") -> None:
    """Draw a run's results workbook from the journal, whole or not at all.

    `run` is the run's whole id. A file that exists is never replaced. Only its owner can read the workbook, and
    `group` where one is given.

    Raises:
        ResultsNotWritten: the name is taken, or the file cannot be written there. Nothing is left behind.
        CannotStart: there is no such run.
    """
    from sync.report.workbook import workbook  # late: openpyxl is slow to import

    workbook.write(history, run, path, group)
