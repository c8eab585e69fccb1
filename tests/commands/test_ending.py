"""Whatever stops a run after it began: the exit code and the figures are true, and nothing more is sent."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.api.api import Api
from sync.commands import carry_out as carry_out_module
from sync.commands.ending import reason_for
from sync.errors import CannotStart, ExitCode, KeyRefused, LimitExceeded, StoppedEarly
from sync.journal.database import JournalUnreadable
from sync.stop import Interrupted
from tests.support.fault_server import FaultServer
from tests.support.lost_journals import WAYS, remove_log, rename
from tests.support.product import FAST, Campfire
from tests.support.truth import judge_bodies, wishes_for, write_sheet

OPTIONS = (*FAST, "--json", "--concurrency", "2")


def remove_state(journal: Path) -> None:
    shutil.rmtree(journal.parent)


@pytest.mark.parametrize("lose", [*WAYS, remove_state])
@pytest.mark.parametrize("at", [0, 1, 7])
def test_a_journal_that_is_lost_stops_the_run_with_true_figures(
    lose: Callable[[Path], None], at: int, server: FaultServer, campfire: Campfire, state: Path, tmp_path: Path
) -> None:
    """It is lost while the first record is read (0), or while the first or the seventh update is on its way."""
    wishes = wishes_for(range(1, 31))
    lost = False

    def hook(asked: object) -> None:
        nonlocal lost
        if not lost and len(server.asked("PUT")) >= at:
            lost = True
            lose(state / "journal.sqlite3")

    server.hook = hook
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *OPTIONS)
    puts = len(server.asked("PUT"))
    assert ran.exit_code == 3
    assert ran.json["exit_code"] == 3
    assert ran.json["requests"]["PUT"] == puts
    assert puts <= at + 3, "no more than what was on its way"
    counts = ran.json["counts"]
    assert sum(counts.values()) == 30
    assert counts["updated"] <= puts <= counts["updated"] + counts["failed"]
    assert "while it was in use" in ran.stderr
    judge_bodies(server, wishes)


@pytest.mark.parametrize("command", ["resume", "apply", "undo"])
@pytest.mark.parametrize("lose", [rename, remove_log])
def test_a_journal_that_is_lost_stops_the_other_commands_too(
    lose: Callable[[Path], None], command: str, server: FaultServer, campfire: Campfire, state: Path, tmp_path: Path
) -> None:
    wishes = wishes_for(range(1, 21))
    sheet = write_sheet(tmp_path / "edits.csv", wishes)
    first = {"resume": ("--first", "5"), "apply": ("--dry-run",), "undo": ()}[command]
    run = campfire("run", sheet, *OPTIONS, *first).run
    before = len(server.asked("PUT"))
    lost = False

    def hook(asked: object) -> None:
        nonlocal lost
        if not lost and len(server.asked("PUT")) >= before + 3:
            lost = True
            lose(state / "journal.sqlite3")

    server.hook = hook
    ran = campfire(command, run, *OPTIONS)
    assert (ran.exit_code, ran.json["mode"]) == (3, command)
    assert ran.json["requests"]["PUT"] >= len(server.asked("PUT")) - (before if command != "resume" else 0)
    assert len(server.asked("PUT")) <= before + 6, "no more than what was on its way"
    if command != "undo":
        judge_bodies(server, wishes)


@pytest.mark.sweep
@pytest.mark.parametrize("at", range(31))
@pytest.mark.parametrize("lose", [*WAYS, remove_state])
def test_a_journal_that_is_lost_anywhere_stops_the_run_with_true_figures(
    lose: Callable[[Path], None], at: int, server: FaultServer, campfire: Campfire, state: Path, tmp_path: Path
) -> None:
    """At each update of a run of 30: 155 points."""
    test_a_journal_that_is_lost_stops_the_run_with_true_figures(lose, min(at, 29), server, campfire, state, tmp_path)


def test_an_unexpected_error_stops_the_run_early(
    server: FaultServer, campfire: Campfire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Api.put

    def put(api: Api, record_id: int, body: str, read: object = None) -> object:
        if record_id == 5:
            raise ZeroDivisionError("somewhere deep")
        return real(api, record_id, body, read)  # type: ignore[arg-type]

    monkeypatch.setattr(Api, "put", put)
    wishes = wishes_for(range(1, 11))
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *OPTIONS)
    assert ran.exit_code == 3
    assert "ZeroDivisionError" in ran.stderr
    assert Path(ran.json["results"]).exists()
    monkeypatch.undo()
    assert campfire("resume", *OPTIONS).exit_code == 0
    judge_bodies(server, wishes)


def test_an_error_before_the_first_update_leaves_a_run_to_resume(
    server: FaultServer, campfire: Campfire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object) -> None:
        raise RuntimeError("while planning")

    monkeypatch.setattr(carry_out_module, "_plan", fails)
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 4))), *OPTIONS)
    assert (ran.exit_code, ran.json["counts"]["not_sent"], server.asked("PUT")) == (3, 3, [])
    monkeypatch.undo()
    assert campfire("resume", *OPTIONS).exit_code == 0


@pytest.mark.parametrize(
    ("error", "puts", "code"),
    [
        (LimitExceeded("too many"), 0, 2),
        (LimitExceeded("too many"), 1, 3),
        (CannotStart("not the API"), 0, 2),
        (CannotStart("not the API"), 1, 3),
        (JournalUnreadable("gone"), 0, 3),
        (JournalUnreadable("gone"), 5, 3),
        (KeyRefused("no"), 0, 3),
        (StoppedEarly("enough"), 9, 3),
        (Interrupted("Ctrl-C"), 9, 130),
        (RuntimeError("a fault"), 0, 3),
        (MemoryError(), 9, 3),
    ],
)
def test_exit_code_2_is_given_only_where_no_put_has_left(error: Exception, puts: int, code: int) -> None:
    assert reason_for(error, puts).exit_code == ExitCode(code)
