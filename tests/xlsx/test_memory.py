"""The memory of an exported workbook: what is written is what is read, whichever program saved the file in between."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.model import ExportMemory, RememberedRow
from sync.xlsx.memory import (
    MARK,
    NAME,
    SHEET,
    MemoryDamaged,
    MemoryOfAnother,
    as_formula,
    new_token,
    packed_head,
    packed_row,
    unpacked,
)
from sync.xlsx.reading.cell import CellReader
from sync.xlsx.reading.package import opened
from sync.xlsx.reading.workbook import read_workbook
from sync.xlsx.reading.worksheet import Worksheet
from sync.xlsx.writing.memory import MemorySheet
from sync.xlsx.writing.package import splice
from sync.xlsx.writing.shell import Frame
from tests.support.office import saved_by_libreoffice

AWKWARD = [
    "", "02134", "=1+1", "@cmd", "+44 555 0100", "<clear>", 'a & b <c> "d" \\u0041 \\', "two\nlines", "tab\there",
    "_x000D_", "_x005F_", "no\u00a0break", "\u2028line", "\u200bzero", "e\u0301", "😀", "\ud800", "\ufffe", "\x7f\x85",
    "TRUE", "1E5", "[1]", "null", "x" * 32_767, "😀 " * 16_000, " x" * 16_000, "&" * 32_767,
]  # fmt: skip
KEYS = ("007", "7", "A & B", '"7"', "_x0041_", " a b ")
BY_KEY = ExportMemory(("A",), (), dict.fromkeys(KEYS, ("x",)), "external_id")
MEMORY = ExportMemory(
    ("Customer Name", "=Terms", "Notes & more"),
    ("contacts[1]", "contacts[2]"),
    {str(n): (text, "Net 30", None, str(n), "c-1") for n, text in enumerate(AWKWARD, start=1)}
    | {"900": ("", "", "", None, None), "1" * 19: ("1", "2", "3", "1" * 19, "2")},
    base_url="https://api.example.com",
)


def written(path: Path, memory: ExportMemory) -> Path:
    """A workbook with one visible sheet and this memory."""
    frame, sheet = Frame("Customers"), MemorySheet(memory.headers, memory.items, memory.key, memory.base_url)
    frame.sheet("Customers")["A1"] = "Customer ID"
    for record_id, row in memory.rows.items():
        sheet.add(record_id, row)
    sheet.put_into(frame, "Customers")
    made = BytesIO()
    frame.save(made)
    with ZipFile(made) as zipped, path.open("wb") as file:
        splice(made, sheet.part(zipped.read), file)
    sheet.close()
    return path


def read(path: Path) -> ExportMemory:
    """The memory, read as the product reads any sheet."""
    with opened(path) as package:
        workbook = read_workbook(package)
        entry = next(entry for entry in workbook.sheets if entry.name == SHEET)
        rows = Worksheet(package, entry, CellReader(workbook)).rows()
        return unpacked(list(row.texts) for row in rows)


def formula(path: Path) -> str:
    """What the name of the visible sheet stands for."""
    with opened(path) as package:
        return read_workbook(package).names["Customers", NAME]


def by_openpyxl(path: Path) -> Path:
    """Saved after its rows and columns have moved, and other sheets stand before it."""
    book = openpyxl.load_workbook(path)
    book["Customers"].insert_rows(1)
    book["Customers"].delete_rows(1)
    book["Customers"].delete_cols(2)
    book.create_sheet("Notes", 0)
    book.save(path)
    return path


@pytest.mark.parametrize(
    "save", [lambda path: path, by_openpyxl, saved_by_libreoffice], ids=["as written", "openpyxl", "LibreOffice"]
)
def test_the_memory_survives_saving(tmp_path: Path, save: Callable[[Path], Path]) -> None:
    path = written(tmp_path / "c.xlsx", MEMORY)
    token = formula(path)
    saved = save(path)
    assert (read(saved), formula(saved)) == (MEMORY, token)


def test_records_may_go_by_another_field_than_the_id(tmp_path: Path) -> None:
    assert read(by_openpyxl(written(tmp_path / "c.xlsx", BY_KEY))) == BY_KEY


def test_excel_does_not_offer_to_show_the_sheet(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(tmp_path / "c.xlsx", MEMORY))
    assert book[SHEET].sheet_state == "veryHidden"
    assert book.active is not None
    assert book.active.title == "Customers"
    assert book[SHEET]["A1"].value == MARK


TEXTS = st.none() | st.text(max_size=30) | st.sampled_from(AWKWARD[:-4])


@given(st.dictionaries(st.integers(1, 2**63).map(str), st.tuples(TEXTS, TEXTS, TEXTS), max_size=5))
def test_what_is_packed_comes_back(rows: dict[str, RememberedRow]) -> None:
    memory = ExportMemory(("A", "B"), ("c",), rows)
    assert unpacked(packed(memory)) == memory


def test_a_memory_does_not_count_for_the_sheet_of_another_export() -> None:
    mine, other = new_token(), new_token()
    rows = [[MARK], packed_head(["A"], [], token=mine), packed_row(7, ("a",))]
    assert list(unpacked(rows, as_formula(mine)).rows) == ["7"]
    with pytest.raises(MemoryOfAnother):
        unpacked(rows, as_formula(other))
    with pytest.raises(MemoryOfAnother):  # an export of an earlier version has no token
        unpacked([[MARK], packed_head(["A"], [])], as_formula(other))


@pytest.mark.parametrize("formula", ["", "#REF!", "#NAME?", "Customers!$A$1", '""'])
def test_a_name_that_a_program_dropped_or_spoiled_tells_nothing(formula: str) -> None:
    assert unpacked([[MARK], packed_head(["A"], [], token=new_token())], formula).headers == ("A",)


def test_a_cell_that_could_not_be_shown_and_an_item_that_was_not_there_are_not_remembered() -> None:
    assert MEMORY.texts(1) == {"Customer Name": "", "=Terms": "Net 30"}
    assert MEMORY.item_ids(1) == {"contacts[1]": "1", "contacts[2]": "c-1"}
    assert MEMORY.item_ids("900") == {}
    assert MEMORY.texts(901) is None


def test_no_cell_holds_more_than_excel_takes_or_anything_that_xml_escapes() -> None:
    for cells in packed(MEMORY):
        for text in cells:
            assert len(text.encode("utf-16-le")) // 2 <= 32_767
            assert not set("&<>") & set(text)
            assert text == text.strip()


def packed(memory: ExportMemory) -> Iterator[list[str]]:
    yield [MARK]
    yield packed_head(memory.headers, memory.items, memory.key, base_url=memory.base_url)
    for record_id, row in memory.rows.items():
        yield []  # a program may put an empty row anywhere
        yield packed_row(record_id, row)


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([], "first cell"),
        ([["campfire-sync memory 2"]], "first cell"),
        ([[MARK]], "headers"),
        ([[MARK], ["id", "{}"]], "headers"),
        ([[MARK], ["id", '{"headers":[1],"items":[]}']], "headers"),
        ([[MARK], ["id", '{"headers":["A"],"items":[]}'], ["7", '["a"']], "row of “7”"),
        ([[MARK], ["id", '{"headers":["A"],"items":[]}'], ["7", '["a","b"]']], "row of “7”"),
        ([[MARK], ["id", '{"headers":["A"],"items":[]}'], ["7", "[1]"]], "row of “7”"),
        ([[MARK], ["id", '{"headers":["A"],"items":["c"]}'], ["7", '["a",true]']], "row of “7”"),
        ([[MARK], ["id", '{"headers":["A"],"items":[]}'], ["x", '["a"]']], "row of “x”"),
        ([[MARK], ["id", '{"headers":["A"],"items":[]}'], ["7", "[" * 100_000]], "row of “7”"),
        ([[MARK], ["id", '{"headers":["A"],"items":[]}'], ["7", '["a"]'], ["7", '["b"]']], "7 is in it twice"),
    ],
)
def test_a_damaged_memory_is_refused(rows: list[list[str]], wrong: str) -> None:
    with pytest.raises(MemoryDamaged, match=wrong):
        unpacked(rows)
