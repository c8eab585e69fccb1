"""`--columns`: the headers to export."""

from pathlib import Path

import pytest

from sync.contract.mapping import Mapping
from sync.errors import CannotStart
from sync.export import Job
from sync.export.job import write_headers
from sync.export.selection import with_columns
from sync.sheet import read
from tests.support.exports import run_export, texts, written
from tests.support.fault_server import FaultServer


@pytest.mark.parametrize(
    ("asked", "headers"),
    [
        ("Notes,Zip Code", ["Notes", "Zip Code"]),
        (" zip  code , NOTES,notes", ["Zip Code", "Notes"]),
        ("Customer ID,Notes", ["Notes"]),
        ("Notes,", ["Notes"]),
    ],
)
def test_those_headers_alone_are_chosen_in_the_order_given(mapping: Mapping, asked: str, headers: list[str]) -> None:
    assert [column.header for column in with_columns(mapping, asked).columns] == headers


def test_a_header_that_holds_a_comma_stands_in_quotes(tmp_path: Path) -> None:
    mapping = written(tmp_path, 'id: Customer ID\ncolumns: {"City, State": city, Notes: notes}\n')
    columns = with_columns(mapping, 'Notes, "City, State"').columns
    assert [column.header for column in columns] == ["Notes", "City, State"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("Notes,Zip Cod", "no column “Zip Cod”. Did you mean “Zip Code”\\?"),
        ("xyzzy", "no column “xyzzy”. campfire-sync mapping show lists the columns"),
        ("Customer ID", "names no column to edit"),
        (",", "names no column to edit"),
    ],
)
def test_an_unknown_header_is_refused_with_the_nearest(mapping: Mapping, asked: str, message: str) -> None:
    with pytest.raises(CannotStart, match=message):
        with_columns(mapping, asked)


def test_the_sheet_has_the_id_and_those_columns(server: FaultServer, mapping: Mapping, tmp_path: Path) -> None:
    run_export(server, tmp_path / "c.xlsx", with_columns(mapping, "Notes,Zip Code"))
    assert set(map(tuple, texts(tmp_path / "c.xlsx", mapping).values())) == {("Customer ID", "Notes", "Zip Code")}


def test_a_template_has_those_columns_too(mapping: Mapping, tmp_path: Path) -> None:
    write_headers(Job(path=tmp_path / "t.xlsx", mapping=with_columns(mapping, "Notes")))
    assert read(tmp_path / "t.xlsx", id_header=mapping.id_header).headers == ("Customer ID", "Notes")
