"""How fields and values read for a person: the sheet's headers, the choices' labels, and words for what is not there.

The terminal, the page, the workbook and the messages all use this, so that a value looks the same everywhere.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Self

from sync.contract.resource import Field, Resource
from sync.model import MISSING, Change, RunFacts, Target

EMPTY = "(empty)"
NOT_THERE = repr(MISSING)
EMPTY_TEXT = "(empty text)"  # in a pair with null alone, where the two would read the same
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def value_text(value: Any, field: Field | None = None) -> str:
    """A value as a person reads it: a choice by its label. Null and an empty text are both empty to a person."""
    if isinstance(value, str):
        label = field.choices.get(value) if field else None
        return label or value or EMPTY
    if value is None or value is MISSING:
        return EMPTY if value is None else NOT_THERE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.dumps(value, ensure_ascii=False, default=str)


def pair_text(one: Any, other: Any, field: Field | None = None) -> tuple[str, str]:
    """Two values of a field that are not the same, as a person reads them and can tell them apart."""
    if (one, other) in ((None, ""), ("", None)):
        return (EMPTY, EMPTY_TEXT) if one is None else (EMPTY_TEXT, EMPTY)
    return value_text(one, field), value_text(other, field)


def quoted(text: str) -> str:
    """A text in quotation marks; a word for one that is empty."""
    return f"“{text}”" if text else EMPTY


def cell_text(value: Any, field: Field | None) -> str | None:
    """What a cell of an exported sheet shows for a value: null and a missing field as an empty cell.

    None where no text in a cell stands for the value.
    """
    if value is None or value is MISSING or value == "":
        return ""
    if isinstance(value, list | dict) or (field and field.choices and value not in field.choices):
        return None
    return value_text(value, field)


class Display:
    """Names fields by the headers of a sheet, and where it has no column for a field by the resource's labels."""

    def __init__(
        self, resource: Resource, headers: Mapping[str, str] = _NOTHING, constants: Mapping[str, Any] = _NOTHING
    ) -> None:
        """`headers` are the sheet's, by target (`terms`, `contacts[1].email`); `constants` are those of the mapping."""
        self._resource = resource
        self._headers = {target: " ".join(header.split()) for target, header in headers.items()}
        self._constants = constants
        self._names: dict[str, str] = {}

    @classmethod
    def of_run(cls, facts: RunFacts, resource: Resource) -> Self:
        """Names fields as the sheet of a run does."""
        return cls(resource, facts.options.names, facts.options.constants)

    def name(self, target: str) -> str:
        """What a person calls this field: `Payment Terms`, `Billing Contact 2 Email`."""
        if target not in self._names:
            self._names[target] = self._headers.get(target) or self._label(target)
        return self._names[target]

    def value(self, target: str, value: Any) -> str:
        """A value of this field as a person reads it."""
        return value_text(value, self.field(target))

    def change(self, change: Change) -> str:
        """`Payment Terms: Net 30 → Net 45`."""
        before, after = self.before_after(change)
        return f"{self.name(change.field)}: {before} → {after}"

    def before_after(self, change: Change) -> tuple[str, str]:
        """The two values of a change as a person reads them."""
        return pair_text(change.before, change.after, self.field(change.field))

    def field(self, target: str) -> Field | None:
        """The resource's field; None where it has no such field."""
        parsed = Target.parse(target)
        try:
            return self._resource.field_of(parsed) if parsed else None
        except KeyError:
            return None

    def _label(self, target: str) -> str:
        parsed, field = Target.parse(target), self.field(target)
        if parsed is None or field is None:
            return target
        if parsed.index:
            return f"{self._resource.fields[parsed.field].label} {parsed.index} {field.label}"
        return f"{field.label} (constant)" if target in self._constants else field.label
