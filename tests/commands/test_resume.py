"""Going on with a run that ended early, one run at a time, and random kills of the real process."""

import random
import time
from pathlib import Path

import openpyxl
import pytest

from sync.journal.run_lock import run_lock
from sync.settings import SANDBOX
from tests.support.fault_records import customer
from tests.support.fault_server import Drift, FaultServer
from tests.support.processes import DEVNULL, CampfireProcess, Starter
from tests.support.product import FAST, Campfire, Ran, environment
from tests.support.truth import holds, judge, judge_bodies, judge_records, wishes_for, write_sheet
from tests.support.waiting import until

OPTIONS = (*FAST, "--json")


def workbooks(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.xlsx"))


@pytest.mark.usefixtures("short_pauses", "lasting_records")
def test_rows_that_failed_are_tried_again(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    wishes = wishes_for(range(1, 13))
    server.puts = {3: ["502"] * 2, 4: ["reset-after-apply", "ok"], 5: ["400"]}
    server.gets = {4: ["ok", "502", "502"], 6: ["502", "502"]}
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *OPTIONS, "--max-attempts", "2")
    judge(server, wishes, ran)
    assert {n: status for n, status in ran.statuses.items() if status != "updated"} == {
        3: "failed",
        4: "failed",
        5: "rejected",
        6: "failed",
    }
    puts = len(server.asked("PUT"))
    again = campfire("resume", ran.run, *OPTIONS)
    judge_bodies(server, wishes)
    judge_records(server, wishes)
    assert again.json["mode"] == "resume"
    assert {n: status for n, status in again.statuses.items() if status != "updated"} == {5: "rejected"}
    assert len(server.asked("PUT")) == puts + 2, "what had arrived is not sent again"
    assert again.json["requests"]["PUT"] == len(server.asked("PUT")), "the requests of the run as a whole"


def test_a_run_that_is_complete_only_gets_its_workbook(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    wishes = wishes_for(range(1, 5))
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *OPTIONS)
    asked = len(server.log)
    again = campfire("resume", *OPTIONS)
    assert (again.exit_code, again.json["results"]) == (0, ran.json["results"])
    Path(ran.json["results"]).unlink()
    third = campfire("resume", ran.run, *OPTIONS)
    assert Path(third.json["results"]).exists()
    assert len(server.log) == asked


def test_the_workbook_of_a_resume_takes_the_place_of_the_one_that_is_out_of_date(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """It has the next name: whoever has the old one open sees that there is another."""
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 5))), *OPTIONS, "--first", "2")
    assert workbooks(tmp_path) == [f"edits.results.{ran.run}.xlsx"]
    again = campfire("resume", *OPTIONS)
    assert workbooks(tmp_path) == [f"edits.results.{ran.run}-2.xlsx"]
    assert Path(again.json["results"]).name == f"edits.results.{ran.run}-2.xlsx"


def test_a_workbook_that_somebody_has_changed_stays(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 5))), *OPTIONS, "--first", "2")
    book = openpyxl.load_workbook(ran.json["results"])
    book["To fix"]["A2"] = "seen"
    book.save(ran.json["results"])
    campfire("resume", *OPTIONS)
    assert workbooks(tmp_path) == [f"edits.results.{ran.run}-2.xlsx", f"edits.results.{ran.run}.xlsx"]


def test_a_workbook_under_a_name_of_somebody_s_own_stays(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet, mine = write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 5))), tmp_path / "mine.xlsx"
    ran = campfire("run", sheet, *OPTIONS, "--first", "2", "--out", mine)
    campfire("resume", *OPTIONS)
    assert workbooks(tmp_path) == [f"edits.results.{ran.run}.xlsx", "mine.xlsx"]


def test_what_another_writer_does_before_the_resume_is_kept(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    wishes = wishes_for(range(1, 11))
    campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *OPTIONS, "--first", "3")
    server.drift = {n: [Drift("GET", 1, {"city": "Shelbyville"})] for n in range(4, 11)}
    ran = campfire("resume", *OPTIONS)
    judge_bodies(server, wishes)
    judge_records(server, wishes)
    assert set(ran.statuses.values()) == {"updated"}
    assert server.records[9]["city"] == "Shelbyville"


def test_a_row_that_somebody_else_has_brought_into_line_meanwhile_is_unchanged(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    wishes = {n: {"terms": "net_45"} for n in range(1, 7)}
    campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *OPTIONS, "--first", "3")
    server.records[5]["terms"] = "net_45"
    ran = campfire("resume", *OPTIONS)
    assert ran.statuses[5] == "unchanged"
    assert not server.asked("PUT", 5)


