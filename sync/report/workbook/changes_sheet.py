"""The sheet Changes: a line for each changed field of each record, before and after."""

from collections.abc import Callable
from typing import NamedTuple

from sync.contract.display import Display
from sync.contract.resource import Resource
from sync.model import MISSING, Change, RowRecord
from sync.report.workbook import looks
from sync.report.workbook.results_sheet import digits
from sync.xlsx.writing.styles import Style
from sync.xlsx.writing.table import Column


class ChangedField(NamedTuple):
    """A line of the sheet."""

    row: RowRecord
    change: Change


def columns(resource: Resource, display: Display, name: Callable[[RowRecord], str]) -> list[Column[ChangedField]]:
    """The columns. `name` tells which record a row is for."""
    return [
        Column("Row", 7, looks.ID, lambda line: str(line.row.row)),
        Column(resource.id_header, 13, looks.ID, lambda line: digits(line.row.record_id)),
        Column("Name", 28, looks.NAME, lambda line: name(line.row)),
        Column("Field", 26, looks.PLAIN, lambda line: display.name(line.change.field)),
        _value("Before", looks.BEFORE, display, 0, _before),
        _value("After", looks.AFTER, display, 1, _after),
        Column("Status", 14, looks.PLAIN, lambda line: line.row.status.facts.word, _status),
    ]


def _value(
    heading: str, style: Style, display: Display, which: int, style_of: Callable[..., Style]
) -> Column[ChangedField]:
    """The column of the first or the second value of each change."""

    def shown(line: ChangedField) -> str:
        return display.before_after(line.change)[which]

    def plain(line: ChangedField) -> object:
        held = (line.change.before, line.change.after)[which]
        return None if held is MISSING else held

    return Column(heading, 42, style, shown, style_of, plain=plain)


def _before(line: ChangedField) -> Style:
    return looks.NO_BEFORE if line.change.before is None or line.change.before is MISSING else looks.BEFORE


def _after(line: ChangedField) -> Style:
    return looks.NO_AFTER if line.change.after is None or line.change.after is MISSING else looks.AFTER


def _status(line: ChangedField) -> Style:
    return looks.STATUS[line.row.status]
