"""Killed at any instant, a run is gone on with, and nothing is lost and nothing claimed that did not happen.

`make sweep` tries every point. The ordinary suite tries some of them.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest

from tests.support.fault_server import FaultServer
from tests.support.launcher import KILLED, Launcher, Point
from tests.support.sweep_kills import Case

# Requests in flight, and how many points lie between two that are tried.
SOME_AND_EVERY = pytest.mark.parametrize(
    ("case", "step"),
    [(1, 151), pytest.param(1, 1, marks=pytest.mark.sweep), pytest.param(4, 3, marks=pytest.mark.sweep)],
    indirect=["case"],
)


@pytest.fixture
def case(request: pytest.FixtureRequest, launcher: Launcher) -> Iterator[Case]:
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # a kill is no power cut: no disk is needed
    with FaultServer([]) as server, TemporaryDirectory(dir=memory) as folder:
        yield Case(server, launcher, Path(folder) / "case", request.param)


def sweep(case: Case, step: int, mode: str, prepare: Callable[[], list[str]], finish: Callable[[], None]) -> None:
    """Kill a command at every point, or at some, each time on a case made anew; go on, and judge."""
    case.anew()
    command = prepare()
    put_back = case.kept()
    case.mark = len(case.server.log) if mode == "undo" else 0
    _, points, ran = case.command(*command)
    assert points, ran.stdout

    def attempt(at: Point) -> int:
        put_back()
        return case.command(*command, at=at)[0]

    for place in range(step // 3, len(points), step):
        if case.kills(attempt, points, place):
            case.judge_the_dead(mode)
            finish()
    case.tally.judge(mode)


def run_to_the_end(case: Case) -> None:
    """Go on with the run; one that is not in the journal yet has sent nothing, and is started again."""
    if case.run_ids("run"):
        _, _, ran = case.command("resume")
    else:
        assert not case.server.asked("PUT")
        _, _, ran = case.command("run", str(case.sheet))
    assert ran.exit_code == 1, ran.stdout
    case.judge_updated(ran)
    assert openpyxl.load_workbook(ran.json["results"], read_only=True)["Results"].max_row == 31


@SOME_AND_EVERY
def test_a_run_that_is_killed_is_brought_to_its_end(case: Case, step: int) -> None:
    sweep(case, step, "run", lambda: ["run", str(case.sheet)], lambda: run_to_the_end(case))


@SOME_AND_EVERY
def test_a_resume_that_is_killed_is_brought_to_its_end(case: Case, step: int) -> None:
    def prepare() -> list[str]:
        code, _, _ = case.command("run", str(case.sheet), at=("before send", 40))  # a request is one or two of them
        assert code == KILLED
        return ["resume"]

    sweep(case, step, "run", prepare, lambda: run_to_the_end(case))


@SOME_AND_EVERY
def test_an_apply_that_is_killed_is_brought_to_its_end(case: Case, step: int) -> None:
    def prepare() -> list[str]:
        return ["apply", case.command("run", str(case.sheet), "--dry-run")[2].run]

    def finish() -> None:
        begun = case.run_ids("apply")
        _, _, ran = case.command("resume", *begun) if begun else case.command("apply", *case.run_ids("preview"))
        assert ran.exit_code == 1, ran.stdout
        case.judge_updated(ran)

    sweep(case, step, "apply", prepare, finish)


@SOME_AND_EVERY
def test_an_undo_that_is_killed_is_brought_to_its_end(case: Case, step: int) -> None:
    def prepare() -> list[str]:
        return ["undo", case.command("run", str(case.sheet))[2].run]

    def finish() -> None:
        begun = case.run_ids("undo")
        _, _, ran = case.command("resume", *begun) if begun else case.command("undo", *case.run_ids("run"))
        assert ran.exit_code == 0, ran.stdout
        case.judge_undone(ran)

    sweep(case, step, "undo", prepare, finish)


@pytest.mark.parametrize(("case", "step"), [(1, 2), pytest.param(1, 1, marks=pytest.mark.sweep)], indirect=["case"])
def test_a_report_that_is_killed_leaves_whole_workbooks_alone(case: Case, step: int) -> None:
    def prepare() -> list[str]:
        return ["report", case.command("run", str(case.sheet))[2].run]

    def finish() -> None:
        asked = len(case.server.log)
        left = {path.name for path in case.folder.glob("*.xlsx")}
        assert all(openpyxl.load_workbook(case.folder / name, read_only=True) for name in left)
        _, _, ran = case.command("report", *case.run_ids("run"))
        assert openpyxl.load_workbook(ran.json["results"], read_only=True)["Results"].max_row == 31
        assert len(case.server.log) == asked
        case.judge_updated(ran)

    sweep(case, step, "run", prepare, finish)
