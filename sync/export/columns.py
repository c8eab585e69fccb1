"""A column of the sheet: how it looks, what Excel lets a person type into it, what the note on its header says."""

from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass
from typing import Any

from openpyxl.worksheet.datavalidation import DataValidation

from sync.contract.mapping import Column, Mapping
from sync.contract.resource import Field

LAST_ROW = 1_048_576
_LIST = 255  # characters that Excel takes for a list of choices, and for a message
_KINDS = {"string": "Text", "integer": "A whole number", "boolean": "Yes or no", "choice": "One of the list"}


@dataclass(frozen=True, slots=True)
class Place:
    """A column of the mapping, in the sheet."""

    column: Column
    about: Field  # the field that the column is for
    choices: tuple[str, ...]  # what a person may choose from
    clear: str


def place_of(mapping: Mapping, place: int, spellings: ReadOnlyMapping[tuple[int, Any], str]) -> Place:
    """The column with its choices: a text for each value, and the clear word where the field can be emptied."""
    column = mapping.columns[place]
    about = mapping.resource.field_of(column.target)
    texts = [text for (other, _), text in spellings.items() if other == place]
    if texts and about.nullable:
        texts.append(mapping.clear)
    return Place(column, about, tuple(texts), mapping.clear)


def note(place: Place) -> str:
    """What the header's note says: field, kind, limit, and how the field is emptied."""
    about, column = place.about, place.column
    kind = "An e-mail address" if about.format == "email" else _KINDS[about.type]
    limit = f", at most {about.max_length:,} characters" if about.max_length is not None else ""
    said = [f"{column.target}", f"{kind}{limit}."]
    if about.required:
        said.append("The API insists on it.")
    said.append(_emptying(place))
    return "\n".join(said)


def _emptying(place: Place) -> str:
    if place.column.blank_clears:
        return "An empty cell empties the field." if place.about.nullable else "The cell must not be empty."
    if place.about.nullable:
        return f"An empty cell leaves the field as it is; {place.clear} empties it."
    return "An empty cell leaves the field as it is. It can't be emptied."


def validation(place: Place, letters: str) -> DataValidation | None:
    """What Excel asks of a cell in this column; None where it can ask nothing."""
    about = place.about
    rule: dict[str, Any] | None = None
    if about.type in ("choice", "boolean"):
        rule = _list(place.choices)
        said = "Choose from the list, or leave the cell empty."
    elif about.type == "integer":
        rule = _whole_number(f"{letters}2", place.clear)
        said = "Type a whole number, digits alone, or leave the cell empty."
    elif about.max_length is not None:
        rule = {"type": "textLength", "operator": "lessThanOrEqual", "formula1": str(about.max_length)}
        said = f"At most {about.max_length:,} characters."
    if rule is None:
        return None
    found = DataValidation(**rule, allow_blank=not place.column.blank_clears or about.nullable, showErrorMessage=True)
    # A column with spellings of its own takes more than its list shows, so there a person may insist.
    found.errorStyle = "warning" if place.column.values else "stop"
    found.errorTitle, found.error = "Campfire would not take this", said
    found.add(f"{letters}2:{letters}{LAST_ROW}")
    return found


def _list(choices: tuple[str, ...]) -> dict[str, Any] | None:
    """A drop-down list; None where Excel's own form of it can't hold these texts."""
    joined = ",".join(choice.replace('"', '""') for choice in choices)
    if not choices or len(joined) > _LIST or any("," in choice for choice in choices):
        return None
    return {"type": "list", "formula1": f'"{joined}"'}


def _whole_number(cell: str, clear: str) -> dict[str, Any] | None:
    word = clear.replace('"', '""')
    # A cell in the format Text holds digits as text: VALUE takes both.
    formula = f'OR(LOWER({cell})=LOWER("{word}"),IFERROR(VALUE({cell})=INT(VALUE({cell})),FALSE))'
    return {"type": "custom", "formula1": formula} if len(formula) <= _LIST else None
