"""A workbook that cannot be written: every row is done, and the command says what is missing and how to get it."""

import errno
import os
import shlex
import tempfile
from io import FileIO
from pathlib import Path
from typing import NoReturn

import pytest

from sync.commands import outputs
from sync.report.workbook import workbook
from tests.support.fault_server import FaultServer
from tests.support.product import FAST, Campfire
from tests.support.truth import judge_bodies, wishes_for, write_sheet

OPTIONS = (*FAST, "--json")
WISHES = wishes_for(range(1, 6))


def full_disk(path: Path, group: str) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def take(path: Path, server: FaultServer) -> None:
    """Somebody makes a file of this name while the records are read."""
    server.hook = lambda asked: None if path.exists() else path.write_text("somebody else's")


@pytest.mark.parametrize("command", ["run", "preview", "apply", "undo", "resume"])
def test_a_run_whose_workbook_cannot_be_written_ends_with_3_and_its_rows_are_done(
    command: str, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet, out = write_sheet(tmp_path / "edits.csv", WISHES), tmp_path / "results.xlsx"
    words = {
        "run": lambda: ("run", sheet),
        "preview": lambda: ("run", sheet, "--dry-run"),
        "apply": lambda: ("apply", campfire("run", sheet, "--dry-run", *OPTIONS).run),
        "undo": lambda: ("undo", campfire("run", sheet, *OPTIONS).run),
        "resume": lambda: ("resume", campfire("run", sheet, "--first", "2", *OPTIONS).run),
    }[command]()
    take(out, server)
    ran = campfire(*words, *OPTIONS, "--out", out)
    server.hook = lambda asked: None
    assert ran.exit_code == 3 == ran.json["exit_code"]
    assert str(out) in ran.json["error"] and ran.json["error"] in ran.stderr
    assert out.read_text() == "somebody else's"
    assert ran.json["results"] is None
    assert sum(ran.json["counts"][status] for status in ("updated", "would_update")) == 5
    report = campfire(*ran.json["next"].split()[1:], "--json")
    assert (report.exit_code, report.json["error"]) == (0, None)
    assert ran.json["totals"] == report.json["totals"] != {}, "added up without the workbook"
    assert Path(report.json["results"]).exists()
    if command != "undo":
        judge_bodies(server, WISHES)


def test_rows_that_went_wrong_do_not_hide_that_the_workbook_is_missing(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.puts, out = {2: ["400"]}, tmp_path / "results.xlsx"
    take(out, server)
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", WISHES), *OPTIONS, "--out", out)
    assert (ran.exit_code, ran.json["counts"]["rejected"]) == (3, 1)
    assert ran.json["next"] == f"campfire-sync report {ran.run}"


def test_of_a_folder_that_takes_no_workbook_it_is_said_how_to_write_it_to_another(
    server: FaultServer, campfire: Campfire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(path: Path, group: str) -> NoReturn:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    with monkeypatch.context() as patched:
        patched.setattr(workbook, "complete_file", read_only)
        ran = campfire("run", write_sheet(tmp_path / "edits.csv", WISHES), *OPTIONS)
    assert (ran.exit_code, ran.json["next"]) == (3, f"campfire-sync report {ran.run}")
    assert "or with --out FILE added for another folder: campfire-sync report" in ran.json["error"]
    elsewhere = tmp_path / "another folder" / "results.xlsx"
    elsewhere.parent.mkdir()
    report = campfire(*shlex.split(ran.json["next"])[1:], "--out", elsewhere, "--json")
    assert (report.exit_code, elsewhere.exists()) == (0, True)


def test_a_run_whose_totals_cannot_be_added_up_still_says_what_it_sent(
    server: FaultServer, campfire: Campfire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*of: object) -> NoReturn:
        raise TypeError("a row's summary is damaged")

    monkeypatch.setattr(workbook, "complete_file", full_disk)
    monkeypatch.setattr(outputs, "totals_by_currency", damaged)
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", WISHES), *OPTIONS)
    assert (ran.exit_code, ran.json["counts"]["updated"], ran.json["totals"]) == (3, 5, {})
    assert "No space left" in ran.json["error"]


def test_what_stopped_the_run_stays_its_reason(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    sheet, out = write_sheet(tmp_path / "edits.csv", WISHES), tmp_path / "results.xlsx"
    take(out, server)
    ran = campfire("run", sheet, *OPTIONS, "--first", "2", "--out", out)
    assert (ran.exit_code, "--first" in ran.json["error"]) == (3, True)
    assert str(out) in ran.stderr
    assert ran.json["next"].startswith("campfire-sync resume")
    held_back = campfire("run", sheet, *OPTIONS, "--max-changes", "1", "--out", tmp_path / "no folder" / "r.xlsx")
    assert held_back.exit_code == 2, "nothing was sent"


@pytest.mark.parametrize("command", ["report", "resume"])
def test_a_report_that_cannot_be_written_ends_with_3_and_the_runs_own_figures(
    command: str, server: FaultServer, campfire: Campfire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = campfire("run", write_sheet(tmp_path / "edits.csv", WISHES), *OPTIONS).run
    monkeypatch.setattr(workbook, "complete_file", full_disk)
    ran = campfire(command, run, "--json", "--out", tmp_path / "results.xlsx")
    assert ran.exit_code == 3 == ran.json["exit_code"]
    assert (ran.json["run"], ran.json["counts"]["updated"], ran.json["requests"]["PUT"]) == (run, 5, 5)
    assert "No space left" in ran.json["error"]
    assert ran.json["next"] == f"campfire-sync report {run}"
    assert len(server.asked("PUT")) == 5


def test_a_plan_that_cannot_be_written_does_not_cost_the_page_and_the_workbook(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    plan, page = tmp_path / "month.plan", tmp_path / "preview.html"
    take(plan, server)
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    ran = campfire("run", sheet, "--dry-run", *OPTIONS, "--plan", plan, "--html", page)
    assert ran.exit_code == 3
    assert str(plan) in ran.json["error"]
    assert page.exists()
    assert Path(ran.json["results"]).exists()


def test_a_preview_that_changes_nothing_and_lacks_its_plan_says_how_to_make_it_again(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    plan, sheet = tmp_path / "no folder" / "month end.plan", tmp_path / "month end.csv"
    sheet.write_text("Customer ID,Notes\n1,\n", encoding="utf-8")
    plan.parent.mkdir()
    take(plan, server)
    ran = campfire("run", sheet, "--dry-run", *OPTIONS, "--plan", plan)
    assert (ran.exit_code, ran.json["counts"]["unchanged"]) == (3, 1)
    plan.unlink()
    server.hook = lambda asked: None
    again = campfire(*shlex.split(ran.json["next"])[1:], *FAST, "--json")
    assert (again.exit_code, again.json["error"]) == (0, None)
    assert plan.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_folder_for_temporary_files_is_not_taken_for_a_full_folder_of_results(
    server: FaultServer, campfire: Campfire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda buffering: FileIO("/dev/full", "r+"))
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", WISHES), *OPTIONS, "--out", tmp_path / "results.xlsx")
    assert (ran.exit_code, len(server.asked("PUT"))) == (3, 5)
    assert "TMPDIR" in ran.json["error"]
    assert "results.xlsx" not in ran.json["error"]
    assert ran.json["next"] == f"campfire-sync report {ran.run}"
