"""Drafts that are held to what an earlier run showed or wrote: an apply to its preview, an undo to its run.

A wanted change names the two values that the field may have: the one from before, and the one that was shown or
written. A field that has neither is somebody else's work by now: it is left alone and named.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sync.contract.resource import Resource
from sync.model import MISSING, Change, Record, RowRecord
from sync.planning.update import PlannedUpdate, is_held, live_contacts, put, show, target_of, writable

SINCE = "Changed by somebody since {what}, so {done}: "


def build_from_preview(
    row: RowRecord, record: Record, resource: Resource, constants: Mapping[str, Any]
) -> PlannedUpdate:
    """The preview's changes, laid over the record as it is now; none of them if one of the fields has changed since.

    Constants fill in what the record lacks and nothing else: a change that the preview did not show is not made.
    """
    due = [change for change in row.expected if not is_held(change.after, now(record, change))]
    moved = [change for change in due if not _is_before(record, change)]
    if moved or not _in_reach(record, due):
        said = SINCE.format(what="the preview", done="it is not overwritten")
        return PlannedUpdate({}, conflict=said + _named(record, moved or due))
    body = _body(record, resource, constants)
    for change in due:
        _set(body, change, change.after)
    return PlannedUpdate(body, tuple(due))


def build_undo(row: RowRecord, record: Record, resource: Resource, constants: Mapping[str, Any]) -> PlannedUpdate:
    """What the run changed put back where the record still has it; the rest is left and named."""
    body = _body(record, resource, constants)
    written = [change for change in row.expected if not _is_appended(change)]
    due = [change for change in written if is_held(change.after, now(record, change)) and _can_be_put_back(change)]
    left = [change for change in written if change not in due and not _is_before(record, change)]
    undone = [Change(c.field, now(record, c), None if c.before is MISSING else c.before, c.contact) for c in due]
    for change in undone:
        _set(body, change, change.after)
    gone, stuck = _take_out(body, record, resource, [change for change in row.expected if _is_appended(change)])
    left += stuck
    said = SINCE.format(what="the run", done="left as it is") + _named(record, left) if left else ""
    return PlannedUpdate(body, tuple(undone), removed=tuple(gone), conflict=said)


def now(record: Record, change: Change) -> Any:
    """What the record has where the change was made; MISSING where it has no such field or contact."""
    target = target_of(change)
    if not target.index:
        return record.get(target.field, MISSING)
    contact = _contact(record, change)
    return MISSING if contact is None else contact.get(target.item, MISSING)


def _contact(record: Record, change: Change) -> Record | None:
    """The contact that a change is about: by its id where that is known, else by its place."""
    contacts = live_contacts(record) or []
    if change.contact is not None:
        return next((contact for contact in contacts if contact.get("id") == change.contact), None)
    place = target_of(change).index - 1
    return contacts[place] if place < len(contacts) else None


def _is_before(record: Record, change: Change) -> bool:
    present = now(record, change)
    return present is MISSING if change.before is MISSING else is_held(change.before, present)


def _is_appended(change: Change) -> bool:
    """Whether the change is part of a contact that did not exist before."""
    return bool(target_of(change).index) and change.contact is None and change.before is MISSING


def _can_be_put_back(change: Change) -> bool:
    """A field that the record did not have at all can't be taken out again by a PUT."""
    return change.before is not MISSING or bool(target_of(change).index)


def _in_reach(record: Record, due: Iterable[Change]) -> bool:
    """Whether each contact to be appended follows on the last one that there is."""
    places = sorted({target_of(change).index for change in due if _is_appended(change)})
    contacts = live_contacts(record)
    if contacts is None:
        return not places
    reach = len(contacts)
    for place in places:
        if place > reach + 1:
            return False
        reach = max(reach, place)
    return True


def _body(record: Record, resource: Resource, constants: Mapping[str, Any]) -> Record:
    return {name: value for name, value in constants.items() if name not in record} | writable(record, resource)


def _set(body: Record, change: Change, value: Any) -> None:
    contact = _contact(body, change) if target_of(change).index else None
    if contact is not None:
        contact[target_of(change).item] = value
    else:
        put(body, target_of(change), value)


def _take_out(
    body: Record, record: Record, resource: Resource, appended: list[Change]
) -> tuple[list[Change], list[Change]]:
    """Take appended contacts out of the body. Returns the changes that does, and those that can't be taken back."""
    by_place: dict[int, list[Change]] = defaultdict(list)
    for change in appended:
        by_place[target_of(change).index].append(change)
    gone, stuck = [], []
    for changes in by_place.values():
        found = next((c for c in live_contacts(body) or [] if _is_just(c, changes, resource)), None)
        if found is not None:
            body["contacts"] = [contact for contact in body["contacts"] if contact is not found]
            gone += [Change(change.field, change.after, None, found.get("id")) for change in changes]
        elif live_contacts(record) is None or any(now(record, change) is not MISSING for change in changes):
            stuck += changes
    return gone, stuck


def _is_just(contact: Record, changes: list[Change], resource: Resource) -> bool:
    """Whether a contact holds what was written for it and nothing that somebody has added."""
    written = {target_of(change).item: change.after for change in changes}
    items = (name for name, f in (resource.nested.items if resource.nested else {}).items() if not f.read_only)
    return all(
        is_held(written[item], contact.get(item, MISSING)) if item in written else not contact.get(item)
        for item in items
    )


def _named(record: Record, changes: Iterable[Change]) -> str:
    return "; ".join(
        f"{change.field} was {show(change.before)}, then {show(change.after)}, and is {show(now(record, change))}"
        for change in changes
    )
