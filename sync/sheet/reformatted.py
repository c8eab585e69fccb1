"""Number cells that a conditional format may show otherwise than their own format does."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from sync.errors import file_damaged
from sync.model import Cell, Row, Sheet
from sync.sheet.stored_rows import StoredRows
from sync.xlsx.columns import Range, number_of, parse_range


class _Spans(NamedTuple):
    """Rows, as spans that do not touch, in ascending order."""

    first: list[int]
    last: list[int]

    def have(self, row: int) -> bool:
        """Whether a row is in one of them."""
        place = bisect_right(self.first, row) - 1
        return place >= 0 and row <= self.last[place]


def mark_reformatted(sheet: Sheet, letters: Sequence[str], ranges: Iterable[str]) -> Sheet:
    """The sheet with the number cells marked that lie in one of these ranges.

    `letters` are those of the sheet's columns.

    Raises:
        FileRefused: a range can't be read.
    """
    try:
        parsed = [parse_range(text) for text in dict.fromkeys(ranges)]
    except ValueError as error:
        raise file_damaged(sheet.path, str(error)) from error
    spans = _spans_of(letters, parsed)
    if not spans:
        return sheet
    assert isinstance(sheet.rows, StoredRows)
    return replace(sheet, rows=sheet.rows.changed(lambda _, rows: [_marked(row, spans) for row in rows]))


def _spans_of(letters: Sequence[str], ranges: Iterable[Range]) -> dict[int, _Spans]:
    """By the positions of the columns: the rows that the ranges touch. Excel may make thousands of ranges of one."""
    in_order = sorted(ranges, key=lambda each: each.first_row)
    spans: dict[int, _Spans] = defaultdict(lambda: _Spans([], []))
    for position, column in enumerate(map(number_of, letters)):
        for each in in_order:
            if each.first_column <= column <= each.last_column:
                _add(spans[position], each)
    return spans


def _add(spans: _Spans, each: Range) -> None:
    if spans.last and each.first_row <= spans.last[-1] + 1:
        spans.last[-1] = max(spans.last[-1], each.last_row)
    else:
        spans.first.append(each.first_row)
        spans.last.append(each.last_row)


def _marked(row: Row, spans: Mapping[int, _Spans]) -> Row:
    marks = {
        position: Cell(kind="conditional_format", detail=row.cells[position])
        for position, rows in spans.items()
        if _is_number(row, position) and rows.have(row.number)
    }
    return row._replace(cell_meta={**row.cell_meta, **marks}) if marks else row


def _is_number(row: Row, position: int) -> bool:
    """Whether a cell holds a number, and no other problem."""
    cell = row.cell_meta.get(position)
    return position in row.numbers if cell is None else bool(cell.number) and not cell.kind
