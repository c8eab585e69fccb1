"""The mapping in force, as lines of text: what each column is for and what it takes."""

import json
import textwrap
from collections.abc import Iterator
from typing import Any

from sync.contract.mapping import Column, Mapping
from sync.contract.resource import Field
from sync.text import listed

WIDTH = 80  # characters
_WIDEST = (30, 26, 14, 22)  # characters that the table's columns get
_KINDS = {"string": "text", "integer": "whole number", "boolean": "yes or no", "choice": "choice"}
_GLUE = "\ue000"  # for a blank at which no line is broken
_HIDDEN = "•••"  # in place of a tax number


def emptied_by(column: Column, field: Field, clear: str) -> str:
    """What in a cell empties the field."""
    if not field.nullable:
        return "nothing; needs a text" if column.blank_clears else "nothing"
    return f"{clear}, or no text" if column.blank_clears else clear


def lines(mapping: Mapping) -> list[str]:
    """The mapping, a line per column: its field, what that takes, and what empties it.

    Below a line stand the choices and spellings, and whether the API requires the field.
    """
    table = [
        ("Column", "Field", "Takes", "Empties"),
        _id_cells(mapping),
        *(_cells(column, mapping) for column in mapping.columns),
    ]
    widths = [min(max(len(row[n]) for row in table), most) for n, most in enumerate(_WIDEST)]
    head, of_id, *rows = (_joined(row, widths) for row in table)
    out = [head, "-" * (WIDTH - 1), of_id]
    for column, row in zip(mapping.columns, rows, strict=True):
        out += [row, *_spellings(column, mapping)]
    return [*out, "", *_rest(mapping)]


def _id_cells(mapping: Mapping) -> tuple[str, ...]:
    if mapping.match:
        return _line(mapping.id_header), f"matches {mapping.match}", "text", "nothing"
    return _line(mapping.id_header), mapping.resource.roles.id, "whole number", "nothing"


def _cells(column: Column, mapping: Mapping) -> tuple[str, ...]:
    field = mapping.resource.field_of(column.target)
    limit = "" if field.max_length is None else f" {field.max_length}"
    kind = "e-mail" if field.format == "email" else _KINDS.get(field.type, field.type)
    return _line(column.header), str(column.target), f"{kind}{limit}", emptied_by(column, field, mapping.clear)


def _joined(row: tuple[str, ...], widths: list[int]) -> str:
    cut = (text if len(text) <= width else text[: width - 1] + "…" for text, width in zip(row, widths, strict=True))
    return "  ".join(f"{text:{width}}" for text, width in zip(cut, widths, strict=True)).rstrip()


def _spellings(column: Column, mapping: Mapping) -> list[str]:
    """The choices of a field, the spellings that the mapping adds to those of the API, and whether it is required."""
    field = mapping.resource.field_of(column.target)
    required = ["    the API requires it"] if field.required else []
    choices = _wrapped([f"{label} = {value}" for value, label in field.choices.items()])
    own = [f"{_line(spelling)} = {_shown(value, field)}" for spelling, value in column.values.items()]
    return [*choices, *_wrapped(own, "and "), *required]


def _wrapped(pairs: list[str], first: str = "") -> list[str]:
    if not pairs:
        return []
    text = first + "; ".join(pair.replace(" ", _GLUE) for pair in pairs)
    wrapped = textwrap.wrap(text, WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)
    return [line.replace(_GLUE, " ") for line in wrapped]


def _rest(mapping: Mapping) -> Iterator[str]:
    fields = mapping.resource.fields
    if mapping.constants:
        yield "Sent with every record:"
        for name, value in mapping.constants.items():
            yield f"  {name} = {_shown(value, fields[name])}"
    else:
        yield "Sent with every record: only the record itself and the row's edits"
    if mapping.verify:
        yield "Must equal what the record holds, and is never sent:"
        for header, name in mapping.verify.items():
            yield f"  {_line(header)} = {name}"
    yield f"Ignored columns:        {', '.join(map(_line, mapping.ignore)) or 'none'}"
    if mapping.accept:
        yield f"Accepted warnings:      {', '.join(sorted(mapping.accept))}"
    yield f"Sheet:                  {mapping.sheet or 'the first visible one'}"
    yield f"An empty cell:          {_blank_policy(mapping)}"
    yield f"The word that empties:  {mapping.clear}"
    yield f"File:                   {mapping.path}"


def _blank_policy(mapping: Mapping) -> str:
    clearing = [_line(column.header) for column in mapping.columns if column.blank_clears]
    if not clearing:
        return "leaves the field as it is"
    if len(clearing) == len(mapping.columns):
        return "empties the field"
    return f"leaves the field as it is; in these columns it empties it: {listed(clearing)}"


def _shown(value: Any, field: Field) -> str:
    if value is None:
        return "(empties the field)"
    if field.sensitive:
        return _HIDDEN
    return _line(value) if isinstance(value, str) else json.dumps(value)


def _line(text: str) -> str:
    """A text on one line, and nothing in it that a terminal would obey."""
    joined = " ".join(text.split())
    return "".join(character if character.isprintable() else "?" for character in joined)
