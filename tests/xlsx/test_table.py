"""A table from a list of columns: its cells, heights and links follow from the list."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from sync.xlsx.writing import row_store
from sync.xlsx.writing.choices import drop_down, list_formula
from sync.xlsx.writing.shell import Frame
from sync.xlsx.writing.styles import MONEY, Style
from sync.xlsx.writing.table import Column, Link, TableWriter

TEXT, WRAPPED, AMOUNT = Style(), Style(wrap=True), Style(number_format=MONEY)
RED = Style(fill="FF0000")


class Invoice(NamedTuple):
    """A line of the table."""

    name: str
    amount: str
    note: str = ""


COLUMNS: list[Column[Invoice]] = [
    Column("Name", 20, TEXT, lambda line: line.name),
    Column("Amount", 12, AMOUNT, lambda line: line.amount),
    Column("Note", 10, WRAPPED, lambda line: line.note),
]


@pytest.fixture
def frame() -> Frame:
    return Frame("Invoices", "Details")


def rows(table: TableWriter[Invoice]) -> Iterator[ElementTree.Element]:
    """The rows as XML."""
    table.rows.file.seek(0)
    yield from ElementTree.fromstring(b"<rows>" + table.rows.file.read() + b"</rows>")


def test_each_column_gives_a_cell_under_its_letter(frame: Frame) -> None:
    table = TableWriter(frame, COLUMNS)
    table.add([Invoice("Example Ltd", "12.50")])
    (row,) = rows(table)
    assert [cell.get("r") for cell in row] == ["A2", "B2", "C2"]
    assert [row[0].findtext(".//t"), row[1].findtext("v"), len(row[2])] == ["Example Ltd", "12.50", 0]


def test_the_headers_and_their_alignment_follow_from_the_columns(frame: Frame) -> None:
    headings = TableWriter(frame, COLUMNS).headings
    assert [(heading.header, heading.width, heading.align) for heading in headings] == [
        ("Name", 20, "left"),
        ("Amount", 12, "right"),
        ("Note", 10, "left"),
    ]


def test_a_row_is_as_high_as_its_wrapped_texts(frame: Frame) -> None:
    table = TableWriter(frame, COLUMNS)
    table.add([Invoice("A name that is long but is not wrapped", "1"), Invoice("b", "1", "a note of several lines")])
    assert [row.get("ht") is not None for row in rows(table)] == [False, True]


def test_a_style_may_depend_on_the_line(frame: Frame) -> None:
    columns = [replace(COLUMNS[0], style_of=lambda line: RED if line.amount == "0" else TEXT)]
    table = TableWriter(frame, columns)
    table.add([Invoice("a", "0"), Invoice("b", "1")])
    assert [row[0].get("s") for row in rows(table)] == [str(frame.style(RED)), str(frame.style(TEXT))]


def test_a_link_underlines_its_cell_and_stops_at_excel_s_limit(frame: Frame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_store, "LINKS", 1)
    table = TableWriter(frame, [replace(COLUMNS[0], link=lambda line: Link("Details", 7))])
    table.add([Invoice("a", "0"), Invoice("b", "0")])
    assert table.rows.links == ['<hyperlink ref="A2" location="\'Details\'!A7" display="Details"/>']
    linked, plain = (row[0].get("s") for row in rows(table))
    assert plain == str(frame.style(TEXT)) != linked


def test_only_the_row_that_leads_somewhere_is_underlined(frame: Frame) -> None:
    table = TableWriter(frame, [replace(COLUMNS[0], link=lambda line: Link("Details", 7) if line.amount else None)])
    table.add([Invoice("a", ""), Invoice("b", "1"), Invoice("c", "")])
    table.add([Invoice("d", "1")])
    styles = [row[0].get("s") for row in rows(table)]
    assert styles[0] == styles[2] == str(frame.style(TEXT)) != styles[1] == styles[3]
    assert [re.findall('ref="(.*?)"', link) for link in table.rows.links] == [["A3"], ["A5"]]


def test_rows_that_do_not_fit_are_counted_and_have_no_links(frame: Frame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_store, "LAST_ROW", 4)
    table = TableWriter(frame, [replace(COLUMNS[0], link=lambda line: Link("Details", 7)), *COLUMNS[1:]])
    for _ in range(2):
        table.add([Invoice("a", "1"), Invoice("b", "2", "a note of several lines"), Invoice("c", "3")])
    assert [row[0].findtext(".//t") for row in rows(table)] == ["a", "b"]
    assert (table.rows.left_out, len(table.rows.links)) == (4, 2)


def test_what_leads_to_a_row_that_does_not_fit_leads_to_the_last_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_store, "LAST_ROW", 4)
    assert [row_store.SheetRows().number(ahead) for ahead in (0, 1, 2, 7)] == [2, 3, 4, 4]


def test_a_drop_down_list_warns_and_does_not_insist() -> None:
    validation = drop_down(["Net 30", 'the "usual"'], "C")
    assert validation is not None
    assert validation.formula1 == '"Net 30,the ""usual"""'
    assert (validation.errorStyle, str(validation.sqref)) == ("warning", "C2:C1048576")


@pytest.mark.parametrize("choices", [[], ["a,b"], ["x" * 256]])
def test_choices_that_excel_cannot_hold_get_no_list(choices: list[str]) -> None:
    assert list_formula(choices) is None
    assert drop_down(choices, "C") is None
