"""Spellings of a mapping file that would make a word of the sheet mean something else than it says."""

from collections.abc import Iterable
from typing import Any

from sync.contract.resource import Field
from sync.contract.rules import YES_NO, choices_of
from sync.text import fold


def wrong_spelling(spelling: str, value: Any, field: Field, clear: str) -> str:
    """Why a spelling under `values:` cannot stand for this value; empty text where it can.

    Yes and no may be turned round: that is how a column “Exempt” is mapped to a field that says the opposite.
    """
    word = fold(spelling)
    if not word:
        return "a spelling is expected before the colon. “blank:” says what an empty cell means."
    if word == fold(clear):
        return f"“{spelling}” is the word that empties a field, so it cannot stand for a value."
    own = choices_of(field).get(word, value)
    if own == value:
        return ""
    return f"“{spelling}” always means {field.choices[own]}, so it cannot stand for another value."


def wrong_clear_word(clear: str, fields: Iterable[Field]) -> str:
    """Why this word cannot empty a field: a value of one of these fields is spelt like it. Empty text where it can."""
    word = fold(clear)
    for field in fields:
        if word in choices_of(field) or (field.type == "boolean" and word in YES_NO):
            return f"“{clear}” is a value of {field.name}, so it cannot be the word that empties a field."
    return ""
