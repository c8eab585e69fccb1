"""A corrected copy: what was corrected is corrected, what was left out is gone, and everything else is as it was."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from sync.errors import CannotStart
from sync.sheet import read
from sync.sheet.corrected import write_corrected

HEADERS = ["Customer ID", "City", "Zip Code"]
ROWS = [["1001", "Ulm", "02134"], ["1002", "", "89073"], ["1002", "Bonn", "53111"], ["Total", "3", ""]]


def csv_sheet(folder: Path) -> Path:
    path = folder / "edits.csv"
    path.write_text("\n".join(",".join(row) for row in [HEADERS, *ROWS]), encoding="utf-8")
    return path


def workbook_sheet(folder: Path) -> Path:
    """With a styled empty row, cells without a text, a merged totals row, and a second sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [HEADERS, *ROWS]:
        sheet.append(row)
    sheet.cell(6, 3).font = openpyxl.styles.Font(bold=True)
    sheet.merge_cells("A5:B5")
    sheet.row_dimensions[7].height = 40
    sheet.cell(8, 1, "1008")
    book.create_sheet("Other")["A1"] = "untouched"
    path = folder / "edits.xlsx"
    book.save(path)
    return path


Make = Callable[[Path], Path]
BOTH = pytest.mark.parametrize("make", [csv_sheet, workbook_sheet])


def cells_of(path: Path) -> dict[int, tuple[str, ...]]:
    return {row.number: row.cells for row in read(path).rows}


@BOTH
def test_a_row_that_is_left_out_is_empty_and_the_others_keep_their_numbers(make: Make, tmp_path: Path) -> None:
    path = make(tmp_path)
    content, before = path.read_bytes(), cells_of(path)
    copy = path.with_stem("copy")
    write_corrected(read(path), {}, copy, left_out={3, 5})
    assert cells_of(copy) == {number: cells for number, cells in before.items() if number not in (3, 5)}
    assert path.read_bytes() == content


@BOTH
def test_corrections_and_rows_left_out_go_together(make: Make, tmp_path: Path) -> None:
    path = make(tmp_path)
    copy = path.with_stem("copy")
    corrections = {(2, "city"): "Neu-Ulm", (3, "City"): "=Köln", (4, "City"): "never written", (2, "Zip Code"): ""}
    write_corrected(read(path), corrections, copy, left_out=[4])
    cells = cells_of(copy)
    assert cells[2] == ("1001", "Neu-Ulm", "")
    assert cells[3] == ("1002", "=Köln", "89073")
    assert 4 not in cells


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_stands_above_the_header_is_left_out_and_the_copy_reads_by_itself(ending: str, tmp_path: Path) -> None:
    path, rows = tmp_path / f"edits.{ending}", [["Edits of May"], ["By", "Finance"], HEADERS, *ROWS[:2]]
    if ending == "csv":
        path.write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.worksheets[0].append(row)
        book.save(path)
    copy = path.with_stem("copy")
    write_corrected(read(path, header_row=3), {(4, "City"): "Bonn"}, copy)
    read_back = read(copy, id_header="Customer ID")
    assert (read_back.headers, read_back.header_row) == (tuple(HEADERS), 3)
    assert [row.cells for row in read_back.rows] == [("1001", "Bonn", "02134"), ("1002", "", "89073")]


def test_what_else_a_workbook_holds_stays(tmp_path: Path) -> None:
    path = workbook_sheet(tmp_path)
    copy = path.with_stem("copy")
    write_corrected(read(path), {(2, "City"): "Neu-Ulm"}, copy, left_out={5})
    book = openpyxl.load_workbook(copy)
    assert book["Other"]["A1"].value == "untouched"
    assert book.worksheets[0].row_dimensions[7].height == 40
    assert book.worksheets[0].cell(6, 3).font.bold
    assert book.worksheets[0].cell(8, 1).value == "1008"


@pytest.mark.parametrize(("corrections", "left_out"), [({(3, "City"): "Ulm"}, ()), ({}, {3})])
def test_a_formula_that_other_rows_share_is_not_taken_away(
    corrections: dict[tuple[int, str], str], left_out: set[int], tmp_path: Path
) -> None:
    """Excel calls a workbook damaged where the first cell of a shared formula is missing."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [HEADERS, *ROWS]:
        sheet.append(row)
    sheet["B3"] = openpyxl.worksheet.formula.ArrayFormula("B3:B4", "=C3:C4")
    path = tmp_path / "edits.xlsx"
    book.save(path)
    with pytest.raises(CannotStart, match="share a formula with row 3"):
        write_corrected(read(path), corrections, tmp_path / "copy.xlsx", left_out)
    assert not (tmp_path / "copy.xlsx").exists()


def test_a_broken_record_of_a_csv_can_be_left_out_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "edits.csv"
    path.write_text("Customer ID,City\n1001,Ulm\n1002,Bonn,too much\n1003,Köln\n", encoding="utf-8")
    with pytest.raises(CannotStart, match="row 3 of the file is broken as a whole"):
        write_corrected(read(path), {(2, "City"): "Neu-Ulm"}, tmp_path / "copy.csv")
    write_corrected(read(path), {(2, "City"): "Neu-Ulm"}, tmp_path / "copy.csv", left_out={3})
    assert cells_of(tmp_path / "copy.csv") == {2: ("1001", "Neu-Ulm"), 4: ("1003", "Köln")}


def test_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="no column “Town”"):
        write_corrected(read(csv_sheet(tmp_path)), {(2, "Town"): "Ulm"}, tmp_path / "copy.csv")


def test_a_letter_that_a_guessed_encoding_does_not_have_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "edits.csv"
    path.write_bytes("Customer ID,City\n1,Köln\n2,Lodz\n".encode("cp1252"))
    copy = path.with_stem("copy")
    write_corrected(read(path), {(3, "City"): "Genève"}, copy)
    assert cells_of(copy) == {2: ("1", "Köln"), 3: ("2", "Genève")}
    refusal = "Windows-1252, which has no “Ł” for row 3. Save the file from Excel as “CSV UTF-8”"
    with pytest.raises(CannotStart, match=refusal):
        write_corrected(read(path), {(3, "City"): "Łódź"}, path.with_stem("other"))
    assert not path.with_stem("other").exists()
