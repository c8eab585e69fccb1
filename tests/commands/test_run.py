"""The whole way, from the samples to the workbook, against the stand-in for the API: row by row what comes of it."""

import json
import os
import shutil
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from sync.contract.load import load
from sync.journal.reader import JournalReader
from sync.mapping import load as mapping
from sync.model import Change, ChangeKind, RowRecord
from sync.sandbox import Setup, start
from tests.support.fault_records import CONTACT, WRITABLE
from tests.support.processes import Starter
from tests.support.product import ROOT
from tests.test_samples import EXPECTED, HIDDEN, SAMPLES, customers, rows

Record = dict[str, Any]
HEADERS = {str(column.target): column.header for column in mapping.load(ROOT / "mappings" / "customers.yaml").columns}
UPDATED = {number for number, (status, _) in EXPECTED.items() if status == "updated"}


@dataclass(frozen=True)
class Run:
    """A command that has ended, with its folder."""

    exit_code: int
    json: Record
    stderr: str
    folder: Path

    @property
    def history(self) -> JournalReader:
        return JournalReader(self.folder / "state" / "journal.sqlite3")

    @property
    def rows(self) -> dict[int, RowRecord]:
        """The journal's rows, by the sheet's own number."""
        return {row.row: row for row in self.history.rows(self.json["run"])}

    def intents(self, n: int) -> list[tuple[Record, Record]]:
        """The record before and the body of each PUT that was about to be sent for a row."""
        sql = "SELECT before, body FROM intents WHERE run = ? AND n = ? ORDER BY seq"
        with closing(sqlite3.connect(self.folder / "state" / "journal.sqlite3")) as db:
            return [(json.loads(before), json.loads(body)) for before, body in db.execute(sql, (self.json["run"], n))]

    def table(self, sheet: str) -> list[Record]:
        """A sheet of the results workbook, a row by its headers; our own columns stand before the input's."""
        header, *lines = load_workbook(self.json["results"])[sheet].iter_rows(values_only=True)
        return [dict(reversed(list(zip(map(str, header), line, strict=True)))) for line in lines]


def campfire(starter: Starter, folder: Path, *words: str) -> Run:
    """The command in this folder, with a state directory of its own there."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CAMPFIRE")}
    done = starter.run(*words, "--json", "--rate", "500", "--state-dir", "state", env=plain, cwd=folder)
    return Run(done.returncode, json.loads(done.stdout), done.stderr, folder)


def folder_with(name: str, made: Path) -> Path:
    shutil.copy(SAMPLES / name, made / name)
    return made


@pytest.fixture(scope="module")
def ran(starter: Starter, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The samples' workbook, sent."""
    folder = folder_with("customer_edits.xlsx", tmp_path_factory.mktemp("run"))
    return campfire(starter, folder, "run", "customer_edits.xlsx", "--sandbox")


def on_the_server(folder: Path) -> dict[int, Record]:
    """Every customer, as the stand-in of this folder has it by now."""
    with start(Setup(folder / "state" / "sandbox", fresh=False)) as running:
        headers = {"Authorization": f"Token {running.key}"}
        with httpx.Client(base_url=running.base_url, headers=headers, trust_env=False) as api:
            return {number: api.get(f"{load().path}/{number}").json() for number in customers()}


def written(record: Record) -> Record:
    """What of a record anybody can change; of the contacts that are not deleted, without what the server adds."""
    fields = {name: record.get(name) for name in WRITABLE if name in record}
    live = [contact for contact in record["contacts"] if not contact.get("is_deleted")]
    in_order = sorted(live, key=lambda contact: contact.get("id", 0))  # the stand-in shows them in any order
    return fields | {"contacts": [{name: contact.get(name) for name in CONTACT} for contact in in_order]}


def laid_over(record: Record, changes: Record) -> Record:
    """A record's written fields with these changes: a target, and (before, after)."""
    found = written(record)
    for target, (_, after) in changes.items():
        if target.startswith("contacts[1]."):
            found["contacts"] = found["contacts"] or [dict.fromkeys(CONTACT)]
            found["contacts"][0][target.partition(".")[2]] = after
        else:
            found[target] = after
    return found


