"""When two values are the same, and whether a record holds what was sent.

The API stores texts trimmed and, perhaps, e-mail addresses in lower case; it may give the items of a list other ids.
None of that is somebody's edit.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sync.contract.resource import Field, Resource
from sync.model import MISSING, Change, ChangeKind, Record
from sync.planning.items import id_of, item_at, item_by_id, live_items, writable_items
from sync.text import is_blank, normal


def is_the_same(value: Any, stored: Any) -> bool:
    """Whether two values are the same to the letter, and so is all that they hold. False and 0 are not."""
    if type(value) is not type(stored) or value != stored:
        return False
    if isinstance(value, list):
        return all(map(is_the_same, value, stored))
    return not isinstance(value, dict) or all(is_the_same(inner, stored[name]) for name, inner in value.items())


def is_held(value: Any, stored: Any) -> bool:
    """Whether a record that has `stored` holds this value: nobody sees outer blanks, kinds of blanks, or the Unicode
    form of a text, nor whether a number is written as one or as a text."""
    if isinstance(value, bool) or isinstance(stored, bool):
        return value is stored
    if isinstance(value, str) and isinstance(stored, str):
        # Most are plain texts without outer blanks, which have one form: a third of the time of planning.
        if value.isascii() and stored.isascii() and value.isprintable() and stored.isprintable():
            return value.strip() == stored.strip()
        return seen(value) == seen(stored)
    if isinstance(value, str) and isinstance(stored, int | Decimal):
        return value.strip() == str(stored)
    if isinstance(stored, str) and isinstance(value, int | Decimal):
        return stored.strip() == str(value)
    return bool(value == stored)


def seen(text: str) -> str:
    """A text as a person sees it: all blanks but line breaks and tabs look the same."""
    text = normal(text)
    return text if text.isascii() else "".join(" " if unicodedata.category(c) == "Zs" else c for c in text)


def is_held_once_sent(value: Any, stored: Any, field: Field | None) -> bool:
    """Whether `stored` is what the API makes of this value: as `is_held`, an e-mail address in lower case, and no value
    and an empty text the one or the other."""
    if is_held(value, stored) or are_both_empty(value, stored):
        return True
    is_address = field is not None and field.format == "email" and isinstance(value, str) and isinstance(stored, str)
    return is_address and seen(value).lower() == seen(stored).lower()


def are_both_empty(value: Any, stored: Any) -> bool:
    """Whether a person sees nothing in either of two values of a record."""
    return has_nothing(value) and has_nothing(stored) and MISSING not in (value, stored)


def has_nothing(value: Any) -> bool:
    """Whether a person sees an empty cell for it."""
    return value is MISSING or value is None or (isinstance(value, str) and is_blank(value))


Pair = tuple[Record, Record | None]  # an item that was sent, and the same item of a record; None: it is gone


@dataclass(frozen=True, slots=True)
class SentBody:
    """A body that was sent, to compare a record with."""

    body: Record
    resource: Resource

    def pairs(self, record: Record) -> list[Pair]:
        """Each item that was sent with that of the record.

        An item is known by its id. Where the id is gone, or there was none yet, it is one that holds all that was sent
        for it under an id that was not sent: the API may give items other ids when the list is written.
        """
        field = self.resource.nested
        if field is None:
            return []
        sent = live_items(self.body, field) or []
        left = self.items_with_new_ids(record)
        pairs: list[Pair] = []
        for item in sent:
            kept = item_by_id(record, field, id_of(item, field)) if id_of(item, field) is not None else None
            if kept is None:
                kept = next((other for other in left if holds_item(other, item, field)), None)
                left = [other for other in left if other is not kept]
            pairs.append((item, kept))
        return pairs

    def items_with_new_ids(self, record: Record) -> list[Record]:
        """The items of the record whose ids were not in the body, or that have none."""
        field = self.resource.nested
        if field is None:
            return []
        sent = {id_of(item, field) for item in live_items(self.body, field) or []} - {None}
        return [item for item in live_items(record, field) or [] if id_of(item, field) not in sent]

    def unknown_items(self, record: Record) -> list[Record]:
        """The record's items that match none of those that were sent: somebody else's, or changed since."""
        known = [kept for _, kept in self.pairs(record)]
        return [item for item in self.items_with_new_ids(record) if not any(item is kept for kept in known)]

    def item(self, record: Record, change: Change) -> Record | None:
        """The record's item that a change was sent for: by its id, or by its number where it has none.

        None if it is gone.
        """
        field, item_id = self.resource.nested, change.item_id
        if field is None:
            return None
        if item_id is None:
            meant = item_at(self.body, field, change.target.index)
            return next((kept for sent, kept in self.pairs(record) if sent is meant), None)
        same = [kept for sent, kept in self.pairs(record) if id_of(sent, field) == item_id]
        return same[0] if same else item_by_id(record, field, item_id)

    def is_gone(self, record: Record, item_id: Any) -> bool:
        """Whether the record no longer has an item that was left out of the body."""
        if self.resource.nested is None:
            return False
        if item_id is None:  # it cannot be told from others by itself
            return not self.unknown_items(record)
        return item_by_id(record, self.resource.nested, item_id) is None

    def new_items(self, record: Record, changes: Collection[Change]) -> dict[int, Record]:
        """The items that these changes appended, as the record has them, by the number of the item.

        Those that an earlier PUT appended have their ids, and are not among them.
        """
        field = self.resource.nested
        numbers = new_item_values([change for change in changes if change.item_id is None])
        if field is None or not numbers:
            return {}
        without_id = [kept for sent, kept in self.pairs(record) if id_of(sent, field) is None]
        appended = without_id[max(len(without_id) - len(numbers), 0) :]  # they were put at the end of the list
        return {number: kept for number, kept in zip(numbers, appended, strict=False) if kept is not None}


def new_item_values(changes: Collection[Change]) -> dict[int, Record]:
    """What the appended items are to hold, by the number of the item, in their order."""
    values: dict[int, Record] = {}
    for change in sorted(changes, key=lambda change: change.target.index):
        if change.kind is ChangeKind.NEW_ITEM:
            values.setdefault(change.target.index, {})[change.target.item] = change.after
    return values


def holds_item(item: Record, sent: Record, field: Field) -> bool:
    """Whether an item of a list holds all that was sent for it."""
    return all(
        is_held_once_sent(sent[name], item.get(name, MISSING), field.items[name])
        for name in writable_items(field)
        if name in sent
    )


def side_effects(body: Record, answer: Record, resource: Resource) -> list[str]:
    """The names of the fields that the answer has otherwise than they were sent."""
    return [name for name in body if name in answer and not _is_as_sent(name, body, answer, resource)]


def _is_as_sent(name: str, body: Record, answer: Record, resource: Resource) -> bool:
    if is_the_same(body[name], answer[name]):
        return True  # most fields are; looking no further saves 6 % of what sending a row costs
    field = resource.nested
    if field is None or name != field.name or live_items(answer, field) is None or live_items(body, field) is None:
        return is_held_once_sent(body[name], answer[name], resource.fields.get(name))
    return _items_are_as_sent(body, answer, field, resource)


def _items_are_as_sent(body: Record, answer: Record, field: Field, resource: Resource) -> bool:
    """Whether the answer has each item that was sent, as it was sent, and no other."""
    pairs = SentBody(body, resource).pairs(answer)
    all_there = all(kept is not None and holds_item(kept, sent, field) for sent, kept in pairs)
    return all_there and len(pairs) == len(live_items(answer, field) or [])


def not_held(changes: Collection[Change], body: Record, record: Record, resource: Resource) -> list[Change]:
    """The changes that a record does not hold, once this body was sent. An item's change is held by that very item."""
    sent = SentBody(body, resource)
    new = sent.new_items(record, changes)
    return [change for change in changes if not _is_held_by(change, sent, new, record)]


