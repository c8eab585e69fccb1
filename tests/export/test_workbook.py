"""The exported sheet: what a person sees and may do in it."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sync.commands.export import export, template
from sync.contract.load import load as load_resource
from sync.contract.mapping import Mapping
from sync.errors import CannotStart, FileRefused
from sync.export import Job, Selection
from sync.export.job import write_headers
from sync.export.rows import spellings
from sync.journal.steps import dumps
from sync.progress import Progress
from sync.settings import Settings
from sync.sheet import read
from sync.stop import StopSignal
from tests.support.excel_rules import broken_rules
from tests.support.exports import DEFAULT, OWN_WORDS, cell_of, run_export, written
from tests.support.fault_records import customer
from tests.support.fault_server import FaultServer


@pytest.fixture
def sheet(server: FaultServer, mapping: Mapping, tmp_path: Path) -> Any:
    run_export(server, tmp_path / "c.xlsx", mapping, with_totals=True)
    return openpyxl.load_workbook(tmp_path / "c.xlsx").active


def test_nothing_is_protected_and_the_ids_are_grey(sheet: Any) -> None:
    """A person may insert and delete columns, sort and filter."""
    assert not sheet.protection.sheet
    assert sheet["A2"].fill.fgColor.rgb not in ("00000000", cell_of(sheet, "Notes", 2).fill.fgColor.rgb)


def test_text_columns_are_text_and_the_header_is_frozen_and_filtered(sheet: Any) -> None:
    assert cell_of(sheet, "Zip Code", 2).number_format == "@"
    assert sheet.column_dimensions["C"].number_format == "@"
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref.startswith("A1:")


def test_choices_are_lists_and_limits_are_kept_by_excel(sheet: Any, mapping: Mapping) -> None:
    rules = {next(iter(rule.sqref.ranges)).min_col: rule for rule in sheet.data_validations.dataValidation}
    for position, column in enumerate(mapping.columns, start=2):
        field = load_resource().field_of(column.target)
        if field.choices:
            assert set(field.choices.values()) <= set(rules[position].formula1.strip('"').split(","))
            assert rules[position].error
        if field.type == "boolean":
            assert rules[position].formula1.startswith('"yes,no')
        if field.type == "string" and field.max_length:
            assert (rules[position].type, rules[position].formula1) == ("textLength", str(field.max_length))


def test_an_answer_is_never_shown_in_a_word_that_the_mapping_reads_as_the_other(tmp_path: Path) -> None:
    spelling = spellings(written(tmp_path, OWN_WORDS))
    assert spelling[1, "net_30"] == "Net 30"
    assert spelling[2, "ACTIVE"] == "Active"
    assert (spelling[4, True], spelling[4, False]) == ("true", "no")


def test_a_note_on_each_header_says_what_the_field_takes(sheet: Any) -> None:
    assert "at most 250 characters" in cell_of(sheet, "Customer Name", 1).comment.text
    assert "<clear> empties it" in cell_of(sheet, "Notes", 1).comment.text


def test_totals_stand_on_the_right_and_are_numbers(sheet: Any) -> None:
    cell = cell_of(sheet, "Total revenue", 2)
    assert (cell.value, cell.number_format) == (1001.25, "#,##0.00")
    assert cell_of(sheet, "Total deferred revenue", 2).value is None  # the API does not say it: empty, never 0
    assert cell_of(sheet, "Currency", 2).value == "USD"


def test_a_template_has_the_headers_and_needs_no_network(mapping: Mapping, tmp_path: Path) -> None:
    done = write_headers(Job(path=tmp_path / "t.xlsx", mapping=mapping))
    sheet = read(tmp_path / "t.xlsx", id_header=mapping.id_header)
    assert (done.rows, list(sheet.rows)) == (0, [])
    assert sheet.headers == ("Customer ID", *(column.header for column in mapping.columns))
    assert openpyxl.load_workbook(tmp_path / "t.xlsx").sheetnames == ["Customers"]  # there is nothing to remember


@pytest.mark.parametrize(
    "write",
    [
        lambda path, settings: template(path, "", settings),
        lambda path, settings: export(path, Selection(), settings, StopSignal(20), Progress()),
    ],
)
def test_an_existing_file_is_never_overwritten(
    server: FaultServer, tmp_path: Path, write: Callable[[Path, Settings], Any]
) -> None:
    (tmp_path / "c.xlsx").write_text("mine")
    with pytest.raises(CannotStart, match="exists already"):
        write(tmp_path / "c.xlsx", Settings(mapping=DEFAULT, base_url=server.url))
    assert (tmp_path / "c.xlsx").read_text() == "mine"
    assert server.log == []


def test_the_file_is_readable_by_its_owner_alone(mapping: Mapping, tmp_path: Path) -> None:
    write_headers(Job(path=tmp_path / "t.xlsx", mapping=mapping))
    assert (tmp_path / "t.xlsx").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such groups")
def test_the_group_that_is_named_may_read_the_file_too(mapping: Mapping, tmp_path: Path) -> None:
    import grp

    write_headers(Job(path=tmp_path / "t.xlsx", mapping=mapping, group=grp.getgrgid(os.getgid()).gr_name))
    assert (tmp_path / "t.xlsx").stat().st_mode & 0o077 == 0o040


def test_a_name_that_excel_does_not_take_for_a_sheet_is_refused(tmp_path: Path) -> None:
    mapping = written(tmp_path, "id: Customer ID\nsheet: a/b\ncolumns: {Notes: notes}\n")
    with pytest.raises(CannotStart, match="does not allow a sheet named “a/b”"):
        write_headers(Job(path=tmp_path / "t.xlsx", mapping=mapping))
    assert dumps(sorted(path.name for path in tmp_path.iterdir())) == '["mapping.yaml"]'


def test_the_workbook_remembers_what_it_exported_with_the_ids_of_contacts(
    server: FaultServer, mapping: Mapping, tmp_path: Path
) -> None:
    contacts = [{"id": 71, "name": "Example", "email": "example@example.com"}]
    server.reset([customer(7, contacts=contacts, notes="bell\x07"), customer(8, contacts=[])])
    run_export(server, tmp_path / "c.xlsx", mapping)
    sheet = read(tmp_path / "c.xlsx", id_header=mapping.id_header)
    memory = sheet.memory
    assert memory is not None
    assert memory.headers == sheet.headers[1:]
    assert list(memory.rows) == ["7", "8"]
    assert memory.item_ids(7) == {"contacts[1]": "71"}
    assert memory.item_ids(8) == {}
    shown = dict(zip(sheet.headers, sheet.rows[0].cells, strict=True))
    remembered = memory.texts(7)
    assert remembered is not None
    assert "Notes" not in remembered  # the cell could not show what the record holds
    assert {header: shown[header] for header in remembered} == dict(remembered)


def test_the_sheet_of_another_export_is_refused_whatever_its_cells_say(
    server: FaultServer, mapping: Mapping, tmp_path: Path
) -> None:
    """Monday's sheet, moved into Wednesday's workbook: what others changed in between would be an edit."""
    books: dict[str, Any] = {}
    for day in "monday", "wednesday":
        run_export(server, tmp_path / f"{day}.xlsx", mapping)
        books[day] = openpyxl.load_workbook(tmp_path / f"{day}.xlsx")
    books["wednesday"].worksheets[0].defined_names = books["monday"].worksheets[0].defined_names
    books["wednesday"].save(tmp_path / "both.xlsx")
    with pytest.raises(FileRefused, match=r"“Customers” comes from another export.* Keep each export in a workbook of"):
        read(tmp_path / "both.xlsx", id_header=mapping.id_header)


def test_an_export_without_its_memory_warns_and_a_template_has_nothing_to_remember(
    server: FaultServer, mapping: Mapping, tmp_path: Path
) -> None:
    """Its sheet was moved into a new workbook, and the hidden one stayed behind."""
    run_export(server, tmp_path / "customers.xlsx", mapping)
    write_headers(Job(path=tmp_path / "empty.xlsx", mapping=mapping))
    book = openpyxl.load_workbook(tmp_path / "customers.xlsx")
    del book[book.sheetnames[1]]
    book.save(tmp_path / "moved.xlsx")
    moved = read(tmp_path / "moved.xlsx", id_header=mapping.id_header)
    assert [warning.kind for warning in moved.warnings] == ["memory_missing"]
    assert moved.memory is None
    for name in "customers.xlsx", "empty.xlsx":
        assert not read(tmp_path / name, id_header=mapping.id_header).warnings


def test_an_export_and_a_template_break_no_rule_of_excel(server: FaultServer, mapping: Mapping, tmp_path: Path) -> None:
    run_export(server, tmp_path / "customers.xlsx", mapping, with_totals=True)
    write_headers(Job(path=tmp_path / "empty.xlsx", mapping=mapping))
    assert broken_rules(tmp_path / "customers.xlsx") == broken_rules(tmp_path / "empty.xlsx") == []


@pytest.mark.parametrize(("first", "repeated"), [(0, "$A:$B"), (1, "$A:$A")])
def test_each_page_of_an_export_says_which_record_its_lines_are_for(
    server: FaultServer, mapping: Mapping, tmp_path: Path, first: int, repeated: str
) -> None:
    """The name is repeated beside the id, where the sheet has it there."""
    run_export(server, tmp_path / "customers.xlsx", replace(mapping, columns=mapping.columns[first:]))
    sheet: Any = openpyxl.load_workbook(tmp_path / "customers.xlsx").active
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$1", repeated)
    assert not sheet.print_area  # a person adds to it
    assert "&F" in str(sheet.oddFooter.left.text)
