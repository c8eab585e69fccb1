"""The columns and styles of the tables, and the rows of Changes and Problems."""

from sync.contract.resource import Resource
from sync.model import MISSING, Problem, RowRecord, RunFacts
from sync.report.workbook import messages as words
from sync.status import Status
from sync.xlsx.writing import styles as looks
from sync.xlsx.writing.cells import number_cell, text_cell, text_lines
from sync.xlsx.writing.row_store import SheetRows
from sync.xlsx.writing.shell import Frame, Heading
from sync.xlsx.writing.styles import Style

RESULTS, CHANGES, PROBLEMS, TO_FIX = "Results", "Changes", "Problems", "To fix"

MESSAGE_WIDTH, CHANGES_WIDTH, _VALUE, _SAID = 48, 44, 42, 60  # widths, in characters


def results_headings(resource: Resource) -> list[Heading]:
    """The columns of Results that come before the input's own."""
    return [
        Heading("Row", 7),
        Heading(resource.id_header, 13),
        Heading("Name", 28),
        Heading("Status", 13),
        Heading("Message", MESSAGE_WIDTH),
        Heading("Changes", CHANGES_WIDTH),
        Heading("HTTP status", 9, "center"),
        Heading("Attempts", 10, "center"),
        Heading("Sent at", 21),
        *(Heading(f.label, 16, "right") for f in resource.totals),
        Heading("Currency", 10, "center"),
        *(Heading(f.label, 11, "center") for f in resource.counts),
        Heading("Last modified at", 25),
    ]


CHANGES_HEADINGS = [
    Heading("Row", 7),
    Heading("Customer ID", 13),
    Heading("Name", 30),
    Heading("Field", 26),
    Heading("Before", _VALUE),
    Heading("After", _VALUE),
    Heading("Status", 14),
]
PROBLEMS_HEADINGS = [
    Heading("Row", 7),
    Heading("Column", 24),
    Heading("Value", 32),
    Heading("Problem", _SAID),
    Heading("How to fix it", _SAID),
]


class Styles:
    """The looks that these sheets need, as numbers."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        style = frame.style
        self.text = style(Style())
        self.center = style(Style(horizontal="center"))
        self.wrapped = style(Style(wrap=True))
        self.link = style(Style(color=looks.LINK, underline=True, number_format=looks.WHOLE, horizontal="left"))
        self.id = style(Style(number_format=looks.WHOLE, horizontal="left"))
        self.whole = style(Style(number_format=looks.WHOLE, horizontal="center"))
        self.money = style(Style(number_format=looks.MONEY))
        self.status = {status: style(Style(*looks.STATUS[status])) for status in Status}
        self.status_link = {status: style(Style(*looks.STATUS[status], underline=True)) for status in Status}
        self.before = style(Style(*looks.RED, wrap=True))
        self.after = style(Style(*looks.GREEN, wrap=True))
        self.no_before = style(Style(*looks.RED, italic=True))
        self.no_after = style(Style(*looks.GREEN, italic=True))

    def number(self, number_format: str, fill: str = "") -> int:
        """The style of a number of the input's; 0 where the workbook has too many formats already."""
        if not self._frame.takes(number_format):
            return 0
        return self._frame.style(Style(fill=fill, number_format=number_format))


class Changes:
    """A line for each field of each record, before and after."""

    def __init__(self, styles: Styles) -> None:
        self.lines = SheetRows()
        self._styles = styles

    def add(self, row: RowRecord) -> None:
        """One row's changes."""
        styles = self._styles
        for change in row.changes:
            at = self.lines.next
            before, after = words.value(change.before), words.value(change.after)
            self.lines.add(
                f'<c r="A{at}" s="{styles.id}"><v>{row.row}</v></c>'
                + number_cell(f"B{at}", styles.id, digits(row.record_id), styles.text)
                + text_cell(f"C{at}", styles.text, words.name(row))
                + text_cell(f"D{at}", styles.text, change.field)
                + text_cell(f"E{at}", styles.no_before if _nothing(change.before) else styles.before, before)
                + text_cell(f"F{at}", styles.no_after if _nothing(change.after) else styles.after, after)
                + text_cell(f"G{at}", styles.status[row.status], row.status),
                max(text_lines(before, _VALUE), text_lines(after, _VALUE)),
            )


class Problems:
    """A line for each thing that is wrong, and for each row that the API or the network stood in the way of."""

    def __init__(self, facts: RunFacts, styles: Styles) -> None:
        self.lines = SheetRows()
        self._facts = facts
        self._styles = styles

    def add(self, row: RowRecord, found: list[Problem]) -> None:
        """One row's problems."""
        for problem in found or self._said_of(row):
            at, wrapped = self.lines.next, self._styles.wrapped
            self.lines.add(
                f'<c r="A{at}" s="{self._styles.id}"><v>{problem.row}</v></c>'
                + text_cell(f"B{at}", wrapped, problem.column)
                + text_cell(f"C{at}", wrapped, problem.value)
                + text_cell(f"D{at}", wrapped, words.sentence(problem.problem))
                + text_cell(f"E{at}", wrapped, problem.remedy),
                max(
                    text_lines(problem.value, 32), text_lines(problem.problem, _SAID), text_lines(problem.remedy, _SAID)
                ),
            )

    def _said_of(self, row: RowRecord) -> list[Problem]:
        if not row.status.facts.bad:
            return []
        return [Problem(row.row, "", "", row.status, row.message, words.remedy(row, self._facts))]


def digits(number: int | None) -> str:
    """A whole number as text; empty for none."""
    return "" if number is None else str(number)


def _nothing(value: object) -> bool:
    return value is None or value is MISSING
