"""A Resource: what one endpoint of the API takes and gives, read from a YAML file and handed in.

The list of fields is data. Nothing outside this room and the YAML names a field of a resource: code asks for a role
(`resource.roles.name`), a kind of field (`resource.totals`) or the nested list (`resource.nested`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sync.model import Target


@dataclass(frozen=True, slots=True)
class Noun:
    """What a person calls the things of a list: `customer`, `customers`."""

    one: str
    many: str

    def counted(self, count: int) -> str:
        """So many of them: `1 customer`, `3 customers`."""
        return f"{count:,} {self.one if count == 1 else self.many}"


@dataclass(frozen=True, slots=True)
class Roles:
    """The names of the fields that have a part of their own to play; empty where there is no such field."""

    id: str = "id"
    name: str = ""  # tells a person which record it is
    other_name: str = ""  # tells it in a sheet that lacks the name
    currency: str = ""  # keeps the control totals apart
    last_modified: str = ""
    deleted: str = ""  # a boolean: true for a record that is deleted
    deleted_at: str = ""


@dataclass(frozen=True, slots=True, eq=False)  # compared by identity: the rules are cached by field
class Field:
    """One field of a record, or of an item of its nested list."""

    name: str
    type: str  # string, integer, boolean, choice, list, decimal, datetime, json
    label: str
    source: str = ""  # where the fact comes from: page or spec
    format: str = ""
    required: bool = False
    blank: bool = False  # of a choice: the API also stores an empty text
    nullable: bool = False
    read_only: bool = False
    send_back: bool = True
    sensitive: bool = False  # a tax number: masked where it is printed
    beside: str = ""  # a field that says the same in another way; nobody knows which of the two the API goes by
    code: bool = False  # a text of digits in which a leading zero or a plus sign counts: a zip code, a phone number
    max_length: int | None = None  # code points
    default: Any = None  # what the server writes when a PUT leaves the field out
    choices: Mapping[str, str] = field(default_factory=dict)  # value: label
    noun: Noun = Noun("item", "items")  # of a list
    roles: Roles = Roles()  # of a list's items
    items: Mapping[str, "Field"] = field(default_factory=dict)  # the fields of a list's item

    @property
    def mappable(self) -> bool:
        """Whether a column can write this field. A list is written through the fields of its items."""
        return not self.read_only and self.type not in ("json", "list")


@dataclass(frozen=True, slots=True, eq=False)
class Synonyms:
    """What people call a resource's ids and fields in their sheets, beside names and labels. For suggestions alone."""

    called: tuple[str, ...]  # words for a record, with which a header may begin: `Customer Phone`
    id_sure: tuple[str, ...]  # headers that can hardly be for anything else than the ids
    id_perhaps: tuple[str, ...] = ()
    id_own: tuple[str, ...] = ()  # headers of a number that a record has in another system
    own_field: str = ""  # the field that holds such numbers; empty where none does
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    not_by_name: tuple[str, ...] = ()  # fields by whose own name people mean another one
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by the field's name
    items: tuple[str, ...] = ()  # with which the header of a field of the nested list begins
    item_fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Resource:
    """One endpoint of the API: where it is, what its records are called, and which fields they have."""

    reference: str  # what `load` finds it by: a name, or the absolute path of a YAML file
    path: str  # below the base URL, without a slash at the end
    page_size: int  # records of one page of the list
    only_deleted: str  # the query by which the list shows the deleted records alone; empty if there is none
    noun: Noun
    id_header: str  # the usual header of the column with the ids
    roles: Roles
    fields: Mapping[str, Field]
    totals: tuple[Field, ...]  # amounts that the API adds up for a record: the control totals
    counts: tuple[Field, ...]  # whole numbers that the results show beside the totals
    synonyms: Synonyms
    text: str = ""  # the YAML of a resource with a file of its own; empty where it is installed with the package

    @cached_property
    def nested(self) -> Field | None:
        """The list of objects that a record holds; None if it has none."""
        return next((f for f in self.fields.values() if f.type == "list"), None)

    @cached_property
    def writable(self) -> tuple[Field, ...]:
        """What a body that is built from a record as read may hold."""
        return tuple(f for f in self.fields.values() if not f.read_only and f.send_back)

    @cached_property
    def needed(self) -> tuple[Field, ...]:
        """What every PUT must hold: what is required, and what the server would reset if it were left out."""
        return tuple(f for f in self.writable if f.required or f.default is not None)

    @cached_property
    def needed_names(self) -> frozenset[str]:
        """The names of the needed fields."""
        return frozenset(f.name for f in self.needed)

    @cached_property
    def total_names(self) -> tuple[str, ...]:
        """The names of the totals."""
        return tuple(f.name for f in self.totals)

    @cached_property
    def targets(self) -> Mapping[str, Field]:
        """What a column can be mapped to: fields by name, and those of the list's first item (`contacts[1].email`)."""
        return dict(self._targets())

    def _targets(self) -> Iterator[tuple[str, Field]]:
        for name, f in self.fields.items():
            if f.mappable:
                yield name, f
        if self.nested:
            for item, f in self.nested.items.items():
                if f.mappable:
                    yield str(Target(self.nested.name, 1, item)), f

    def field_of(self, target: Target) -> Field:
        """The field that a column writes.

        Raises:
            KeyError: the resource has no such field.
        """
        outer = self.fields[target.field]
        return outer.items[target.item] if target.index else outer
