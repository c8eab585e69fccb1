"""Merged ranges: which cells of which rows they touch."""

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from sync.errors import file_damaged, file_refused
from sync.model import Cell, Row, Sheet
from sync.sheet import stored_rows
from sync.sheet.stored_rows import StoredRows
from sync.xlsx.columns import Range, number_of, parse_range

_Mark = tuple[range, list[int], Cell]  # indexes of rows, positions of columns, and what the cells there are


def mark_merged(sheet: Sheet, letters: Sequence[str], merged: Sequence[str]) -> Sheet:
    """The sheet with the cells of its rows marked that a merged range touches.

    `letters` are those of the sheet's columns, `merged` the ranges as the workbook has them.

    Raises:
        FileRefused: a range can't be read, or touches the header row.
    """
    try:
        ranges = [parse_range(text) for text in merged]
    except ValueError as error:
        raise file_damaged(sheet.path, str(error)) from error
    if not ranges:
        return sheet
    assert isinstance(sheet.rows, StoredRows)
    columns = [number_of(name) for name in letters]
    room = len(columns) * len(sheet.rows)
    numbers = array("Q", [row.number for row in sheet.rows])
    at_once = stored_rows.BLOCK
    by_block: dict[int, list[_Mark]] = defaultdict(list)
    for each in ranges:
        touched = [
            position for position, column in enumerate(columns) if each.first_column <= column <= each.last_column
        ]
        if touched and each.first_row <= sheet.header_row <= each.last_row:
            _refuse_in_header(sheet, each, len(touched))
        within = range(bisect_left(numbers, each.first_row), bisect_right(numbers, each.last_row))
        room -= len(within) * len(touched)
        if room < 0:
            raise file_damaged(sheet.path, "its merged cells overlap")
        if touched and within:
            for block in range(within.start // at_once, (within.stop - 1) // at_once + 1):
                by_block[block].append((within, touched, Cell(kind="merged", detail=each.text)))
    return replace(sheet, rows=sheet.rows.changed(lambda first, rows: _marked(first, rows, by_block[first // at_once])))


def _marked(first: int, rows: list[Row], marks: list[_Mark]) -> list[Row]:
    """A block's rows with their merged cells marked. `first` is the index of the first of them."""
    for within, touched, cell in marks:
        for index in range(max(within.start, first) - first, min(within.stop, first + len(rows)) - first):
            row = rows[index]
            rows[index] = row._replace(cell_meta={**row.cell_meta, **dict.fromkeys(touched, cell)})
    return rows


def _refuse_in_header(sheet: Sheet, each: Range, columns: int) -> None:
    if columns > 1 or each.last_row > sheet.header_row:
        raise file_refused(
            sheet.path,
            f"cells are merged in the header row ({each.text}), so it is not clear which column the header is for.",
            "Unmerge them, and give each column its own header in one row.",
        )
