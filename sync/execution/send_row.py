"""Send one row, through the journal: read the record again, write down what is about to be sent, PUT, write down what
came of it. The only module that uses the API's PUT.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus

from sync.api.api import NotSent, Stale
from sync.api.response import Outcome, Response, redirected
from sync.execution.decision import (
    MAY_HAVE_ARRIVED,
    Decision,
    answer_of,
    blocked,
    decide_send,
    deleted,
    sent_before,
    without_record,
)
from sync.execution.put_answers import not_taken, refused, shown_by, updated
from sync.execution.run_in_progress import RunInProgress
from sync.journal import steps
from sync.journal.steps import Step, requests
from sync.model import Change, Record, RowRecord
from sync.planning.comparison import not_held, with_ids
from sync.planning.summary import summarize
from sync.planning.update import PlannedUpdate
from sync.status import Stage, State, Status
from sync.text import now

_to_json = json.JSONEncoder(default=float).encode
_READINGS = 10  # of a record that a pause makes too old each time, before the attempt has failed


# The row's state, or the response that another attempt may better.
Progressed = tuple[State | None, Response | None]


@dataclass(slots=True)
class RowWork:
    """The work at one row: as many attempts as it may have."""

    run: RunInProgress
    row: RowRecord
    went_out: bool = False
    changes: tuple[Change, ...] = ()  # what the row has changed, or is held to where nothing was sent
    sent: Record | None = None  # the body of the last PUT that may have arrived
    its_answer: str = ""  # to that PUT; see `answer_of`
    read: Response | None = None  # the record as it was last read
    puts: int = 0

    def __post_init__(self) -> None:
        self.changes = self.row.changes
        self.puts = self.row.attempts
        was_begun = self.row.state is Stage.SENDING or self.row.attempts
        if was_begun and (last := self.run.journal.reader.last_sent(self.run.facts.id, self.row.n)):
            self._may_have_arrived(json.loads(last.body, parse_float=Decimal), last.http_status)

    def send(self) -> None:
        """Send the row, and write down what came of it."""
        attempts = self.run.api.attempts()
        state: State | None = None
        try:
            for attempt in attempts:
                state, failed = self.attempt()
                if failed is None:
                    break
                attempt.failed(failed)
            else:
                state = self.give_up(attempts.last)
        except NotSent:
            return  # the run is over, and the row stays as the journal has it
        self.run.stop.row_finished(failed=state is Status.FAILED)

    def attempt(self) -> Progressed:
        """One attempt: read, and send what is then still to be sent."""
        for _ in range(_READINGS):
            answer, decision = self._decide()
            if decision is None:
                return self.give_up(answer), None
            if decision.state is not Stage.PLANNED or decision.update is None:
                return self._settle(decision), None
            response = self._put(answer, decision, decision.update)
            if response is not None:
                self.went_out = True
                return self._conclude(decision.update, response)
        return None, Response(Outcome.TRANSIENT, None, "each time that the record was read, a pause made it too old")

    def _put(self, read: Response, decision: Decision, update: PlannedUpdate) -> Response | None:
        """The response to a PUT; None where it did not leave, since the record has to be read again."""
        body = _to_json(update.body)
        self._intend(read.text, body, decision)
        try:
            return self.run.api.put(self._record_id, body, read=read if self.run.builder.reads else None)
        except Stale:
            self._take_back()
            self.read = None
            return None
        except NotSent:
            self._take_back()
            raise

    @property
    def _record_id(self) -> int:
        return self.row.record_id or 0

    @property
    def _existed(self) -> bool:
        """Whether the record was read before."""
        return self.row.before is not None

    # --- read and decide ---

    def _decide(self) -> tuple[Response, Decision | None]:
        """The record as it is now, and what that means for the row; None where it could not be read."""
        builder, resource = self.run.builder, self.run.resource
        answer = self._current_record() if builder.reads else Response(Outcome.OK, None, "null", {})
        if record := self.run.missing.deleted_record(self._record_id, answer, self._existed):
            return answer, self._of_a_deleted_record(record, deleted(record, resource))
        if answer.outcome in (Outcome.REFUSED, Outcome.BLOCKED, Outcome.REDIRECTED):
            words = self.run.missing.explain(self._record_id, answer, self._existed)
            return answer, without_record(answer, self.sent is not None, words)
        if answer.outcome is not Outcome.OK or answer.record is None:
            if builder.reads:
                self._commit(self._attempt_step(answer))
            return answer, None
        if words := deleted(answer.record, resource):
            return answer, self._of_a_deleted_record(answer.record, words)
        update = builder.send(self.row, answer.record, self.changes, self.sent)
        changes = self._kept(update, answer.record) + update.changes
        return answer, decide_send(answer.record, update, changes, resource, self.its_answer)

    def _current_record(self) -> Response:
        """The last reading if it is fresh enough to build a PUT on, or a new one."""
        if self.read is None or not self.run.api.is_fresh(self.read):
            floor = self.row.before.last_modified_at if self.row.before else None
            self.read = self.run.freshness.read(self._record_id, floor)
        return self.read

    def _of_a_deleted_record(self, record: Record, words: str) -> Decision:
        before = summarize(record, self.run.resource)
        if self.sent is None:
            return Decision(Status.REJECTED, words, changes=(), before=before)
        return Decision(Status.REJECTED, words + sent_before(self.its_answer), http_status=None)

    def _kept(self, update: PlannedUpdate, record: Record) -> tuple[Change, ...]:
        """What an earlier request has changed, and is not sent again.

        It stays among the row's changes: otherwise an undo would not know of it.
        """
        if self.sent is None:
            return ()
        due = {change.field for change in update.changes}
        resource = self.run.resource
        gone = {change.field for change in not_held(self.changes, self.sent, record, resource)}
        if update.conflict and not update.changes:
            gone = set()  # the row ends here, and an undo looks at each of them
        earlier = [change for change in self.changes if change.field not in due | gone]
        return with_ids(earlier, self.sent, record, resource)

    # --- the request ---

    def _intend(self, before: str, body: str, decision: Decision) -> None:
        """What is about to be sent is on disk before it leaves."""
        self.puts += 1
        run_id, n = self.run.facts.id, self.row.n
        changes = decision.changes or ()
        self._commit(
            steps.intent(run_id, n, before, body),
            steps.decided(
                run_id,
                n,
                Stage.SENDING,
                decision.message,
                changes=None if changes == self.changes else changes,
                before=decision.before,
                attempts=self.puts,
                sent_at=now(),
            ),
        )
        self.changes = changes

    def _take_back(self) -> None:
        """What was about to be sent did not leave. Where nothing was sent before either, the row is in no doubt."""
        self.puts -= 1
        state = Stage.PLANNED if self.sent is None else Stage.SENDING
        sent_at = "" if self.sent is None else None
        run_id, n = self.run.facts.id, self.row.n
        self._commit(
            steps.withdrawn(run_id, n),
            steps.decided(run_id, n, state, attempts=self.puts, sent_at=sent_at),
        )

    def _conclude(self, update: PlannedUpdate, response: Response) -> Progressed:
        """What the answer to a PUT means."""
        step = self._attempt_step(response)
        if response.outcome is Outcome.KEY_REFUSED:
            state = Stage.PLANNED if self.sent is None else Stage.SENDING
            run_id, n = self.run.facts.id, self.row.n
            self._commit(step, steps.decided(run_id, n, state, http_status=response.http_status))
            raise NotSent(str(self.run.stop.reason))
        if response.may_have_arrived:
            self._may_have_arrived(update.body, response.http_status)
            # A limiter that answers 503 has most likely done nothing, and a PUT may be repeated. Reading again after
            # each of them would use up what the limiter allows: the reading counts for as long as it is fresh.
            self.read = self.read if response.outcome is Outcome.THROTTLED else None
        if response.again:
            self._commit(step)
            return None, response
        if response.outcome is Outcome.REDIRECTED:
            message = f"{redirected(response)} {MAY_HAVE_ARRIVED}"
            return self._settle(Decision(Status.FAILED, message, http_status=response.http_status), step), None
        if response.outcome is Outcome.BLOCKED:
            message = blocked(response) + sent_before(self.its_answer)
            return self._settle(Decision(Status.REJECTED, message, http_status=response.http_status), step), None
        if response.outcome is Outcome.REFUSED:
            decision = refused(self.run, self.row, self._existed, update, response, self.its_answer)
            return self._settle(decision, step), None
        if (
            response.outcome is Outcome.OK
            and response.record is not None
            and not self._not_held(update, response.record)
        ):
            return self._settle(self._updated(update, response.record, response), step), None
        self._commit(step)
        return self._second_look(update, response)

    def _may_have_arrived(self, body: Record, http_status: int | None) -> None:
        self.sent = body
        self.its_answer = answer_of(http_status)

    def _not_held(self, update: PlannedUpdate, record: Record) -> list[Change]:
        return not_held(update.changes, update.body, record, self.run.resource)

    # --- what came of it ---

    def _second_look(self, update: PlannedUpdate, response: Response) -> Progressed:
        """The answer was 200 and did not hold what was sent: the record itself tells."""
        before = self.row.before.last_modified_at if self.row.before else None
        answered = response.record if response.outcome is Outcome.OK else None
        looked = self.run.freshness.look_again(
            self._record_id, before, answered, lambda record: not self._not_held(update, record)
        )
        if looked.outcome is not Outcome.OK or looked.record is None:
            return None, looked
        missing = self._not_held(update, looked.record)
        if not missing:
            return self._settle(self._updated(update, looked.record, response)), None
        if response.http_status == HTTPStatus.ACCEPTED:  # the API has yet to do it
            return None, response
        since = self.run.builder.send(self.row, looked.record, self.changes, self.sent)
        altered = shown_by(answered, missing, looked.record, self.run.resource)
        if since.conflict and not since.changes and altered != missing:  # taken, and somebody has changed it by now
            decision = decide_send(looked.record, since, self.changes, self.run.resource, self.its_answer)
            return self._settle(decision), None
        return self._settle(
            not_taken(self.run, self.row, self.changes, missing, altered, looked.record, response)
        ), None

    def _updated(self, update: PlannedUpdate, record: Record, response: Response) -> Decision:
        return updated(self.run, self.row, self.changes, update, record, response)

    def give_up(self, last: Response) -> State:
        """Nothing more is tried."""
        message = f"Given up. The last attempt ended with {last}."
        if self.sent is not None:
            message += f" {MAY_HAVE_ARRIVED}"
        return self._settle(Decision(Status.FAILED, message, http_status=last.http_status))

    # --- the journal ---

    def _attempt_step(self, answer: Response) -> Step:
        return steps.attempt(self.run.facts.id, self.row.n, answer)

    def _settle(self, decision: Decision, *lines: Step) -> State:
        """What came of the row. It counts as done once that is on disk; until then it is in doubt."""
        run = self.run
        counted = requests(run.session, run.api.requests)
        settled = [*lines, *decision.steps(run.facts.id, self.row), counted]
        row, state, message = self.row, decision.state, decision.message
        run.journal.commit_soon(settled, lambda: run.tell(row, state, message))
        return decision.state

    def _commit(self, *lines: Step) -> None:
        self.run.journal.commit(lines)
