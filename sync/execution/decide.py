"""What the answer to a GET means for a row: it is settled by it, or there is something to send."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sync.api.response import Outcome, Response, redirected
from sync.contract.resource import Resource
from sync.errors import KeyRefused
from sync.journal import writer as journal
from sync.journal.writer import Step, pack_changes, pack_summary
from sync.model import Record, RowRecord
from sync.planning.update import PlannedUpdate, seen
from sync.status import Stage, State, Status

BuildUpdate = Callable[[RowRecord, Record], PlannedUpdate]

MAY_HAVE_ARRIVED = "What was sent before may have arrived all the same; resume looks."


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a row. PLANNED: the draft can be sent."""

    state: State
    message: str = ""
    draft: PlannedUpdate | None = None
    columns: dict[str, Any] = field(default_factory=dict)

    def steps(self, run: str, row: RowRecord) -> list[Step]:
        """The verdict, for the journal."""
        found = self.draft.problems if self.draft else ()
        return [
            *(journal.problem(run, row.n, p) for p in found),
            journal.move(run, row.n, self.state, self.message, **self.columns),
        ]


def consider(
    row: RowRecord, answer: Response, resource: Resource, draft: BuildUpdate, was_sent: bool
) -> Decision | None:
    """What becomes of a row whose record was asked for; None where the answer says nothing of the record.

    Raises:
        KeyRefused: the key is not taken.
    """
    if answer.outcome is Outcome.OK and answer.record is not None:
        return judge(row, answer.record, resource, draft(row, answer.record), was_sent)
    if answer.outcome is Outcome.KEY_REFUSED:
        raise key_refused(answer)
    if answer.outcome in (Outcome.REFUSED, Outcome.REDIRECTED):
        return _no_record(answer, was_sent)
    return None


def _no_record(answer: Response, was_sent: bool) -> Decision:
    """What becomes of a row whose record is not to be had. One that may have been changed is not called rejected."""
    refused = answer.outcome is Outcome.REFUSED
    message = f"The API said {answer}" if refused else redirected(answer)
    state = Status.REJECTED if refused and not was_sent else Status.FAILED
    if was_sent:
        message += f" {MAY_HAVE_ARRIVED}"
    return Decision(state, message, columns={"http_status": answer.http_status})


def key_refused(answer: Response) -> KeyRefused:
    """What ends a run whose key is not taken."""
    return KeyRefused(
        f"the API does not take the key ({answer}). Set CAMPFIRE_API_KEY to one that may change customers"
    )


def judge(row: RowRecord, record: Record, resource: Resource, draft: PlannedUpdate, was_sent: bool) -> Decision:
    """What becomes of a row whose record is known. `was_sent`: an earlier PUT of this run may have arrived."""
    summary = pack_summary(seen(record, resource))
    known = {"before": summary, "changes": pack_changes(draft.changes)}
    if draft.problems:
        return Decision(Status.INVALID, " ".join(p.message for p in draft.problems), draft, known)
    if draft.changes:
        return Decision(Stage.PLANNED, draft.conflict, draft, known)
    if draft.conflict:
        sent = " A request of this run had been sent before, and its answer was lost." if was_sent else ""
        return Decision(Status.CONFLICT, draft.conflict + sent, draft, known)
    if was_sent:
        found = "Its answer was lost; the record holds what was sent."
        return Decision(Status.UPDATED, found, draft, {"after": summary, "http_status": 200})
    return Decision(Status.UNCHANGED, "", draft, known)