def test_a_limit_that_a_resume_is_given_holds_for_what_is_left(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """The one that the run was given has been kept to, or nothing would have been sent."""
    wishes = wishes_for(range(1, 11))
    campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *OPTIONS, "--first", "3", "--max-changes", "10")
    held = campfire("resume", *OPTIONS, "--max-changes", "6")
    assert held.exit_code == 2
    assert "7 customers would change, more than --max-changes 6" in held.stderr
    assert len(server.asked("PUT")) == 3
    ran = campfire("resume", *OPTIONS)
    judge(server, wishes, ran)
    assert set(ran.statuses.values()) == {"updated"}


def test_a_run_that_another_has_overtaken_is_gone_on_with_only_by_its_name(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """Or last month's edits, given up half-way, would come back over this month's."""
    old = campfire("run", write_sheet(tmp_path / "old.csv", wishes_for(range(1, 7))), *OPTIONS, "--first", "3")
    new = campfire("run", write_sheet(tmp_path / "new.csv", {5: {"terms": "net_10"}}), *OPTIONS)
    asked = len(server.log)
    refused = campfire("resume", *OPTIONS)
    assert refused.exit_code == 2
    assert all(text in refused.stderr for text in (old.run, "old.csv", new.run, "new.csv"))
    assert f"resume {old.run} --as-started" in campfire("resume", "--as-started", *OPTIONS).stderr
    assert len(server.log) == asked
    resumed = campfire("resume", old.run, *OPTIONS)
    assert resumed.statuses == dict.fromkeys(range(1, 7), "updated") | {5: "conflict"}
    assert server.records[5]["terms"] == "net_10"


def test_a_resume_for_another_base_url_is_refused(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    campfire("run", write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 7))), *OPTIONS, "--first", "3")
    asked = len(server.log)
    ran = campfire("resume", *OPTIONS, "--base-url", "https://api.example.com")
    assert ran.exit_code == 2
    assert len(server.log) == asked


@pytest.mark.parametrize("name", ["", "20200101-000000-0000"])
def test_there_has_to_be_a_run(name: str, campfire: Campfire) -> None:
    ran = campfire("resume", *([name] if name else []), *OPTIONS)
    assert ran.exit_code == 2
    assert "Traceback" not in ran.stderr


def test_a_results_file_that_can_not_be_written_is_written_later(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    wishes = wishes_for(range(1, 5))
    out = tmp_path / "nowhere" / "results.xlsx"
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *OPTIONS, "--out", out)
    assert ran.exit_code != 0
    assert len(server.asked("PUT")) in (0, 4)
    if server.asked("PUT"):
        out.parent.mkdir()
        again = campfire("report", ran.run, "--json", "--out", out)
        assert again.json["results"] == str(out)
        assert out.exists()
        judge(server, wishes, again)


# --- one run at a time ---


def test_of_two_runs_at_once_one_proceeds_and_the_other_says_so(
    server: FaultServer, campfire: Campfire, campfire_process: CampfireProcess, state: Path, tmp_path: Path
) -> None:
    wishes = wishes_for(range(1, 11))
    server.puts = {5: ["hold"]}
    sheet = write_sheet(tmp_path / "edits.csv", wishes)
    first = campfire_process("run", sheet, "--json", "--rate", "500")
    until(lambda: bool(server.asked("PUT", 5)))
    asked = len(server.log)
    for command in (["run", sheet], ["run", sheet, "--dry-run"], ["resume"]):
        second = campfire(*command, *OPTIONS)
        assert second.exit_code == 2
        assert "another run" in second.stderr
    assert campfire("runs", "--json").exit_code == 0
    assert len([a for a in server.log[asked:] if a.customer is None]) == 0
    server.release.set()
    stdout, stderr = first.communicate(timeout=60)
    ran = Ran.ended(first.returncode, stdout, stderr, state)
    judge(server, wishes, ran)
    assert ran.exit_code == 0
    assert campfire("run", sheet, *OPTIONS, "--again").json["counts"]["unchanged"] == 10


def test_a_second_run_does_not_touch_the_stand_in_of_the_first(campfire: Campfire, state: Path, tmp_path: Path) -> None:
    """A run begins the stand-in anew; while another run is going on there, that would take its customers away."""
    sheet = write_sheet(tmp_path / "edits.csv", {1001: {"terms": "net_45"}})
    with run_lock(state, SANDBOX):
        ran = campfire("run", sheet, "--sandbox", *OPTIONS)
    assert ran.exit_code == 2
    assert "another run is in progress for the sandbox in " in ran.stderr
    assert not (state / "sandbox").exists()


