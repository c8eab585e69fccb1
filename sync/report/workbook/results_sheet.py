"""The sheet Results: a row for each row of the input, with everything that is known about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sync.contract.display import Display
from sync.contract.resource import Field, Resource
from sync.model import RESULTS_SHEETS, RecordSummary, RowRecord, RunFacts
from sync.report.names import names_of
from sync.report.workbook import looks
from sync.report.workbook.source_cells import SourceCells
from sync.text import moment
from sync.xlsx.writing.shell import Frame
from sync.xlsx.writing.styles import Style
from sync.xlsx.writing.table import Column, Link, TableWriter

SUMMARY, RESULTS, CHANGES, PROBLEMS, TO_FIX = RESULTS_SHEETS
_NOTHING = RecordSummary()


@dataclass(slots=True)
class Result:
    """A line of the sheet."""

    row: RowRecord
    record: RecordSummary  # the record as the API gave it last
    change: int  # its first line in Changes, and its line in To fix; 0 where it has none
    to_fix: int


def columns(facts: RunFacts, resource: Resource, display: Display) -> list[Column[Result]]:
    """The columns before the input's own."""
    name = names_of(facts, resource)

    def changed(line: Result) -> str:
        return "; ".join(map(display.change, line.row.changes)) if line.row.changes else ""

    return [
        Column("Row", 7, looks.ID, lambda line: str(line.row.row), link=_to_changes),
        Column(resource.id_header, 13, looks.ID, lambda line: digits(line.row.record_id)),
        Column("Name", 28, looks.NAME, lambda line: name(line.row), plain=lambda line: name(line.row) or None),
        Column("Status", 13, looks.PLAIN, lambda line: line.row.status.facts.word, _status, _to_fix),
        Column("Message", 48, looks.WRAPPED, lambda line: line.row.message),
        Column("Changes", 44, looks.WRAPPED, changed),
        Column("HTTP status", 9, looks.WHOLE, lambda line: digits(line.row.http_status)),
        Column("Attempts", 10, looks.WHOLE, lambda line: str(line.row.attempts)),
        Column("Sent at", 24, looks.PLAIN, lambda line: moment(line.row.sent_at), plain=_sent_at),
        *map(_total, resource.totals),
        Column("Currency", 10, looks.CENTERED, lambda line: line.record.currency or "", plain=_currency),
        *map(_count, resource.counts),
        Column("Last modified at", 25, looks.PLAIN, lambda line: line.record.last_modified_at or "", plain=_modified),
    ]


def line_of(row: RowRecord, change: int = 0, to_fix: int = 0) -> Result:
    """A row's line."""
    return Result(row, row.after or row.before or _NOTHING, change, to_fix)


def digits(number: int | None) -> str:
    """A whole number as text; "" for None."""
    return "" if number is None else str(number)


def _sent_at(line: Result) -> str | None:
    return line.row.sent_at or None


def _currency(line: Result) -> str | None:
    return line.record.currency


def _modified(line: Result) -> str | None:
    return line.record.last_modified_at


def _total(field: Field) -> Column[Result]:
    return Column(field.label, 16, looks.MONEY, lambda line: line.record.totals.get(field.name, ""))


def _count(field: Field) -> Column[Result]:
    return Column(field.label, 11, looks.WHOLE, lambda line: digits(line.record.counts.get(field.name)))


def _status(line: Result) -> Style:
    return looks.STATUS[line.row.status]


def _to_changes(line: Result) -> Link | None:
    return Link(CHANGES, line.change) if line.change else None


def _to_fix(line: Result) -> Link | None:
    return Link(TO_FIX, line.to_fix) if line.to_fix else None


class Results:
    """Writes the sheet."""

    def __init__(self, facts: RunFacts, resource: Resource, display: Display, frame: Frame) -> None:
        self.table = TableWriter(frame, columns(facts, resource, display))
        self._source = SourceCells(frame, len(self.table.columns), len(facts.headers))

    @property
    def width(self) -> int:
        """How many columns the sheet has."""
        return len(self.table.columns) + self._source.width

    def add(self, lines: Sequence[Result]) -> None:
        """Some rows."""
        rows = [line.row for line in lines]
        self.table.add(lines, self._source.beside(rows, self.table.rows.next))
