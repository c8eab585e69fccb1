"""Send what is planned, through the journal: read the record again, write down what is about to be sent, PUT, write
down what came of it. The only module that uses the API's PUT and the journal together.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from sync.api import workers as pool
from sync.api.api import Api, NotSent
from sync.api.response import Outcome, Response, redirected
from sync.api.retry import Attempt
from sync.contract.resource import Resource
from sync.execution.decide import MAY_HAVE_ARRIVED, BuildUpdate, Decision, consider, judge, key_refused
from sync.journal import writer as journal
from sync.journal.writer import JournalWriter, Step, pack_changes, pack_summary, requests
from sync.model import Problem, Record, RowRecord
from sync.planning.update import PlannedUpdate, holds, is_held, not_held, seen, side_effects, stored, target_of
from sync.status import Stage, State, Status
from sync.stop import StopSignal

_to_json = json.JSONEncoder(default=float).encode


@dataclass(frozen=True, slots=True)
class UpdateSender:
    """Sends the planned rows of a run."""

    run: str
    session: int
    journal: JournalWriter
    api: Api
    resource: Resource
    draft: BuildUpdate
    brake: StopSignal
    read: bool  # False: --no-read, the body is the row's edits and the constants alone
    explain: Callable[[RowRecord, str, Record], list[Problem]]  # the API's words on what was sent, said of columns
    tell: Callable[[RowRecord, State, str], None]  # what became of a row

    def send(self, rows: Iterable[RowRecord], workers: int, tick: Callable[[], None]) -> None:
        """Send these rows, in their order."""

        def flush_and_tick() -> None:
            self.journal.flush()
            tick()

        pool.each(rows, self._row, workers, self.brake, flush_and_tick)
        self.journal.flush()

    def _row(self, row: RowRecord) -> None:
        state = _Tries(self, row).until_settled()
        self.brake.row_finished(failed=state is Status.FAILED)


class _Tries:
    """The tries at one row."""

    def __init__(self, sender: UpdateSender, row: RowRecord) -> None:
        self._with = sender
        self._row = row
        self._puts = row.attempts
        self._was_sent = row.state is Stage.SENDING or row.attempts > 0
        self._changes = row.changes if self._was_sent else ()  # what the last request that was sent would change

    def until_settled(self) -> State:
        """Try until the row is settled, or nothing more is tried."""
        attempts = self._with.api.attempts()
        for attempt in attempts:
            state = self._once(attempt)
            if state is not None:
                return state
        return self._give_up(attempts.last)

    def _once(self, attempt: Attempt) -> State | None:
        """One try: read, and send what is then still to be sent. None: the row is not settled by it."""
        read, verdict = self._read()
        if verdict is None:
            return self._give_up(read)
        if verdict.state is not Stage.PLANNED or verdict.draft is None:
            return self._settle(verdict)
        body = _to_json(verdict.draft.body)
        self._intend(read.text, body, verdict)
        try:
            answer = self._with.api.put(self._customer, body)
        except NotSent:
            self._take_back()
            raise
        self._was_sent = True
        return self._conclude(verdict.draft, answer, attempt)

    def _give_up(self, last: Response) -> State:
        """Nothing more is tried."""
        said = f"Given up. The last answer: {last}."
        if self._was_sent:
            said += f" {MAY_HAVE_ARRIVED}"
        return self._settle(Decision(Status.FAILED, said, columns={"http_status": last.http_status}))

    @property
    def _customer(self) -> int:
        return self._row.record_id or 0

    def _read(self) -> tuple[Response, Decision | None]:
        """The record as it is now, and what that means for the row; None where it could not be read."""
        if not self._with.read:
            unread = Response(Outcome.OK, None, "null", {})
            return unread, judge(self._row, {}, self._with.resource, self._with.draft(self._row, {}), was_sent=False)
        answer = self._with.api.get(self._customer)
        if answer.again:
            self._commit(self._attempt("GET", answer))
        verdict = consider(self._row, answer, self._with.resource, self._with.draft, self._was_sent)
        return answer, verdict and self._with_earlier(verdict, answer.record or {})

    def _with_earlier(self, verdict: Decision, record: Record) -> Decision:
        """What a request whose answer was lost has changed stays among the row's changes, though it is not sent again.

        Otherwise `undo` would not know of it, where somebody's edit in between leaves only a part to be sent.
        """
        if verdict.draft is None or "changes" not in verdict.columns:
            return verdict
        changes = verdict.draft.changes
        due = {change.field for change in changes}
        kept = tuple(c for c in self._changes if c.field not in due and is_held(c.after, stored(record, target_of(c))))
        self._changes = kept + changes
        if not kept:
            return verdict
        columns = {name: value for name, value in verdict.columns.items() if name != "before"}  # it was read earlier
        return replace(verdict, columns={**columns, "changes": pack_changes(self._changes)})

    def _intend(self, before: str, body: str, verdict: Decision) -> None:
        """What is about to be sent is on disk before it leaves."""
        self._puts += 1
        about = {**verdict.columns, "attempts": self._puts, "sent_at": journal.now()}
        self._commit(
            journal.intent(self._with.run, self._row.n, before, body),
            journal.move(self._with.run, self._row.n, Stage.SENDING, **about),
        )

    def _take_back(self) -> None:
        """What was about to be sent did not leave. Where nothing was sent before either, the row is in no doubt."""
        state = Stage.SENDING if self._was_sent else Stage.PLANNED
        about: dict[str, Any] = {"attempts": self._puts - 1}
        if not self._was_sent:
            about["sent_at"] = ""
        self._commit(journal.move(self._with.run, self._row.n, state, **about))

    def _conclude(self, draft: PlannedUpdate, answer: Response, made: Attempt) -> State | None:
        """What the answer to a PUT means. None: the row is not settled by it."""
        attempt = self._attempt("PUT", answer)
        status: dict[str, Any] = {"http_status": answer.http_status}
        if answer.outcome is Outcome.KEY_REFUSED:
            self._commit(attempt, journal.move(self._with.run, self._row.n, Stage.PLANNED, **status))
            raise key_refused(answer)
        if answer.again:
            self._commit(attempt)
            made.failed(answer)
            return None
        if answer.outcome is Outcome.REDIRECTED:
            return self._settle(Decision(Status.FAILED, redirected(answer), columns=status), attempt)
        if answer.outcome is Outcome.REFUSED:
            return self._refused(draft, answer, attempt)
        record = answer.record if answer.outcome is Outcome.OK else None
        if record is not None and holds(draft, record, self._with.resource):
            return self._settle(self._updated(draft, record, status), attempt)
        self._commit(attempt)
        return self._second_look(draft, status, made)

    def _refused(self, draft: PlannedUpdate, answer: Response, attempt: Step) -> State:
        found = self._with.explain(self._row, answer.text, draft.body)
        message = "The API said: " + (" ".join(p.message for p in found) or str(answer))
        steps = [journal.problem(self._with.run, self._row.n, p) for p in found]
        verdict = Decision(Status.REJECTED, message, columns={"http_status": answer.http_status})
        return self._settle(verdict, attempt, *steps)

    def _second_look(self, draft: PlannedUpdate, status: dict[str, Any], made: Attempt) -> State | None:
        """The answer was 200 and did not hold what was sent: the record itself tells."""
        answer = self._with.api.get(self._customer, first=True)
        if answer.outcome is Outcome.KEY_REFUSED:
            raise key_refused(answer)
        if answer.outcome is not Outcome.OK or answer.record is None:
            made.failed(answer)
            return None
        if holds(draft, answer.record, self._with.resource):
            return self._settle(self._updated(draft, answer.record, status))
        said = "The API said 200 and did not take " + "; ".join(not_held(draft, answer.record, self._with.resource))
        after = pack_summary(seen(answer.record, self._with.resource))
        return self._settle(Decision(Status.REJECTED, said, columns={**status, "after": after}))

    def _updated(self, draft: PlannedUpdate, record: Record, status: dict[str, Any]) -> Decision:
        others = side_effects(draft.body, record)
        message = f"The API's answer also has other values for: {', '.join(others)}." if others else ""
        state = Status.CONFLICT if draft.conflict else Status.UPDATED
        after = pack_summary(seen(record, self._with.resource))
        return Decision(state, draft.conflict or message, columns={**status, "after": after})

    def _attempt(self, method: str, answer: Response) -> Step:
        row = self._row
        return journal.attempt(self._with.run, row.n, method, answer.http_status, answer.outcome, answer.text)

    def _settle(self, verdict: Decision, *steps: Step) -> State:
        """What came of the row. It counts as done once that is on disk; until then it is in doubt."""
        counted = requests(self._with.session, self._with.api.requests)
        said = [*steps, *verdict.steps(self._with.run, self._row), counted]
        row, state, message = self._row, verdict.state, verdict.message
        self._with.journal.commit_soon(said, lambda: self._with.tell(row, state, message))
        return verdict.state

    def _commit(self, *steps: Step) -> None:
        self._with.journal.commit(steps)
