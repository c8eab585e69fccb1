"""A workbook that exceljs 4, a Node library, wrote (tests/files/exceljs.xlsx): what web programs hand to finance."""

from pathlib import Path

import pytest

from sync.model import Row
from sync.sheet import read

FILE = Path(__file__).parent / "files" / "exceljs.xlsx"


@pytest.fixture(scope="module")
def rows() -> dict[int, Row]:
    sheet = read(FILE, id_header="Customer ID")
    assert len(sheet.hidden_rows) == 1
    return {row.number: row for row in sheet.rows}


def test_texts_booleans_links_and_a_formulas_result_are_what_a_person_sees(rows: dict[int, Row]) -> None:
    assert rows[2].cells == (
        "7",
        "02134",
        'Ünïcode & <tags> "quoted"',
        "TRUE",
        "Net 30",
        "https://example.com",
    )


def test_a_zero_padded_number_a_rich_text_and_a_date_are_as_they_are_shown(rows: dict[int, Row]) -> None:
    assert rows[3].cells[1:3] == ("02134", "rich text")
    assert rows[4].cells[2] == "2026-11-30"


def test_a_formula_without_a_result_and_an_error_are_problems(rows: dict[int, Row]) -> None:
    assert rows[3].cell_meta[4].kind == "formula_without_result"
    assert rows[4].cell_meta[4].kind == "error_cell"
