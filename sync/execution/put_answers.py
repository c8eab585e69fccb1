"""What the answer to a row's PUT means for the row, in the words of the sheet."""

from collections.abc import Sequence

from sync.api.response import Response, words
from sync.contract.display import Display, pair_text
from sync.execution.decision import Decision
from sync.execution.run_in_progress import RunInProgress
from sync.model import Change, Record, RowRecord, Target
from sync.planning.comparison import side_effects, with_ids
from sync.planning.items import stored
from sync.planning.refusals import explain
from sync.planning.summary import summarize
from sync.planning.update import PlannedUpdate
from sync.planning.wording import header_of
from sync.problems import message_of
from sync.status import Status


def refused(run: RunInProgress, row: RowRecord, existed: bool, update: PlannedUpdate, response: Response) -> Decision:
    """The API refused the body. `existed`: whether the record was there when this row was first looked at."""
    problems = tuple(explain(row.row, response.text, update.body, run.resource, run.builder.lookup(row)))
    missing = run.missing.explain(row.record_id or 0, response, existed)
    message = missing or "The API said: " + (message_of(problems) or str(response))
    return Decision(Status.REJECTED, message, problems=problems, http_status=response.http_status)


def not_taken(
    run: RunInProgress, row: RowRecord, missing: Sequence[Change], record: Record, response: Response
) -> Decision:
    """The answer was 200, and the record does not hold these changes."""
    message = "The API said 200 and did not take " + "; ".join(_name(run, row, c, record) for c in missing) + "."
    if response.record is not None and "detail" in response.record:
        message += f" Its answer: {words(response.text)}"
    after = summarize(record, run.resource)
    return Decision(Status.REJECTED, message, http_status=response.http_status, after=after)


def _name(run: RunInProgress, row: RowRecord, change: Change, record: Record) -> str:
    """`Payment Terms (asked for Net 45, has Net 30)`."""
    resource, target = run.resource, change.target
    header = header_of(target, resource, run.builder.lookup(row))
    asked, has = pair_text(change.after, stored(record, target, resource), Display(resource).field(str(target)))
    return f"{header} (asked for {asked}, has {has})"


def updated(
    run: RunInProgress,
    row: RowRecord,
    planned: tuple[Change, ...],
    update: PlannedUpdate,
    record: Record,
    response: Response,
) -> Decision:
    """The record holds what was sent. `planned`: the row's changes so far."""
    resource = run.resource
    others = side_effects(update.body, record, resource)
    labels = ", ".join(header_of(Target(name), resource, run.builder.lookup(row)) for name in others)
    message = f"Campfire's answer also differs from what was sent in: {labels}." if others else ""
    changes = with_ids(planned, update.body, record, resource)
    return Decision(
        Status.CONFLICT if update.conflict else Status.UPDATED,
        update.conflict or message,
        changes=changes if changes != planned else None,
        after=summarize(record, resource),
        http_status=response.http_status,
    )
