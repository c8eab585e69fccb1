"""What a cell's text means for a field, and what is wrong with it if it means nothing.

Each rule is a name in `sync.problems` and a question to the text; the pandera schema is built from them.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sync.contract import Field
from sync.text import fold, unseen_character

EXCEL_CELL = 32_767  # characters; Microsoft, "Excel specifications and limits"

YES_NO = {"true": True, "false": False, "yes": True, "no": False, "y": True, "n": False, "1": True, "0": False}

_WHOLE = re.compile(r"[+-]?[0-9]{1,25}(\.0+)?")
_ID = re.compile(r"[0-9]{1,25}(\.0+)?")
_E_NOTATION = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")

Rule = Callable[[str], bool]


@cache
def choices_of(field: Field) -> Mapping[str, str]:
    """The API's values by every spelling that is taken for them: the value itself, or its label, in any case."""
    labels = {fold(label): value for value, label in field.choices.items()}
    return labels | {fold(value): value for value in field.choices}


def rules(field: Field) -> dict[str, Rule]:
    """What a text must satisfy to be a value of the field, by the name of the problem that it otherwise has."""
    if field.type == "choice":
        return {"not_a_choice": lambda text: fold(text) in choices_of(field)}
    if field.type == "boolean":
        return {"not_yes_or_no": lambda text: fold(text) in YES_NO}
    if field.type == "integer":
        return {"not_a_whole_number": lambda text: bool(_WHOLE.fullmatch(text))}
    found: dict[str, Rule] = {
        "control_character": lambda text: not unseen_character(text),
        "longer_than_a_cell": lambda text: len(text) <= EXCEL_CELL,
        "e_notation": lambda text: not _E_NOTATION.fullmatch(text),
    }
    maximum = field.max_length
    if maximum is not None:
        found["too_long"] = lambda text: len(text) <= maximum
    if field.format == "email":
        found["not_an_email"] = lambda text: bool(_EMAIL.fullmatch(text))
    return found


def details(field: Field, text: str) -> dict[str, object]:
    """What the sentences of a problem with this text need to know."""
    return {
        "detail": unseen_character(text),
        "length": f"{len(text):,}",
        "maximum": f"{field.max_length or 0:,}",
        "choices": ", ".join(field.choices.values()),
    }


def convert(field: Field, text: str) -> Any:
    """The JSON value that the text stands for. The text satisfies the field's rules."""
    if field.type == "choice":
        return choices_of(field)[fold(text)]
    if field.type == "boolean":
        return YES_NO[fold(text)]
    if field.type == "integer":
        return int(text.partition(".")[0])
    return text


def fault(field: Field, text: str) -> str:
    """The first rule that the text breaks; empty if it is a value of the field."""
    return next((kind for kind, holds in rules(field).items() if not holds(text)), "")


def customer_id(text: str) -> int | None:
    """The id that a text stands for: digits, perhaps with a .0 that a program has added; None if it is none."""
    found = int(text.partition(".")[0]) if _ID.fullmatch(text) else 0
    return found or None
