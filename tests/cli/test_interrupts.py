"""Ctrl-C, SIGTERM and SIGHUP, sent to a real process in the middle of a run."""

import json
import os
import signal
import time
from pathlib import Path

import openpyxl
import pytest

pty = pytest.importorskip("pty", reason="signals and terminals as POSIX has them")

from tests.support.fault_server import FaultServer  # noqa: E402
from tests.support.processes import CampfireProcess, Process, Starter  # noqa: E402
from tests.support.product import Campfire, Ran, environment  # noqa: E402
from tests.support.truth import judge, wishes_for, write_sheet  # noqa: E402
from tests.support.waiting import until  # noqa: E402


def ended(process: Process, state: Path) -> Ran:
    stdout, stderr = process.communicate(timeout=60)
    return Ran.ended(process.returncode, stdout, stderr, state)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_requests_in_flight_are_finished_and_recorded(
    how: signal.Signals,
    server: FaultServer,
    campfire: Campfire,
    campfire_process: CampfireProcess,
    state: Path,
    tmp_path: Path,
) -> None:
    wishes = wishes_for(range(1, 31))
    server.puts = {key: ["hold"] for key in (9, 10, 11, 12)}
    sheet = write_sheet(tmp_path / "edits.csv", wishes)
    process = campfire_process("run", sheet, "--json", "--rate", "500", "--concurrency", "4")
    until(lambda: len(server.asked("PUT")) == 12)
    process.send_signal(how)
    until(lambda: "Stopping" in (process.stderr.readline() if process.stderr else ""))
    before = len(server.log)
    server.release.set()
    ran = ended(process, state)
    assert ran.exit_code == 130 == ran.json["exit_code"]
    judge(server, wishes, ran)
    assert len(server.log) == before, "a request left after the interrupt"
    assert list(ran.statuses.values()) == ["updated"] * 12 + ["not sent"] * 18
    assert openpyxl.load_workbook(ran.json["results"])["Results"].max_row == 31
    assert f"resume {ran.run}" in ran.stderr
    again = campfire("resume", "--json", "--rate", "500")
    judge(server, wishes, again)
    assert set(again.statuses.values()) == {"updated"}
    assert again.exit_code == 0


def test_the_list_of_runs_does_not_call_requests_in_flight_failed(
    server: FaultServer, campfire: Campfire, campfire_process: CampfireProcess, tmp_path: Path
) -> None:
    server.puts = {key: ["hold"] for key in (3, 4)}
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 5)))
    process = campfire_process("run", sheet, "--rate", "500", "--concurrency", "4")
    until(lambda: len(server.asked("PUT")) == 4)
    until(lambda: "2 updated" in campfire("runs").stdout)
    while_running = campfire("runs").stdout
    process.kill()
    process.communicate(timeout=60)
    killed = campfire("runs").stdout
    server.release.set()
    assert "running" in while_running
    assert "failed" not in while_running
    assert "interrupted" in killed
    assert "2 in doubt" in killed
    assert "failed" not in killed
    (listed,) = json.loads(campfire("runs", "--json").stdout)
    assert (listed["in_doubt"], listed["counts"]["failed"]) == (2, 2)
    resumed = campfire("resume", "--json", "--rate", "500")
    assert resumed.json["counts"]["updated"] == 4
    assert "doubt" not in campfire("runs").stdout


def test_a_put_that_still_waits_for_its_turn_is_not_called_sent(
    server: FaultServer, campfire_process: CampfireProcess, state: Path, tmp_path: Path
) -> None:
    """Its intent is on disk, and the request has not left: four rows wait at this rate most of the time."""
    wishes = wishes_for(range(1, 31))
    sheet = write_sheet(tmp_path / "edits.csv", wishes)
    process = campfire_process("run", sheet, "--json", "--rate", "4", "--concurrency", "8")
    until(lambda: len(server.asked("GET")) >= 9)
    process.send_signal(signal.SIGINT)
    ran = ended(process, state)
    assert ran.exit_code == 130
    judge(server, wishes, ran)
    puts = len(server.asked("PUT"))
    assert [told.attempts for told in ran.told].count(1) == puts == ran.json["counts"]["updated"]
    assert ran.json["counts"]["not_sent"] == 30 - puts


