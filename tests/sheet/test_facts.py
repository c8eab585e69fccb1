"""What a Sheet tells beside its texts: the hash of its file, what is hidden or struck through, other sheets, memory."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font

from sync import sheet
from sync.errors import FileRefused
from sync.model import ExportMemory, Sheet
from sync.xlsx.memory import MARK, SHEET, packed_head, packed_row
from tests.support.sheet_files import HEADER, number, packed, parts_of, text, with_cell


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "edits.xlsx"


def read(path: Path, **options: str) -> Sheet:
    return sheet.read(path, **{"id_header": "Customer ID", **options})


def refusal(path: Path, **options: str) -> str:
    with pytest.raises(FileRefused) as refused:
        read(path, **options)
    return str(refused.value)


def kinds(read_back: Sheet) -> list[str]:
    return [warning.kind for warning in read_back.warnings]


# --- the file's hash ---


def test_the_hash_is_that_of_the_bytes_that_were_read(tmp_path: Path, book: Path) -> None:
    edits = tmp_path / "edits.csv"
    edits.write_bytes(b"Customer ID,City\n1,K\xf6ln\n")
    packed(book, parts_of(with_cell(text("B2", "x"))))
    for path in edits, book:
        assert read(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("name", ["edits.csv", "edits.xlsx"])
def test_a_file_that_is_replaced_while_it_is_read_is_read_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path, new = tmp_path / name, tmp_path / f"new-{name}"
    for file, city in (path, "Bonn"), (new, "Jena"):
        if name.endswith(".csv"):
            file.write_text(f"Customer ID,City\n1,{city}\n", encoding="utf-8")
        else:
            packed(file, parts_of(with_cell(text("B2", city))))
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    check_content = sheet.reader._check_content

    def replaced(copy: sheet.reader.Snapshot) -> None:
        new.replace(path)
        check_content(copy)

    monkeypatch.setattr(sheet.reader, "_check_content", replaced)
    read_back = read(path)
    assert (read_back.rows[0].cells[1], read_back.sha256) == ("Bonn", before)


def test_a_file_that_is_written_to_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "edits.csv"
    path.write_text("Customer ID,City\n" + "1,Bonn\n" * 400_000, encoding="utf-8")
    sha256 = hashlib.sha256

    class Writing:
        def __init__(self) -> None:
            self.digest = sha256()

        def update(self, block: bytes) -> None:
            self.digest.update(block)
            with path.open("a", encoding="utf-8") as file:
                file.write("2,Jena\n")

    monkeypatch.setattr("sync.sheet.snapshot.hashlib.sha256", Writing)
    assert "changed while it was being read" in refusal(path)


# --- hidden, struck through, numbers ---


def test_hidden_rows_are_told_by_their_numbers(book: Path) -> None:
    with xlsxwriter.Workbook(book) as written:
        page = written.add_worksheet()
        page.write_column(0, 0, ["Customer ID", 1, 2, 3])
        page.set_row(2, options={"hidden": True})
        page.set_row(3, 0)
    assert list(read(book).hidden_rows) == [3, 4]


def test_hidden_columns_are_told_by_their_positions(book: Path) -> None:
    with xlsxwriter.Workbook(book) as written:
        page = written.add_worksheet()
        page.write_row(0, 0, ["Customer ID", "A", None, "B", "C", "D"])
        page.write_row(1, 0, [1, "a", None, "b", "c", "d"])
        page.set_column("B:B", options={"hidden": True})
        page.set_column("E:XFD", options={"hidden": True})
    assert read(book).hidden_columns == {1, 3, 4}


def test_cells_that_are_struck_through_are_told_wholly_or_partly_and_empty_ones_are_not(book: Path) -> None:
    with xlsxwriter.Workbook(book) as written:
        page = written.add_worksheet()
        struck = written.add_format({"font_strikeout": True})
        page.write_row(0, 0, ["Customer ID", "A", "B", "C"])
        page.write_row(1, 0, [1, "x", "x", "x"])
        page.write_row(2, 0, [2, "x"])
        page.write_string(2, 2, "gone", struck)
        page.write_blank(2, 3, None, struck)
        page.write_number(3, 0, 3, struck)
        page.write_rich_string(3, 1, "kept ", struck, "gone")
        page.write_rich_string(3, 2, "kept ", written.add_format({"bold": True}), "too")
    assert [row.struck_through for row in read(book).rows] == [(), (2,), (0, 1)]


def test_a_struck_cell_is_told_in_a_column_that_turns_up_late(book: Path) -> None:
    """In row 2 the column has a blank alone, so it is none of the sheet's yet."""
    with xlsxwriter.Workbook(book) as written:
        page = written.add_worksheet()
        struck = written.add_format({"font_strikeout": True})
        page.write_row(0, 0, ["Customer ID"])
        for row, text in enumerate(["\u00a0", "x"], start=1):
            page.write_number(row, 0, row)
            page.write_string(row, 3, text, struck)
    assert [row.struck_through for row in read(book).rows] == [(), (1,)]


