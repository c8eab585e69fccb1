"""`run`, `runs` and `report`, as a person types them."""

import json
from pathlib import Path

import openpyxl
import pytest

from tests.support.command import KEYS, Command, edits, one_object
from tests.support.fault_server import FaultServer


@pytest.mark.parametrize("words", [("check",), ("run",), ("run", "--dry-run")], ids=" ".join)
def test_a_sheet_without_rows_needs_nothing_sent(
    words: tuple[str, ...], online: Command, server: FaultServer, tmp_path: Path
) -> None:
    done = online(*words, edits(tmp_path))
    assert done.returncode == 0
    assert "nothing to do" in done.stdout
    assert server.log == []


def test_a_preview_sends_nothing_and_prints_its_id_and_how_to_send_it(
    online: Command, server: FaultServer, tmp_path: Path
) -> None:
    done = online("run", edits(tmp_path, "1,Net 45,"), "--dry-run")
    assert done.returncode == 0
    assert server.asked("PUT") == []
    (past,) = json.loads(online("runs", "--json").stdout)
    assert past["mode"] == "preview"
    assert f"campfire-sync apply {past['run']}" in done.stdout


def test_a_batch_job_says_what_it_sends_and_where_but_not_with_quiet(
    online: Command, server: FaultServer, tmp_path: Path
) -> None:
    overview = ["Payment Terms: Net 30 → Net 45", "1 customer would change (Payment Terms: 1).", "Sending to "]
    told = online("run", edits(tmp_path, "1,Net 45,")).stderr
    assert sorted(overview, key=told.index) == overview
    assert f"Sending to {server.url}." in told
    quiet = online("run", edits(tmp_path, "2,Net 45,"), "--quiet").stderr
    assert not any(line in quiet for line in overview)
    assert len(server.asked("PUT")) == 2


def test_a_preview_that_changes_nothing_prints_its_id_too(online: Command, tmp_path: Path) -> None:
    done = online("run", edits(tmp_path, "1,Net 30,"), "--dry-run")
    (past,) = json.loads(online("runs", "--json").stdout)
    assert past["run"] in done.stdout


def test_an_invalid_row_holds_the_others_back_only_with_strict(
    online: Command, server: FaultServer, tmp_path: Path
) -> None:
    path = edits(tmp_path, "1,Net 45,", "2,Net 37,")
    held = online("run", path, "--strict", "--json")
    assert held.returncode == 2
    assert "--strict" in held.stderr
    assert one_object(held.stdout)["exit_code"] == 2
    assert server.asked("PUT") == []
    assert online("run", path, "--json").returncode == 1
    assert [asked.customer for asked in server.asked("PUT")] == [1]


def test_a_strict_run_without_problems_is_sent(online: Command, server: FaultServer, tmp_path: Path) -> None:
    assert online("run", edits(tmp_path, "1,Net 45,"), "--strict").returncode == 0
    assert len(server.asked("PUT")) == 1


@pytest.mark.parametrize(("most", "code", "sent"), [(0, 2, 0), (1, 2, 0), (2, 0, 2)])
def test_nothing_is_sent_where_more_would_change_than_allowed(
    most: int, code: int, sent: int, online: Command, server: FaultServer, tmp_path: Path
) -> None:
    path = edits(tmp_path, "1,Net 45,", "2,Net 45,", "3,Net 30,")  # the third changes nothing
    done = online("run", path, "--max-changes", most, "--json")
    assert done.returncode == one_object(done.stdout)["exit_code"] == code
    assert one_object(done.stdout)["totals"], "with a workbook and without"
    assert len(server.asked("PUT")) == sent
    assert ("--max-changes" in done.stderr) == (code == 2)


def test_a_quiet_run_without_problems_prints_nothing(online: Command, server: FaultServer, tmp_path: Path) -> None:
    done = online("run", edits(tmp_path, "1,Net 45,"), "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert len(server.asked("PUT")) == 1


def test_a_mapped_column_that_the_sheet_lacks_is_named(command: Command, tmp_path: Path) -> None:
    done = command("check", edits(tmp_path, "1,Net 30,"))
    assert "left as they are: Customer Name, Company Name," in done.stderr


def test_the_list_of_runs_shows_each_run_with_its_rows(online: Command, tmp_path: Path) -> None:
    assert "There are no runs" in online("runs").stdout
    online("run", edits(tmp_path, "1,Net 45,", "2,Net 37,"))
    listed = online("runs").stdout
    header, first, second, *third = listed.splitlines()
    assert header.split() == ["run", "when", "(UTC)", "mode", "state", "by"]
    (past,) = json.loads(online("runs", "--json").stdout)
    assert first.startswith(past["run"])
    assert second.startswith("  1 updated, 1 invalid")
    assert listed.endswith("/edits.csv\n")
    assert len(third) <= 1
    assert max(map(len, listed.splitlines())) <= 80
    assert {status: count for status, count in past["counts"].items() if count} == {"updated": 1, "invalid": 1}


def test_a_report_draws_the_workbook_again(online: Command, tmp_path: Path) -> None:
    first = json.loads(online("run", edits(tmp_path, "1,Net 45,"), "--json").stdout)
    Path(first["results"]).unlink()
    again = online("report", first["run"][:15], "--json")
    told = one_object(again.stdout)
    assert again.returncode == 0
    assert {key: told[key] for key in KEYS} == first, "the same object as the run printed"
    assert Path(first["results"]).exists()


def test_in_the_sandbox_to_fix_goes_on_from_what_was_sent_there(command: Command, tmp_path: Path) -> None:
    path, results = edits(tmp_path, "1001,Net 45,", "1002,Net 37,"), tmp_path / "first.xlsx"
    done = command("run", path, "--sandbox", "--rate", "500", "--out", results)
    assert done.returncode == 1
    assert "The sandbox starts over with its original customers." in done.stderr
    (line,) = [line for line in done.stdout.splitlines() if "“To fix”" in line]
    assert f"campfire-sync run {results}" in line
    assert "--sandbox" in line
    book = openpyxl.load_workbook(results)
    for cells in book["To fix"].iter_rows(min_row=2):  # the same edit as was sent: asks for nothing, if it is there
        for cell in cells:
            cell.value = {"1002": "1001", "Net 37": "Net 45"}.get(str(cell.value), cell.value)
    book.save(results)
    again = command("run", results, "--dry-run", "--sandbox", "--rate", "500", "--json")
    assert "The sandbox goes on with its customers as they are now" in again.stderr
    assert one_object(again.stdout)["counts"]["unchanged"] == 1


def test_the_sandbox_takes_the_same_file_any_number_of_times(command: Command, tmp_path: Path) -> None:
    """It starts over and has forgotten the run before; the journal has not."""
    path = edits(tmp_path, "1001,Net 45,")
    options = ("--sandbox", "--rate", "500", "--json")
    told = [one_object(command("run", path, *options, *more).stdout) for more in ((), ("--dry-run",), ())]
    assert [each["exit_code"] for each in told] == [0, 0, 0]
    assert [each["warnings"] for each in told] == [[], [], []]
    assert told[2]["counts"]["updated"] == 1
