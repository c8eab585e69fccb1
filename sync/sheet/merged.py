"""Merged ranges: which cells of which rows they touch."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from sync.errors import file_damaged, file_refused
from sync.model import Cell, Sheet
from sync.xlsx.columns import number_of
from sync.xlsx.ranges import Range, parse_range


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
    columns = [number_of(name) for name in letters]
    marks: dict[int, dict[int, Cell]] = {}
    room = len(columns) * len(sheet.rows)
    numbers = [row.number for row in sheet.rows]
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
        for index in within:
            marks.setdefault(index, {}).update(dict.fromkeys(touched, Cell(kind="merged", detail=each.text)))
    rows = list(sheet.rows)
    for index, cells in marks.items():
        rows[index] = replace(rows[index], cell_meta={**rows[index].cell_meta, **cells})
    return replace(sheet, rows=rows)


def _refuse_in_header(sheet: Sheet, each: Range, columns: int) -> None:
    if columns > 1 or each.last_row > sheet.header_row:
        raise file_refused(
            sheet.path,
            f"cells are merged in the header row ({each.text}), so it is not clear which column the header is for.",
            "Unmerge them, and give each column its own header in one row.",
        )