def test_a_struck_text_of_a_cells_own_is_told(book: Path) -> None:
    run = "<r><rPr><strike/></rPr><t>gone</t></r>"
    packed(book, parts_of(with_cell(f'<c r="B2" t="inlineStr"><is>{run}</is></c>')))
    assert read(book).rows[0].struck_through == (1,)


def test_number_cells_are_told_where_their_format_shows_no_leading_zeros_and_no_date(book: Path) -> None:
    written = openpyxl.Workbook()
    page = written.worksheets[0]
    page.append(["Customer ID", "General", "Text", "Zip", "SSN", "Day", "Money", "A text"])
    page.append([1, 2134, 2134, 2134, 2134, 45000, 2134, "2134"])
    for letters, code in [("C", "@"), ("D", "00000"), ("E", "000-00-0000"), ("F", "d/m/yy"), ("G", "#,##0.00")]:
        page[f"{letters}2"].number_format = code
    page["A2"].font = Font(bold=True)
    written.save(book)
    read_back = read(book)
    assert [read_back.headers[position] for position in read_back.rows[0].numbers] == [
        "Customer ID", "General", "Text", "Money",
    ]  # fmt: skip


def test_positions_count_columns_without_a_header_that_have_data(book: Path) -> None:
    rows = (
        f'<row r="1">{text("A1", "Customer ID")}{text("C1", "Zip")}</row>'
        f'<row r="2">{number("A2", "1")}{number("C2", "7")}</row>'
        f'<row r="3">{number("A3", "2")}{number("B3", "5")}{number("C3", "8")}</row>'
    )
    read_back = read(packed(book, parts_of(rows)))
    assert read_back.headers == ("Customer ID", "", "Zip")
    assert [row.numbers for row in read_back.rows] == [(0, 2), (0, 1, 2)]


# --- other sheets ---


def three_sheets(path: Path, active: int = 0) -> Path:
    written = openpyxl.Workbook()
    written.worksheets[0].title = "Notes"
    for name in "June", "July", "Old":
        written.create_sheet(name).append(["Customer ID", "City"])
    written["Notes"].append(["Customer ID", "City"])
    written["Old"].sheet_state = "hidden"
    written.active = active
    written.save(path)
    return path


def test_other_visible_sheets_with_the_id_column_are_a_warning_that_names_them(book: Path) -> None:
    (warning,) = read(three_sheets(book, active=2)).warnings
    assert warning.kind == "other_sheets"
    assert "the sheet “Notes” was read" in warning.message
    assert "“June” and “July” (the one that the workbook opens on)" in warning.message
    assert "Old" not in warning.message


def test_a_sheet_that_somebody_has_named_is_meant(book: Path) -> None:
    three_sheets(book)
    assert kinds(read(book, sheet="June")) == kinds(read(book, mapped_sheet="June")) == []


def test_sheets_without_the_id_column_or_that_cannot_be_read_are_not_among_them(book: Path) -> None:
    three_sheets(book)
    with ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet2.xml"] = parts["xl/worksheets/sheet2.xml"].replace(b"Customer ID", b"Customer")
    parts["xl/worksheets/sheet3.xml"] = b"<worksheet"
    assert read(packed(book, parts)).warnings == ()


