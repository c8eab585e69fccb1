"""The sheet Changes: a line for each changed field of each record, before and after."""

from typing import NamedTuple

from sync.contract.display import Display
from sync.contract.resource import Resource
from sync.model import MISSING, Change, RowRecord, RunFacts
from sync.report.names import names_of
from sync.report.workbook import looks
from sync.report.workbook.results_sheet import digits
from sync.xlsx.writing.styles import Style
from sync.xlsx.writing.table import Column


class ChangedField(NamedTuple):
    """A line of the sheet."""

    row: RowRecord
    change: Change


def columns(facts: RunFacts, resource: Resource, display: Display) -> list[Column[ChangedField]]:
    """The columns."""
    name = names_of(facts, resource)
    return [
        Column("Row", 7, looks.ID, lambda line: str(line.row.row)),
        Column(resource.id_header, 13, looks.ID, lambda line: digits(line.row.record_id)),
        Column("Name", 30, looks.PLAIN, lambda line: name(line.row)),
        Column("Field", 26, looks.PLAIN, lambda line: display.name(line.change.field)),
        Column("Before", 42, looks.BEFORE, lambda line: display.value(line.change.field, line.change.before), _before),
        Column("After", 42, looks.AFTER, lambda line: display.value(line.change.field, line.change.after), _after),
        Column("Status", 14, looks.PLAIN, lambda line: line.row.status.value, _status),
    ]


def _before(line: ChangedField) -> Style:
    return looks.NO_BEFORE if line.change.before is None or line.change.before is MISSING else looks.BEFORE


def _after(line: ChangedField) -> Style:
    return looks.NO_AFTER if line.change.after is None or line.change.after is MISSING else looks.AFTER


def _status(line: ChangedField) -> Style:
    return looks.STATUS[line.row.status]
