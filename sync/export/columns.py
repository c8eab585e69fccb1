"""The columns of the sheet: what Excel lets a person type, and what the note on the header says."""

from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass
from typing import Any

from openpyxl.worksheet.datavalidation import DataValidation

from sync.contract.mapping import Column, Mapping
from sync.contract.resource import Field
from sync.xlsx.writing.cells import LAST_ROW
from sync.xlsx.writing.choices import list_formula

_FORMULA = 255  # characters that Excel takes for the formula of a data validation
_TYPES = {"string": "Text", "integer": "A whole number", "boolean": "Yes or no", "choice": "One of the list"}


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of the mapping, in the sheet."""

    column: Column
    field: Field  # that the column writes
    choices: tuple[str, ...]  # what a person may choose from
    clear: str


def sheet_column(mapping: Mapping, position: int, spellings: ReadOnlyMapping[tuple[int, Any], str]) -> SheetColumn:
    """The column with its choices: a text for each value, and the clear word where the field can be emptied."""
    column = mapping.columns[position]
    field = mapping.resource.field_of(column.target)
    texts = [text for (other, _), text in spellings.items() if other == position]
    if texts and field.nullable:
        texts.append(mapping.clear)
    return SheetColumn(column, field, tuple(texts), mapping.clear)


def note(column: SheetColumn) -> str:
    """The header's note: field, type, limit, and how the field is emptied."""
    field = column.field
    kind = "An e-mail address" if field.format == "email" else _TYPES[field.type]
    limit = f", at most {field.max_length:,} characters" if field.max_length is not None else ""
    lines = [f"{column.column.target}", f"{kind}{limit}."]
    if field.required:
        lines.append("The API requires it.")
    lines.append(_emptying(column))
    return "\n".join(lines)


def _emptying(column: SheetColumn) -> str:
    if column.column.blank_clears:
        return "An empty cell empties the field." if column.field.nullable else "The cell must not be empty."
    if column.field.nullable:
        return f"An empty cell leaves the field as it is; {column.clear} empties it."
    return "An empty cell leaves the field as it is. The field can't be emptied."


def validation(column: SheetColumn, letters: str) -> DataValidation | None:
    """What Excel asks of a cell in this column; None where it can ask nothing."""
    field = column.field
    rule: dict[str, Any] | None = None
    message = ""
    if field.type in ("choice", "boolean"):
        formula = list_formula(column.choices)
        rule = {"type": "list", "formula1": formula} if formula else None
        message = "Choose from the list, or leave the cell empty."
    elif field.type == "integer":
        rule, message = _whole_number(f"{letters}2", column.clear), "Type a whole number, or leave the cell empty."
    elif field.max_length is not None:
        rule = {"type": "textLength", "operator": "lessThanOrEqual", "formula1": str(field.max_length)}
        message = f"At most {field.max_length:,} characters."
    if rule is None:
        return None
    may_be_blank = not column.column.blank_clears or field.nullable
    made = DataValidation(**rule, allow_blank=may_be_blank, showErrorMessage=True)
    # A column with spellings of its own takes more than its list shows, so Excel only warns there.
    made.errorStyle = "warning" if column.column.values else "stop"
    made.errorTitle, made.error = "Campfire would not take this", message
    made.add(f"{letters}2:{letters}{LAST_ROW}")
    return made


def _whole_number(cell: str, clear: str) -> dict[str, Any] | None:
    word = clear.replace('"', '""')
    # A cell in the format Text holds digits as text: VALUE takes both.
    formula = f'OR(LOWER({cell})=LOWER("{word}"),IFERROR(VALUE({cell})=INT(VALUE({cell})),FALSE))'
    return {"type": "custom", "formula1": formula} if len(formula) <= _FORMULA else None