def test_an_empty_sheet_is_refused_with_the_sheets_that_have_the_ids(book: Path) -> None:
    three_sheets(book)
    written = openpyxl.load_workbook(book)
    written["Notes"].delete_rows(1)
    written.save(book)
    assert "the sheet “Notes” is empty. The sheet “June” has the column “Customer ID”." in refusal(book)


def emptied(path: Path) -> Path:
    written = openpyxl.load_workbook(three_sheets(path))
    written["Notes"].delete_rows(1)
    written.save(path)
    return path


def first_without_ids(path: Path) -> Path:
    written = openpyxl.load_workbook(three_sheets(path))
    written["Notes"]["A1"].value = "Text"
    written.save(path)
    return path


def without_ids(path: Path) -> Path:
    written = openpyxl.Workbook()
    written.active.append(["Customer", "City"])
    written.save(path)
    return path


def with_a_title(path: Path) -> Path:
    written = openpyxl.Workbook()
    written.active.append(["Moves of November"])
    written.active.append(["Customer ID", "City"])
    written.save(path)
    return path


@pytest.mark.parametrize(
    ("make", "remedy"),
    [
        (emptied, "Fill it in, or choose another worksheet."),
        (first_without_ids, "Choose the worksheet “June” in the step Sheet."),
        (without_ids, "Choose the column that holds the ids in the step Columns."),
        (with_a_title, "Delete row 1 in Excel and save, or say in the step Sheet that row 2 is the header."),
    ],
)
def test_in_the_app_a_sheet_is_refused_with_what_can_be_done_there(
    book: Path, make: Callable[[Path], Path], remedy: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        read(make(book))
    assert refused.value.in_app.endswith(f" {remedy}")
    assert "campfire-sync" not in refused.value.in_app
    assert "--" not in refused.value.in_app


def test_a_wrong_sheet_is_refused_with_the_nearest_right_one(book: Path) -> None:
    assert "there is no sheet “Jun”. Did you mean “June”?" in refusal(three_sheets(book), sheet="Jun")
    cyrillic = refusal(book, sheet="Jun\u0435")
    assert "Its “\u0435” (U+0435) is a Cyrillic letter, not a Latin one. Did you mean “June”?" in cyrillic


def test_the_memory_of_an_export_is_not_among_the_sheets_to_choose_from(book: Path) -> None:
    remembering(book, remembered())
    message = refusal(book, sheet="Nothing like it")
    assert "The workbook has: " in message
    assert SHEET not in message


# --- the name of the file ---


@pytest.mark.parametrize("name", ["edit.csv", "edits", "EDITS.XLSX", "edits-march.csv"])
def test_a_file_that_is_not_there_is_said_to_be_missing_with_the_nearest_name(tmp_path: Path, name: str) -> None:
    for there in "edits.csv", "~$edits.csv", "edits.pdf", "customers.csv":
        (tmp_path / there).write_text("Customer ID\n1\n", encoding="utf-8")
    assert refusal(tmp_path / name) == f"{name}: there is no such file. Did you mean edits.csv?"


def test_where_nothing_is_like_it_nothing_is_suggested(tmp_path: Path) -> None:
    assert "Check the name and the folder" in refusal(tmp_path / "edits.ods")
    assert "there is no folder" in refusal(tmp_path / "march" / "edits.csv")
    for there in "~$edits.xlsx", ".edits.xlsx":
        (tmp_path / there).write_bytes(b"x")
    assert "Check the name and the folder" in refusal(tmp_path / "edits.xlsx"), "neither is a file of the person's"


# --- the memory of an export ---

MEMORY = ExportMemory(("City", "Zip"), ("contacts[1]",), {"115": ("Bonn", "02134", "c-1"), "9": ("", None, None)})


def remembering(path: Path, rows: Iterator[list[str]]) -> Path:
    written = openpyxl.Workbook()
    written.worksheets[0].append(["Customer ID", "City"])
    written.worksheets[0].append([115, "Jena"])
    page = written.create_sheet(SHEET)
    page.sheet_state = "veryHidden"
    for row in rows:
        page.append(row)
    written.save(path)
    return path


def remembered() -> Iterator[list[str]]:
    yield [MARK]
    yield packed_head(MEMORY.headers, MEMORY.items)
    yield from (packed_row(record_id, row) for record_id, row in MEMORY.rows.items())


def test_the_memory_of_an_export_is_read_beside_its_sheet(book: Path) -> None:
    read_back = read(remembering(book, remembered()))
    assert (read_back.name, read_back.memory, kinds(read_back)) == ("Sheet", MEMORY, [])
    assert read_back.goes_on


def test_a_workbook_without_one_has_none(book: Path) -> None:
    plain = read(three_sheets(book))
    assert plain.memory is None
    assert not plain.goes_on


def test_a_damaged_memory_is_refused_and_never_passed_over(book: Path) -> None:
    message = refusal(remembering(book, iter([[MARK], ["id", "{"]])))
    assert "what this export remembers is damaged" in message
    assert "Export again" in message


@pytest.mark.parametrize(
    "name",
    ["_CAMPFIRE_MEMORY", f"{SHEET}1", f"{SHEET} (2)", f"{SHEET}_2", f"Copy of {SHEET}", "Sheet7"],
    ids=["another case", "openpyxl", "Excel", "LibreOffice", "Google", "renamed"],
)
@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside the export's own"])
def test_a_memory_under_another_name_is_refused_since_it_may_be_that_of_another_export(
    book: Path, name: str, beside: bool
) -> None:
    remembering(book, remembered())
    written = openpyxl.load_workbook(book)
    copy = written.copy_worksheet(written[SHEET])
    copy.sheet_state = "hidden"
    if not beside:
        del written[SHEET]
    copy._WorkbookChild__title = name  # type: ignore[attr-defined]  # `title` takes no second name in another case
    written.save(book)
    message = refusal(book)
    assert "cannot be told which sheet belongs to which export" in message
    assert f"“{name}”" in message
    assert "Keep each export in a workbook of its own" in message


def test_hidden_sheets_of_another_kind_are_nobodys_memory(book: Path) -> None:
    written = openpyxl.load_workbook(three_sheets(book))
    written.create_sheet("Empty").sheet_state = "veryHidden"
    written.save(book)
    assert read(book).memory is None


# --- arrays ---


def test_every_cell_of_an_array_without_results_is_a_problem(book: Path) -> None:
    rows = (
        HEADER
        + f'<row r="2">{number("A2", "1")}<c r="B2"><f t="array" ref="B2:C4">A2:A4*2</f></c></row>'
        + f'<row r="3">{number("A3", "2")}<c r="C3"/></row>'
        + f'<row r="4">{number("A4", "3")}{text("B4", "typed")}</row>'
        + f'<row r="5">{number("A5", "4")}</row>'
    )
    marks = [{position: cell.kind for position, cell in row.cell_meta.items()} for row in
             read(packed(book, parts_of(rows))).rows]  # fmt: skip
    missing = "formula_without_result"
    assert marks == [{1: missing, 2: missing}, {1: missing, 2: missing}, {2: missing}, {}]


def test_an_array_with_results_is_read(book: Path) -> None:
    cell = '<c r="B2"><f t="array" ref="B2:B3">A2:A3*2</f><v>230</v></c>'
    rows = with_cell(cell) + f'<row r="3">{number("A3", "116")}{number("B3", "232")}</row>'
    assert [row.cells for row in read(packed(book, parts_of(rows))).rows] == [("115", "230"), ("116", "232")]


def test_the_copy_of_a_long_file_is_read_from_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.sheet.snapshot._IN_MEMORY", 10)
    path = tmp_path / "edits.csv"
    path.write_text("Customer ID,City\n1,Bonn\n", encoding="utf-8")
    assert read(path).rows[0].cells == ("1", "Bonn")
    packed(tmp_path / "edits.xlsx", parts_of(with_cell(text("B2", "x"))))
    assert read(tmp_path / "edits.xlsx").rows[0].cells == ("115", "x")
