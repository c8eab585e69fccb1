"""The body of a PUT: a record's writable fields, with values put in."""

from collections.abc import Mapping
from typing import Any

from sync.contract.resource import Resource
from sync.model import Record, Target
from sync.planning.items import live_items


def writable(record: Record, resource: Resource) -> Record:
    """What a PUT may hold of a record as read.

    The items of the list keep their ids, so that they stay the same items. Those that are deleted are left out: an API
    that takes no notice of their mark would bring them back to life. A list that the record does not show (null, say)
    is left out as a whole: a PUT replaces the list, and the API keeps one that a PUT does not name.
    """
    body = {field.name: record[field.name] for field in resource.writable if field.name in record}
    nested = resource.nested
    if nested is not None and nested.name in body:
        items = live_items(record, nested)
        if items is None:
            del body[nested.name]
        else:  # what is put into one of them is not put into the record as read
            body[nested.name] = [dict(item) for item in items]
    return body


def filled_up(record: Record, resource: Resource, constants: Mapping[str, Any]) -> Record:
    """The record's writable fields; the constants give what the API does not show, and change nothing else."""
    return dict(constants) | writable(record, resource)


class Body:
    """A record's writable fields, into which values are put."""

    def __init__(self, record: Record, resource: Resource, fields: Record) -> None:
        self.fields = fields
        self._resource = resource
        self._read = (live_items(record, resource.nested) if resource.nested else None) or []
        self._appended: dict[int, Record] = {}  # by the number of the item

    def put(self, target: Target, value: Any, item: Record | None = None) -> None:
        """Set a field; of the list, a field of this item of the record, or with None of an item that is appended."""
        if not target.index:
            self.fields[target.field] = value
            return
        if item is not None:
            position = next(i for i, other in enumerate(self._read) if other is item)
            self.fields[target.field][position][target.item] = value
            return
        if target.index not in self._appended:
            self._appended[target.index] = {}
            self.fields[target.field] = [*(self.fields.get(target.field) or []), self._appended[target.index]]
        self._appended[target.index][target.item] = value

    def remove(self, item: Record) -> None:
        """Take this item of the record out of the list."""
        assert self._resource.nested is not None
        position = next(i for i, other in enumerate(self._read) if other is item)
        name = self._resource.nested.name
        self._read = [*self._read[:position], *self._read[position + 1 :]]
        self.fields[name] = [*self.fields[name][:position], *self.fields[name][position + 1 :]]