def test_an_interrupt_while_reading_sends_nothing(
    server: FaultServer, campfire: Campfire, campfire_process: CampfireProcess, state: Path, tmp_path: Path
) -> None:
    wishes = wishes_for(range(1, 21))
    server.list_as = "404"
    server.gets = {5: ["hold"]}
    sheet = write_sheet(tmp_path / "edits.csv", wishes)
    process = campfire_process("run", sheet, "--json", "--rate", "500", "--concurrency", "1")
    until(lambda: len(server.asked("GET", 5)) == 1)
    process.send_signal(signal.SIGTERM)
    until(lambda: "Stopping" in (process.stderr.readline() if process.stderr else ""))
    server.release.set()
    ran = ended(process, state)
    judge(server, wishes, ran)
    assert ran.exit_code == 130
    assert not server.asked("PUT")
    assert set(ran.statuses.values()) == {"not sent"}
    assert campfire("resume", ran.run, "--json", "--rate", "500").json["counts"]["updated"] == 20


def test_a_second_interrupt_leaves_at_once_and_loses_nothing(
    server: FaultServer, campfire: Campfire, campfire_process: CampfireProcess, state: Path, tmp_path: Path
) -> None:
    wishes = wishes_for(range(1, 31))
    server.puts = {key: ["timeout-after-apply"] for key in (9, 10, 11, 12)}
    sheet = write_sheet(tmp_path / "edits.csv", wishes)
    options = ("--rate", "500", "--concurrency", "4", "--timeout", "3600")
    process = campfire_process("run", sheet, "--json", *options)
    until(lambda: len(server.asked("PUT")) == 12)
    process.send_signal(signal.SIGINT)
    until(lambda: "Stopping" in (process.stderr.readline() if process.stderr else ""))
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    server.settle()
    puts = len(server.asked("PUT"))
    assert puts == 12
    ran = campfire("resume", "--json", "--rate", "500")
    assert ran.exit_code == 0
    assert set(ran.statuses.values()) == {"updated"}
    assert len(server.asked("PUT")) == 30, "what had arrived was sent again"
    assert sum(told.attempts for told in ran.told) == 30


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_question(
    how: signal.Signals, starter: Starter, server: FaultServer, campfire: Campfire, state: Path, tmp_path: Path
) -> None:
    """Without another key: the run stops, nothing is sent, and resume goes on with it."""
    wishes = wishes_for(range(1, 4))
    sheet = write_sheet(tmp_path / "edits.csv", wishes)
    ours, theirs = pty.openpty()
    process = starter.start("run", sheet, env=environment(server, state), stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = ""
    while "[y/N]" not in shown:
        shown += os.read(ours, 4096).decode(errors="replace")
    time.sleep(0.2)  # until it waits for the answer
    process.send_signal(how)
    until(lambda: process.poll() is not None)
    os.close(ours)
    assert process.returncode == 130
    assert not server.asked("PUT")
    again = campfire("resume", "--json", "--rate", "500")
    judge(server, wishes, again)
    assert again.exit_code == 0


def test_a_closed_window_ends_with_a_workbook_though_the_signal_comes_twice(
    server: FaultServer, campfire_process: CampfireProcess, state: Path, tmp_path: Path
) -> None:
    """The system and the shell each send SIGHUP, and nobody reads what is printed any more."""
    wishes = wishes_for(range(1, 9))
    server.puts = {3: ["hold"]}
    sheet = write_sheet(tmp_path / "edits.csv", wishes)
    process = campfire_process("run", sheet, "--rate", "500", "--concurrency", "1")
    until(lambda: len(server.asked("PUT", 3)) == 1)
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    process.stderr.close()
    process.stdout = process.stderr = None
    process.send_signal(signal.SIGHUP)
    time.sleep(0.3)
    process.send_signal(signal.SIGHUP)
    server.release.set()
    assert process.wait(timeout=60) == 130
    assert list(tmp_path.glob("edits.results.*.xlsx"))
    assert len(server.asked("PUT")) == 3
