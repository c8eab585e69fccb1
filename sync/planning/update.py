"""Edits × the record as it is now → what to send, and what would change by it. Pure: nothing is read or sent here.

The body is the record's writable fields as read, with the constants and the edits laid over. So a field that the
sheet does not name is sent as it is, whichever way the server treats fields that are left out.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Any

from sync.contract.resource import Resource
from sync.model import MISSING, Change, Problem, Record, RecordSummary, RowRecord, Target
from sync.problems import problem
from sync.text import normal


@dataclass(frozen=True, slots=True)
class PlannedUpdate:
    """What would be sent for a row, given its record as it is now."""

    body: Record
    edits: tuple[Change, ...] = ()  # what the row asks for and the record does not have; none: nothing to send
    by_constants: tuple[Change, ...] = ()  # what the constants change besides
    removed: tuple[Change, ...] = ()  # an appended contact that goes again, by the contact's id
    problems: tuple[Problem, ...] = ()  # any: nothing is sent
    conflict: str = ""  # what of the record is not as it was left

    @property
    def changes(self) -> tuple[Change, ...]:
        """All that would be another value than before."""
        return self.edits + self.by_constants + self.removed


Name = Callable[[str], tuple[str, str]]  # a target: the sheet's header for it, and the row's text there


def is_held(value: Any, stored: Any) -> bool:
    """Whether the API has this value. It stores text trimmed, and nobody sees outer blanks or the Unicode form."""
    if isinstance(value, bool) or isinstance(stored, bool):
        return value is stored
    if isinstance(value, str) and isinstance(stored, str):
        return value == stored or normal(value) == normal(stored)
    return bool(value == stored)


def seen(record: Record, resource: Resource) -> RecordSummary:
    """What the results say of a record. What the API did not return stays unknown."""

    def text(name: str) -> str | None:
        return record[name] if isinstance(record.get(name), str) else None

    totals = {f.name: _money(record[f.name]) for f in resource.totals if f.name in record}
    counts = {f.name: record[f.name] for f in resource.counts if isinstance(record.get(f.name), int)}
    known = {name: amount for name, amount in totals.items() if amount is not None}
    roles = resource.roles
    return RecordSummary(text(roles.name), known, text(roles.currency), counts, text(roles.last_modified))


def _money(value: Any) -> str | None:
    """An amount as exact decimal text, however the API wrote it; None where it is no amount."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        amount = Decimal(value)
    except ArithmeticError:
        return None
    return f"{amount:f}" if amount.is_finite() else None


def build_update(
    row: RowRecord, record: Record, resource: Resource, constants: Mapping[str, Any], name: Name
) -> PlannedUpdate:
    """A row's edits, laid over its record."""
    edits = {Target.parse(target): value for target, value in row.edits.items()}
    wanted = {target: value for target, value in edits.items() if target is not None}
    found = [*_unreachable(row, record, wanted, name), *_excel_losses(row, record, resource, wanted, name)]
    if found:
        return PlannedUpdate({}, problems=tuple(found))
    body = writable(record, resource) | dict(constants)
    changes = _lay_over(body, record, wanted)
    lacking = tuple(_lacking(row, body, resource)) if changes else ()
    if not changes or lacking:
        return PlannedUpdate(body, problems=lacking)
    return PlannedUpdate(body, tuple(changes), tuple(_by_constants(record, constants)))


def build_unread_update(row: RowRecord, resource: Resource, constants: Mapping[str, Any], name: Name) -> PlannedUpdate:
    """A row's edits alone, for --no-read: nothing is known of the record."""
    edits = [(target, value) for text, value in row.edits.items() if (target := Target.parse(text))]
    contacts = [problem("contacts_unread", row.row, *name(str(target))) for target, _ in edits if target.index]
    body = dict(constants) | {target.field: value for target, value in edits if not target.index}
    found = (*contacts, *_lacking(row, body, resource)) if edits else ()
    return PlannedUpdate(body, tuple(Change(str(target), MISSING, value) for target, value in edits), problems=found)


def writable(record: Record, resource: Resource) -> Record:
    """What a PUT may hold of a record as read; contacts with their ids, so that they stay the same contacts."""
    found = {f.name: record[f.name] for f in resource.writable if f.name in record}
    if live_contacts(record):  # what is put into one of them is not put into the record as read
        found["contacts"] = [dict(contact) for contact in record["contacts"]]
    return found


def live_contacts(record: Record) -> list[Record] | None:
    """The contacts that a person sees, in the record's order; None where the API does not show any list."""
    contacts = record.get("contacts", MISSING)
    if contacts is None:
        return []
    if not isinstance(contacts, list) or not all(isinstance(contact, dict) for contact in contacts):
        return None
    return [contact for contact in contacts if not contact.get("is_deleted")]


def stored(record: Record, target: Target) -> Any:
    """What the record has for a target; MISSING where it has no such field or contact."""
    if not target.index:
        return record.get(target.field, MISSING)
    contacts = live_contacts(record) or []
    if target.index > len(contacts):
        return MISSING
    return contacts[target.index - 1].get(target.item, MISSING)


def _lay_over(body: Record, record: Record, wanted: Mapping[Target, Any]) -> list[Change]:
    """Put the wanted values into the body; what differs from the record is a change."""
    changes = []
    for target in sorted(wanted, key=lambda t: t.index):
        value, before = wanted[target], stored(record, target)
        if is_held(value, before) or _is_nothing_for_nobody(target, value, record):
            continue
        changes.append(Change(str(target), before, value, _contact_id(record, target)))
        put(body, target, value)
    return changes


