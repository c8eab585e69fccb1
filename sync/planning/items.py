"""The items of a record's list (a customer's contacts): which one a person means, and how it stays that one.

A person counts the items that are not deleted, in the order of their ids, since the API promises no order of its own.
Once an item has been seen it is known by its id: an item that now has its number is another one.
"""

from typing import Any

from sync.contract.resource import Field, Resource
from sync.model import MISSING, Record, Target


def list_of(record: Record, field: Field) -> list[Record] | None:
    """All items of the list, in the record's order; None where the record does not show a list of objects.

    Null is no list either: the API's document knows a list alone, so null does not say that there are no items.
    """
    items = record.get(field.name)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return None
    return items


def live_items(record: Record, field: Field) -> list[Record] | None:
    """The items that are not deleted, in the record's order; None where the record does not show a list."""
    items = list_of(record, field)
    return None if items is None else [item for item in items if not item.get(field.roles.deleted)]


def counted_items(record: Record, field: Field) -> list[Record]:
    """The items as a person counts them: those that are not deleted, in the order of their ids."""
    return sorted(live_items(record, field) or [], key=lambda item: _order(id_of(item, field)))


def _order(item_id: Any) -> tuple[int, Any]:
    """Numbers first; items without an id come last, in their order, since sorting is stable."""
    if isinstance(item_id, int):
        return 0, item_id
    return (1, item_id) if isinstance(item_id, str) else (2, 0)


def id_of(item: Record, field: Field) -> Any:
    """An item's id; None where it has none, or something that cannot be one, such as a list."""
    item_id = item.get(field.roles.id)
    return item_id if isinstance(item_id, int | str) else None


def ids_of(record: Record, field: Field) -> set[Any]:
    """The ids of all items of the list, deleted ones included."""
    return {id_of(item, field) for item in list_of(record, field) or []} - {None}


def item_by_id(record: Record, field: Field, item_id: Any) -> Record | None:
    """The item with this id, if it is there and not deleted. An export remembers ids as texts."""
    items = (live_items(record, field) or []) if item_id is not None else []
    return next((item for item in items if str(id_of(item, field)) == str(item_id)), None)


def item_at(record: Record, field: Field, number: int) -> Record | None:
    """The item that has this number now, from 1; None if there is none."""
    items = counted_items(record, field)
    return items[number - 1] if number <= len(items) else None


def value_in(record: Record, target: Target, item: Record | None) -> Any:
    """What the record, or for a field of an item this item, holds for a target; MISSING where it has no such field."""
    if not target.index:
        return record.get(target.field, MISSING)
    return MISSING if item is None else item.get(target.item, MISSING)


def stored(record: Record, target: Target, resource: Resource) -> Any:
    """What the record holds for a target, items counted as a person counts them; MISSING where it holds no such field
    or item."""
    item = item_at(record, resource.fields[target.field], target.index) if target.index else None
    return value_in(record, target, item)


def writable_items(field: Field) -> list[str]:
    """The names of an item's fields that a PUT may set."""
    return [name for name, f in field.items.items() if not f.read_only]
