"""A signal ends a command soon, whatever it is busy with: each of these would go on for longer than the test waits."""

import signal
from pathlib import Path

import pytest

from sync.journal.reader import JournalReader
from tests.cli.test_interrupts import ended
from tests.support.fault_server import FaultServer
from tests.support.processes import CampfireProcess, Starter
from tests.support.product import Campfire, Ran, environment
from tests.support.truth import judge, wishes_for, write_sheet
from tests.support.waiting import until

PATIENCE = 30.0  # seconds; shorter than what keeps the command busy
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
WORKBOOK = ("sync.journal.reader", "JournalReader.with_problems")  # the rows that the workbook is written from

# Lets a function of the product take for ever, as if it had much to do. A generator first yields what it has.
BUSY = """
import functools, importlib, inspect, pathlib, sys
where, name, mark = sys.argv[1:4]
*owners, name = name.split(".")
owner = functools.reduce(getattr, owners, importlib.import_module(where))
real = getattr(owner, name)
def work():
    pathlib.Path(mark).touch()
    while True:
        pass
def generator(*args, **kwargs):
    yield from real(*args, **kwargs)
    work()
def function(*args, **kwargs):
    work()
setattr(owner, name, generator if inspect.isgeneratorfunction(real) else function)
sys.argv[1:4] = []
from sync.cli import main
main()
"""


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 9)))


class Busy:
    """Starts a command that is busy for ever in one of its functions, and interrupts it there."""

    def __init__(self, starter: Starter, server: FaultServer, state: Path, folder: Path) -> None:
        self._starter = starter
        self._env = environment(server, state)
        self._state = state
        self._mark = folder / "busy"

    def __call__(self, where: str, name: str, how: signal.Signals, *words: object) -> Ran:
        process = self._starter.start(where, name, self._mark, *words, "--json", env=self._env, code=BUSY)
        until(self._mark.exists)
        process.send_signal(how)
        stdout, stderr = process.communicate(timeout=PATIENCE)
        return Ran.ended(process.wait(), stdout, stderr, self._state)


@pytest.fixture
def busy(starter: Starter, server: FaultServer, state: Path, tmp_path: Path) -> Busy:
    return Busy(starter, server, state, tmp_path)


def has_runs(state: Path) -> bool:
    journal = state / "journal.sqlite3"
    return journal.exists() and bool(JournalReader(journal).runs())


@pytest.mark.parametrize("how", SIGNALS)
@pytest.mark.parametrize("name", ["read_edits", "rows_as_read"])
def test_before_a_run_is_in_the_journal_it_ends_where_it_is(
    name: str, how: signal.Signals, busy: Busy, server: FaultServer, campfire: Campfire, state: Path, sheet: Path
) -> None:
    """While a large sheet is read, and while its rows are written into the journal: in one transaction."""
    ran = busy("sync.commands.run", name, how, "run", sheet)
    assert ran.exit_code == 130 == ran.json["exit_code"]
    assert "Nothing was sent" in ran.json["error"]
    assert not server.log
    assert not has_runs(state)
    assert campfire("run", sheet, "--json", "--rate", "500").exit_code == 0


@pytest.mark.parametrize("how", SIGNALS)
def test_a_workbook_that_is_being_written_is_left_and_can_be_written_later(
    how: signal.Signals, busy: Busy, server: FaultServer, campfire: Campfire, sheet: Path, tmp_path: Path
) -> None:
    ran = busy(*WORKBOOK, how, "run", sheet, "--rate", "500")
    assert ran.exit_code == 130 == ran.json["exit_code"]
    assert ran.json["counts"]["updated"] == 8
    assert ran.json["results"] is None
    assert not list(tmp_path.glob("*.xlsx")) and not list(tmp_path.glob(".campfire*"))
    command = ran.json["next"].split()
    assert command[1:] == ["report", ran.run]
    assert Path(campfire(*command[1:], "--json").json["results"]).exists()
    assert len(server.asked("PUT")) == 8


@pytest.mark.parametrize("how", SIGNALS)
@pytest.mark.parametrize(
    ("where", "name", "words"),
    [
        ("sync.commands.check", "read_edits", ["check", "edits.csv"]),
        ("sync.export.job", "_write", ["export", "all.xlsx", "--rate", "500"]),
        (*WORKBOOK, ["check", "edits.csv", "--out", "problems.xlsx"]),
    ],
)
def test_a_command_that_sends_nothing_ends_where_it_is(
    where: str, name: str, words: list[str], how: signal.Signals, busy: Busy, sheet: Path, tmp_path: Path
) -> None:
    paths = [tmp_path / word if "." in word else word for word in words]
    ran = busy(where, name, how, *paths)
    assert ran.exit_code == 130 == ran.json["exit_code"]
    assert not list(tmp_path.glob("*.xlsx")) and not list(tmp_path.glob(".campfire*"))


@pytest.mark.parametrize("how", SIGNALS)
def test_a_pause_that_the_api_asks_for_is_left(
    how: signal.Signals, server: FaultServer, campfire_process: CampfireProcess, state: Path, sheet: Path
) -> None:
    server.puts = {3: ["429:60"]}
    process = campfire_process("run", sheet, "--json", "--rate", "500", "--concurrency", "1")
    until(lambda: len(server.asked("PUT", 3)) == 1)
    process.send_signal(how)
    stdout, stderr = process.communicate(timeout=PATIENCE)
    ran = Ran.ended(process.wait(), stdout, stderr, state)
    assert ran.exit_code == 130
    judge(server, wishes_for(range(1, 9)), ran)
    first, second, throttled, *others = ran.statuses.values()
    assert (first, second, others) == ("updated", "updated", ["not sent"] * 5)
    assert throttled in {"failed", "not sent"}  # whether the signal or the answer was first


@pytest.mark.parametrize("how", SIGNALS)
def test_an_answer_that_does_not_come_is_not_waited_for(
    how: signal.Signals,
    server: FaultServer,
    campfire: Campfire,
    campfire_process: CampfireProcess,
    state: Path,
    sheet: Path,
) -> None:
    """The row is in doubt, and `resume` looks at it first."""
    server.puts = {3: ["hold"]}
    process = campfire_process("run", sheet, "--json", "--rate", "500", "--concurrency", "1", "--timeout", "3600")
    until(lambda: len(server.asked("PUT", 3)) == 1)
    process.send_signal(how)
    ran = ended(process, state)
    assert not server.release.is_set()
    assert ran.exit_code == 130
    assert list(ran.statuses.values()) == ["updated"] * 2 + ["failed"] + ["not sent"] * 5
    assert Path(ran.json["results"]).exists()
    server.release.set()
    server.settle()
    again = campfire("resume", "--json", "--rate", "500")
    assert set(again.statuses.values()) == {"updated"}