def _is_nothing_for_nobody(target: Target, value: Any, record: Record) -> bool:
    """Emptying a field of a contact that does not exist asks for nothing."""
    return value is None and target.index > len(live_contacts(record) or [])


def _contact_id(record: Record, target: Target) -> Any:
    found = stored(record, Target(target.field, target.index, "id")) if target.index else MISSING
    return None if found is MISSING else found


def put(body: Record, target: Target, value: Any) -> None:
    """Set a field of the body, or of one of its contacts; the first contact beyond the last one is appended."""
    if not target.index:
        body[target.field] = value
        return
    contacts = live_contacts(body) or []
    if target.index <= len(contacts):
        contacts[target.index - 1][target.item] = value
    else:
        body["contacts"] = [*(body.get("contacts") or []), {target.item: value}]


def _by_constants(record: Record, constants: Mapping[str, Any]) -> Iterator[Change]:
    """What the constants change. Where the API does not show the field there is nothing to compare."""
    for name, value in constants.items():
        if name in record and not is_held(value, record[name]):
            yield Change(name, record[name], value)


def _lacking(row: RowRecord, body: Record, resource: Resource) -> Iterator[Problem]:
    for f in resource.needed:
        if f.name not in body:
            yield problem("required_missing", row.row, field=f.name)


def _unreachable(row: RowRecord, record: Record, wanted: Mapping[Target, Any], name: Name) -> Iterator[Problem]:
    """Contacts that can't be filled in: the list is not known, or one before them is not there."""
    edits = sorted((target for target in wanted if target.index), key=lambda t: t.index)
    contacts = live_contacts(record)
    if contacts is None:
        yield from (problem("contacts_unknown", row.row, *name(str(target))) for target in edits)
        return
    reach = len(contacts)
    for target in (target for target in edits if wanted[target] is not None):
        if target.index > reach + 1:
            where = name(str(target))
            yield problem("contact_gap", row.row, *where, count=reach, index=target.index, next=reach + 1)
        reach = max(reach, target.index)


# What Excel takes for a number when a text is typed or opened, and then shows otherwise.
_NUMBER = re.compile(r"\+?[0-9]+(\.[0-9]+)?")
_KEPT = 15  # digits; Microsoft, "Excel specifications and limits"
_EXACT = Context(prec=32_767)  # digits; more than fit in a cell there are not


def _excel_losses(
    row: RowRecord, record: Record, resource: Resource, wanted: Mapping[Target, Any], name: Name
) -> Iterator[Problem]:
    """Edits that are no edits: the new value is what Excel makes of the present one."""
    for target, value in wanted.items():
        before = stored(record, target)
        if resource.field_of(target).type != "string" or not isinstance(value, str) or not isinstance(before, str):
            continue
        kind = excel_loss(normal(before), value)
        if kind:
            column, _ = name(str(target))
            yield problem(kind, row.row, column, value, before=before)


def excel_loss(before: str, after: str) -> str:
    """The name of what Excel would have lost in turning one text into the other; empty if it did not."""
    if before == after or not _NUMBER.fullmatch(before):
        return ""
    exact = Decimal(before)
    if after == f"{exact.normalize(_EXACT):f}":
        return "leading_zeros"
    if not _NUMBER.fullmatch(after) or Decimal(after) == exact:
        return ""
    kept = {Context(prec=_KEPT, rounding=rounding).plus(exact) for rounding in (ROUND_DOWN, ROUND_HALF_UP)}
    return "digits_lost" if Decimal(after) in kept | {Decimal(float(exact))} else ""


def holds(draft: PlannedUpdate, record: Record, resource: Resource) -> bool:
    """Whether the record has the row's edits, as the API stores them.

    A changed contact counts as held where a contact of the record has all that was sent for it: the API may give it
    another id or another place.
    """
    present = {contact.get("id") for contact in live_contacts(record) or []}
    gone = all(change.contact is None or change.contact not in present for change in draft.removed)
    return gone and all(_has(draft.body, change, record, resource) for change in draft.edits)


def not_held(draft: PlannedUpdate, record: Record, resource: Resource) -> list[str]:
    """What the record does not have of the row's edits, for a person."""
    return [
        f"{change.field} (asked for {show(change.after)}, has {show(stored(record, target_of(change)))})"
        for change in draft.edits
        if not _has(draft.body, change, record, resource)
    ]


def show(value: Any) -> str:
    """A value for a person."""
    if value is MISSING:
        return "(not in the record)"
    return "(empty)" if value is None else '""' if value == "" else str(value)


def target_of(change: Change) -> Target:
    """The field that a change is about."""
    target = Target.parse(change.field)
    assert target is not None
    return target


def _has(body: Record, change: Change, record: Record, resource: Resource) -> bool:
    target = target_of(change)
    if target.index:
        return _has_contact(record, (live_contacts(body) or [])[target.index - 1], resource)
    return is_held(change.after, record.get(target.field, MISSING))


def _has_contact(answer: Record, sent: Record, resource: Resource) -> bool:
    items = resource.nested.items if resource.nested else {}
    wanted = {item: value for item, value in sent.items() if item in items and not items[item].read_only}
    return any(
        all(is_held(value, contact.get(item, MISSING)) for item, value in wanted.items())
        for contact in live_contacts(answer) or []
    )


def side_effects(body: Record, answer: Record) -> list[str]:
    """Fields that the answer has otherwise than they were sent."""
    return [
        name
        for name, value in body.items()
        if name in answer and name != "contacts" and not is_held(value, answer[name])
    ]
