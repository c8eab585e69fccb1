"""What the answer to a row's PUT means for the row, in the words of the sheet."""

from collections.abc import Sequence
from dataclasses import replace

from sync.api.response import Response, words
from sync.contract.display import Display, pair_text, quoted
from sync.contract.resource import Resource
from sync.execution.decision import Decision, sent_before
from sync.execution.run_in_progress import RunInProgress
from sync.model import MISSING, Change, ChangeKind, Record, RowRecord, Target
from sync.planning.comparison import has_nothing, is_held, side_effects, with_ids
from sync.planning.items import stored
from sync.planning.refusals import explain
from sync.planning.summary import summarize
from sync.planning.update import PlannedUpdate
from sync.planning.wording import header_of
from sync.problems import message_of
from sync.status import Status
from sync.text import listed


def refused(
    run: RunInProgress, row: RowRecord, existed: bool, update: PlannedUpdate, response: Response, earlier: str
) -> Decision:
    """The API refused the body.

    Args:
        existed: whether the record was there when this row was first looked at.
        earlier: words for the answer to an earlier PUT of the row; see `answer_of`. Empty where there was none.
    """
    problems = tuple(explain(row.row, response.text, update.body, run.resource, run.builder.lookup(row)))
    missing = run.missing.explain(row.record_id or 0, response, existed)
    message = (missing or "The API said: " + (message_of(problems) or str(response))) + sent_before(earlier)
    return Decision(Status.REJECTED, message, problems=problems, http_status=response.http_status)


def shown_by(answered: Record | None, changes: Sequence[Change], record: Record, resource: Resource) -> list[Change]:
    """Those of the changes whose fields the API's answer has as the record does: what it has made of them itself."""
    if answered is None:
        return []
    return [c for c in changes if stored(answered, c.target, resource) == stored(record, c.target, resource)]


def not_taken(
    run: RunInProgress,
    row: RowRecord,
    planned: tuple[Change, ...],
    missing: Sequence[Change],
    altered: Sequence[Change],
    record: Record,
    response: Response,
) -> Decision:
    """The answer was 200, and the record does not hold what is `missing` of the row's changes.

    What the API itself has `altered` of it is what the row has changed: an undo puts it back.
    """
    names = "; ".join(_name(run, row, change, record) for change in missing)
    message = f"The API said {response.http_status} and did not take {names}."
    if response.record is not None and "detail" in response.record:
        message += f" Its answer: {words(response.text)}"
    after = summarize(record, run.resource)
    changes = tuple(_as_stored(c, record, run.resource) if c in altered else c for c in planned)
    return Decision(Status.REJECTED, message, changes=changes, http_status=response.http_status, after=after)


def _as_stored(change: Change, record: Record, resource: Resource) -> Change:
    """The change that the API has made of this one, if it has changed that field."""
    has = stored(record, change.target, resource)
    is_plain = change.kind is ChangeKind.EDIT and not change.target.index
    is_changed = is_plain and has is not MISSING and not is_held(change.before, has)
    return replace(change, after=has) if is_changed else change


def _name(run: RunInProgress, row: RowRecord, change: Change, record: Record) -> str:
    """`Payment Terms (asked for “Net 45”, has “Net 30”)`."""
    resource, target = run.resource, change.target
    header = header_of(target, resource, run.builder.lookup(row))
    field = Display(resource).field(str(target))
    values = change.after, stored(record, target, resource)
    texts = zip(values, pair_text(*values, field), strict=True)
    asked, has = (text if has_nothing(value) else quoted(text) for value, text in texts)
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
    labels = listed(header_of(Target(name), resource, run.builder.lookup(row)) for name in others)
    message = f"Campfire's answer also differs from what was sent in {labels}." if others else ""
    changes = with_ids(planned, update.body, record, resource)
    return Decision(
        Status.CONFLICT if update.conflict else Status.UPDATED,
        update.conflict or message,
        changes=changes if changes != planned else None,
        after=summarize(record, resource),
        http_status=response.http_status,
    )
