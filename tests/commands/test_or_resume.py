"""`run --or-resume`: a scheduler may repeat it blindly, and is told the truth each time."""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.fault_server import FaultServer
from tests.support.launcher import KILLED, Launcher
from tests.support.product import FAST, Campfire
from tests.support.sweep_kills import SMALL, Case
from tests.support.truth import judge_bodies, judge_records, wishes_for, write_sheet

OPTIONS = (*FAST, "--json", "--or-resume")
WISHES = wishes_for(range(1, 11))


def test_without_an_earlier_run_it_begins_one(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", WISHES), *OPTIONS)
    assert (ran.exit_code, ran.json["mode"], ran.json["counts"]["updated"]) == (0, "run", 10)


def test_an_unfinished_run_is_continued_and_a_complete_one_reported(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    first = campfire("run", sheet, *OPTIONS, "--first", "4")
    second = campfire("run", sheet, *OPTIONS)
    assert (first.exit_code, second.exit_code, second.run) == (3, 0, first.run)
    asked = len(server.log)
    third = campfire("run", sheet, *OPTIONS)
    assert (third.exit_code, third.run, third.json["counts"]["updated"]) == (0, first.run, 10)
    assert len(server.log) == asked, "nothing is asked of the API"
    judge_bodies(server, WISHES)
    judge_records(server, WISHES)


def test_another_sheet_mapping_or_base_url_begins_a_run_of_its_own(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    first = campfire("run", write_sheet(tmp_path / "edits.csv", WISHES), *OPTIONS, "--first", "4")
    other_sheet = campfire("run", write_sheet(tmp_path / "other.csv", {12: {"terms": "net_45"}}), *OPTIONS)
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("id: Customer ID\ncolumns: {Payment Terms: terms}\nignore: [Notes]\n", encoding="utf-8")
    other_mapping = campfire("run", tmp_path / "other.csv", "--mapping", mapping, *OPTIONS, "--again")
    with FaultServer(dict(record) for record in server.records.values()) as other:
        other_url = campfire("run", tmp_path / "edits.csv", *OPTIONS, "--base-url", other.url)
    assert len({first.run, other_sheet.run, other_mapping.run, other_url.run}) == 4


def test_a_preview_is_not_taken_for_a_run(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    preview = campfire("run", sheet, "--dry-run", *OPTIONS)
    ran = campfire("run", sheet, *OPTIONS)
    assert (ran.run != preview.run, ran.json["counts"]["updated"]) == (True, 10)


def test_an_apply_of_the_file_is_reported_and_an_unfinished_one_continued(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    preview = campfire("run", sheet, "--dry-run", *FAST, "--json")
    applied = campfire("apply", preview.run, *FAST, "--json", "--first", "4")
    continued = campfire("run", sheet, *OPTIONS)
    assert (applied.exit_code, continued.exit_code, continued.run) == (3, 0, applied.run)
    campfire("undo", applied.run, *FAST, "--json")
    asked = len(server.log)
    reported = campfire("run", sheet, *OPTIONS)
    assert (reported.exit_code, reported.run, len(server.log)) == (0, applied.run, asked)
    assert f"{applied.run} has applied a preview of this file, and is complete. Nothing is sent." in reported.stderr
    assert "This run was put back by" in reported.stderr


def test_an_apply_of_chosen_rows_does_not_hide_a_run_that_can_be_continued(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """Where there is no such run, what was left out stays unsent, and the report says so."""
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    preview = campfire("run", sheet, "--dry-run", *FAST, "--json")
    applied = campfire("apply", preview.run, *FAST, "--json", "--rows", "2-4")
    reported = campfire("run", sheet, *OPTIONS)
    assert (reported.exit_code, reported.run) == (0, applied.run)
    assert "without 7 rows that were left out" in reported.stderr
    begun = campfire("run", sheet, *OPTIONS, "--again", "--first", "2")
    campfire("apply", preview.run, *FAST, "--json", "--rows", "2-4")
    continued = campfire("run", sheet, *OPTIONS)
    assert (begun.exit_code, continued.exit_code, continued.run) == (3, 0, begun.run)
    judge_records(server, WISHES)


def test_a_run_that_was_undone_meanwhile_is_continued_only_by_its_name(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    stopped = campfire("run", sheet, *OPTIONS, "--first", "4")
    undone = campfire("undo", stopped.run, *FAST, "--json")
    sent = len(server.asked("PUT"))
    repeated = campfire("run", sheet, *OPTIONS)
    assert (repeated.exit_code, len(server.asked("PUT"))) == (2, sent)
    assert f"{stopped.run} (edits.csv) has not finished, and was undone by {undone.run}" in repeated.stderr
    assert f"campfire-sync resume {stopped.run}" in repeated.stderr
    assert campfire("resume", stopped.run, *FAST, "--json").exit_code == 0
    assert len(server.asked("PUT")) == sent + 6


def test_a_run_with_failed_rows_that_was_undone_meanwhile_is_not_continued(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    server.puts = {3: ["502", "502"]}
    ran = campfire("run", sheet, *OPTIONS, "--max-attempts", "2")
    assert (ran.exit_code, ran.json["counts"]["failed"]) == (1, 1)
    campfire("undo", ran.run, *FAST, "--json")
    sent = len(server.asked("PUT"))
    assert (campfire("run", sheet, *OPTIONS).exit_code, len(server.asked("PUT"))) == (2, sent)


def test_a_workbook_that_somebody_has_changed_is_not_written_over(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet, out = write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 5))), tmp_path / "out.xlsx"
    command = ("run", sheet, "--or-resume", "--out", out, *OPTIONS)
    assert campfire(*command, "--first", "2").exit_code == 3
    out.write_bytes(b"what somebody has made of it")
    again = campfire(*command)
    assert (again.exit_code, "exists already" in again.stderr) == (2, True)
    assert out.read_bytes() == b"what somebody has made of it"
    assert len(server.asked("PUT")) == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes of this kind")
def test_a_pipe_in_the_place_of_a_plan_or_a_workbook_is_not_taken_for_the_runs_own(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet, plan, out = write_sheet(tmp_path / "edits.csv", WISHES), tmp_path / "month.plan", tmp_path / "out.xlsx"
    assert campfire("run", sheet, "--dry-run", "--plan", plan, *OPTIONS).exit_code == 0
    assert campfire("run", sheet, "--out", out, *OPTIONS, "--first", "3").exit_code == 3
    for path, option in ((plan, ("--dry-run", "--plan", plan)), (out, ("--out", out))):
        path.unlink()
        os.mkfifo(path)
        again = campfire("run", sheet, *option, *OPTIONS)
        assert (again.exit_code, f"{path} exists already. Give another name" in again.stderr) == (2, True)


def test_the_plan_and_the_workbook_of_an_earlier_attempt_do_not_stand_in_the_way(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """A scheduler repeats the very same command, `--plan` and `--out` included."""
    sheet, plan, out = write_sheet(tmp_path / "edits.csv", WISHES), tmp_path / "month.plan", tmp_path / "out.xlsx"
    preview = ("run", sheet, "--dry-run", "--plan", plan, *OPTIONS)
    first = campfire(*preview)
    assert (first.exit_code, campfire(*preview).exit_code) == (0, 0)
    plan.unlink()
    assert (campfire(*preview).run, plan.exists()) == (first.run, True), "killed before it could write the plan"
    stopped = campfire("run", sheet, "--out", out, *OPTIONS, "--first", "3")
    for _ in range(2):
        done = campfire("run", sheet, "--out", out, *OPTIONS)
        assert (done.exit_code, done.run, done.json["results"]) == (0, stopped.run, str(out))
    strange = tmp_path / "strange.xlsx"
    strange.write_bytes(b"somebody's")
    assert campfire("run", sheet, "--out", strange, *OPTIONS).exit_code == 2
    assert strange.read_bytes() == b"somebody's"


KINDS = ("commit", "send", "receive")
DONE = 1  # the exit code: one customer is not there, and one is refused
TRIES = 12


@pytest.fixture(scope="module")
def cases(launcher: Launcher) -> Iterator[tuple[Case, Case]]:
    """A job, and the same job as a second scheduler starts it."""
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # a kill is no power cut: no disk is needed
    with FaultServer([]) as server, TemporaryDirectory(dir=memory) as folder, Launcher() as second:
        case = Case(server, launcher, Path(folder) / "case", job=SMALL)
        yield case, case.of_another_scheduler(second)


def retry_and_kill(case: Case, chosen: random.Random, settled: bool) -> int:
    """What a scheduler does whose command is killed early each time: the same again, until it is through.

    Returns the kills. With two schedulers, one is told that the other is at work (exit code 2), and tries again too.
    """
    killed = 0
    for _ in range(TRIES):
        kind, when = chosen.choice(KINDS), chosen.choice(("before", "after"))
        at = (f"{when} {kind}", chosen.randrange(1, 6)) if chosen.randrange(20) else (f"{when} rename", 1)
        code, _, _ = case.command(*command(case), at=at, settled=settled)
        killed += code == KILLED
        if code == DONE:
            break
    return killed


def command(case: Case) -> list[str]:
    return ["run", str(case.sheet), "--or-resume"]


def judge_the_end(case: Case) -> None:
    """One retry more, and another: all is done, once, and the last one asks nothing of the API."""
    case.judge_the_dead("run")
    _, _, ran = case.command(*command(case))
    assert ran.exit_code == DONE, ran.stdout
    case.judge_updated(ran)
    asked = len(case.server.log)
    _, _, again = case.command(*command(case))
    assert (again.exit_code, again.run, len(case.server.log)) == (DONE, ran.run, asked)
    assert (case.tally.lost, case.tally.false) == ([], [])
    applied = Counter(asked.customer for asked in case.server.asked("PUT") if asked.applied)
    assert {number: times for number, times in applied.items() if times > 1} == {}, "sent and taken twice"
    assert len(case.run_ids("run")) == 1


def judge_never_two_at_once(server: FaultServer) -> None:
    """Once another process asks, those before it have ended.

    The one request of a process that was killed may reach the log after that.
    """
    processes = [asked.headers["user-agent"] for asked in server.log]
    order = list(dict.fromkeys(processes))
    for earlier, later in pairwise(order):
        begins = processes.index(later)
        assert processes[begins:].count(earlier) <= 1, f"{earlier} went on after {later} had begun"


def blind_retries(case: Case, seed: int) -> int:
    chosen = random.Random(seed)
    case.anew()
    killed = retry_and_kill(case, chosen, settled=True)
    judge_the_end(case)
    judge_never_two_at_once(case.server)
    return killed


def blind_retries_of_two(cases: tuple[Case, Case], seed: int) -> int:
    """Two schedulers that know nothing of one another start the same job at the same time."""
    cases[0].anew()
    with ThreadPoolExecutor(len(cases)) as pool:
        schedulers = [
            pool.submit(retry_and_kill, case, random.Random(f"{seed} {n}"), settled=False)
            for n, case in enumerate(cases)
        ]
        killed = sum(scheduler.result() for scheduler in schedulers)
    cases[0].server.settle()
    judge_the_end(cases[0])
    judge_never_two_at_once(cases[0].server)
    return killed


def test_blind_retries_that_are_killed_lose_nothing_and_send_nothing_twice(cases: tuple[Case, Case]) -> None:
    assert blind_retries(cases[0], seed=0) > 0


def test_two_schedulers_that_are_killed_are_never_at_work_at_once(cases: tuple[Case, Case]) -> None:
    assert blind_retries_of_two(cases, seed=0) > 0


@pytest.mark.sweep
def test_blind_retries_that_are_killed_anywhere_lose_nothing_and_send_nothing_twice(cases: tuple[Case, Case]) -> None:
    print(f"\nblind retries: {at_500_points(lambda seed: blind_retries(cases[0], seed))}")  # noqa: T201


@pytest.mark.sweep
def test_two_schedulers_that_are_killed_anywhere_are_never_at_work_at_once(cases: tuple[Case, Case]) -> None:
    print(f"\ntwo schedulers: {at_500_points(lambda seed: blind_retries_of_two(cases, seed))}")  # noqa: T201


def at_500_points(round_of: Callable[[int], int]) -> str:
    """Play rounds until 500 processes were killed. A kill that comes after the end of its process does not count."""
    points = rounds = 0
    while points < 500:
        points += round_of(100 + rounds)
        rounds += 1
        assert rounds < 500, f"{points} kills in {rounds} rounds: most processes are not killed at all"
    return f"{points} kills in {rounds} rounds"
