"""Updates that are held to what was planned or written before, by the changes that the journal keeps.

A run, an apply and a resume send the changes that were planned, here; an undo puts back what its run wrote, in `undo`.
A change names the two values that the field may have: the one from before, and the one that was planned or written. A
field that holds neither is somebody else's work by now, and so is an item of the list under another id: it is left
alone and named.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sync.contract.resource import Field, Resource
from sync.model import MISSING, REPLACED, Change, ChangeKind, Record
from sync.planning.body import Body, filled_up
from sync.planning.comparison import SentBody, are_both_empty, holds_item, is_held, is_held_once_sent, new_item_values
from sync.planning.items import counted_items, id_of, item_at, live_items, value_in, writable_items
from sync.planning.update import PlannedUpdate
from sync.planning.wording import SENDING, HeaderLookup, header_of, quoted_value

NOT_OVERWRITTEN = "Changed by somebody since it was {done}, so it is not overwritten: "
NOT_SHOWN = "Campfire does not show it any more, so it is left as it is: "
GONE = "The {one} is not in the record any more, or has another id, so it is left as it is: "


@dataclass(frozen=True, slots=True)
class Replay:
    """Changes made before, beside the record as it is now.

    Args:
        constants: give what the record does not show, and change nothing else.
        sent: the body of the last PUT for the row that may have arrived; None where nothing was sent.
    """

    record: Record
    changes: tuple[Change, ...]
    resource: Resource
    constants: Mapping[str, Any]
    lookup: HeaderLookup
    sent: Record | None = None

    @property
    def nested(self) -> Field:
        """The record's list."""
        assert self.resource.nested is not None  # no change is of an item otherwise
        return self.resource.nested

    def body(self) -> Body:
        """The record as it would be sent without any change."""
        return Body(self.record, self.resource, filled_up(self.record, self.resource, self.constants))

    def fields(self) -> list[Change]:
        """The changes of fields, of the record and of items that were there before."""
        return [change for change in self.changes if change.kind in (ChangeKind.EDIT, ChangeKind.CONSTANT)]

    def by_item(self, kind: ChangeKind) -> dict[int, list[Change]]:
        """The changes of this kind by the number of their item, in its order."""
        groups: dict[int, list[Change]] = defaultdict(list)
        for change in sorted(self.changes, key=lambda change: change.target.index):
            if change.kind is kind:
                groups[change.target.index].append(change)
        return groups

    def item(self, change: Change) -> Record | None:
        """The item that a change is about; None for a field of the record itself, and where the item has gone."""
        if not change.target.index:
            return None
        if change.item_id is not None:
            return SentBody(self.sent or {}, self.resource).item(self.record, change)
        return item_at(self.record, self.nested, change.target.index)  # an API that gives items no ids

    def holds_what_was_written(self, change: Change, present: Any) -> bool:
        """Whether this is what the API makes of the change's new value."""
        return is_held_once_sent(change.after, present, self._field_of(change))

    def _field_of(self, change: Change) -> Field | None:
        try:
            return self.resource.field_of(change.target)
        except KeyError:
            return None

    def is_just(self, item: Record, values: Record) -> bool:
        """Whether an item holds these values and nothing else that a person could have filled in."""
        others = (item.get(name) for name in writable_items(self.nested) if name not in values)
        return holds_item(item, values, self.nested) and not any(others)

    def present(self, change: Change) -> Any:
        """What the record holds in the field of a change; of an appended item, in the one that may be it."""
        item = self.item(change)
        if item is None and change.kind is ChangeKind.NEW_ITEM:
            item = self.changed_since(change.target.index)
        return value_in(self.record, change.target, item)

    def changed_since(self, index: int) -> Record | None:
        """The item that may be the appended one, changed by somebody: it shares a value, or has at least the number."""
        values = values_of(self.by_item(ChangeKind.NEW_ITEM)[index])
        items, in_place = counted_items(self.record, self.nested), item_at(self.record, self.nested, index)
        candidates = [in_place, *items] if in_place is not None else items
        sharing = (item for item in candidates if any(v and item.get(name) == v for name, v in values.items()))
        return next(sharing, in_place)

    def reasons(self, changes: Iterable[Change], changed: str, words: str, done: str = "") -> list[str]:
        """Why these changes are not made, and what each field holds: `changed` leads those that somebody has changed.

        Nobody is said to have changed what the record does not show any more: it may be the API's doing.
        """
        groups: dict[str, list[Change]] = defaultdict(list)
        for change in changes:
            groups[self._reason(change, changed)].append(change)
        return [reason + self.named(group, words, done) for reason, group in groups.items()]

    def _reason(self, change: Change, changed: str) -> str:
        if change.before is MISSING or self.present(change) is not MISSING:
            return changed
        is_gone = change.target.index and self.item(change) is None
        return GONE.format(one=self.nested.noun.one) if is_gone else NOT_SHOWN

    def named(self, changes: Iterable[Change], words: str, done: str = "") -> str:
        """`Payment Terms was “Net 30” when previewed, is “Net 45” in the sheet and “Net 60” in Campfire now.`"""
        return "; ".join(self._name(change, words, done) for change in changes) + "."

    def _name(self, change: Change, words: str, done: str) -> str:
        values = (change.before, change.after, self.present(change))
        before, after, present = (quoted_value(value, change.target, self.resource) for value in values)
        header = header_of(change.target, self.resource, self.lookup)
        source = "mapping" if change.kind is ChangeKind.CONSTANT else "sheet"
        return words.format(header=header, before=before, after=after, present=present, source=source, done=done)


