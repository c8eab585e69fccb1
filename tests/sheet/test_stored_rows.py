"""The rows of a long sheet lie on disk, block by block, and are read as if they were held."""

import os
import tempfile
from dataclasses import fields
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from sync.model import Cell, Row, Sheet
from sync.scratch import NoScratchSpace, Spool
from sync.sheet import read, snapshot, stored_rows
from sync.sheet.stored_rows import RowStore
from tests.support.memory import counted_from_now_on
from tests.support.sheet_files import number, packed, parts_of, text

MERGED = '<mergeCells><mergeCell ref="B4:B6"/><mergeCell ref="C8:D8"/></mergeCells>'


def stored(*rows: Row) -> RowStore:
    store = RowStore()
    for row in rows:
        store.add(row)
    return store


def numbered(count: int) -> list[Row]:
    return [Row(number, (str(number), "", "\ud800ü")) for number in range(2, count + 2)]


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_rows, "BLOCK", 3)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 6, 7])
def test_rows_come_back_as_they_were_and_as_often_as_they_are_asked_for(count: int) -> None:
    rows = numbered(count)
    found = stored(*rows).rows()
    assert (len(found), list(found), list(found)) == (count, rows, rows)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("cells", [("a", "b", "c", "d"), ("a", "b"), ("a\0b", "c", "\0"), ("\0", "", ""), ()])
def test_a_row_that_is_unlike_the_others_of_its_block_comes_back_as_it_was(cells: tuple[str, ...]) -> None:
    rows = numbered(7)
    rows[4] = Row(6, cells)
    assert list(stored(*rows).rows()) == rows
    assert list(stored(*[Row(number, cells) for number in range(5)]).rows())[3].cells == cells


@pytest.mark.usefixtures("small_blocks")
def test_a_row_keeps_all_that_is_known_of_it() -> None:
    cell = Cell(*(f"a {part.name}" for part in fields(Cell)))  # type: ignore[arg-type]
    row = Row(7, ("1", "2"), {1: cell}, (("ragged", "1 cell"),), (0,), (1,))
    (found,) = stored(row).rows()
    assert (found, found.cell_meta[1]) == (row, cell)


@pytest.mark.usefixtures("small_blocks")
def test_single_rows_and_slices_are_found_by_their_place() -> None:
    rows = numbered(7)
    found = stored(*rows).rows()
    assert [found[at] for at in (0, 2, 3, 6, -1)] == [rows[at] for at in (0, 2, 3, 6, -1)]
    assert (found[1:5], found[4:]) == (rows[1:5], rows[4:])
    with pytest.raises(IndexError):
        found[7]


@pytest.mark.usefixtures("small_blocks")
def test_changes_are_made_one_after_the_other_in_every_block() -> None:
    rows = stored(*numbered(5)).rows()
    doubled = rows.changed(lambda _, block: [row._replace(number=row.number * 2) for row in block])
    placed = doubled.changed(lambda first, block: [row._replace(cells=(str(first),)) for row in block])
    assert [(row.number, row.cells) for row in placed] == [
        (4, ("0",)),
        (6, ("0",)),
        (8, ("0",)),
        (10, ("3",)),
        (12, ("3",)),
    ]
    assert [row.number for row in rows] == [2, 3, 4, 5, 6]


def shuffled_workbook(path: Path) -> Path:
    """A workbook with what only the whole sheet tells: merged cells, hidden rows, columns without a header."""
    rows = f'<row r="1">{text("A1", "Customer ID")}{text("C1", "Name")}</row>'
    for row in range(2, 12):
        hidden = ' hidden="1"' if row in {5, 9} else ""
        cells = number(f"A{row}", str(row)) + (number(f"B{row}", f"{row}.5") if row in {7, 10} else "")
        cells += text(f"C{row}", f"n{row}") + (text(f"E{row}", "late") if row == 11 else "")
        rows += f'<row r="{row}"{hidden}>{cells}</row>'
    return packed(path, parts_of(rows, after=MERGED))


def held(path: Path) -> tuple[Sheet, list[Row]]:
    sheet = read(path, id_header="Customer ID")
    return sheet, list(sheet.rows)


def test_a_workbook_is_read_alike_in_blocks_and_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shuffled_workbook(tmp_path / "edits.xlsx")
    whole, rows = held(path)
    assert [row.number for row in rows if any(cell.kind == "merged" for cell in row.cell_meta.values())] == [4, 5, 6, 8]
    assert [(warning.rows, warning.first_row) for warning in whole.warnings] == [(2, 7), (1, 11)]
    assert list(whole.hidden_rows) == [5, 9]
    for size in (1, 2, 3, 7):
        monkeypatch.setattr(stored_rows, "BLOCK", size)
        sheet, in_blocks = held(path)
        assert in_blocks == rows
        assert (sheet.headers, sheet.warnings, sheet.hidden_rows) == (whole.headers, whole.warnings, whole.hidden_rows)


def test_a_csv_is_read_alike_in_blocks_and_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "edits.csv"
    path.write_text("Customer ID,,Name,,\n1,,a,,\n2,x,b,,\n3,,c\n4,y,#REF!,,\n5,,=1+1,,\n", encoding="utf-8")
    whole, rows = held(path)
    assert (whole.headers, whole.warnings[0].rows) == (("Customer ID", "", "Name"), 2)
    monkeypatch.setattr(stored_rows, "BLOCK", 2)
    assert held(path)[1] == rows


def test_no_more_than_a_block_of_rows_is_held_while_a_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_rows, "BLOCK", 50)
    path = tmp_path / "edits.csv"
    path.write_text("Customer ID,Name\n" + "".join(f"{n},Example {n}\n" for n in range(1, 1001)), encoding="utf-8")
    put_aside: list[int] = []
    add = Spool.add

    def counted(spool: Spool[Any], value: Any) -> None:
        put_aside.append(len(value[1][0]))
        add(spool, value)

    monkeypatch.setattr(Spool, "add", counted)
    with counted_from_now_on() as count:
        sheet = read(path, id_header="Customer ID")
        assert put_aside == [50] * 20
        counts = [count(Row) for at, _ in enumerate(sheet.rows) if at % 100 == 0]
    assert 0 < max(counts) <= 110  # a block, and the one after it


def test_what_is_put_aside_lies_in_a_file_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    spool: Spool[str] = Spool()
    for digit in "012345":
        spool.add(digit * (1 << 20))
    assert [content[:2] for content in spool] == ["00", "11", "22", "33", "44", "55"]
    if os.name != "nt":
        assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_without_room_for_temporary_files_a_person_is_told_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda buffering: FileIO("/dev/full", "r+"))
    with pytest.raises(NoScratchSpace, match="TMPDIR"):
        Spool[str]().add("x" * (6 << 20))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_without_room_for_a_copy_of_the_file_the_file_is_not_blamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda buffering: FileIO("/dev/full", "r+"))
    monkeypatch.setattr(snapshot, "_IN_MEMORY", 10)
    (tmp_path / "edits.csv").write_text("Customer ID,Notes\n1,new\n")
    with pytest.raises(NoScratchSpace, match="TMPDIR"):
        read(tmp_path / "edits.csv", id_header="Customer ID")
