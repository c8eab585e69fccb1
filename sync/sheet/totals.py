"""Rows that Excel keeps for the totals of a table."""

from collections.abc import Iterable
from dataclasses import replace

from sync.model import Row, Sheet
from sync.sheet.stored_rows import StoredRows
from sync.xlsx.columns import Range, number_of


def mark_totals(sheet: Sheet, id_letters: str, totals: Iterable[Range]) -> Sheet:
    """The sheet with the rows marked that are totals rows of a table which has the id column.

    Such a row may count the ids, and a count looks like an id.

    Args:
        id_letters: of the id column; empty where none is known.
        totals: the cells of the totals rows, as the workbook has them.
    """
    column = number_of(id_letters) if id_letters else 0
    with_id = [each for each in totals if each.first_column <= column <= each.last_column]
    if not with_id:
        return sheet
    assert isinstance(sheet.rows, StoredRows)
    numbers = {each.last_row for each in with_id}
    return replace(sheet, rows=sheet.rows.changed(lambda _, rows: [_marked(row, numbers) for row in rows]))


def _marked(row: Row, numbers: set[int]) -> Row:
    return row._replace(problems=(*row.problems, ("totals_row", ""))) if row.number in numbers else row
