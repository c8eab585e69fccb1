"""The second round: what To fix sends when the results workbook is run, after others have edited in between."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from sync.commands.check import check
from sync.commands.result import RunResult
from sync.commands.run import run
from sync.errors import FileRefused
from sync.mapping import load as mappings
from sync.settings import Settings
from sync.sheet import read
from sync.status import Status
from sync.stop import StopSignal
from sync.text import typed
from tests.support.exports import DEFAULT, Silence, run_export
from tests.support.fault_records import customer
from tests.support.fault_server import KEY, FaultServer
from tests.support.product import Campfire


@dataclass
class Month:
    """A server with three customers, and the sheet that was exported from it."""

    server: FaultServer
    folder: Path

    def run(self, path: Path, results: str) -> RunResult:
        settings = Settings(
            base_url=self.server.url, state_dir=self.folder / "state", rate=5000, mapping=DEFAULT, yes=True,
            out=self.folder / results,
        )  # fmt: skip
        return run(path, settings, False, StopSignal(1000), Silence())

    def type(self, name: str, sheet: str, cells: dict[tuple[int, str], Any]) -> None:
        """Type into cells of a workbook, by customer and header."""
        book = openpyxl.load_workbook(self.folder / name)
        table = book[sheet]
        columns = {cell.value: cell.column for cell in table[1]}
        rows = {int(row[columns["Customer ID"] - 1].value): row[0].row for row in table.iter_rows(min_row=2)}
        for (number, header), value in cells.items():
            table.cell(rows[number], columns[header]).value = value
        book.save(self.folder / name)

    def holds(self, number: int, field: str) -> Any:
        return self.server.records[number][field]


@pytest.fixture
def month(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Month]:
    """Customer 1 ends in conflict and customer 2 is invalid; a colleague has edited cells that nobody touched."""
    monkeypatch.setenv("CAMPFIRE_API_KEY", KEY)
    records = [{**customer(number), "terms": "net_30", "city": "Old town"} for number in (1, 2, 3)]
    with FaultServer(records) as server:
        told = Month(server, tmp_path)
        run_export(server, tmp_path / "customers.xlsx", mappings.load(DEFAULT))
        told.type("customers.xlsx", "Customers", {(1, "Payment Terms"): "Net 45", (2, "Payment Terms"): "Net 46"})
        server.records[1]["terms"] = "net_60"
        for number in (1, 2, 3):
            server.records[number]["city"] = "New town"
        first = told.run(tmp_path / "customers.xlsx", "first.xlsx")
        assert {status: n for status, n in first.run.counts.items() if n} == {
            Status.CONFLICT: 1, Status.INVALID: 1, Status.UNCHANGED: 1,
        }  # fmt: skip
        yield told


def test_a_confirmed_conflict_and_a_corrected_cell_are_sent_and_nothing_else(month: Month) -> None:
    month.type("first.xlsx", "To fix", {(2, "Payment Terms"): "Net 45"})
    second = month.run(month.folder / "first.xlsx", "second.xlsx")
    assert second.run.counts[Status.UPDATED] == 2
    assert [month.holds(number, "terms") for number in (1, 2, 3)] == ["net_45", "net_45", "net_30"]
    assert {month.holds(number, "city") for number in (1, 2, 3)} == {"New town"}


def test_to_fix_remembers_where_its_records_were_read(month: Month) -> None:
    memory = read(month.folder / "first.xlsx", id_header="Customer ID").memory
    assert memory is not None
    assert memory.base_url == month.server.url


def test_a_conflict_that_somebody_changes_once_more_is_a_conflict_again(month: Month) -> None:
    month.server.records[1]["terms"] = "net_90"
    second = month.run(month.folder / "first.xlsx", "second.xlsx")
    assert second.run.counts[Status.CONFLICT] == 1
    assert month.holds(1, "terms") == "net_90"


def test_taking_the_present_value_over_sends_nothing(month: Month) -> None:
    month.type("first.xlsx", "To fix", {(1, "Payment Terms"): "Net 60", (2, "Payment Terms"): "Net 30"})
    month.server.log.clear()
    second = month.run(month.folder / "first.xlsx", "second.xlsx")
    assert second.run.counts[Status.UNCHANGED] == 2
    assert month.server.asked("PUT") == []


def test_a_contact_that_has_gone_stays_gone_and_its_neighbour_is_never_written(month: Month) -> None:
    """To fix, run as it stands, sends nothing for that row: a value that is right for another is typed again."""
    month.type("customers.xlsx", "Customers", {(3, "Billing Contact Email"): "new@example.com"})
    month.server.records[3]["contacts"].pop(0)
    neighbours = [*month.server.records[3]["contacts"]]
    told = []
    for name, results in (("customers.xlsx", "second.xlsx"), ("second.xlsx", "third.xlsx")):
        month.run(month.folder / name, results)
        rows = openpyxl.load_workbook(month.folder / results)["Results"].values
        told.append(next((row[3], row[4]) for row in rows if row[1] == 3))
    (first, why), (second, remedy) = told
    assert (first, second) == ("conflict", "invalid")
    assert "Billing Contact Email: the contact of the export has been deleted" in str(why)
    assert "Billing Contact Email: " in str(remedy)
    assert month.server.records[3]["contacts"] == neighbours


def test_without_the_mapping_of_its_run_it_names_that_mapping_and_no_other_sheet(tmp_path: Path) -> None:
    """Results has a column “Customer ID” too: running it would send every row once more."""
    mapping = tmp_path / "erp mapping.yaml"
    mapping.write_text("id: Account\ncolumns:\n  City: city\n", encoding="utf-8")
    edits = tmp_path / "edits.csv"
    edits.write_text("Account,City\nx7,Ulm\n", encoding="utf-8")
    results = tmp_path / "results.xlsx"
    check(edits, Settings(state_dir=tmp_path / "state", mapping=mapping, out=results), Silence())
    with pytest.raises(FileRefused) as refused:
        check(results, Settings(state_dir=tmp_path / "state", mapping=DEFAULT), Silence())
    assert "This is a results workbook. Run it under the mapping of its run: --mapping" in str(refused.value)
    assert f"--mapping {typed(str(mapping))}." in str(refused.value)
    assert "--sheet" not in str(refused.value)


def test_a_sheet_to_fix_under_another_mapping_is_told_the_mapping_of_its_run(
    campfire: Campfire, tmp_path: Path
) -> None:
    """Its headers need not be the other one's: what was corrected would not be sent, and its row be unchanged."""
    mapping, edits, results = tmp_path / "our own.yaml", tmp_path / "edits.csv", tmp_path / "results.xlsx"
    mapping.write_text("id: Customer ID\ncolumns:\n  Zip: zip_code\n  City: city\n", encoding="utf-8")
    edits.write_text("Customer ID,Zip,City\n1,1E3,Ulm\n", encoding="utf-8")
    campfire("check", edits, "--mapping", mapping, "--out", results)
    note = f"To read them as that run did: --mapping {typed(str(mapping))}"
    assert note in campfire("check", results).stderr
    assert note not in campfire("check", results, "--mapping", mapping).stderr
    moved = tmp_path / "moved.yaml"
    moved.write_bytes(mapping.read_bytes())
    assert note not in campfire("check", results, "--mapping", moved).stderr
    mapping.write_text(mapping.read_text(encoding="utf-8") + "ignore: [Ours]\n", encoding="utf-8")
    assert note not in campfire("check", results, "--mapping", mapping).stderr


def test_what_was_doubtful_in_the_sheet_is_doubtful_on_to_fix_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Customer ID", "Zip Code", "Notes", "Email"])
    book.active.append([1, 2134, "was to be deleted", "none at all"])
    book.active["C2"].font = Font(strike=True)
    book.save(tmp_path / "edits.xlsx")
    for path, results in ((tmp_path / "edits.xlsx", "first.xlsx"), (tmp_path / "first.xlsx", "second.xlsx")):
        done = check(path, Settings(state_dir=tmp_path / "state", mapping=DEFAULT, out=tmp_path / results), Silence())
        assert [warning.kind for warning in done.run.facts.warnings] == ["number_in_text_column", "struck_through"]
    zip_code, notes = openpyxl.load_workbook(tmp_path / "second.xlsx")["To fix"]["D2:E2"][0]
    assert (zip_code.value, zip_code.number_format) == (2134, "@")  # what somebody types over it is text
    assert notes.font.strike
