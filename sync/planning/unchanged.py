"""Rows that ask for nothing. In most sheets most rows are so: the record holds each of their cells to the letter.

What `build_update` finds out about such a row is known beforehand, and is not worked out: a third of the time of a
preview (100,000 rows x 35 columns, of which one in a hundred changes).
"""

from collections.abc import Mapping
from functools import lru_cache
from itertools import repeat
from typing import Any

from sync.contract.resource import Resource
from sync.model import MISSING, EditContext, Record, Target
from sync.planning.comparison import has_nothing, is_the_same
from sync.planning.items import counted_items, id_of


def asks_for_nothing(edits: Mapping[str, Any], known: EditContext, record: Record, resource: Resource) -> bool:
    """Whether the record holds all that the row asks for, and all that its export remembers, to the letter.

    Then `build_update` has no change, no problem, no conflict and no cell that was left alone. False may mean that it
    takes a closer look. Edits are by the target's text, as the journal has them.
    """
    if known.verify:
        return False
    present = _present(edits, known, record, resource)
    if present is None or not _are_the_same([*edits.values()], present):
        return False
    if not known.exported:
        return True
    present = _present(known.exported, known, record, resource)
    return present is not None and all(map(_looks_the_same, known.exported.values(), present))


def fields_of(targets: Mapping[str, Any]) -> frozenset[str]:
    """The fields of a record that these targets are in."""
    return _fields_of(tuple(targets))


def _are_the_same(values: list[Any], present: list[Any]) -> bool:
    """`is_the_same` of each pair, without a call for each."""
    return values == present and [*map(type, values)] == [*map(type, present)]


def _looks_the_same(exported: Any, present: Any) -> bool:
    return is_the_same(exported, present) or (has_nothing(exported) and has_nothing(present))


def _present(targets: Mapping[str, Any], known: EditContext, record: Record, resource: Resource) -> list[Any] | None:
    """What the record holds for these targets; None where one is in an item that is not there, or is another one."""
    fields, nested = _split(tuple(targets))
    present = [*map(record.get, fields, repeat(MISSING))]
    if not nested:
        return present
    field = resource.nested
    items = counted_items(record, field) if field else []
    for position, target in nested:
        if field is None or target.index > len(items):
            return None
        item = items[target.index - 1]
        if known.exported or known.items:
            exported = known.items.get(f"{target.field}[{target.index}]", MISSING)
            if str(exported) != str(id_of(item, field)):
                return None
        present[position] = item.get(target.item, MISSING)
    return present


@lru_cache(maxsize=4096)
def _split(texts: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[tuple[int, Target], ...]]:
    """The names to look for in the record itself; and the targets that are in its items, with their positions."""
    targets = ((position, Target.parse(text)) for position, text in enumerate(texts))
    return texts, tuple((position, target) for position, target in targets if target and target.index)


@lru_cache(maxsize=4096)
def _fields_of(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(target.field for text in texts if (target := Target.parse(text)))