def _is_held_by(change: Change, sent: SentBody, new: dict[int, Record], record: Record) -> bool:
    target, resource = change.target, sent.resource
    match change.kind:
        case ChangeKind.CONSTANT:
            return True  # not the row's edit: a side effect, if the API does not take it
        case ChangeKind.REMOVED_ITEM:
            return sent.is_gone(record, change.item_id)
        case ChangeKind.NEW_ITEM if change.item_id is None:
            return target.index in new
    if not target.index:
        return is_held_once_sent(change.after, record.get(target.field, MISSING), resource.fields.get(target.field))
    item = sent.item(record, change)
    field = resource.field_of(target)
    return item is not None and is_held_once_sent(change.after, item.get(target.item, MISSING), field)


def with_ids(changes: Collection[Change], body: Record, answer: Record, resource: Resource) -> tuple[Change, ...]:
    """The changes with the ids that their items have in the answer to this body."""
    sent, field = SentBody(body, resource), resource.nested
    new = sent.new_items(answer, changes)

    def item_of(change: Change) -> Record | None:
        if change.kind is ChangeKind.NEW_ITEM and change.item_id is None:
            return new.get(change.target.index)
        is_known = change.kind in (ChangeKind.EDIT, ChangeKind.NEW_ITEM) and change.item_id is not None
        return sent.item(answer, change) if is_known else None

    items = [item_of(change) for change in changes]
    return tuple(
        change if item is None or field is None else replace(change, item_id=id_of(item, field))
        for change, item in zip(changes, items, strict=True)
    )
