"""What must not grow without anybody noticing: requests, passes over the file, rows held, commits, imports."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from sync.journal import database
from sync.journal.unpack import StoredRow
from sync.model import Edit, Row
from sync.validation.validation import ValidatedRow
from tests.support.fault_http import Asked
from tests.support.fault_records import customer
from tests.support.fault_server import FaultServer
from tests.support.memory import counted_from_now_on
from tests.support.product import FAST, ROOT, Campfire
from tests.support.truth import wishes_for, write_sheet

OPTIONS = (*FAST, "--json")
PAGE = 500
CUSTOMERS = 1_200  # three pages
HEAVY = {"django", "httpx", "numpy", "openpyxl", "pandas", "pandera", "rich", "sqlite3", "tenacity", "yaml"}


@pytest.fixture
def many(server: FaultServer) -> FaultServer:
    """A server with customers on more than one page."""
    server.reset(customer(number, notes="as it is") for number in range(1, CUSTOMERS + 1))
    return server


def sheet_of_many(folder: Path, every: int, missing: tuple[int, ...] = ()) -> Path:
    """A row for each of the customers, of which every so-manieth asks for a change, and for some that are not there."""
    numbers = [*range(1, CUSTOMERS + 1), *missing]
    return write_sheet(folder / "many.csv", {n: {"notes": "new" if n % every == 0 else "as it is"} for n in numbers})


# --- requests ---


def test_a_small_sheet_costs_a_page_and_two_requests_for_each_row_that_changes(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.reset(customer(n, terms="net_45" if n % 2 else "net_30") for n in range(1, 21))
    sheet = write_sheet(tmp_path / "edits.csv", {n: {"terms": "net_45"} for n in range(1, 21)})
    assert campfire("run", sheet, *OPTIONS).json["counts"]["updated"] == 10
    assert len(server.log) == 1 + 2 * 10


def test_one_row_costs_three_requests(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    """A look for the plan, another right before the PUT, and the PUT."""
    campfire("run", write_sheet(tmp_path / "edits.csv", wishes_for([7])), *OPTIONS)
    assert [asked.method for asked in server.log] == ["GET", "GET", "PUT"]


@pytest.mark.parametrize(("every", "changed"), [(CUSTOMERS + 1, 0), (100, 12), (10, 120)])
def test_a_long_sheet_costs_its_pages_and_two_requests_for_each_row_that_changes(
    every: int, changed: int, many: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    ran = campfire("run", sheet_of_many(tmp_path, every), *OPTIONS)
    assert (ran.json["counts"]["updated"], ran.json["counts"]["unchanged"]) == (changed, CUSTOMERS - changed)
    assert len(many.log) == 3 + 2 * changed
    assert ran.json["requests"] == {"GET": 3 + changed, "PUT": changed, "retries": 0, "throttled": 0}


def test_what_the_pages_do_not_show_costs_one_request_each_and_one_look_among_the_deleted(
    many: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet = sheet_of_many(tmp_path, CUSTOMERS + 1, missing=(5001, 5002))
    campfire("run", sheet, *OPTIONS)
    assert len(many.log) == 3 + 2 + 1


# --- passes over the file ---


def workbook_of(csv_file: Path) -> Path:
    """The same sheet as a workbook."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in csv_file.read_text(encoding="utf-8").splitlines():
        sheet.append(line.split(","))
    path = csv_file.with_suffix(".xlsx")
    book.save(path)
    return path


def bytes_read_by(command: Callable[[], object]) -> int:
    """From whatever files."""

    def so_far() -> int:
        return int(Path("/proc/self/io").read_text(encoding="ascii").split()[1])

    before = so_far()
    command()
    return so_far() - before


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="the system does not count what a process reads")
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_is_read_once(ending: str, campfire: Campfire, tmp_path: Path) -> None:
    """Its fingerprint, its encoding and its cells all come from one copy, so that they are of the same bytes."""
    sizes, read = [], []
    for rows in (1, 1, 6_000):  # the first one reads what is imported as well
        sheet = write_sheet(tmp_path / "edits.csv", {n: {"notes": f"a note for {n}"} for n in range(1, rows + 1)})
        sheet = workbook_of(sheet) if ending == "xlsx" else sheet
        read.append(bytes_read_by(lambda sheet=sheet: campfire("check", sheet)))  # type: ignore[misc]
        sizes.append(sheet.stat().st_size)
    assert 0.5 < (read[2] - read[1]) / (sizes[2] - sizes[1]) < 1.5


# --- rows held ---


def test_while_requests_are_made_no_more_than_a_page_of_rows_is_held(
    many: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """Neither the sheet's rows, which the journal has by then, nor more of the journal's than are being worked on."""
    seen: list[tuple[int, int]] = []

    def look(asked: Asked) -> None:
        if asked.customer is None or asked.customer % 400 == 0:
            seen.append((count(Row, ValidatedRow, Edit), count(StoredRow)))

    sheet = sheet_of_many(tmp_path, 2)
    many.hook = look
    with counted_from_now_on() as count:
        campfire("run", sheet, *OPTIONS)
    assert len(seen) >= 3 + 2 * CUSTOMERS // 400
    assert max(sheets for sheets, _ in seen) <= 1
    assert 0 < max(journals for _, journals in seen) <= PAGE + 32 + 2


# --- commits ---


def test_rows_in_flight_share_their_commits(
    many: FaultServer, campfire: Campfire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is one wait for the disk. A row alone needs one before its PUT, and one for what came of it."""
    commits: list[str] = []

    def connect(path: Path) -> sqlite3.Connection:
        db = database.connect(path)
        db.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" and many.asked("PUT") else None)
        return db

    monkeypatch.setattr("sync.journal.writer.connect", connect)
    ran = campfire("run", sheet_of_many(tmp_path, 4), *OPTIONS)
    assert ran.json["counts"]["updated"] == 300
    assert 0 < len(commits) < 300


# --- imports ---


def imported_by(*args: str) -> set[str]:
    """The packages that a command imports."""
    code = (
        "import sys\nfrom sync.cli import main\nsys.argv = ['campfire-sync', *sys.argv[1:]]\n"
        "try:\n    main()\nfinally:\n    print(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, cwd=ROOT, check=False)
    return set(done.stdout.splitlines()[-1].split())


def test_help_imports_nothing_large() -> None:
    assert not imported_by("--help") & HEAVY
    assert not imported_by("run", "--help") & HEAVY


def test_a_check_imports_nothing_that_sends_or_writes(tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for([7]))
    found = imported_by("check", str(sheet))
    assert "pandera" in found
    assert not found & {"django", "httpx", "openpyxl", "rapidfuzz", "rich", "tenacity"}
