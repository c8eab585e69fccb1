"""The file of ids."""

from pathlib import Path

import openpyxl
import pytest

from sync.contract.mapping import Mapping
from sync.errors import FileRefused
from sync.export.selection import ids_of


@pytest.mark.parametrize(
    ("name", "content", "ids"),
    [
        ("ids.txt", "7\n8\n\n 007 \n", [7, 8]),
        ("ids.csv", "\ufeffCustomer ID\r\n7\r\n9\r\n", [7, 9]),
        ("ids.csv", "Name,customer id\nExample,7\nOther,12.0\n", [7, 12]),
        ("ids.tsv", "Name\tCustomer ID\nExample\t7\nAgain\t7\n", [7]),
    ],
)
def test_ids_are_a_list_or_a_sheet(mapping: Mapping, tmp_path: Path, name: str, content: str, ids: list[int]) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8", newline="")
    assert ids_of(tmp_path / name, mapping) == ids


def test_the_ids_of_a_workbook_are_read(mapping: Mapping, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Customer ID", "x"], [5, "a"], ["0012", None]):
        book.active.append(row)
    book.save(tmp_path / "ids.xlsx")
    assert ids_of(tmp_path / "ids.xlsx", mapping) == [5, 12]


@pytest.mark.parametrize(
    "content", ["", "Customer ID\n", "Customer ID,Name\n7,a\n1E3,b\n", "Customer ID,Name\n,a\n", "7\nx\n"]
)
def test_a_file_with_anything_but_ids_is_refused(mapping: Mapping, tmp_path: Path, content: str) -> None:
    (tmp_path / "ids.csv").write_text(content)
    with pytest.raises(FileRefused):
        ids_of(tmp_path / "ids.csv", mapping)
