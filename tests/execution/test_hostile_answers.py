"""Answers that are meant to break something are one row's problem at most."""

import gzip
import re
import sqlite3
import sys
import time
import zlib
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.fault_server import KEY, FaultServer
from tests.support.poison import ERRORS, RECORDS
from tests.support.processes import CampfireProcess, Process
from tests.support.product import Campfire, Ran
from tests.support.truth import judge, wishes_for, write_sheet

pytestmark = pytest.mark.usefixtures("short_pauses")

OPTIONS = ("--json", "--rate", "500", "--concurrency", "1", "--max-attempts", "2")
FAULTS = {  # what is wrong with those that are whole but for one value: they are not asked for again
    "NaN": "total_mrr is NaN",
    "Infinity": "total_mrr is -Infinity",
    "a huge exponent": "total_mrr is 1e999999999",
    "an exponent of 20 digits": "total_mrr is 1e99999999999999999999",
    "a long number": f"total_mrr is {'9' * 40}…",
    "an id that is text": 'id is "3", which is a text',
}
GZIP = {"Content-Encoding": "gzip"}


def run(server: FaultServer, campfire: Campfire, tmp_path: Path) -> Ran:
    wishes = wishes_for(range(1, 6))
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *OPTIONS)
    judge(server, wishes, ran)
    assert Path(ran.json["results"]).exists()
    return ran


@pytest.mark.parametrize("name", ERRORS)
def test_a_strange_refusal_is_one_rows_problem(
    name: str, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.raw = {"poison": (400, {}, ERRORS[name])}
    server.puts = {3: ["raw:poison"]}
    ran = run(server, campfire, tmp_path)
    assert ran.exit_code == 1
    assert ran.statuses == {n: "rejected" if n == 3 else "updated" for n in range(1, 6)}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_that_cannot_be_trusted_is_not_written_back(
    name: str, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """The list and the record itself are answered like this, as long as somebody asks."""
    server.raw = {
        "record": (200, {}, RECORDS[name]),
        "page": (200, {}, b'{"count":5,"results":[' + RECORDS[name] + b"]}"),
    }
    server.gets, server.pages = {3: ["raw:record"] * 20}, ["raw:page"] * 20
    ran = run(server, campfire, tmp_path)
    assert ran.statuses == {n: "failed" if n == 3 else "updated" for n in range(1, 6)}
    assert server.asked("PUT", 3) == []
    if fault := FAULTS.get(name):
        message = next(told.message for told in ran.told if told.customer == 3)
        assert f"200: a record in which {fault}. Trying again will not help until that is corrected" in message
        assert len(server.asked("GET", 3)) == 1


@pytest.mark.parametrize("name", RECORDS)
def test_an_update_whose_answer_cannot_be_trusted_is_looked_up(
    name: str, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.raw = {"record": (200, {}, RECORDS[name])}
    server.puts = {3: ["raw:record-after-apply"]}
    ran = run(server, campfire, tmp_path)
    assert set(ran.statuses.values()) == {"updated"}
    assert len(server.asked("PUT", 3)) == 1


def packed(layers: int) -> bytes:
    """Half a gigabyte of nothing, packed once or twice, without its end: nobody is to read so far."""
    inner = zlib.compressobj(wbits=31)
    first, more = (inner.compress(b"\0" * 1_000_000) + inner.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    once = first + 499 * more
    return once if layers == 1 else gzip.compress(once)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells how much memory a process has needed at most")
@pytest.mark.parametrize(
    ("status", "headers", "what"),
    [(200, GZIP, "gzip"), (502, GZIP, "gzip"), (200, GZIP, "gzip in gzip"), (500, {}, "60 MB")],
)
def test_a_huge_answer_takes_neither_memory_nor_journal(
    status: int,
    headers: dict[str, str],
    what: str,
    server: FaultServer,
    campfire_process: CampfireProcess,
    state: Path,
    tmp_path: Path,
) -> None:
    body = b"<p>x</p>" * 7_500_000 if what == "60 MB" else packed(layers=what.count("gzip"))
    server.raw = {"huge": (status, headers, body)}
    server.puts = {3: ["raw:huge"] * 9}
    process = campfire_process("run", write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 6))), *OPTIONS)
    peak = peak_while(process)
    ran = Ran.ended(process.returncode, *process.communicate(timeout=60), state)
    assert ran.statuses == {n: "failed" if n == 3 else "updated" for n in range(1, 6)}
    assert peak < 400_000
    assert sum(path.stat().st_size for path in state.rglob("*") if path.is_file()) < 2_000_000


def peak_while(process: Process) -> int:
    """The most memory that a process needed until it ended, in kB."""
    peak, status = 0, Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        with suppress(OSError, AttributeError):
            found = re.search(r"VmHWM:\s*(\d+)", status.read_text())
            peak = max(peak, int(found.group(1))) if found else peak
        time.sleep(0.02)
    return peak


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("status", [200, 400, 502])
def test_a_key_that_the_api_repeats_is_stored_and_printed_nowhere(
    status: int, method: str, server: FaultServer, campfire: Campfire, tmp_path: Path, state: Path
) -> None:
    escaped = "".join(f"\\u{ord(c):04x}" for c in KEY)
    words = f'{{"id": 3, "detail": "Token {KEY}, {escaped}"}}'.encode()
    server.raw = {"echo": (status, {}, words)}
    (server.puts, server.gets)[method == "GET"][3] = ["raw:echo"] * 9  # type: ignore[index]
    server.list_as = "404"
    ran = run(server, campfire, tmp_path)
    assert KEY not in ran.stdout + ran.stderr
    for path in (*state.rglob("*"), *tmp_path.glob("*.xlsx")):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes()
            assert escaped.encode() not in path.read_bytes()
    db = sqlite3.connect(state / "journal.sqlite3")
    assert db.execute("SELECT count(*) FROM rows").fetchone() == (5,)
    db.close()


def test_a_record_that_holds_the_key_is_not_sent_back_without_it(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.records[3]["company_name"] = f"our key is {KEY}"
    server.at_first[3]["company_name"] = f"our key is {KEY}"
    ran = run(server, campfire, tmp_path)
    assert ran.statuses[3] == "rejected"
    assert server.asked("PUT", 3) == []
    assert KEY not in ran.stdout + ran.stderr
