"""Read the records that a run is about, and plan: which rows would change what. Nothing is sent here but GETs.

A sheet that names more customers than the list has pages is read by pages; what the pages did not show for certain is
read one by one, and so is a small sheet.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice

from sync.api import workers as pool
from sync.api.api import Api
from sync.api.pages import Pages
from sync.api.response import Outcome
from sync.contract.resource import Resource
from sync.execution.decide import BuildUpdate, Decision, consider, judge, key_refused
from sync.journal.reader import JournalReader
from sync.journal.writer import JournalWriter, requests
from sync.model import Record, RowRecord, Target
from sync.status import Stage, State, Status
from sync.stop import StopSignal

_AT_ONCE = 500  # rows that are planned in one commit
_PAGES_AT_ONCE = 4  # a page is hard work for the API, and some MB for us; its retries are of the run's budget


@dataclass(frozen=True, slots=True)
class RowPlanner:
    """Reads the records of a run's rows, those that nobody has looked at yet."""

    run: str
    session: int
    journal: JournalWriter
    history: JournalReader
    api: Api
    resource: Resource
    draft: BuildUpdate
    brake: StopSignal
    tell: Callable[[RowRecord, State, str], None]  # what became of a row
    dry_run: bool = False
    read: bool = True  # False: --no-read, nothing is asked of the API

    def look(self, count: int, workers: int, tick: Callable[[], None]) -> None:
        """Read and plan all rows, of which there are so many."""
        if not self.read:
            self._unread(tick)
            return
        if count > 1:
            self._by_pages(count, workers, tick)
        pool.each(self.history.rows(self.run, Stage.READ), self._one, workers, self.brake, tick)

    def _unread(self, tick: Callable[[], None]) -> None:
        """Plan by the sheet alone."""
        rows = self.history.rows(self.run, Stage.READ)
        while not self.brake.is_set and (some := list(islice(rows, _AT_ONCE))):
            self._settle([(row, judge(row, {}, self.resource, self.draft(row, {}), was_sent=False)) for row in some])
            tick()

    def _one(self, row: RowRecord) -> None:
        answer = self.api.get(row.record_id or 0)
        verdict = consider(row, answer, self.resource, self.draft, was_sent=False)
        if verdict is None:
            message = f"The record could not be read. The last answer: {answer}"
            verdict = Decision(Status.FAILED, message, columns={"http_status": answer.http_status})
        self._settle([(row, verdict)])
        self.brake.row_finished(failed=verdict.state is Status.FAILED)

    def _by_pages(self, count: int, workers: int, tick: Callable[[], None]) -> None:
        """Plan what the list shows, as far as that needs fewer requests than reading one by one."""
        pages = Pages(count)

        def plan(offset: int) -> None:
            planned = 0
            try:
                planned = self._plan(pages.records_of(self._page(offset)))
            finally:
                pages.done(planned)

        pool.each(pages, plan, min(workers, _PAGES_AT_ONCE), self.brake, tick)

    def _page(self, offset: int) -> Record | None:
        answer = self.api.page(offset)
        if answer.outcome is Outcome.KEY_REFUSED:
            raise key_refused(answer)
        return answer.record if answer.outcome is Outcome.OK else None

    def _plan(self, records: dict[int, Record]) -> int:
        """Plan the rows of these records; returns how many."""
        rows = self.history.rows_of(self.run, records.keys(), Stage.READ)
        planned = []
        for row in rows:
            record = records[row.record_id or 0]
            if _is_whole(row, record, self.resource):
                planned.append((row, judge(row, record, self.resource, self.draft(row, record), was_sent=False)))
        self._settle(planned)
        return len(planned)

    def _settle(self, planned: list[tuple[RowRecord, Decision]]) -> None:
        planned = [(row, self._foreseen(verdict)) for row, verdict in planned]
        steps = [step for row, verdict in planned for step in verdict.steps(self.run, row)]
        self.journal.commit([*steps, requests(self.session, self.api.requests)])
        for row, verdict in planned:
            self.tell(row, verdict.state, verdict.message)

    def _foreseen(self, verdict: Decision) -> Decision:
        """Where nothing is to be sent, a row that would end as a conflict is one already."""
        foreseen = self.dry_run and verdict.draft is not None and verdict.draft.conflict
        return replace(verdict, state=Status.CONFLICT) if foreseen else verdict


def _is_whole(row: RowRecord, record: Record, resource: Resource) -> bool:
    """Whether a record of the list has what planning the row needs; the list might show less than a single read."""
    edited = [target for text in row.edits if (target := Target.parse(text))]
    named = {target.field for target in edited} | {f.name for f in resource.needed}
    return all(name in record for name in named)
