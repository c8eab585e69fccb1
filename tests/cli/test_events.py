"""Whatever happens to a running command, what it says is true, and the work can be finished. The server judges.

`make sweep` lets every event happen at many points of a run, a resume, an apply and an undo. The ordinary suite tries
a few.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.crash_launcher import EVENTS
from tests.support.fault_server import Asked, FaultServer
from tests.support.product import Ran
from tests.support.sweep_kills import Case, Launcher
from tests.support.truth import judge_records

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="descriptors as Linux has them")

CODES = (0, 1, 2, 3, 130)
SILENT = ("stdout gone", "disk full")  # the output, a file in these tests, cannot be written any more
HAPPENINGS = sorted(EVENTS.keys() - {"kill"})


@pytest.fixture
def case(launcher: Launcher) -> Iterator[Case]:
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with FaultServer([]) as server, TemporaryDirectory(dir=memory) as folder:
        yield Case(server, launcher, Path(folder) / "case")


def a_run(case: Case) -> list[str]:
    return ["run", str(case.sheet)]


def a_resume(case: Case) -> list[str]:
    case.command("run", str(case.sheet), "--first", "9")
    return ["resume"]


def an_apply(case: Case) -> list[str]:
    case.command("run", str(case.sheet), "--dry-run")
    return ["apply", case.run_ids("preview")[0]]


def an_undo(case: Case) -> list[str]:
    case.command("run", str(case.sheet))
    return ["undo", case.run_ids("run")[0]]


def judge(case: Case, event: str, code: int, ran: Ran, puts: list[Asked], where: str) -> None:
    """Hold what the command said to what the server saw."""
    assert code in CODES, f"{where}: {ran.stdout}"
    assert "Traceback" not in ran.stdout, where
    assert not (code == 2 and puts), f"{where}: exit code 2, and {len(puts)} PUTs were sent"
    if event in SILENT:
        return
    told = ran.json
    assert told, f"{where}: no JSON object: {ran.stdout}"
    assert told["exit_code"] == code, where
    assert told["requests"]["PUT"] >= len(puts), where
    applied = {asked.customer for asked in case.server.asked("PUT") if asked.applied}
    assert told["counts"]["updated"] <= len(applied), where
    assert (told["error"] is None) == (code in (0, 1)), where


def finish(case: Case) -> None:
    """The person mends the cause and goes on; in the end everything that was asked for is there."""
    state = case.folder / "state"
    if (state / "renamed.sqlite3").exists():
        for path in state.glob("journal.sqlite3*"):
            path.unlink()
        (state / "renamed.sqlite3").rename(state / "journal.sqlite3")
    _, _, ran = case.command("resume")
    if ran.exit_code == 2:  # the journal has no such run, or is not there any more: begin again
        shutil.rmtree(state, ignore_errors=True)
        _, _, ran = case.command("run", str(case.sheet), "--again")
    assert ran.exit_code in (0, 1), ran.stdout
    judge_records(case.server, case.wishes)


def sweep(case: Case, event: str, prepare: Callable[[Case], list[str]], tried: int) -> None:
    """Let the event happen at so many points of a command, each time on a case made anew."""
    case.anew()
    command = prepare(case)
    put_back = case.kept()
    before = len(case.server.log)
    _, points, ran = case.command(*command)
    assert len(points) > 20, ran.stdout
    seen: Counter[str] = Counter()
    step = max(len(points) // tried, 1)
    for place in range(step // 2, len(points), step):
        put_back()
        name = points[place]
        code, _, ran = case.command(*command, at=(name, points[: place + 1].count(name)), event=event)
        puts = [asked for asked in case.server.log[before:] if asked.method == "PUT"]
        judge(case, event, code, ran, puts, f"{event} at {name} {place} of {command[0]}")
        if command[0] != "undo":
            finish(case)
        seen[name] += 1
    print(f"\n{event}, {command[0]}: {seen.total()} points {dict(seen)}")  # noqa: T201


@pytest.mark.parametrize("event", HAPPENINGS)
def test_what_happens_to_a_run_is_told_truly_and_mended(event: str, case: Case) -> None:
    sweep(case, event, a_run, int(os.environ.get("CAMPFIRE_SYNC_POINTS", "1")))


@pytest.mark.sweep
@pytest.mark.parametrize("prepare", [a_run, a_resume, an_apply, an_undo], ids=lambda prepare: str(prepare.__name__))
@pytest.mark.parametrize("event", HAPPENINGS)
def test_at_many_points_of_every_command(event: str, prepare: Callable[[Case], list[str]], case: Case) -> None:
    sweep(case, event, prepare, int(os.environ.get("CAMPFIRE_SYNC_POINTS", "60")))
