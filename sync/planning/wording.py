"""Fields and values as a person reads them: the sheet's headers, the choices' labels."""

from collections.abc import Callable
from typing import Any

from sync.contract.resource import Resource
from sync.model import MISSING, Change, Target

HeaderLookup = Callable[[str], tuple[str, str]]  # a target's text → the sheet's header for it, and the row's cell there


def header_of(target: Target, resource: Resource, lookup: HeaderLookup) -> str:
    """The sheet's header for a field; its label where the sheet has no column for it."""
    header, _ = lookup(str(target))
    return header or label_of(target, resource)


def label_of(target: Target, resource: Resource) -> str:
    """`Payment Terms`, `Billing Contact 2 Email`."""
    outer = resource.fields.get(target.field)
    if outer is None:
        return str(target)
    if not target.index:
        return outer.label
    item = outer.items.get(target.item)
    number = "" if target.index == 1 else f" {target.index}"
    return f"{outer.label}{number} {item.label if item else target.item}"


def text_of(value: Any, target: Target, resource: Resource) -> str:
    """A field's value: a choice by its label, yes or no, and words for nothing."""
    if value is MISSING:
        return "(not in the record)"
    if value is None or value == "":
        return "(empty)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    try:
        choices = resource.field_of(target).choices
    except KeyError:
        choices = {}
    return choices.get(value, value) if isinstance(value, str) else str(value)


def before_to_after(change: Change, resource: Resource, lookup: HeaderLookup) -> str:
    """`Payment Terms: Net 30 → Net 45`."""
    before = text_of(change.before, change.target, resource)
    after = text_of(change.after, change.target, resource)
    return f"{header_of(change.target, resource, lookup)}: {before} → {after}"