def customer_of(number: int) -> int:
    return int(rows()[number]["Customer ID"])


# --- what comes of the rows ---


def test_the_run_says_how_many_rows_came_to_what(ran: Run) -> None:
    expected = Counter(status for status, _ in EXPECTED.values())
    assert {status: count for status, count in ran.json["counts"].items() if count} == dict(expected)
    assert ran.json["rows"] == len(EXPECTED)
    assert ran.exit_code == ran.json["exit_code"] == 1
    assert "Traceback" not in ran.stderr


def test_the_journal_has_every_row_once_in_the_sheets_order(ran: Run) -> None:
    assert [row.row for row in ran.history.rows(ran.json["run"])] == sorted(EXPECTED)


@pytest.mark.parametrize("number", EXPECTED)
def test_a_row_comes_to_what_is_expected_of_it(number: int, ran: Run) -> None:
    row, (status, changes) = ran.rows[number], EXPECTED[number]
    assert row.status == status, row.message
    assert {change.field: (change.before, change.after) for change in row.changes} == changes
    assert bool(row.message) == (status in ("invalid", "rejected"))
    assert (row.attempts, bool(row.sent_at)) == ((1, True) if number in UPDATED else (0, False))


def test_every_body_is_the_record_as_read_with_the_rows_edits_laid_over(ran: Run) -> None:
    for number in UPDATED:
        row = ran.rows[number]
        [(before, body)] = ran.intents(row.n)
        assert written(body) == laid_over(before, EXPECTED[number][1])
        assert body.keys() == {name for name in WRITABLE if name in before}


def test_the_customers_are_as_the_sheet_asks_and_nothing_else_has_changed(ran: Run) -> None:
    changes = {customer_of(number): EXPECTED[number][1] for number in UPDATED}
    at_first = customers()
    for number, record in on_the_server(ran.folder).items():
        before = {**record, **at_first[number]}  # the seed names what differs from the defaults
        assert written(record) == laid_over(before, changes.get(number, {})), f"customer {number}"


def test_as_many_puts_were_sent_as_rows_were_updated(ran: Run) -> None:
    assert ran.json["requests"] == {
        "GET": ran.json["requests"]["GET"],
        "PUT": len(UPDATED),
        "retries": 0,
        "throttled": 0,
    }


def test_the_totals_are_those_of_the_rows_that_went_well(ran: Run) -> None:
    expected: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for number, (status, _) in EXPECTED.items():
        if status in ("updated", "unchanged"):
            record = customers()[customer_of(number)]
            for total in load().totals:
                expected[record["currency"]][total.name] += Decimal(str(record[total.name]))
    found = {
        currency: {name: Decimal(amount) for name, amount in totals.items()}
        for currency, totals in ran.json["totals"].items()
    }
    assert found == {currency: dict(totals) for currency, totals in expected.items()}


# --- the workbook ---


def test_the_workbook_is_beside_the_sheet_and_named_for_the_run(ran: Run) -> None:
    assert Path(ran.json["results"]).name == f"customer_edits.results.{ran.json['run']}.xlsx"
    assert Path(ran.json["results"]).parent.resolve() == ran.folder.resolve()


def test_the_results_have_every_row_with_its_status_and_changes(ran: Run) -> None:
    lines = {line["Row"]: line for line in ran.table("Results")}
    assert list(lines) == sorted(EXPECTED)
    for number, (status, changes) in EXPECTED.items():
        assert lines[number]["Status"] == status
        said = lines[number]["Changes"] or ""
        assert all(f"{HEADERS[target]}: " in said for target in changes)
        assert said.count(" → ") == len(changes)
    assert lines[2]["Changes"] == "Payment Terms: Net 30 → Net 45"


def test_the_results_repeat_the_input_as_a_person_saw_it(ran: Run) -> None:
    for line in ran.table("Results"):
        cells = rows()[line["Row"]]
        for header in ("Comments", "City", "Payment Terms"):
            assert (line[header] or "").strip() == cells[header].strip()