def is_before(change: Change, present: Any) -> bool:
    """Whether this is what the field held before the change."""
    return present is MISSING if change.before is MISSING else is_held(change.before, present)


def values_of(new_item: Collection[Change]) -> Record:
    """What an appended item is to hold, by its changes."""
    return next(iter(new_item_values(new_item).values()))


def build_planned(replay: Replay, done: str) -> PlannedUpdate:
    """What was planned, laid over the record; nothing of it if one of its fields has changed since.

    `done` tells a person since when: since it was `previewed`.
    """
    body = replay.body()
    due: list[Change] = []
    moved: list[Change] = []
    for change in replay.fields():
        item = replay.item(change)
        present = value_in(replay.record, change.target, item)
        if _is_there(replay, change, present):
            continue
        if is_before(change, present) or are_both_empty(change.before, present):
            due.append(change)
            body.put(change.target, change.after, item)
        else:
            moved.append(change)
    _plan_new_items(replay, body, due, moved)
    if moved:
        reasons = replay.reasons(moved, NOT_OVERWRITTEN.format(done=done), SENDING, done)
        return PlannedUpdate({}, conflict=" ".join(reasons), present=_present_values(replay))
    if all(change.kind is ChangeKind.CONSTANT for change in due):  # by themselves no reason to send
        due = []
    return PlannedUpdate(body.fields, tuple(due))


def _is_there(replay: Replay, change: Change, present: Any) -> bool:
    if replay.sent is None:
        return is_held(change.after, present)
    return replay.holds_what_was_written(change, present)


def _plan_new_items(replay: Replay, body: Body, due: list[Change], moved: list[Change]) -> None:
    groups = replay.by_item(ChangeKind.NEW_ITEM)
    if not groups:
        return
    record = replay.record
    live = live_items(record, replay.nested)
    sent = SentBody(replay.sent, replay.resource) if replay.sent is not None else None
    arrived = sent.new_items(record, replay.changes) if sent else {}
    may_have_arrived = sent is not None and bool(sent.unknown_items(record))
    reach = len(live or [])
    for index, changes in groups.items():
        if arrived.get(index) is not None or _has_item(replay, changes, index):
            continue
        if live is None or changes[0].item_id is not None or index != reach + 1 or may_have_arrived:
            moved += changes
        else:
            reach = index
            due += changes
            for change in changes:
                body.put(change.target, change.after)


def _has_item(replay: Replay, changes: list[Change], index: int) -> bool:
    """Whether the record has the item: an earlier request appended it, or somebody else the very same meanwhile."""
    values = values_of(changes)
    known = replay.item(changes[0]) if changes[0].item_id is not None else None
    if known is not None and holds_item(known, values, replay.nested):
        return True
    same = item_at(replay.record, replay.nested, index) if replay.sent is None else None
    return same is not None and replay.is_just(same, values)


def _present_values(replay: Replay) -> Record:
    """What the record holds for each change, by its target; by `contacts[1]` the id of that item.

    One that has gone keeps its id where another one has taken its place: that one is not meant.
    """
    values: Record = {}
    replaced: dict[str, Record] = defaultdict(dict)
    for change in replay.changes:
        target = change.target
        item = replay.item(change) if change.kind is not ChangeKind.NEW_ITEM else None
        present = value_in(replay.record, target, item)
        values[change.field] = None if present is MISSING else present
        if not target.index:
            continue
        name, here = f"{replay.nested.name}[{target.index}]", item_at(replay.record, replay.nested, target.index)
        gone = change.item_id if here is not None else None
        values[name] = gone if item is None else id_of(item, replay.nested)
        if item is None and here is not None:
            replaced[name] |= {name: id_of(here, replay.nested), change.field: here.get(target.item)}
    return values | {REPLACED: dict(replaced)} if replaced else values
