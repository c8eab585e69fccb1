"""What becomes of a row: a decision with typed fields, which the journal turns into columns."""

from dataclasses import dataclass

from sync.api.response import Outcome, Response, redirected
from sync.contract.resource import Resource
from sync.journal import steps
from sync.journal.steps import Step
from sync.model import Change, Problem, Record, RecordSummary, RowRecord
from sync.planning.summary import summarize
from sync.planning.update import PlannedUpdate
from sync.problems import message_of
from sync.status import Stage, State, Status
from sync.text import sentence

MAY_HAVE_ARRIVED = "The update may have arrived all the same; resume finds out."


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a row. Planned: its update can be sent. What is None stays in the journal as it is."""

    state: State
    message: str = ""
    update: PlannedUpdate | None = None
    problems: tuple[Problem, ...] = ()
    changes: tuple[Change, ...] | None = None
    before: RecordSummary | None = None
    after: RecordSummary | None = None
    http_status: int | None = None
    record_id: int | None = None  # where it was looked up
    answer: Response | None = None  # to the reading that decided it, where there is no record

    def steps(self, run: str, row: RowRecord) -> list[Step]:
        """The decision, for the journal."""
        present = self.update.present if self.update and self.update.conflict else None
        return [
            *((steps.attempt(run, row.n, self.answer),) if self.answer else ()),
            *(steps.problem(run, row.n, problem) for problem in self.problems),
            steps.decided(
                run,
                row.n,
                self.state,
                self.message,
                changes=None if self.changes == row.changes else self.changes,
                present=present,
                before=self.before,
                after=self.after,
                http_status=self.http_status,
                record_id=self.record_id,
            ),
        ]


def invalid(problems: tuple[Problem, ...], record_id: int | None = None) -> Decision:
    """A row that the sheet, or the record, shows to be wrong."""
    return Decision(Status.INVALID, message_of(problems), problems=problems, changes=(), record_id=record_id)


def decide_plan(record: Record, update: PlannedUpdate, resource: Resource, dry_run: bool) -> Decision:
    """What becomes of a row that nothing has been sent for yet."""
    before = summarize(record, resource)
    if update.problems:
        return Decision(Status.INVALID, message_of(update.problems), update, update.problems, changes=(), before=before)
    if update.changes:
        # Where nothing is to be sent, a row that would end as a conflict is one already.
        state = Status.CONFLICT if dry_run and update.conflict else Stage.PLANNED
        return Decision(state, update.conflict, update, changes=update.changes, before=before)
    state = Status.CONFLICT if update.conflict else Status.UNCHANGED
    return Decision(state, update.conflict, update, changes=(), before=before)


def answer_of(http_status: int | None) -> str:
    """Words for the answer to a PUT that may have arrived: only the record tells. None: no answer came."""
    return (
        "its answer was lost"
        if http_status is None
        else f"its answer ({http_status}) did not say whether the update was applied"
    )


def sent_before(its_answer: str) -> str:
    """A sentence on an earlier PUT of the row; empty where there was none. `its_answer` is of `answer_of`."""
    return f" A request of this run had been sent before, and {its_answer}." if its_answer else ""


def decide_send(
    record: Record, update: PlannedUpdate, changes: tuple[Change, ...], resource: Resource, its_answer: str = ""
) -> Decision:
    """What becomes of a row that is about to be sent.

    Args:
        changes: what this row has changed or is about to change.
        its_answer: to an earlier PUT of this row, which may have arrived; see `answer_of`. Empty where there was none.
    """
    summary, was_sent = summarize(record, resource), bool(its_answer)
    before = None if was_sent else summary  # else it was read earlier
    if update.problems:
        message = message_of(update.problems)
        return Decision(Status.INVALID, message, update, update.problems, changes=(), before=before)
    if update.changes:
        return Decision(Stage.PLANNED, update.conflict, update, changes=changes, before=before)
    if update.conflict:
        message = update.conflict + sent_before(its_answer)
        return Decision(Status.CONFLICT, message, update, changes=changes if was_sent else (), before=before)
    if was_sent:
        message = f"{sentence(its_answer)}; the record holds what was sent."
        return Decision(Status.UPDATED, message, update, changes=changes, after=summary, http_status=200)
    return Decision(Status.UNCHANGED, "", update, changes=(), before=before)


def deleted(record: Record, resource: Resource) -> str:
    """Words for a record that is deleted; empty where it is not."""
    roles = resource.roles
    if not roles.deleted or not record.get(roles.deleted):
        return ""
    when = record.get(roles.deleted_at) if roles.deleted_at else None
    date = f" on {when[:10]}" if isinstance(when, str) and when else ""
    return f"This {resource.noun.one} was deleted{date}."


def without_record(answer: Response, was_sent: bool, words: str = "") -> Decision:
    """What becomes of a row whose record cannot be read. One that may have been changed is not called rejected.

    `words` are used instead of the API's own.
    """
    match answer.outcome:
        case Outcome.REDIRECTED:
            message = redirected(answer)
        case Outcome.BLOCKED:
            message = blocked(answer)
        case _:
            message = words or f"The API said {answer}"
    state = Status.FAILED if was_sent or answer.outcome is Outcome.REDIRECTED else Status.REJECTED
    if was_sent:
        message += f" {MAY_HAVE_ARRIVED}"
    return Decision(state, message, http_status=answer.http_status, answer=answer)


def blocked(answer: Response) -> str:
    """The message for a row that a firewall or a proxy refused. Nobody knows what the API would have said of it."""
    return (
        f"A firewall or a proxy in front of the API refused it ({answer}), so the API has not seen it. "
        "Ask IT to let it through, and send it again."
    )
