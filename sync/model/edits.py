"""What the rows ask for, and what that changes in a record."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import repeat
from typing import Any

# A JSON object as the API gives it. Numbers with a point are Decimal, never float.
Record = dict[str, Any]

_TARGET = re.compile(r"([A-Za-z_0-9]+)(?:\[([1-9][0-9]{0,3})\]\.([A-Za-z_0-9]+))?")


@dataclass(frozen=True, slots=True)
class Target:
    """The API field that a column is for: `terms`, or the email of the record's first contact (index 1)."""

    field: str
    index: int = 0  # 0: not a contact's
    item: str = ""

    def __str__(self) -> str:
        return f"{self.field}[{self.index}].{self.item}" if self.index else self.field

    @classmethod
    @lru_cache(maxsize=1024)
    def parse(cls, text: str) -> "Target | None":
        """The field that this text names; None if it has another form."""
        match = _TARGET.fullmatch(text)
        if match is None:
            return None
        name, index, item = match.groups()
        return cls(name, int(index), item) if index else cls(name)


@dataclass(frozen=True, slots=True)
class Edit:
    """What a row asks for: these fields of this record, set to these values. Fields not named stay as they are.

    Fields go by the text of their target, as in the journal: `contacts[1].email`.
    """

    row: int  # the sheet's own number
    record_id: int | None  # None where the record is still to be looked up by `match`
    values: ReadOnlyMapping[str, Any]  # JSON values; None empties the field
    match: str = ""  # the text that tells which record is meant, where the mapping names a field for that
    exported: ReadOnlyMapping[str, Any] = field(default_factory=dict)  # the value when the sheet was exported
    items: ReadOnlyMapping[str, Any] = field(default_factory=dict)  # `contacts[1]`: the id of that item when the sheet
    # was exported; an item that is missing here did not exist then
    verify: ReadOnlyMapping[str, str] = field(default_factory=dict)  # field: the text that the record must hold now

    @classmethod
    def of(cls, row: int, record_id: int | None, values: ReadOnlyMapping[str, Any], known: "EditContext") -> "Edit":
        """The edit of a row, with what it is compared with beside the record."""
        return cls(row, record_id, values, known.match, known.exported, known.items, known.verify)


@dataclass(frozen=True, slots=True)
class EditColumn:
    """What many rows ask for in one field: a text for each of them, and what the texts stand for.

    Attributes:
        values: the JSON value of each text that asks for something. None: each text is its own value, and empty text
            asks for nothing.
    """

    target: str  # its text, as in an Edit
    texts: Sequence[str | None]
    values: ReadOnlyMapping[str | None, Any] | None = None

    def of_rows(self, otherwise: Any) -> Iterator[Any]:
        """The value for each row; `otherwise` where its text asks for nothing."""
        if self.values is None:
            return (text or otherwise for text in self.texts)
        return map(self.values.get, self.texts, repeat(otherwise))


class ChangeKind(StrEnum):
    """How a change comes about."""

    EDIT = "edit"  # of a field of the record, or of an item of its list, which is known by its id
    NEW_ITEM = "new item"  # part of an item that is appended to the list; its id is known once the API has given one
    REMOVED_ITEM = "removed item"  # part of an item that is taken out of the list
    CONSTANT = "constant"  # made by the mapping's constants, beside the row's edits


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one record, before and after."""

    field: str  # a Target's text: `terms`, `contacts[1].email`
    before: Any  # MISSING where the record does not have the field
    after: Any
    item_id: Any = None  # the API's id of the list item that is changed
    kind: ChangeKind = ChangeKind.EDIT

    @property
    def target(self) -> Target:
        """The field that is changed."""
        target = Target.parse(self.field)
        assert target is not None
        return target


class Missing:
    """The value of a field that a record does not have. Not null: null is a value."""

    def __repr__(self) -> str:
        return "(not in the record)"


# In what is present at a conflict: the items in whose place there is another one than the person meant. Each with the
# same facts of that one: {"contacts[1]": {"contacts[1]": 22, "contacts[1].email": "somebody.else@example.com"}}.
REPLACED = "replaced"

MISSING = Missing()

ABSENT = {"not": "in the record"}  # MISSING as JSON; no field that a column is for has such a value


@dataclass(frozen=True, slots=True)
class EditContext:
    """What an edit is compared with beside the record, as the journal has it; the same fields as of an Edit."""

    exported: ReadOnlyMapping[str, Any] = field(default_factory=dict)  # by the target's text
    items: ReadOnlyMapping[str, Any] = field(default_factory=dict)
    verify: ReadOnlyMapping[str, str] = field(default_factory=dict)
    match: str = ""
