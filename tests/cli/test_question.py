"""The one question before anything is sent: a real process on a terminal of its own."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="terminals as POSIX has them")

from sync.journal.reader import JournalReader  # noqa: E402
from tests.support.fault_server import FaultServer  # noqa: E402
from tests.support.processes import DEVNULL, Starter  # noqa: E402
from tests.support.product import FAST, Campfire, environment  # noqa: E402
from tests.support.truth import wishes_for, write_sheet  # noqa: E402

PROMPT = "[y/N]: "
CLOSED = "the window is closed"
BELOW_NOHUP = """
import signal
from sync.cli import main
signal.signal(signal.SIGHUP, signal.SIG_IGN)
main()
"""


@dataclass(frozen=True)
class Asked:
    """A command that has ended."""

    code: int
    shown: str  # on the terminal
    log: str  # standard error, where it was redirected


Ask = Callable[..., Asked]


@pytest.fixture
def ask(starter: Starter, server: FaultServer, state: Path, tmp_path: Path) -> Ask:
    """The command with a terminal as standard input, answered in turn; `stderr` is redirected if asked for."""

    def call(*words: object, answers: list[str], redirected: bool = True, code: str = "") -> Asked:
        ours, theirs = pty.openpty()
        log = tmp_path / "err.log"
        with log.open("wb") as file:
            process = starter.start(
                *words,
                *(() if words[0] == "forget" else FAST),
                env=environment(server, state),
                stdin=theirs,
                stdout=DEVNULL if redirected else theirs,
                stderr=file if redirected else theirs,
                code=code,
            )
        os.close(theirs)
        shown, left = "", list(answers)
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # nobody has the terminal open any more
                break
            if not piece:
                break
            shown += piece.decode(errors="replace").replace("\r\n", "\n")
            if shown.endswith(PROMPT) and left:
                assert not server.asked("PUT")
                answer = left.pop(0)
                if answer is CLOSED:
                    process.send_signal(signal.SIGHUP)
                    break
                os.write(ours, answer.encode())
        os.close(ours)
        assert not left, f"it was not asked: {shown}"
        return Asked(process.wait(timeout=60), shown, log.read_text(encoding="utf-8"))

    return call


@pytest.mark.parametrize(("answer", "code", "sent"), [("y\n", 0, 8), ("\n", 2, 0), ("n\n", 2, 0), ("\x04", 2, 0)])
def test_a_run_asks_on_the_terminal_even_where_stderr_is_redirected(
    answer: str, code: int, sent: int, ask: Ask, server: FaultServer, tmp_path: Path
) -> None:
    done = ask("run", write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 9))), answers=[answer])
    assert (done.code, len(server.asked("PUT"))) == (code, sent)
    assert done.shown.count("  row ") == 5
    assert "… and 3 more\n8 customers would change (" in done.shown
    assert f"Send this to {server.url}? " in done.shown
    assert PROMPT not in done.log


def test_all_is_shown_to_somebody_who_asks_for_it(ask: Ask, server: FaultServer, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 9)))
    done = ask("run", sheet, answers=["a\n", "y\n"], redirected=False)
    assert [done.shown.count(f"  row {row}, customer ") for row in (2, 9)] == [2, 1]
    assert len(server.asked("PUT")) == 8


def test_apply_and_undo_ask_too(ask: Ask, campfire: Campfire, server: FaultServer, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 3)))
    preview = campfire("run", sheet, "--dry-run", "--json", *FAST).run
    assert ask("apply", preview, answers=["n\n"]).code == 2
    assert not server.asked("PUT")
    done = ask("apply", preview, answers=["y\n"])
    assert (done.code, len(server.asked("PUT"))) == (0, 2)
    server.log.clear()
    [*_, sent] = [line.split()[0] for line in campfire("runs").stdout.splitlines() if " apply " in line]
    refused = ask("undo", sent, answers=["n\n"])
    assert refused.code == 2
    assert f"Put this back in {server.url}? " in refused.shown
    assert ask("undo", sent, answers=["y\n"]).code == 0


def test_forget_asks_with_how_many_runs_and_which_are_unfinished(
    ask: Ask, campfire: Campfire, server: FaultServer, state: Path, tmp_path: Path
) -> None:
    done = campfire("run", write_sheet(tmp_path / "done.csv", wishes_for([1])), "--json", *FAST).run
    stopped = campfire("run", write_sheet(tmp_path / "part.csv", wishes_for([2, 3])), "--first", "1", "--json", *FAST)
    server.log.clear()
    before = ("forget", "--before", "2999-01-01")
    refused = ask(*before, answers=["a\n", "n\n"])
    unfinished = f"1 unfinished run can then no longer be resumed:\n  {stopped.run}  run  part.csv\n"
    assert f"{unfinished}Remove the personal data of 2 runs? (a: show all) [y/N]: " in refused.shown
    assert f"  {done}  run  done.csv\n" in refused.shown
    assert (refused.code, refused.log) == (2, "campfire-sync: you said no. Nothing was removed.\n")
    assert ask(*before, "--yes", answers=[]).code == 0
    assert all(run.forgotten for run in JournalReader(state / "journal.sqlite3").runs())


@pytest.mark.parametrize(("code", "end"), [("", 130), (BELOW_NOHUP, 2)], ids=["as usual", "where SIGHUP is ignored"])
def test_a_window_that_is_closed_at_the_question_sends_nothing_and_removes_nothing(
    code: str, end: int, ask: Ask, campfire: Campfire, server: FaultServer, state: Path, tmp_path: Path
) -> None:
    kept = campfire("run", write_sheet(tmp_path / "kept.csv", wishes_for([1])), "--dry-run", "--json", *FAST).run
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for([2, 3]))
    assert ask("run", sheet, answers=[CLOSED], code=code).code == end
    assert ask("forget", kept, answers=[CLOSED], code=code).code == end
    assert not server.asked("PUT")
    assert not any(run.forgotten for run in JournalReader(state / "journal.sqlite3").runs())


def test_nobody_is_asked_with_yes_or_in_a_dry_run(ask: Ask, server: FaultServer, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 3)))
    assert ask("run", sheet, "--dry-run", answers=[]).code == 0
    assert ask("run", sheet, "--yes", answers=[]).code == 0
    assert len(server.asked("PUT")) == 2


def test_no_word_is_broken_at_80_columns(
    ask: Ask, server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    words = [f"word{number}of-the-note" for number in range(12)]
    done = ask("run", write_sheet(tmp_path / "edits.csv", {1: {"notes": " ".join(words)}}), answers=["n\n"])
    plan = done.shown.partition("Send this to")[0]
    assert set(words) <= set(plan.split())
    assert max(map(len, plan.splitlines())) <= 80
