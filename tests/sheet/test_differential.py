"""The same workbook read by us, by openpyxl and by calamine: every difference has its explanation."""

import random
from collections import Counter
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from sync import sheet
from sync.model import Cell

FORMATS = ["General", "0", "0.00", "00000", "#,##0", "0%", "yyyy-mm-dd", "dd/mm/yyyy hh:mm", "h:mm", "@", '"C-"000']
COLUMNS = 12
ROWS = 120


def written(path: Path, dice: random.Random) -> None:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        formats = [book.add_format({"num_format": code}) for code in FORMATS]
        page.write_row(0, 0, ["Customer ID", *(f"c{column}" for column in range(1, COLUMNS))])
        for row in range(1, ROWS):
            page.write_number(row, 0, row)
            for column in range(1, COLUMNS):
                kind = dice.randrange(9)
                style = dice.choice(formats)
                if kind < 2:
                    page.write_string(
                        row, column, dice.choice(["NA", "R&D", " x ", "_x000D_", "é", "1E5", "=1", "a\nb"])
                    )
                elif kind < 5:
                    page.write_number(row, column, dice.choice([0, 7, 2134, 40000, 45000.25, -3, 0.125]), style)
                elif kind == 5:
                    page.write_formula(row, column, "=1+1", style, dice.choice([0, 2, "text", "", True, "#N/A"]))
                elif kind == 6:
                    page.write_boolean(row, column, dice.choice([True, False]))
                elif kind == 7:
                    page.write_blank(row, column, None, style)


def same(text: str, cell: Cell, value: object) -> bool:
    """Whether another reader's value is what our text says."""
    match value:
        case None:
            return text == ""
        case bool():
            return text == str(value).upper()
        case int() | float():
            return text != "" and float(cell.number or text) == value
        case datetime() if not (value.hour or value.minute or value.second):
            return text == value.date().isoformat()
        case datetime() | date() | time():
            return text == value.isoformat()
    return text == value


def explained(text: str, cell: Cell, value: object) -> str:
    """Why our reading differs from that of openpyxl or calamine; empty text if nothing explains it."""
    if cell.kind == "formula_without_result":
        return "the 0 in a book that is calculated on loading is no result"
    if cell.kind == "error_cell":
        return "an error is a problem, with its text" if value in {"", cell.detail} else ""
    if cell.kind == "bad_date":
        return "a serial that is no date; the others show some day or time all the same"
    if cell.number and isinstance(value, datetime | date | time):
        return "a format of the day alone, or the time alone: what is not shown is not read"
    if text == "" and cell.number == "0":
        return "zeros that the format does not show"
    return "calamine has no None" if text == "" and value == "" else ""


@pytest.mark.parametrize("seed", range(3))
def test_every_difference_from_other_readers_is_explained(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "edits.xlsx"
    written(path, random.Random(seed))
    ours = sheet.read(path, id_header="Customer ID")
    theirs = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    calamine = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    seen: Counter[str] = Counter()
    for row in ours.rows:
        for column, text in enumerate(row.cells):
            cell = row.cell_meta.get(column, Cell())
            for value in theirs.cell(row.number, column + 1).value, calamine[row.number - 1][column]:
                if isinstance(value, str):
                    value = value.replace("_x005F_", "_")  # openpyxl leaves escapes as they are stored
                if not same(text, cell, value):
                    why = explained(text, cell, value)
                    assert why, (row.number, column, text, cell, value)
                    seen[why] += 1
    assert len(ours.rows) == ROWS - 1
    assert len(seen) >= 3
