"""Read the records that a run is about, and plan: which rows would change what. Nothing is sent here but GETs.

A sheet that names more records than the list has pages is read by pages; what the pages did not show reliably is read
one by one, and so is a small sheet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from sync.api import workers as pool
from sync.api.api import NotSent
from sync.api.pages import Pages
from sync.api.response import Outcome
from sync.contract.resource import Resource
from sync.execution.decision import Decision, decide_plan, deleted, without_record
from sync.execution.findings import Findings
from sync.execution.matching import Matching
from sync.execution.run_in_progress import RunInProgress
from sync.journal.steps import requests
from sync.model import Record, RowRecord
from sync.planning.items import list_of
from sync.planning.summary import summarize
from sync.planning.unchanged import fields_of
from sync.status import Stage, Status

_AT_ONCE = 500  # rows that are planned in one commit
_PAGES_AT_ONCE = 4  # a page is hard work for the API, and some MB for us; its retries are of the run's budget


def plan_rows(run: RunInProgress, workers: int, tick: Callable[[], None]) -> Findings:
    """Read the records of the rows that are not planned yet, and plan them; returns what concerns the whole run.

    Raises:
        StoppedEarly: the list, which tells the records apart, could not be read.
    """
    findings = Findings(run.facts, run.resource)
    planner, reader, stop = RowPlanner(run, findings), run.journal.reader, run.stop
    if not run.builder.reads:
        planner.plan_unread(tick)
        return findings
    if run.facts.options.match:
        Matching(run, planner.settle, planner.decide, planner.is_reliable, findings.see).resolve(tick)
    count = reader.count(run.facts.id, Stage.READ)
    if count > 1 and not stop.is_set:
        planner.plan_by_pages(count, workers, tick)
    if not stop.is_set:
        pool.each(reader.rows(run.facts.id, Stage.READ), planner.plan_one, workers, stop, tick)
    return findings


@dataclass(frozen=True, slots=True)
class RowPlanner:
    """Plans the rows of a run that are not planned yet."""

    run: RunInProgress
    findings: Findings

    def plan_unread(self, tick: Callable[[], None]) -> None:
        """Plan by the sheet alone, for --no-read."""
        rows = self.run.journal.reader.rows(self.run.facts.id, Stage.READ)
        while not self.run.stop.is_set and (some := list(islice(rows, _AT_ONCE))):
            self.settle([(row, self.decide(row, {})) for row in some])
            tick()

    def plan_one(self, row: RowRecord) -> None:
        """Plan one row by its record, read singly."""
        try:
            decision = self._read_and_decide(row)
        except NotSent:
            return  # the run is over, and the row stays as the journal has it
        self.settle([(row, decision)])
        self.run.stop.row_finished(failed=decision.state is Status.FAILED)

    def _read_and_decide(self, row: RowRecord) -> Decision:
        record_id = row.record_id or 0
        answer = self.run.freshness.read(record_id)
        if answer.outcome in (Outcome.REFUSED, Outcome.BLOCKED, Outcome.REDIRECTED):
            return without_record(
                answer, was_sent=False, words=self.run.missing.explain(record_id, answer, row.before is not None)
            )
        if answer.outcome is not Outcome.OK or answer.record is None:
            message = f"The record could not be read. The last attempt ended with {answer}"
            return Decision(Status.FAILED, message, http_status=answer.http_status)
        if not deleted(answer.record, self.run.resource):
            self.findings.see(answer.record)
        return self.decide(row, answer.record)

    def decide(self, row: RowRecord, record: Record) -> Decision:
        """What becomes of a row whose record is known."""
        if words := deleted(record, self.run.resource):
            return Decision(Status.REJECTED, words, before=summarize(record, self.run.resource))
        update = self.run.builder.plan(row, record)
        self.findings.plan(row, update)
        return decide_plan(record, update, self.run.resource, self.run.facts.dry_run)

    def plan_by_pages(self, count: int, workers: int, tick: Callable[[], None]) -> None:
        """Plan what the list shows, as far as that needs fewer requests than reading one by one."""
        pages = Pages(count, self.run.resource.roles.id)

        def plan(offset: int) -> None:
            shown: list[tuple[RowRecord, Record]] = []
            try:
                shown = self._shown(pages.records_of(self._page(offset)))
            finally:
                pages.done(len(shown))  # before they are planned: meanwhile the next page is on its way
            self.settle([(row, self.decide(row, record)) for row, record in shown])

        pool.each(pages, plan, min(workers, _PAGES_AT_ONCE), self.run.stop, tick)

    def _page(self, offset: int) -> Record | None:
        try:
            answer = self.run.api.page(offset)
        except NotSent:
            return None
        return answer.record if answer.outcome is Outcome.OK else None

    def _shown(self, records: dict[int, Record]) -> list[tuple[RowRecord, Record]]:
        """The rows of these records, where a record shows all that is needed, each with its record."""
        for record in records.values():
            self.findings.see(record)
        rows = self.run.journal.reader.rows_of(self.run.facts.id, records.keys(), Stage.READ)
        with_records = ((row, records[row.record_id or 0]) for row in rows)
        return [(row, record) for row, record in with_records if self.is_reliable(row, record)]

    def is_reliable(self, row: RowRecord, record: Record) -> bool:
        """Whether a record of the list will do for planning the row: it shows all that is needed, and is up to date."""
        return is_whole(row, record, self.run.resource) and not self.run.freshness.may_be_old(
            row.record_id or 0, record
        )

    def settle(self, planned: list[tuple[RowRecord, Decision]]) -> None:
        """Write down what becomes of these rows, and tell whoever watches."""
        steps = [step for row, decision in planned for step in decision.steps(self.run.facts.id, row)]
        self.run.journal.commit([*steps, requests(self.run.session, self.run.api.requests)])
        for row, decision in planned:
            if decision.state is not Stage.READ:
                self.run.tell(row, decision.state, decision.message)


def is_whole(row: RowRecord, record: Record, resource: Resource) -> bool:
    """Whether a record of the list has what planning the row needs; the list might show less than a single read."""
    nested, shown = resource.nested, record.keys()
    fields = fields_of(row.edits) | {change.target.field for change in row.expected}
    if nested is not None and nested.name in fields and list_of(record, nested) is None:
        return False
    return shown >= fields and shown >= row.context.verify.keys() and shown >= resource.needed_names
