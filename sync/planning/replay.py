"""Updates that are held to what was planned or written before, by the changes that the journal keeps.

A run, an apply and a resume send the changes that were planned; an undo puts back what its run wrote. A change names
the two values that the field may have: the one from before, and the one that was planned or written. A field that holds
neither is somebody else's work by now, and so is an item of the list under another id: it is left alone and named.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sync.contract.resource import Field, Resource
from sync.model import MISSING, REPLACED, Change, ChangeKind, Record
from sync.planning.body import Body, filled_up
from sync.planning.comparison import SentBody, holds_item, is_held, is_held_once_sent, new_item_values
from sync.planning.items import counted_items, id_of, item_by_id, live_items, writable_items
from sync.planning.update import PlannedUpdate
from sync.planning.wording import SENDING, UNDOING, HeaderLookup, header_of, text_of

NOT_OVERWRITTEN = "Changed by somebody since it was {done}, so it is not overwritten: "
LEFT = "Changed by somebody since the run, so it is left as it is: "
UNKNOWN = "The run did not see what the record held before, so it is left as it is: "


@dataclass(frozen=True, slots=True)
class Replay:
    """Changes made before, beside a record as it is now.

    Args:
        constants: give what the record does not show, and change nothing else.
        sent: the body of the last PUT for the row that may have arrived; None where nothing was sent.
    """

    changes: tuple[Change, ...]
    resource: Resource
    constants: Mapping[str, Any]
    lookup: HeaderLookup
    sent: Record | None = None

    def build_planned(self, record: Record, done: str) -> PlannedUpdate:
        """What was planned, laid over the record; nothing of it if one of its fields has changed since.

        `done` tells a person since when: since it was `previewed`.
        """
        body = Body(record, self.resource, filled_up(record, self.resource, self.constants))
        due: list[Change] = []
        moved: list[Change] = []
        for change in self._fields():
            item = self._item(record, change)
            present = _value(record, change, item)
            if self._holds(change, change.after, present):
                continue
            if _is_before(change, present):
                due.append(change)
                body.put(change.target, change.after, item)
            else:
                moved.append(change)
        self._plan_new_items(record, body, due, moved)
        if moved:
            reason = NOT_OVERWRITTEN.format(done=done) + self._named(record, moved, SENDING, done)
            return PlannedUpdate({}, conflict=reason, present=self._present_values(record))
        if all(change.kind is ChangeKind.CONSTANT for change in due):  # by themselves no reason to send
            due = []
        return PlannedUpdate(body.fields, tuple(due))

    def build_undo(self, record: Record) -> PlannedUpdate:
        """What the run changed, put back where the record still holds it; the rest is left and named."""
        body = Body(record, self.resource, filled_up(record, self.resource, self.constants))
        undone: list[Change] = []
        left: list[Change] = []
        for change in self._fields():
            item = self._item(record, change)
            present = _value(record, change, item)
            if _is_before(change, present):
                continue
            if self._can_be_put_back(change, item) and self._holds_what_was_written(change, present):
                before = None if change.before is MISSING else change.before
                item_id = id_of(item, self._nested) if item is not None else None
                undone.append(Change(change.field, present, before, item_id))
                body.put(change.target, before, item)
            else:
                left.append(change)
        self._remove_new_items(record, body, undone, left)
        self._restore_removed_items(record, body, undone, left)
        return PlannedUpdate(body.fields, tuple(undone), conflict=self._why_left(record, left))

    def _why_left(self, record: Record, left: Iterable[Change]) -> str:
        """Why an undo leaves these fields as they are; nobody is blamed for what the run itself wrote."""
        own: list[Change] = []
        others: list[Change] = []
        for change in left:
            is_own = (
                change.kind is not ChangeKind.NEW_ITEM
                and change.before is MISSING
                and self._holds_what_was_written(change, self._present(record, change))
            )
            (own if is_own else others).append(change)
        reasons = [LEFT + self._named(record, others, UNDOING)] if others else []
        reasons += [UNKNOWN + self._named(record, own, UNDOING)] if own else []
        return " ".join(reasons)

    # --- fields, of the record and of items that were there before ---

    def _fields(self) -> list[Change]:
        return [change for change in self.changes if change.kind in (ChangeKind.EDIT, ChangeKind.CONSTANT)]

    @property
    def _nested(self) -> Field:
        assert self.resource.nested is not None
        return self.resource.nested

    def _item(self, record: Record, change: Change) -> Record | None:
        """The item that a change is about; None for a field of the record itself, and where the item has gone."""
        if not change.target.index:
            return None
        if change.item_id is not None:
            return SentBody(self.sent or {}, self.resource).item(record, change)
        return self._in_place(record, change)  # an API that gives items no ids

    def _holds(self, change: Change, value: Any, present: Any) -> bool:
        if self.sent is None:
            return is_held(value, present)
        return is_held_once_sent(value, present, self._field_of(change))

    def _holds_what_was_written(self, change: Change, present: Any) -> bool:
        return is_held_once_sent(change.after, present, self._field_of(change))

    def _field_of(self, change: Change) -> Field | None:
        try:
            return self.resource.field_of(change.target)
        except KeyError:
            return None

    def _can_be_put_back(self, change: Change, item: Record | None) -> bool:
        """A field that the record did not have at all cannot be taken out again by a PUT."""
        return item is not None if change.target.index else change.before is not MISSING

    # --- items that are appended ---

    def _plan_new_items(self, record: Record, body: Body, due: list[Change], moved: list[Change]) -> None:
        groups = self._by_item(ChangeKind.NEW_ITEM)
        if not groups:
            return
        live = live_items(record, self._nested)
        sent = SentBody(self.sent, self.resource) if self.sent is not None else None
        arrived = sent.new_items(record, self.changes) if sent else {}
        may_have_arrived = sent is not None and bool(sent.unknown_items(record))
        reach = len(live or [])
        for index, changes in groups.items():
            there = arrived.get(index) or self._known_item(record, changes) or self._same_item(record, changes, index)
            if there is not None:
                continue
            if live is None or changes[0].item_id is not None or index != reach + 1 or may_have_arrived:
                moved += changes
            else:
                reach = index
                due += changes
                for change in changes:
                    body.put(change.target, change.after)

    def _known_item(self, record: Record, changes: list[Change]) -> Record | None:
        """The item that an earlier request appended, by its id, if it holds all that was sent for it."""
        item = item_by_id(record, self._nested, changes[0].item_id) if changes[0].item_id is not None else None
        return item if item is not None and holds_item(item, _values(changes), self._nested) else None

    def _same_item(self, record: Record, changes: list[Change], index: int) -> Record | None:
        """The item of this number that somebody else has appended meanwhile, if it holds the very same."""
        items = counted_items(record, self._nested)
        item = items[index - 1] if self.sent is None and index <= len(items) else None
        return item if item is not None and self._is_just(item, _values(changes)) else None

    def _remove_new_items(self, record: Record, body: Body, undone: list[Change], left: list[Change]) -> None:
        """Take items that were appended out again, where nobody has added anything to them since."""
        for index, changes in self._by_item(ChangeKind.NEW_ITEM).items():
            item = self._appended_item(record, changes, undone)
            if item is not None and self._is_just(item, _values(changes)):
                body.remove(item)
                item_id = id_of(item, self._nested)
                undone += [Change(c.field, c.after, None, item_id, ChangeKind.REMOVED_ITEM) for c in changes]
            elif (
                item is not None
                or live_items(record, self._nested) is None
                or self._may_be_there(record, changes, index)
            ):
                left += changes

    def _appended_item(self, record: Record, changes: list[Change], undone: list[Change]) -> Record | None:
        """The item that was appended: by its id, or where that is not known by all that was sent for it."""
        if changes[0].item_id is not None and (item := item_by_id(record, self._nested, changes[0].item_id)):
            return item
        taken = [change.item_id for change in undone if change.kind is ChangeKind.REMOVED_ITEM]
        items = [item for item in live_items(record, self._nested) or [] if id_of(item, self._nested) not in taken]
        return next((item for item in items if self._is_just(item, _values(changes))), None)

    def _may_be_there(self, record: Record, changes: list[Change], index: int) -> bool:
        """Whether an item that was not recognised may still be there, changed by somebody."""
        if live_items(record, self._nested) is None:
            return True  # the record does not show its list
        return changes[0].item_id is None and self._changed_since(record, index) is not None

    def _changed_since(self, record: Record, index: int) -> Record | None:
        """The item that may be the appended one, changed by somebody: it shares a value, or has at least the number."""
        items, values = counted_items(record, self._nested), _values(self._by_item(ChangeKind.NEW_ITEM)[index])
        in_place = items[index - 1 : index]
        sharing = (item for item in in_place + items if any(v and item.get(name) == v for name, v in values.items()))
        return next(sharing, in_place[0] if in_place else None)

    def _is_just(self, item: Record, values: Record) -> bool:
        """Whether an item holds these values and nothing else that a person could have filled in."""
        others = (item.get(name) for name in writable_items(self._nested) if name not in values)
        return holds_item(item, values, self._nested) and not any(others)

    def _restore_removed_items(self, record: Record, body: Body, undone: list[Change], left: list[Change]) -> None:
        """Append again what an undo took out, unless it is there."""
        groups = self._by_item(ChangeKind.REMOVED_ITEM)
        live = live_items(record, self._nested) if groups else []
        if live is None:  # a list with this item alone would replace the one that the record does not show
            left += [change for changes in groups.values() for change in changes]
            return
        number = len(live)
        for changes in groups.values():
            values = {change.target.item: change.before for change in changes}
            if any(self._is_just(item, values) for item in live):
                continue
            number += 1
            for change in changes:
                target = replace(change.target, index=number)
                body.put(target, change.before)
                undone.append(Change(str(target), MISSING, change.before, kind=ChangeKind.NEW_ITEM))

    def _by_item(self, kind: ChangeKind) -> dict[int, list[Change]]:
        """The changes of this kind by the number of their item, in its order."""
        groups: dict[int, list[Change]] = defaultdict(list)
        for change in sorted(self.changes, key=lambda change: change.target.index):
            if change.kind is kind:
                groups[change.target.index].append(change)
        return groups

    # --- words ---

    def _present(self, record: Record, change: Change) -> Any:
        item = self._item(record, change)
        if change.kind is ChangeKind.NEW_ITEM and item is None:
            item = self._changed_since(record, change.target.index)
        return _value(record, change, item)

    def _present_values(self, record: Record) -> Record:
        """What the record holds for each change, by its target; by `contacts[1]` the id of that item.

        One that has gone keeps its id where another one has taken its place: that one is not meant.
        """
        values: Record = {}
        replaced: dict[str, Record] = defaultdict(dict)
        for change in self.changes:
            item = self._item(record, change) if change.kind is not ChangeKind.NEW_ITEM else None
            values[change.field] = _or_none(_value(record, change, item))
            if not change.target.index:
                continue
            name, here = f"{self._nested.name}[{change.target.index}]", self._in_place(record, change)
            gone = change.item_id if here is not None else None
            values[name] = gone if item is None else id_of(item, self._nested)
            if item is None and here is not None:
                replaced[name] |= {name: id_of(here, self._nested), change.field: here.get(change.target.item)}
        return values | {REPLACED: dict(replaced)} if replaced else values

    def _in_place(self, record: Record, change: Change) -> Record | None:
        """The item that has the number of the change's item now."""
        items = counted_items(record, self._nested)
        return items[change.target.index - 1] if change.target.index <= len(items) else None

    def _named(self, record: Record, changes: Iterable[Change], words: str, done: str = "") -> str:
        """`Payment Terms was Net 30 when previewed, is Net 45 in the sheet and Net 60 in Campfire now.`"""
        return "; ".join(self._name(record, change, words, done) for change in changes) + "."

    def _name(self, record: Record, change: Change, words: str, done: str) -> str:
        values = (change.before, change.after, self._present(record, change))
        before, after, present = (text_of(value, change.target, self.resource) for value in values)
        header = header_of(change.target, self.resource, self.lookup)
        source = "mapping" if change.kind is ChangeKind.CONSTANT else "sheet"
        return words.format(header=header, before=before, after=after, present=present, source=source, done=done)


def _value(record: Record, change: Change, item: Record | None) -> Any:
    if not change.target.index:
        return record.get(change.target.field, MISSING)
    return MISSING if item is None else item.get(change.target.item, MISSING)


def _values(changes: Collection[Change]) -> Record:
    return next(iter(new_item_values(changes).values()))


def _is_before(change: Change, present: Any) -> bool:
    return present is MISSING if change.before is MISSING else is_held(change.before, present)


def _or_none(value: Any) -> Any:
    return None if value is MISSING else value
