"""Killed at any instant, what the app has begun is gone on with on the command line, and the other way round.

`make sweep` tries every point of the way from the upload to the results workbook. The ordinary suite tries some.
"""

import http.client
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest

from sync.journal.reader import JournalReader
from sync.model import Mode, RunState
from sync.status import Stage
from tests.support.app_client import AppClient
from tests.support.fault_server import FaultServer
from tests.support.launcher import NEVER, Launcher, Point
from tests.support.sweep_kills import SMALL, Case

GONE = (OSError, http.client.HTTPException)


class Driver(threading.Thread):
    """Somebody who goes the whole way through the app, as far as it lives, and then ends it."""

    def __init__(self, case: Case, resume: str = "") -> None:
        super().__init__()
        self._case = case
        self._output = case.folder / "output"
        self._resume = resume
        self.last = ""  # the address of the last page
        self.failure: Exception | None = None

    def run(self) -> None:
        """Drive."""
        try:
            self._drive(AppClient(self._address()))
        except GONE:
            return
        except Exception as error:
            self.failure = error
        with suppress(OSError, ValueError):
            os.kill(int(Path(f"{self._output}.pid").read_text(encoding="ascii")), signal.SIGTERM)

    def _drive(self, client: AppClient) -> None:
        if self._resume:
            self.last = client.post(f"/runs/{self._resume}/resume")
            return
        self.last = client.preview(self._case.sheet)
        self.last = client.send(self.last)

    def _address(self) -> str:
        for _ in range(2000):
            text = self._output.read_text(encoding="utf-8") if self._output.exists() else ""
            if match := re.search(r"http://127\S+token=\S+(?=\n)", text):
                return match[0]
            time.sleep(0.01)
        raise TimeoutError(text)


def in_the_app(
    case: Case, at: Point = NEVER, resume: str = "", event: str = "kill", already: str = ""
) -> tuple[int, list[str]]:
    """Drive the app, and let this event come at this point. Returns its exit code and the points that it went by."""
    for left in case.folder.glob("output*"):
        left.unlink()
    driver = Driver(case, resume)
    driver.start()
    code, points, _ = case.command("app", "--no-browser", at=at, event=event, already=already)
    driver.join()
    if driver.failure:
        raise driver.failure
    return code, points


@pytest.fixture
def case(launcher: Launcher) -> Iterator[Case]:
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # a kill is no power cut: no disk is needed
    with FaultServer([]) as server, TemporaryDirectory(dir=memory) as folder:
        yield Case(server, launcher, Path(folder) / "case", job=SMALL)


def go_on(case: Case) -> None:
    """What somebody types who finds the app gone."""
    previews = case.run_ids("preview")
    if begun := case.run_ids("apply"):
        command = ["resume", *begun]
    elif previews:
        case.command("resume", *previews)
        command = ["apply", *previews]
    else:
        assert not case.server.asked("PUT")
        command = ["run", str(case.sheet)]
    _, _, ran = case.command(*command)
    assert ran.exit_code == 1, ran.stdout
    case.judge_updated(ran)


@pytest.mark.parametrize("step", [89, pytest.param(1, marks=pytest.mark.sweep)])
def test_an_app_that_is_killed_is_gone_on_with_on_the_command_line(case: Case, step: int) -> None:
    case.anew()
    _, points = in_the_app(case)
    assert points

    def attempt(at: Point) -> int:
        case.anew()
        return in_the_app(case, at)[0]

    for place in range(step // 3, len(points), step):
        if case.kills(attempt, points, place):
            case.judge_the_dead("apply")
            go_on(case)
    case.tally.judge("app")


@pytest.mark.parametrize("step", [109, pytest.param(3, marks=pytest.mark.sweep)])
def test_a_command_that_is_killed_is_gone_on_with_in_the_app(case: Case, step: int) -> None:
    case.anew()
    _, points, _ = case.command("run", str(case.sheet))

    def attempt(at: Point) -> int:
        case.anew()
        return case.command("run", str(case.sheet), at=at)[0]

    gone_on = 0
    for place in range(step // 3, len(points), step):
        if case.kills(attempt, points, place) and (begun := case.run_ids("run")):
            in_the_app(case, resume=begun[0])
            _, _, ran = case.command("report", *begun)
            case.judge_updated(ran)
            gone_on += 1
    assert gone_on
    case.tally.judge("in the app")


@pytest.mark.parametrize("event", ["SIGTERM", "SIGHUP"])
def test_an_app_that_is_told_to_end_finishes_what_is_in_flight(case: Case, event: str) -> None:
    case.anew()
    _, points = in_the_app(case)
    case.anew()
    place = len(points) * 6 // 10  # while it sends
    at = points[place], points[: place + 1].count(points[place])
    code, _ = in_the_app(case, at, event=event, already="answers awaited")
    assert code == 130
    history = JournalReader(case.folder / "state" / "journal.sqlite3")
    run = history.runs()[-1]
    assert (run.facts.mode, run.state, run.stopped_because) == (Mode.APPLY, RunState.STOPPED, "the run was interrupted")
    assert openpyxl.load_workbook(run.results, read_only=True)["Results"].max_row == 1 + len(case.job.rows)
    assert history.count(run.facts.id, Stage.SENDING) == 0
    go_on(case)
    assert (case.tally.lost, case.tally.false) == ([], [])
