"""Rows above the header are left out in a copy, where the person wants that."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.app.conftest import RunningApp
from tests.support.app_client import AppClient

ROWS = [["Customer ID", "City"], ["11", "Ulm"], ["12", "Bonn, Rhein"]]
TITLE = [["Customers, November"], [], ["made up; for, trial"], *ROWS]


def workbook(folder: Path, rows: list[list[str]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active.merge_cells("A1:B1")
    path = folder / "edits.xlsx"
    book.save(path)
    return path


def semicolons(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "edits.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    return path


@pytest.mark.parametrize("write", [workbook, semicolons])
def test_the_row_of_the_header_is_named_and_taken(
    client: AppClient, app: RunningApp, tmp_path: Path, write: Callable[[Path, list[list[str]]], Path]
) -> None:
    app.server.reset(app.server.at_first.values())
    path = write(tmp_path, TITLE)
    content = path.read_bytes()
    sheet = client.upload(path).partition("?")[0]
    page = client.page(sheet)
    assert "Use row 4 as the header" in page
    client.post(f"{sheet}/header", [("worksheet", "Sheet" if path.suffix == ".xlsx" else ""), ("row", "4")])
    page = client.page(sheet)
    assert "Row 4" in page
    assert "There are 2 rows below it. You are working with a copy in which the rows above it are empty." in page
    assert path.read_bytes() == content
    columns = client.post(f"{sheet}/worksheet", [("worksheet", "Sheet" if path.suffix == ".xlsx" else "")])
    problems = client.page(client.post(columns, client.fields(columns).items()))
    assert "No problems in 2 rows" in problems
    assert "what stands above row 4 left out" in problems
    preview = client.post(f"{sheet}/preview")
    assert re.search(r"Send row 6, ", client.page(preview)), "the rows keep their numbers"
    client.send(preview)
    assert app.server.records[12]["city"] == "Bonn, Rhein"


def test_a_title_of_two_cells_is_noticed_where_the_header_below_names_the_ids(
    client: AppClient, tmp_path: Path
) -> None:
    path = semicolons(tmp_path, [["Customers", "November"], ["Customer ID", "City"], ["11", "Ulm"]])
    assert "Is row 2 the header?" in client.page(client.upload(path).partition("?")[0])


@pytest.mark.parametrize("title", ["Customers, November;", "Customers"])
def test_a_title_does_not_hide_the_semicolons_below_it(client: AppClient, tmp_path: Path, title: str) -> None:
    lines = [title, ";", "Nr;City", "11;Ulm"]
    (tmp_path / "edits.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    page = client.page(client.upload(tmp_path / "edits.csv").partition("?")[0])
    assert "Is row 3 the header?" in page
    assert "Delete the rows" not in page, "the button makes it needless"
    assert 'role="alert"' not in page


def test_a_row_that_is_no_number_is_refused_in_words(client: AppClient, tmp_path: Path) -> None:
    sheet = client.upload(semicolons(tmp_path, TITLE)).partition("?")[0]
    back = client.post(f"{sheet}/header", [("worksheet", ""), ("row", "four")])
    assert "“four” is not the number of a row." in client.page(back)


def test_another_row_for_the_header_can_be_taken_back(client: AppClient, tmp_path: Path) -> None:
    path = semicolons(tmp_path, ROWS)
    sheet = client.upload(path).partition("?")[0]
    columns = client.post(f"{sheet}/worksheet", [("worksheet", "")])
    client.post(columns, client.fields(columns).items())
    client.post(f"{sheet}/header", [("worksheet", ""), ("row", "2")])
    assert "Row 2 is the header. There is 1 row below it." in client.page(sheet)
    assert "as you saved them" not in client.page(columns), "that was for other headers"
    back = client.post(f"{sheet}/header", [("worksheet", ""), ("row", "99")])
    assert ">Nothing stands in row 99 or below it." in client.page(back)
    client.post(f"{sheet}/header", [("worksheet", ""), ("row", "1")])
    page = client.page(sheet)
    assert "Row 1 is the header. There are 2 rows below it." in page
    assert "You are working with a copy" not in page
    back = client.post(f"{sheet}/header", [("worksheet", ""), ("row", "99")])
    assert "Nothing stands in row 99 or below it." in client.page(back)
    assert "Row 1 is the header" in client.page(sheet)


def test_a_guess_at_the_encoding_is_still_told_of_a_copy(client: AppClient, tmp_path: Path) -> None:
    path = tmp_path / "edits.csv"
    path.write_bytes("Edits of November;\n;\nCustomer ID;City\n11;Köln\n".encode("cp1252"))
    sheet = client.upload(path).partition("?")[0]
    client.post(f"{sheet}/header", [("worksheet", ""), ("row", "3")])
    columns = client.post(f"{sheet}/worksheet", [("worksheet", "")])
    client.post(columns, client.fields(columns).items())
    page = client.page(client.post(f"{sheet}/preview"))
    assert "read as Windows-1252. Check these words: “Köln”" in page


def test_the_row_of_one_worksheets_header_is_not_taken_in_another(client: AppClient, tmp_path: Path) -> None:
    path = workbook(tmp_path, TITLE)
    book = openpyxl.load_workbook(path)
    other = book.create_sheet("Other")
    for row in ROWS:
        other.append(row)
    book.save(path)
    sheet = client.upload(path).partition("?")[0]
    client.post(f"{sheet}/header", [("worksheet", ""), ("row", "4")])
    client.post(f"{sheet}/worksheet", [("worksheet", "")])
    assert "You are working with a copy" in client.page(sheet)
    client.post(f"{sheet}/worksheet", [("worksheet", "Other")])
    page = client.page(sheet)
    assert "Row 1 of the worksheet “Other” is the header. There are 2 rows below it." in page
    assert "You are working with a copy" not in page
