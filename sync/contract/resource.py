"""What the API takes and gives: a customer's fields, read from `contract/customers.yaml`.

The list is data. Nothing else in this package names a field of the API, except where one field has a part of its own to
play (`id`, `name`, `currency`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import yaml

from sync.model import Target

_QUICK = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C comes with most builds of PyYAML


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field of a customer, or of a contact."""

    name: str
    type: str  # string, integer, boolean, choice, contacts, decimal, datetime, json
    label: str
    source: str  # page or spec
    format: str = ""
    required: bool = False
    nullable: bool = False
    read_only: bool = False
    send_back: bool = True
    sensitive: bool = False  # a tax number: masked where it is printed
    max_length: int | None = None  # code points
    default: Any = None  # what the server writes when a PUT leaves the field out
    choices: Mapping[str, str] = field(default_factory=dict)  # value: label
    items: Mapping[str, "Field"] = field(default_factory=dict)  # a contact's fields

    @property
    def mappable(self) -> bool:
        """Whether a column can be for this field."""
        return not self.read_only and self.type not in ("json", "contacts")


@dataclass(frozen=True)
class Contract:
    """The customers endpoint."""

    path: str
    fields: Mapping[str, Field]

    @cached_property
    def writable(self) -> list[Field]:
        """What a body that is built from a record as read may hold."""
        return [f for f in self.fields.values() if not f.read_only and f.send_back]

    @cached_property
    def needed(self) -> list[Field]:
        """What every PUT must hold: what is required, and what the server would reset if it were left out."""
        return [f for f in self.writable if f.required or f.default is not None]

    @cached_property
    def totals(self) -> list[Field]:
        """The money that the API adds up for a customer."""
        return [f for f in self.fields.values() if f.type == "decimal" and f.source == "page"]

    @cached_property
    def counts(self) -> list[Field]:
        """How many contracts a customer has, by kind."""
        return [f for f in self.fields.values() if f.type == "integer" and f.name.endswith("_contracts")]

    def field_of(self, target: Target) -> Field:
        """The field that a column writes.

        Raises:
            KeyError: the API has no such field.
        """
        found = self.fields[target.field]
        return found.items[target.item] if target.index else found


def _field(name: str, about: dict[str, Any]) -> Field:
    known = {key: value for key, value in about.items() if key not in ("items", "witness")}
    items = {item: _field(item, said) for item, said in about.get("items", {}).items()}
    return Field(name=name, items=items, **known)


@cache
def contract() -> Contract:
    """The contract that is installed with the package."""
    text = files("sync").joinpath("contract", "customers.yaml").read_text(encoding="utf-8")
    about = yaml.load(text, _QUICK)  # noqa: S506 as safe as SafeLoader, and a tenth of its time
    return Contract(about["path"], {name: _field(name, said) for name, said in about["fields"].items()})
