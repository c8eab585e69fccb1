"""How the records are read before anything is sent: by the list's pages where that is fewer requests, or singly."""

import functools
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from sync.execution.decision import Decision
from sync.execution.plan_rows import RowPlanner
from sync.model import Record, RowRecord
from tests.support.fault_http import Asked
from tests.support.fault_records import customer
from tests.support.fault_server import FaultServer
from tests.support.product import FAST, Campfire, Ran
from tests.support.truth import judge, wishes_for, write_sheet

OPTIONS = (*FAST, "--json")


def preview(server: FaultServer, campfire: Campfire, tmp_path: Path, numbers: range) -> Ran:
    wishes = wishes_for(numbers)
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), "--dry-run", *OPTIONS)
    judge(server, wishes, ran)
    assert set(ran.statuses.values()) == {"would update"}
    assert ran.exit_code == 0
    return ran


def pages(server: FaultServer) -> int:
    return sum(asked.customer is None for asked in server.asked("GET"))


def test_many_rows_are_read_by_pages(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    preview(server, campfire, tmp_path, range(1, 41))
    assert (pages(server), len(server.log)) == (1, 1)


def test_the_next_page_is_on_its_way_while_the_rows_of_a_page_are_planned(
    server: FaultServer, campfire: Campfire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.page_size = 20
    second_page = threading.Event()
    decide = RowPlanner.decide

    def see_page(asked: Asked) -> None:
        if "offset=20" in asked.path:
            second_page.set()

    def decide_then(planner: RowPlanner, row: RowRecord, record: Record) -> Decision:
        assert second_page.wait(timeout=60)
        return decide(planner, row, record)

    server.hook = see_page
    monkeypatch.setattr(RowPlanner, "decide", decide_then)
    preview(server, campfire, tmp_path, range(1, 41))
    assert pages(server) == 2


def test_one_row_is_read_alone(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    preview(server, campfire, tmp_path, range(7, 8))
    assert [asked.customer for asked in server.log] == [7]


def test_few_rows_among_many_customers_are_not_read_by_all_the_pages(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.reset(customer(n) for n in range(1, 301))
    server.page_size = 10
    preview(server, campfire, tmp_path, range(296, 301))
    assert len(server.log) <= 7


@pytest.mark.parametrize(
    "how", ["ok", "404", "no-order", "duplicates", "few-fields", "offset-ignored", "limit-ignored"]
)
@pytest.mark.parametrize("size", [10_000, 100, 7])
def test_every_row_is_read_whatever_the_list_is_like(
    how: str, size: int, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.reset(customer(n) for n in range(1, 161))
    server.list_as, server.page_size = how, size
    preview(server, campfire, tmp_path, range(1, 121))
    singly = [asked.customer for asked in server.log if asked.customer is not None]
    assert len(singly) == len(set(singly)), "a record was read twice"


def test_contacts_that_the_list_shows_as_null_are_read_singly_and_kept(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.reset(customer(n) for n in range(1, 31))
    server.list_as = "null-contacts"
    wishes = {n: {"contacts[1].email": f"new{n}@example.com"} for n in range(1, 6)}
    wishes |= {n: {"terms": "net_45"} for n in range(6, 31)}
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *OPTIONS)
    judge(server, wishes, ran)
    assert set(ran.statuses.values()) == {"updated"}
    assert {len(record["contacts"]) for record in server.records.values()} == {2}


@pytest.mark.usefixtures("short_pauses")
@pytest.mark.parametrize(
    "script", [["502", "ok"], ["html"] * 9, ["cut", "ok"], ["reset"] * 9, ["301"], ["403"], ["list"]]
)
def test_a_list_that_goes_wrong_does_not_hold_up_the_rows(
    script: list[str], server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.pages = script
    preview(server, campfire, tmp_path, range(1, 31))


@pytest.mark.usefixtures("short_pauses")
@pytest.mark.parametrize(
    ("customers", "options"),
    [
        (40, ("--concurrency", "4", "--stop-after", "3", "--max-attempts", "2")),
        (120, ("--concurrency", "32")),  # whose retries, page by page, would be more than a run has
    ],
)
def test_pages_that_fail_do_not_stop_the_run(
    customers: int, options: tuple[str, ...], server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """They are no rows, and several of them fail at once."""
    server.reset(customer(n) for n in range(1, customers + 1))
    server.page_size, server.pages = 2, ["ok", *["502"] * 1_000]
    wishes = wishes_for(range(1, customers + 1))
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), "--rate", "2000", "--json", *options)
    judge(server, wishes, ran)
    assert ran.json["counts"]["updated"] == customers


def test_the_next_link_of_the_list_is_not_followed(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    """It names another host, and the key would go there."""
    server.page_size = 20
    preview(server, campfire, tmp_path, range(1, 41))
    assert pages(server) == 2
    assert {asked.headers["host"] for asked in server.log} == {f"127.0.0.1:{server.port}"}


def test_a_customer_that_the_list_and_the_api_do_not_have_is_rejected(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    wishes = wishes_for((1, 2, 4_000_000))
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *OPTIONS)
    judge(server, wishes, ran)
    assert ran.statuses == {1: "updated", 2: "updated", 4_000_000: "rejected"}


class Frugal(sqlite3.Connection):
    """A database that takes as many values in one question as SQLite does where nobody has raised that."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 32_766)


def test_a_list_that_shows_everything_at_once_is_read(
    server: FaultServer, campfire: Campfire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More records than a database takes as the values of one question."""
    monkeypatch.setattr(sqlite3, "connect", functools.partial(sqlite3.connect, factory=Frugal))
    small = {"name": "Example", "customer": 42, "stripe_connection": 7, "vendor_type": "customer", "terms": "net_30"}
    server.reset({"id": n, **small} for n in range(1, 40_001))
    server.list_as = "limit-ignored"
    wishes = {n: {"terms": "net_45"} for n in range(39_000, 39_020)}
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), "--dry-run", *OPTIONS)
    assert ran.exit_code == 0
    assert ran.json["counts"]["would_update"] == 20
    assert len(server.log) == 1


def test_a_record_with_an_id_that_no_database_holds_is_no_fault_of_the_run(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """The list shows it, and it came again with every resume."""
    server.reset(map(customer, (1, 2, 2**63, 10**30)))
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes_for([1, 2])), *OPTIONS)
    assert (ran.exit_code, ran.statuses) == (0, {1: "updated", 2: "updated"})


def test_a_record_with_an_id_that_no_database_holds_is_matched_by_no_row(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.reset([customer(1, external_id="E-1"), customer(10**30, external_id="E-2")])
    sheet, mapping = tmp_path / "edits.csv", tmp_path / "mapping.yaml"
    sheet.write_text("ERP No.,Payment Terms\nE-1,net_45\nE-2,net_45\n", encoding="utf-8")
    mapping.write_text("id: {column: ERP No., match: external_id}\ncolumns: {Payment Terms: terms}\n", encoding="utf-8")
    ran = campfire("run", sheet, "--mapping", mapping, *OPTIONS)
    assert [told.status for told in ran.told] == ["updated", "invalid"]


@pytest.mark.parametrize("number", ["99999999999999999999", "9223372036854775808"])
def test_an_id_that_no_database_holds_is_no_fault_of_the_run(
    number: str, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet = tmp_path / "edits.csv"
    sheet.write_text(f"Customer ID,Payment Terms\n1,net_45\n{number},net_45\n", encoding="utf-8")
    ran = campfire("run", sheet, *OPTIONS)
    assert ran.exit_code == 1
    assert ran.json["rows"] == 2
    assert ran.json["counts"]["updated"] == 1
