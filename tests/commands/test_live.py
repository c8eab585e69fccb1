"""What can be asked of a run that is still in progress, and which workbooks there are."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import openpyxl

from sync.journal.reader import JournalReader
from tests.support.fault_server import FaultServer
from tests.support.processes import CampfireProcess
from tests.support.product import FAST, Campfire
from tests.support.truth import wishes_for, write_sheet
from tests.support.waiting import until

OPTIONS = (*FAST, "--json")
WISHES = wishes_for(range(1, 7))


def statuses(path: str) -> dict[int, str]:
    header, *rows = openpyxl.load_workbook(path)["Results"].iter_rows(values_only=True)
    columns = header.index("Row"), header.index("Status")
    return {int(row[columns[0]]): str(row[columns[1]]) for row in rows}


def test_a_report_of_a_live_run_says_so_and_leaves_the_results_name_to_the_run(
    server: FaultServer, campfire: Campfire, campfire_process: CampfireProcess, tmp_path: Path
) -> None:
    server.puts = {4: ["hold"]}
    process = campfire_process("run", write_sheet(tmp_path / "edits.csv", WISHES), "--json", "--concurrency", "1")
    until(lambda: bool(server.asked("PUT", 4)))
    (run,) = campfire("runs", "--json", "--state-dir", tmp_path / "state").stdout.split('"run": "')[1:]
    live = campfire("report", run[:20], "--json")
    assert live.exit_code == 0
    assert "is still running" in live.stderr
    assert live.json["counts"]["failed"] == 0
    assert (live.json["next"], "resume" in live.stderr) == (None, False), "a run that goes on is not to be continued"
    assert statuses(live.json["results"])[5] == "not sent", "a request that is on its way has not failed"
    assert ".so-far." in live.json["results"]
    assert JournalReader(tmp_path / "state" / "journal.sqlite3").files(run[:20]) == [live.json["results"]]
    server.release.set()
    process.communicate(timeout=60)
    assert (tmp_path / f"edits.results.{run[:20]}.xlsx").exists()


def test_a_run_that_was_killed_has_sent_no_less_than_it_says(
    server: FaultServer, campfire: Campfire, campfire_process: CampfireProcess, state: Path, tmp_path: Path
) -> None:
    server.puts = {4: ["hold"]}
    process = campfire_process("run", write_sheet(tmp_path / "edits.csv", WISHES), "--json", "--rate", "200")
    until(lambda: bool(server.asked("PUT", 4)))
    process.kill()
    process.communicate()
    server.release.set()
    (record,) = JournalReader(state / "journal.sqlite3").runs()
    assert record.requests.put >= len(server.asked("PUT"))
    resumed = campfire("resume", *OPTIONS)
    assert resumed.exit_code == 0
    assert resumed.json["requests"]["PUT"] >= len(server.asked("PUT"))


def test_a_run_that_is_held_back_without_faulty_rows_leaves_no_workbook(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    held = campfire("run", sheet, "--max-changes", "2", *OPTIONS)
    assert (held.exit_code, held.json["results"]) == (2, None)
    assert not list(tmp_path.glob("*.xlsx"))


def test_a_name_that_leaves_no_room_for_the_results_is_refused_before_anything_is_sent(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    longest = os.pathconf(tmp_path, "PC_NAME_MAX") if hasattr(os, "pathconf") else 255
    sheet = write_sheet(tmp_path / f"{'e' * (longest - 11)}.csv", WISHES)
    refused = campfire("run", sheet, *OPTIONS)
    assert (refused.exit_code, server.asked("PUT")) == (2, [])
    assert "--out" in refused.stderr
    assert campfire("run", sheet, *OPTIONS, "--out", tmp_path / "results.xlsx").exit_code == 0


def test_a_hundred_runs_are_listed_without_counting_their_rows(
    server: FaultServer, campfire: Campfire, state: Path, tmp_path: Path
) -> None:
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", WISHES), *OPTIONS)
    path = state / "journal.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        db.execute("DELETE FROM rows")  # the counts are in the run's own line
        db.commit()
    (record,) = JournalReader(path).runs()
    assert {status.key: count for status, count in record.counts.items()} == ran.json["counts"]