def test_the_lock_of_a_dead_process_holds_up_nobody(
    server: FaultServer, campfire: Campfire, campfire_process: CampfireProcess, tmp_path: Path
) -> None:
    wishes = wishes_for(range(1, 11))
    server.puts = {5: ["hold", "ok"]}
    sheet = write_sheet(tmp_path / "edits.csv", wishes)
    process = campfire_process("run", sheet, "--json", "--rate", "500")
    until(lambda: bool(server.asked("PUT", 5)))
    process.kill()
    process.wait()
    server.release.set()
    server.settle()
    assert "interrupted" in campfire("runs").stdout
    ran = campfire("resume", *OPTIONS)
    judge_bodies(server, wishes)
    assert ran.exit_code == 0
    assert set(ran.statuses.values()) == {"updated"}
    assert "complete" in campfire("runs").stdout


def test_a_report_again_takes_the_next_free_name(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 5))), *OPTIONS)
    again = campfire("report", ran.run, "--json")
    assert again.exit_code == 0
    assert workbooks(tmp_path) == [f"edits.results.{ran.run}-2.xlsx", f"edits.results.{ran.run}.xlsx"]
    first, second = (openpyxl.load_workbook(tmp_path / name)["Results"] for name in workbooks(tmp_path))
    assert list(first.values) == list(second.values)


# --- random kills ---


def random_kills(
    starter: Starter, server: FaultServer, state: Path, tmp_path: Path, kills: int, seed: int
) -> tuple[int, list[str]]:
    """Kill the real process at random moments until so many kills have hit one that was alive; judge each run."""
    chance, hits, wrong = random.Random(seed), 0, []
    turn = 0
    while hits < kills:
        turn += 1
        server.reset(customer(n) for n in range(1, 31))
        server.puts = {n: ["reset-after-apply"] for n in (4, 11)} | {n: ["429:0"] for n in (7, 19)}
        wishes = wishes_for(range(1, 31))
        here = state / str(turn)
        sheet = write_sheet(tmp_path / f"{turn}.csv", wishes)
        command = ["run", str(sheet)]
        for _ in range(12):
            alive = killed(starter, server, here, command, chance)
            hits += alive
            server.settle()
            if not alive:
                break
            if (here / "journal.sqlite3").exists() and server.log:
                command = ["resume"]
        wrong += judged(starter, server, here, wishes)
    return hits, wrong


def killed(starter: Starter, server: FaultServer, state: Path, command: list[str], chance: random.Random) -> bool:
    """Run the command, and kill it some time after its first request. Whether it was alive then."""
    asked = len(server.log)
    words = [*command, "--json", "--rate", "300", "--concurrency", "4"]
    process = starter.start(*words, env=environment(server, state), stdout=DEVNULL, stderr=DEVNULL)
    while len(server.log) == asked and process.poll() is None:
        time.sleep(0.002)
    time.sleep(chance.random() * 0.4)
    alive = process.poll() is None
    if alive:
        process.kill()
    process.wait()
    return alive


def judged(starter: Starter, server: FaultServer, state: Path, wishes: dict[int, dict[str, object]]) -> list[str]:
    """What is not as it has to be once the run has come to its end."""
    done = starter.run("resume", "--json", "--rate", "500", env=environment(server, state))
    ran = Ran.ended(done.returncode, done.stdout, done.stderr, state)
    judge_bodies(server, wishes)
    judge_records(server, wishes)
    wrong = [f"customer {n} is lost" for n in wishes if not holds(server.records[n], wishes[n])]
    wrong += [f"{told} is false" for told in ran.told if told.status != "updated"]
    return wrong + ([] if len(ran.told) == len(wishes) else ["a row is missing"])


def test_a_process_that_is_killed_at_random_moments(
    starter: Starter, server: FaultServer, state: Path, tmp_path: Path
) -> None:
    assert random_kills(starter, server, state, tmp_path, kills=2, seed=1)[1] == []


@pytest.mark.sweep
@pytest.mark.parametrize("seed", range(10))
def test_a_process_that_is_killed_at_random_moments_by_the_hundred(
    seed: int, starter: Starter, server: FaultServer, state: Path, tmp_path: Path
) -> None:
    hits, wrong = random_kills(starter, server, state, tmp_path, kills=30, seed=seed)
    print(f"\nseed {seed}: {hits} kills, wrong: {wrong}")  # noqa: T201
    assert wrong == []
