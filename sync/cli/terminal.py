"""What a person sees of a run in progress: lines, a progress bar on a terminal, one question."""

import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sync.cli import streams
from sync.cli.closing import close
from sync.cli.invocation import current
from sync.cli.masking import without
from sync.cli.next_step import after_export
from sync.cli.plan_view import FEW as FEW_PLANNED
from sync.cli.plan_view import RunView, shortened
from sync.cli.question import can_ask, confirmed
from sync.commands.result import RunResult
from sync.contract.load import resource_of_run
from sync.contract.resource import Noun
from sync.export import Exported
from sync.model import Mode, Problem, RowRecord, RunFacts
from sync.progress import Meter, Progress
from sync.settings import Settings, place
from sync.status import State, Status
from sync.text import counted, listed, visible_value

LINE_EVERY = 5.0  # seconds between two lines of progress where there is no terminal
FEW = 8  # rows shown that went wrong


class Console(Progress):
    """Watches a run for the person who started it. What is for scripts goes to stdout, everything else to stderr."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._result = streams.err if settings.json else streams.out
        self._terminal = streams.is_terminal(sys.stderr) and not settings.quiet
        self._bar: Any = None
        self._task: Any = None
        self._meter: Meter | None = None
        self._view: RunView | None = None
        self._stage, self._total, self._done = "", 0, 0
        self._began = self._last_line = 0.0
        self._wrong: list[tuple[int, str]] = []  # the first rows that went wrong in this stage
        self._wrong_count = 0
        self._told: set[str] = set()  # warnings

    def sheet_is_read(self, sha256: str) -> None:
        """Its hash is part of the JSON object, also where the command does not begin."""
        current().file_sha256 = sha256

    def run_begins(self, run: RunFacts) -> None:
        """A run begins, or continues."""
        current().run = run
        self._view = RunView(run, resource_of_run(run))

    def say(self, text: str) -> None:
        """Something that a person should know."""
        if not self._settings.quiet:
            streams.err(text)

    def warn(self, text: str) -> None:
        """Something that a person should look at."""
        self._told.add(text)
        streams.err((f"Note: {text}", "yellow"))

    def wrote(self, what: str, path: Path) -> None:
        """A file is written: its path stays on one line, wherever it lies, so that it can be copied."""
        if not self._settings.quiet:
            streams.err(f"{what}: {visible_value(str(path))}", wrap=False)

    def problem(self, problem: Problem) -> None:
        """Something is wrong with a row of the sheet."""
        self._result(without(str(problem), problem.sensitive))

    def begin(self, what: str, total: int, meter: Meter) -> None:
        """A stage with so many rows begins."""
        self._stage, self._total, self._done, self._meter = what, total, 0, meter
        current().meter = meter
        self._began = self._last_line = time.monotonic()
        if self._terminal:
            with suppress(OSError, ValueError):
                self._bar = _bar()
                self._task = self._bar.add_task(what.capitalize(), total=total, pace="")
                self._bar.start()

    def advance(self, rows: int) -> None:
        """So many more rows are done."""
        self._done += rows

    def row(self, row: RowRecord, state: State, message: str) -> None:
        """A row is done, in this state."""
        self._done += 1
        wrong = isinstance(state, Status) and state.facts.bad
        self._wrong_count += wrong
        if self._view is None:
            return
        if self._settings.verbose:
            streams.err(self._view.outcome(row, state, message))
        elif wrong and len(self._wrong) < FEW:
            self._wrong.append((row.row, self._view.outcome(row, state, message)))

    def tick(self) -> None:
        """Show how far the stage is."""
        if self._bar is not None:
            self._draw()
        elif not self._settings.quiet and time.monotonic() - self._last_line >= LINE_EVERY:
            self._last_line = time.monotonic()
            self.say(f"{self._stage}: {self._done:,} of {self._total:,} rows, {self._pace()}, {self._left()}")

    def end(self) -> None:
        """The stage is over."""
        if self._bar is not None:
            self._draw()
            with suppress(OSError, ValueError):
                self._bar.stop()
            self._bar = None
        for _, line in sorted(self._wrong):
            self._result(line)
        if self._wrong_count > len(self._wrong) > 0:
            self.say(f"… and {self._wrong_count - len(self._wrong):,} more; the results workbook will name them all.")
        self._wrong, self._wrong_count = [], 0

    def planned(self, run: RunFacts, rows: Iterable[RowRecord]) -> None:
        """What would be sent, in a dry run."""
        if not self._settings.quiet:
            view = RunView(run, resource_of_run(run))
            for line in view.plan(rows, None if self._settings.verbose else FEW_PLANNED):
                streams.err(line)

    def agrees(self, run: RunFacts, planned: Iterable[RowRecord]) -> bool:
        """Show what would be sent and ask once; without a terminal as standard input, or with --yes, do not ask."""
        view = RunView(run, resource_of_run(run))
        if self._settings.yes or not can_ask():
            self._overview(run, view.plan(planned))
            return True
        plan = list(view.plan(planned, None))
        is_told = streams.is_terminal(sys.stderr)
        texts = map(run.said, run.warnings)
        warnings = [f"Note: {text}" for text in texts if not (is_told and text in self._told)]
        return confirmed(_question(run), [*warnings, *shortened(plan)], plan)

    def _overview(self, run: RunFacts, plan: Iterable[str]) -> None:
        """Say what is sent, and where, where nobody is asked."""
        if self._settings.quiet:
            return
        for text in map(run.said, run.warnings):
            if text not in self._told:
                self.warn(text)
        for line in plan:
            self.say(line)
        self.say(f"{'Putting values back in' if run.mode is Mode.UNDO else 'Sending to'} {_where(run)}.")

    def exported(self, exported: Exported) -> None:
        """What an export has written."""
        self.wrote(exported.resource.noun.counted(exported.rows), exported.path)
        for remark in exported.remarks:
            self.warn(remark)
        if exported.left_empty:
            cells = counted(exported.left_empty, "cells")
            self.say(f"Left empty, because a cell cannot show what Campfire holds: {cells}, each with a note.")
        if exported.not_found:
            self.warn(f"not found in Campfire: {_these(exported.resource.noun, exported.not_found)}.")
        if exported.deleted:
            self.warn(f"deleted in Campfire, and not exported: {_these(exported.resource.noun, exported.deleted)}.")
        if exported.rows:
            self.say(after_export(exported.path, self._settings, is_template=False))

    def close(self, ended: RunResult) -> None:
        """The closing summary."""
        close(ended, self._settings)

    def _draw(self) -> None:
        with suppress(OSError, ValueError):  # the terminal may have gone; the run continues
            self._bar.update(self._task, completed=self._done, pace=self._pace())
            self._bar.refresh()

    def _pace(self) -> str:
        if self._meter is None:
            return ""
        made = self._meter.requests
        rate = (made.get + made.put) / max(time.monotonic() - self._began, 0.001)
        pace = f"{rate:.1f} requests/s"
        if made.retries:
            pace += f", {made.retries:,} retries"
        if self._meter.pause_left > 1:
            pace += f", waiting {self._meter.pause_left:.0f} s as the API asked"
        return pace

    def _left(self) -> str:
        if not self._done:
            return "time left not known yet"
        seconds = (time.monotonic() - self._began) / self._done * (self._total - self._done)
        return f"{seconds // 60:.0f}:{seconds % 60:02.0f} left"


def _these(noun: Noun, ids: Sequence[int]) -> str:
    """`customer 7`, `customers 7 and 9`."""
    return f"{noun.one if len(ids) == 1 else noun.many} {listed(ids)}"


def _question(run: RunFacts) -> str:
    return f"Put this back in {_where(run)}?" if run.mode is Mode.UNDO else f"Send this to {_where(run)}?"


def _where(run: RunFacts) -> str:
    return visible_value(place(run.base_url))


def _bar() -> Any:
    from rich.console import Console as Screen
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[pace]}"),
        console=Screen(stderr=True),
        transient=False,
        auto_refresh=False,  # drawn by `tick`: no thread of its own that could fail unseen
    )
