"""Cells of type d: dates as texts, as Strict workbooks have them, go through their format like any other date."""

from pathlib import Path

import pytest

from sync.model import Cell
from sync.sheet import read
from tests.support.sheet_files import STRICT, packed, parts_of, with_cell


def cell_of(path: Path, stored: str, code: str, workbook: str = "") -> tuple[str, Cell]:
    cell = f'<c r="B2" s="1" t="d"><v>{stored}</v></c>'
    packed(path, parts_of(with_cell(cell), formats={164: code}, namespace=STRICT, workbook=workbook))
    row = read(path, id_header="Customer ID").rows[0]
    return row.cells[1], row.cell_meta.get(1, Cell())


@pytest.mark.parametrize(
    ("stored", "code", "text"),
    [
        ("2023-03-15T10:59:59.9999999999984025", "yyyy-mm-dd hh:mm", "2023-03-15T11:00:00"),
        ("2023-03-15T00:00:00.000", "d/m/yyyy", "2023-03-15"),
        ("2023-03-15", "yyyy", "2023"),
        ("2023-03-15T10:30:00Z", "yyyy-mm-dd hh:mm:ss", "2023-03-15T10:30:00"),
        ("1899-12-30", "h:mm", "00:00:00"),
        ("1899-12-30T10:59:59.9999999999984025", "h:mm:ss", "11:00:00"),
        ("10:30:00", "h:mm", "10:30:00"),
        ("", "d/m/yyyy", ""),
    ],
)
def test_a_date_is_rounded_and_shown_by_its_format(tmp_path: Path, stored: str, code: str, text: str) -> None:
    assert cell_of(tmp_path / "edits.xlsx", stored, code) == (text, cell_of(tmp_path / "edits.xlsx", stored, code)[1])
    assert cell_of(tmp_path / "edits.xlsx", stored, code)[1].kind == ""


@pytest.mark.parametrize(
    ("stored", "code", "kind"),
    [
        ("1899-12-30", "d/m/yyyy", "bad_date"),
        ("1900-01-15", "d/m/yyyy", "bad_date"),
        ("2023-02-30", "d/m/yyyy", "bad_date"),
        ("yesterday", "d/m/yyyy", "bad_date"),
        ("2023-03-15", "mmm-yy", "unknown_format"),
        ("2023-03-15", "General", "unknown_format"),
    ],
)
def test_a_date_that_cannot_be_told_is_a_problem(tmp_path: Path, stored: str, code: str, kind: str) -> None:
    assert cell_of(tmp_path / "edits.xlsx", stored, code)[1].kind == kind


def test_a_workbook_that_counts_from_1904_has_the_same_days(tmp_path: Path) -> None:
    path = tmp_path / "edits.xlsx"
    assert cell_of(path, "2023-03-15", "d/m/yyyy", '<workbookPr date1904="1"/>')[0] == "2023-03-15"