def test_the_changes_are_listed_field_by_field(ran: Run) -> None:
    found = {(line["Row"], line["Field"]): line for line in ran.table("Changes")}
    assert found.keys() == {
        (number, HEADERS[target]) for number, (_, changes) in EXPECTED.items() for target in changes
    }
    assert (found[2, "Payment Terms"]["Before"], found[2, "Payment Terms"]["After"]) == ("Net 30", "Net 45")
    assert (found[6, "Zip Code"]["Before"], found[6, "Zip Code"]["After"]) == ("07102", "07030")


def test_the_problems_name_every_invalid_row(ran: Run) -> None:
    found = {line["Row"] for line in ran.table("Problems")}
    assert found >= {number for number, (status, _) in EXPECTED.items() if status == "invalid"}
    assert found <= {number for number, (status, _) in EXPECTED.items() if status in ("invalid", "rejected")}


def test_the_rows_to_fix_are_the_ones_that_went_wrong_under_the_inputs_own_headers(ran: Run) -> None:
    wrong = [number for number, (status, _) in sorted(EXPECTED.items()) if status in ("invalid", "rejected")]
    lines = ran.table("To fix")
    assert [(line["Customer Name"] or "").strip() for line in lines] == [
        rows()[n]["Customer Name"].strip() for n in wrong
    ]
    assert set(rows()[2]) <= set(lines[0])


def test_the_summary_says_how_many_rows_were_hidden(ran: Run) -> None:
    summary = load_workbook(ran.json["results"])["Summary"]
    lines = [line[:3] for line in summary.iter_rows(values_only=True)]
    (facts,) = [run.facts for run in ran.history.runs()]
    assert facts.hidden_rows == len(HIDDEN)
    assert ("Hidden rows", len(HIDDEN), min(HIDDEN)) in lines


# --- the same from a CSV, and the long way round ---


def test_the_csv_comes_to_the_same(starter: Starter, tmp_path: Path, ran: Run) -> None:
    same = campfire(starter, folder_with("customer_edits.csv", tmp_path), "run", "customer_edits.csv", "--sandbox")
    assert same.json["counts"] == ran.json["counts"]
    for number, row in same.rows.items():
        assert (row.status, row.changes) == (ran.rows[number].status, ran.rows[number].changes), f"row {number}"


def changes_of(ran: Run) -> dict[int, list[Change]]:
    """Each row's changes, without the id that the API gives to a contact that is new."""
    return {n: [_without_new_id(change) for change in row.changes] for n, row in ran.rows.items()}


def _without_new_id(change: Change) -> Change:
    return replace(change, item_id=None) if change.kind is ChangeKind.NEW_ITEM else change


def test_a_preview_an_apply_and_an_undo_end_where_they_began(starter: Starter, tmp_path: Path) -> None:
    preview = campfire(
        starter, folder_with("customer_edits.xlsx", tmp_path), "run", "customer_edits.xlsx", "--sandbox", "--dry-run"
    )
    foreseen = Counter("would_update" if status == "updated" else status for status, _ in EXPECTED.values())
    assert {status: count for status, count in preview.json["counts"].items() if count} == dict(foreseen)
    assert preview.json["requests"]["PUT"] == 0
    at_first = on_the_server(tmp_path)

    applied = campfire(starter, tmp_path, "apply", preview.json["run"])
    assert applied.json["mode"] == "apply"
    assert changes_of(applied) == changes_of(preview)
    assert {n: str(row.status) for n, row in applied.rows.items()} == {n: status for n, (status, _) in EXPECTED.items()}

    undone = campfire(starter, tmp_path, "undo", applied.json["run"])
    assert (undone.exit_code, undone.json["mode"]) == (0, "undo")
    assert undone.json["counts"]["updated"] == len(UPDATED)
    after = on_the_server(tmp_path)
    assert {n: written(record) for n, record in after.items()} == {n: written(record) for n, record in at_first.items()}
