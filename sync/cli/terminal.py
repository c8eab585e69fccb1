"""What a person sees of a run: lines, a progress bar on a terminal, one question, a closing summary."""

import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import click

from sync.commands.result import RunResult
from sync.contract.load import load as load_resource
from sync.contract.resource import Resource
from sync.errors import ExitCode
from sync.export import Exported
from sync.model import Change, Mode, Problem, RowRecord, RunFacts, Target
from sync.planning.update import show, target_of
from sync.progress import Meter
from sync.settings import SANDBOX, Settings
from sync.status import State, Status
from sync.text import counted

LINE_EVERY = 5.0  # seconds between two lines of progress where there is no terminal
FEW = 5  # rows shown before the question
SOME = 8  # rows shown that went wrong
WRONG = (Status.INVALID, Status.REJECTED, Status.FAILED, Status.CONFLICT)

COLOURS = {status: status.facts.terminal for status in Status if status.facts.terminal}


class Console:
    """Watches a run for the person who started it. What is for scripts goes to stdout, everything else to stderr."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._terminal = sys.stderr.isatty() and not settings.quiet
        self._bar: Any = None
        self._task: Any = None
        self._meter: Meter | None = None
        self._resource = load_resource()
        self._what, self._total, self._done = "", 0, 0
        self._began = self._said = 0.0
        self._wrong: list[str] = []  # the first rows that went wrong in this stage
        self._wrong_count = 0

    def run_begins(self, run: RunFacts) -> None:
        """A run begins, or goes on."""
        self._resource = load_resource(run.resource)

    def say(self, text: str) -> None:
        """Something that a person should know."""
        if not self._settings.quiet:
            click.echo(text, err=True)

    def warn(self, text: str) -> None:
        """Something that a person should look at."""
        click.secho(f"Note: {text}", fg="yellow", err=True)

    def problem(self, found: Problem) -> None:
        """Something is wrong with a row of the sheet."""
        click.echo(printable(found), err=self._settings.json)

    def begin(self, what: str, total: int, meter: Meter) -> None:
        """A stage with so many rows begins."""
        self._what, self._total, self._done, self._meter = what, total, 0, meter
        self._began = self._said = time.monotonic()
        if self._terminal:
            self._bar = _bar()
            self._task = self._bar.add_task(what.capitalize(), total=total, about="")
            self._bar.start()

    def advance(self, rows: int) -> None:
        """So many more rows are done."""
        self._done += rows

    def row(self, row: RowRecord, state: State, message: str) -> None:
        """What became of a row, which is done."""
        self._done += 1
        wrong = state in WRONG
        self._wrong_count += wrong
        if self._settings.verbose or (wrong and len(self._wrong) < SOME):
            said = f": {' '.join(message.split())}" if message and not names_tax_number(row, self._resource) else ""
            line = f"row {row.row}, customer {row.record_id}: {state.value}{said}"
            if self._settings.verbose:
                click.echo(line, err=True)
            else:
                self._wrong.append(line)

    def tick(self) -> None:
        """Show how far the stage is."""
        if self._bar is not None:
            self._bar.update(self._task, completed=self._done, about=self._about())
        elif not self._settings.quiet and time.monotonic() - self._said >= LINE_EVERY:
            self._said = time.monotonic()
            self.say(f"{self._what}: {self._done:,} of {self._total:,} rows, {self._about()}, {self._left()}")

    def end(self) -> None:
        """The stage is over."""
        if self._bar is not None:
            self._bar.update(self._task, completed=self._done, about=self._about())
            self._bar.stop()
            self._bar = None
        for line in self._wrong:
            click.echo(line, err=self._settings.json)
        if self._wrong_count > len(self._wrong) > 0:
            self.say(f"… and {self._wrong_count - len(self._wrong):,} more; the results workbook names them all.")
        self._wrong, self._wrong_count = [], 0

    def planned(self, run: RunFacts, rows: Iterable[RowRecord]) -> None:
        """What would be sent, in a dry run."""
        if not self._settings.quiet:
            self._show_plan(run, rows)

    def agrees(self, run: RunFacts, planned: Iterable[RowRecord]) -> bool:
        """Show what would be sent and ask once; nobody is asked with --yes or without a terminal."""
        if self._settings.yes or not (sys.stdin.isatty() and sys.stderr.isatty()):
            return True
        self._show_plan(run, planned)
        where = "the local stand-in of the API" if run.base_url == SANDBOX else run.base_url
        return confirmed(f"Send this to {where}?")

    def exported(self, exported: Exported) -> None:
        """What an export has written."""
        self.say(f"{counted(exported.rows, 'customers')}: {exported.path}")
        for remark in exported.remarks:
            self.warn(remark)
        if exported.left_empty:
            cells = counted(exported.left_empty, "cells")
            self.say(f"Left empty, for want of a way to show what Campfire holds: {cells}, each with a note.")
        if exported.not_found:
            self.warn(f"no such customer: {', '.join(map(str, exported.not_found))}.")

    def close(self, ended: RunResult) -> None:
        """The closing summary; with --quiet, what stopped the run and how to go on."""
        if self._settings.quiet:
            self._close_quietly(ended)
            return
        err = self._settings.json
        words = {status: status.value for status in Status}
        if ended.mode is Mode.CHECK:
            words[Status.NOT_SENT] = "in order"
        counts = [
            click.style(f"{count:,} {words[status]}", fg=COLOURS.get(status))
            for status, count in ended.run.counts.items()
            if count
        ]
        click.echo(
            f"{counted(sum(ended.run.counts.values()), 'rows')}: {', '.join(counts) or 'nothing to do'}.", err=err
        )
        if ended.because:
            click.secho(f"Stopped: {ended.because}.", fg="yellow", err=err)
        if ended.mode is not Mode.CHECK:
            click.echo(f"Run: {ended.run.facts.id}", err=err)
        if ended.results:
            click.echo(f"Results: {ended.results}", err=err)
        for line in next_steps(ended, self._settings.elsewhere):
            click.echo(line, err=err)

    def _close_quietly(self, ended: RunResult) -> None:
        if ended.because:
            results = [f"Results: {ended.results}"] if ended.results else []
            for line in (f"Stopped: {ended.because}.", *results, *next_steps(ended, self._settings.elsewhere)):
                click.echo(line, err=True)

    def _show_plan(self, run: RunFacts, planned: Iterable[RowRecord]) -> None:
        names = {target: " ".join(header.split()) for target, header in run.options.names.items()}
        fields: Counter[str] = Counter()
        count = 0
        for count, row in enumerate(planned, start=1):
            fields.update(names.get(change.field, change.field) for change in row.changes)
            if count <= FEW:
                changes = "; ".join(
                    printable_change(change, names, self._resource) for change in islice(row.changes, 4)
                )
                self.say(f"  row {row.row}, customer {row.record_id}: {changes}")
        if not count:
            self.say("Nothing would change.")
            return
        if count > FEW:
            self.say(f"  … and {count - FEW:,} more")
        most = ", ".join(f"{name} ({times:,})" for name, times in fields.most_common(FEW))
        self.say(f"{counted(count, 'customers')} would change. Changed most: {most}.")

    def _about(self) -> str:
        if self._meter is None:
            return ""
        asked = self._meter.requests
        rate = (asked.get + asked.put) / max(time.monotonic() - self._began, 0.001)
        said = f"{rate:.1f} requests/s"
        if asked.retries:
            said += f", tried again: {asked.retries:,}"
        if self._meter.pause_left > 1:
            said += f", waiting {self._meter.pause_left:.0f} s, the API asked for it"
        return said

    def _left(self) -> str:
        if not self._done:
            return "time left not known yet"
        seconds = (time.monotonic() - self._began) / self._done * (self._total - self._done)
        return f"{seconds // 60:.0f}:{seconds % 60:02.0f} left"


def confirmed(question: str) -> bool:
    """The answer to a question, and yes where a signal came instead: then the run is stopped, and sends nothing.

    The run's own handler of Ctrl-C returns, and Python would go on waiting for the answer. So here the waiting is
    broken off first, and the signal handed on after.
    """
    came: list[int] = []

    def break_off(number: int, frame: object) -> None:
        came.append(number)
        raise KeyboardInterrupt

    usual = {number: signal.signal(number, break_off) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        return click.confirm(question, default=False, err=True)
    except click.Abort:  # Ctrl-D as well, which is a no
        pass
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
    for signalled in came:
        signal.raise_signal(signalled)
    return bool(came)


def next_steps(ended: RunResult, elsewhere: str = "") -> list[str]:
    """The command to type next, where there is one. `elsewhere` are options that every one of them needs."""
    facts, counts = ended.run.facts, ended.run.counts
    if ended.exit_code in (ExitCode.STOPPED_EARLY, ExitCode.INTERRUPTED):
        return [f"Go on with: campfire-sync resume {facts.id}{elsewhere}"]
    steps = []
    if counts[Status.FAILED]:
        steps.append(f"Try what failed again with: campfire-sync resume {facts.id}{elsewhere}")
    if counts[Status.WOULD_UPDATE] and ended.exit_code is not ExitCode.CANNOT_START:
        if facts.mode is Mode.UNDO:
            steps.append(f"Put this back with: campfire-sync undo {facts.parent}{elsewhere}")
        else:
            steps.append(f"Send exactly this with: campfire-sync apply {facts.id}{elsewhere}")
    if ended.results and any(counts[s] for s in (Status.INVALID, Status.REJECTED)):
        steps.append("Correct the sheet “To fix” in the results, and run that file.")
    return steps


def printable(found: Problem) -> str:
    """A problem without what is not to be printed."""
    text = str(found)
    for secret in found.sensitive:
        if secret:
            text = text.replace(secret, masked(secret))
    return text


def printable_change(change: Change, names: Mapping[str, str], resource: Resource) -> str:
    """A change under the sheet's header for the field, without what is not to be printed."""
    secret = resource.field_of(target_of(change)).sensitive
    before, after = (
        masked(value) if secret and isinstance(value, str) and value else show(value)
        for value in (change.before, change.after)
    )
    return f"{names.get(change.field, change.field)}: {before} → {after}"


def names_tax_number(row: RowRecord, resource: Resource) -> bool:
    """Whether what is said of a row may hold a number that is not to be printed."""
    targets = (Target.parse(text) for text in (*row.edits, *(change.field for change in row.expected)))
    return any(resource.field_of(target).sensitive for target in targets if target)


def masked(text: str) -> str:
    """A tax number's last characters."""
    return "•" * max(len(text) - 3, 3) + text[-3:] if len(text) > 6 else "•••"


def _bar() -> Any:
    from rich.console import Console as Screen
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[about]}"),
        console=Screen(stderr=True),
        transient=False,
    )
