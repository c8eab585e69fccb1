"""Which sheet of a workbook is read."""

from sync.errors import FileRefused, file_refused
from sync.model import RESULTS_SHEETS
from sync.text import did_you_mean, fold, listed
from sync.xlsx import memory
from sync.xlsx.reading.workbook import SheetEntry, Workbook


def choose(workbook: Workbook, asked: str, mapped: str) -> SheetEntry:
    """The sheet to read: the one asked for, our own To fix, the mapping's, else the first that is visible.

    Raises:
        FileRefused: there is no such sheet.
    """
    if not asked and is_results(workbook):
        asked = RESULTS_SHEETS[-1]
    if asked or mapped:
        return _named(workbook, asked or mapped)
    for entry in workbook.sheets:
        if entry.visible:
            return entry
    problem = "the workbook has no visible sheet with cells."
    raise file_refused(workbook.package.path, problem, "Unhide the sheet, and save.")


def is_results(workbook: Workbook) -> bool:
    """Whether this is a results workbook of our own."""
    return set(RESULTS_SHEETS) <= {entry.name for entry in workbook.sheets}


def _named(workbook: Workbook, wanted: str) -> SheetEntry:
    exact = [entry for entry in workbook.sheets if entry.name == wanted]
    alike = exact or [entry for entry in workbook.sheets if fold(entry.name) == fold(wanted)]
    if len(alike) == 1:
        return alike[0]
    raise _no_such_sheet(workbook, wanted)


def _no_such_sheet(workbook: Workbook, wanted: str) -> FileRefused:
    names = [entry.name for entry in workbook.sheets if entry.name != memory.SHEET]
    sheets = listed(f"“{name}”" for name in names)
    problem = f"there is no sheet “{wanted}”.{did_you_mean(wanted, names)}"
    if is_results(workbook):
        remedy = f"This is a results workbook: name no sheet, and its sheet “{RESULTS_SHEETS[-1]}” is run."
        return file_refused(workbook.package.path, problem, remedy)
    return file_refused(workbook.package.path, problem, f"The workbook has: {sheets}. Name one of them.")
