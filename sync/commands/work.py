"""A run in progress: its journal, the API behind its rate, its brake, and how it ends."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from sync.api.api import Api
from sync.api.pacing import Pacer
from sync.api.retry import Budget
from sync.commands.result import RunResult, exit_code
from sync.errors import CampfireSyncError, ExitCode, LimitExceeded, StoppedEarly
from sync.execution.decide import BuildUpdate
from sync.execution.plan_rows import RowPlanner
from sync.execution.send_updates import UpdateSender
from sync.journal import writer as journal_
from sync.journal.reader import JournalReader
from sync.journal.writer import JournalWriter
from sync.model import Mode, RowRecord, RunFacts, RunOptions, RunState
from sync.planning.refusals import explain
from sync.planning.replay import build_from_preview, build_undo
from sync.planning.update import Name, build_unread_update, build_update
from sync.progress import Progress
from sync.report import files as report
from sync.report import page as html
from sync.report.totals import totals_by_currency
from sync.settings import BASE_URL, SANDBOX, Secret, Settings, api_key
from sync.status import Stage, State, Status
from sync.stop import StopSignal
from sync.text import counted

if TYPE_CHECKING:
    from sync.api.client import Client


class Work:
    """What a run needs while it is going on."""

    def __init__(
        self,
        facts: RunFacts,
        settings: Settings,
        journal: JournalWriter,
        client: "Client",
        brake: StopSignal,
        watch: Progress,
    ) -> None:
        self.facts = facts
        self.settings = settings
        self.journal = journal
        self.history = JournalReader(journal.path)
        self.brake = brake
        self.watch = watch
        self.api = api_of(client, settings, brake)
        self.session = journal.session(facts.id)

    def look(self) -> None:
        """Read the records of the rows that nobody has looked at, and plan."""
        count = self._count(Stage.READ)
        if not count:
            return
        looker = RowPlanner(
            run=self.facts.id,
            session=self.session,
            journal=self.journal,
            history=self.history,
            api=self.api,
            draft=self._drafter(),
            brake=self.brake,
            tell=self.watch.row,
            dry_run=self.facts.dry_run,
            read=self._reads(),
        )
        with self._stage("reading", count):
            looker.look(count, self.settings.concurrency, self.watch.tick)

    def send(self) -> None:
        """Send what is planned, or the first so many."""
        count = self._count(Stage.PLANNED, Stage.SENDING)
        if not count:
            return
        first = self.settings.first
        rows = self.history.rows(self.facts.id, Stage.PLANNED, Stage.SENDING)
        sender = UpdateSender(
            run=self.facts.id,
            session=self.session,
            journal=self.journal,
            api=self.api,
            draft=self._drafter(),
            brake=self.brake,
            read=self._reads(),
            explain=lambda row, text, sent: explain(row, text, sent, self._name(row)),
            tell=self.watch.row,
        )
        with self._stage("sending", count if first is None else min(first, count)):
            sender.send(islice(rows, first), self.settings.concurrency, self.watch.tick)
        if first is not None and count > first:
            self.brake.set(
                StoppedEarly(f"the first {first:,} of {counted(count, 'changes')} went out, as --first asks")
            )

    def enforce_limits(self) -> None:
        """Refuse to send where the plan goes beyond what the user allows.

        Once something has been sent, what was allowed at first is no longer asked, but what this command says is.

        Raises:
            LimitExceeded: --strict and an invalid row, more changes than --max-changes, or a “no” at the question.
        """
        has_sent = self.history.has_sent(self.facts.id)
        first = RunOptions() if has_sent else self.facts.options
        most = first.max_changes if self.settings.max_changes is None else self.settings.max_changes
        invalid, planned = self._count(Status.INVALID), self._count(Stage.PLANNED, Stage.SENDING)
        if invalid and (first.strict or self.settings.strict):
            raise LimitExceeded(f"{counted(invalid, 'invalid rows')}, and --strict sends nothing then")
        if most is not None and planned > most:
            raise LimitExceeded(f"{counted(planned, 'records')} would change, more than --max-changes {most} allows")
        asks = planned and not has_sent and self.facts.mode is Mode.RUN
        if asks and not self.watch.agrees(self.facts, self.history.rows(self.facts.id, Stage.PLANNED)):
            raise LimitExceeded("you said no")

    def show_plan(self) -> None:
        """Let whoever watches see what would be sent."""
        self.watch.planned(self.facts, self.history.rows(self.facts.id, Stage.PLANNED))

    def end(self, mode: Mode, error: CampfireSyncError | None = None) -> RunResult:
        """Write down how the run ended."""
        reason = error or self.brake.reason
        state = RunState.COMPLETE
        if reason:
            held_back = isinstance(reason, LimitExceeded) and not self.history.has_sent(self.facts.id)
            state = RunState.HELD_BACK if held_back else RunState.STOPPED
        because = str(reason) if reason else ""
        self.journal.commit(
            [
                journal_.requests(self.session, self.api.requests),
                journal_.ended(self.facts.id, state, because),
            ]
        )
        run = self.history.run(self.facts.id)
        code = ExitCode(reason.exit_code) if reason else exit_code(run)
        return RunResult(run, mode, code, totals_by_currency(self.history, self.facts.id), because=because)

    def report(self, ended: RunResult) -> RunResult:
        """Write the workbook, and the page where one is asked for.

        Where that fails the journal still has everything.
        """
        try:
            if self.settings.html is not None:
                html.write(self.history, self.facts.id, self.settings.html, self.settings.anywhere)
            return replace(ended, results=report.write(self.journal, self.facts, self.settings.out))
        except CampfireSyncError as e:
            self.watch.warn(f"{e} When it can be written: campfire-sync report {self.facts.id}")
            return replace(ended, exit_code=ended.exit_code or ExitCode.SOME_ROWS)

    def _reads(self) -> bool:
        """Whether the records are read: not with --no-read, except to put back what was there."""
        return self.facts.mode is Mode.UNDO or not self.facts.options.no_read

    def _count(self, *states: State) -> int:
        return self.history.count(self.facts.id, *states)

    @contextmanager
    def _stage(self, what: str, count: int) -> Iterator[None]:
        self.watch.begin(what, count, self.api)
        try:
            yield
        finally:
            self.watch.end()

    def _drafter(self) -> BuildUpdate:
        constants = self.facts.options.constants
        if self.facts.mode is Mode.APPLY:
            return lambda row, record: build_from_preview(row, record, constants)
        if self.facts.mode is Mode.UNDO:
            return lambda row, record: build_undo(row, record, constants)
        if self.facts.options.no_read:
            return lambda row, record: build_unread_update(row, constants, self._name(row))
        return lambda row, record: build_update(row, record, constants, self._name(row))

    def _name(self, row: RowRecord) -> Name:
        """The sheet's header for a target, and the row's text under it."""
        names, headers = self.facts.options.names, self.facts.headers

        def name(target: str) -> tuple[str, str]:
            header = names.get(target, "")
            return (header, row.cells[headers.index(header)]) if header else ("", "")

        return name


def api_of(client: "Client", settings: Settings, brake: StopSignal) -> Api:
    """A client behind the rate and the limits that the user has set."""
    return Api(client, Pacer(settings.rate, time.monotonic, brake.sleep), Budget(), brake, settings.max_attempts)


@contextmanager
def endpoint(settings: Settings, fresh: bool) -> "Iterator[Client]":
    """The API that these settings name: the real one, or the stand-in, started for as long as it is needed.

    Raises:
        CannotStart: the key is missing, or the stand-in does not come up.
    """
    from sync.api.client import Client  # here, since httpx takes its time and `check` has no use for it

    with ExitStack() as stack:
        if settings.sandbox:
            from sync import sandbox

            running = stack.enter_context(sandbox.start(settings.state / "sandbox", fresh=fresh))
            base_url, key = running.base_url, Secret(running.key)
        else:
            base_url, key = named_base_url(settings), api_key()
        client = Client(base_url, key, settings.timeout, settings.concurrency)
        stack.callback(client.close)
        yield client


def named_base_url(settings: Settings) -> str:
    """The base URL as the journal has it. The stand-in has another port each time."""
    return SANDBOX if settings.sandbox else settings.base_url or BASE_URL
