"""The command that runs in the background while the person watches, at most one at a time."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sync.app.run_words import in_words
from sync.commands.result import RunResult
from sync.errors import CampfireSyncError, ExitCode
from sync.model import Problem, RowRecord, RunFacts, SheetWarning
from sync.progress import Meter, Progress
from sync.status import State, Status, status_of
from sync.stop import StopSignal

RESUMABLE = "What is on its way is finished and recorded. You can resume later."
MOST_PROBLEMS = 100_000  # kept for the grid; the results workbook has all


@dataclass
class Recorder(Progress):
    """A Progress that remembers, for a page that asks again and again."""

    run: str = ""
    on_run: Callable[[str], None] | None = None  # told the run's id when it begins
    facts: RunFacts | None = None
    stage: str = "starting"
    total: int = 0
    done: int = 0
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    meter: Meter | None = None
    began: float = field(default_factory=time.monotonic)

    def run_begins(self, run: RunFacts) -> None:
        """A run begins, or continues: its id is known from here on, whatever happens."""
        self.run, self.facts = run.id, run
        if self.on_run is not None:
            self.on_run(run.id)

    def say(self, text: str) -> None:
        """Something that a person should know."""
        self.notes.append(text)

    def warn(self, text: str) -> None:
        """Something that a person should look at."""
        self.notes.append(text)

    def doubt(self, warning: SheetWarning, text: str) -> None:
        """Something in the sheet is doubtful."""
        self.notes.append(in_words(warning))

    def hint(self, text: str, in_app: str = "") -> None:
        """What to do next in the app."""
        if in_app:
            self.notes.append(in_app)

    def problem(self, problem: Problem) -> None:
        """Something is wrong with a row of the sheet."""
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    def begin(self, what: str, total: int, meter: Meter) -> None:
        """A stage with so many rows begins."""
        self.stage, self.total, self.done, self.meter = what, total, 0, meter
        self.began = time.monotonic()

    def advance(self, rows: int) -> None:
        """So many more rows are done."""
        self.done += rows

    def row(self, row: RowRecord, state: State, message: str) -> None:
        """A row is done."""
        self.done += 1
        facts = self.facts
        if facts and (facts.dry_run or isinstance(state, Status)):  # what is planned to be sent gets its status yet
            self.statuses[facts.word(status_of(state, facts.dry_run))] += 1

    def end(self) -> None:
        """The stage is over."""
        self.stage = "finishing"

    def snapshot(self) -> dict[str, Any]:
        """What the progress page shows now."""
        seconds = max(time.monotonic() - self.began, 0.001)
        requests = self.meter.requests if self.meter else None
        left = seconds / self.done * (self.total - self.done) if self.done and self.total else None
        return {
            "stage": self.stage,
            "done": self.done,
            "total": self.total,
            "statuses": dict(self.statuses),
            "rate": round((requests.get + requests.put) / seconds, 1) if requests else 0,
            "pause": round(self.meter.pause_left) if self.meter else 0,
            "seconds_left": round(left) if left is not None else None,
            "messages": self.notes,
        }


@dataclass
class Job:
    """One command: what it is, how far it is, and how it ended."""

    title: str
    then: Callable[["Job"], str]  # the address to go to when it has ended
    recorder: Recorder
    stop: StopSignal
    result: Any = None
    error: CampfireSyncError | None = None
    step: int = 0  # of the loop, from 1; 0 outside it
    sandbox: bool = False  # whether it reads from the sandbox, or sends there
    stopping: str = RESUMABLE  # what comes of stopping it, for a person; empty where it cannot be stopped
    end: threading.Event = field(default_factory=threading.Event)

    @property
    def ended(self) -> bool:
        """Whether it is over, one way or the other."""
        return self.end.is_set()

    @property
    def run(self) -> str:
        """The id of the run that the command made or continued; empty if there is none."""
        return self.recorder.run


class Jobs:
    """Starts a command in a thread of its own. One at a time: the journal's lock would refuse a second one anyway."""

    def __init__(self, stop_after: int) -> None:
        self._stop_after = stop_after
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self.current: Job | None = None

    @property
    def running(self) -> Job | None:
        """The command that is running; None where none is."""
        job = self.current
        return None if job is None or job.ended else job

    @property
    def busy(self) -> bool:
        """Whether a command is running."""
        return self.running is not None

    def start(
        self,
        title: str,
        command: Callable[[StopSignal, Recorder], Any],
        then: Callable[[Job], str],
        step: int,
        sandbox: bool,
        stopping: str = RESUMABLE,
    ) -> Job | None:
        """Start a command; None where another one is running."""
        with self._lock:
            if self.busy:
                return None
            job = self.current = Job(
                title, then, Recorder(), StopSignal(self._stop_after), step=step, sandbox=sandbox, stopping=stopping
            )
        self._thread = threading.Thread(target=_work, args=(job, command), name="command")
        self._thread.start()
        return job

    def interrupt(self) -> None:
        """Stop the command: what is in flight is finished and recorded."""
        if self.current is not None:
            self.current.stop.interrupt()

    def stop(self) -> str:
        """Stop the command, and wait until it has written down how it ended.

        Returns:
            The id of the run that did not reach its end because of that; empty if there is none.
        """
        self.interrupt()
        if self._thread is not None:
            self._thread.join()
        result = self.current.result if self.current else None
        if not isinstance(result, RunResult) or result.exit_code is not ExitCode.INTERRUPTED:
            return ""
        return result.run.facts.id


def _work(job: Job, command: Callable[[StopSignal, Recorder], Any]) -> None:
    try:
        job.result = command(job.stop, job.recorder)
    except CampfireSyncError as error:
        job.error = error
    except Exception as error:  # a fault of ours must not leave the page waiting for ever
        job.error = CampfireSyncError(f"an unexpected error ({type(error).__name__}: {error})")
    finally:
        job.end.set()
