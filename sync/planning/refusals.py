"""The API's words on a body that it refused, said of the sheet's own columns.

Django REST Framework answers 400 with the field's name over a list of texts, and for a list of objects with a list of
such answers, an empty one for each object that is in order.
"""

import json
from collections.abc import Iterator
from typing import Any

from sync.model import Problem, Record, RowRecord, Target
from sync.planning.update import Name

REMEDY = "Correct the value, and run the sheet “To fix” of the results workbook."


def explain(row: RowRecord, text: str, sent: Record, name: Name) -> list[Problem]:
    """A problem for each thing that the API's answer finds wrong; none where the answer has another form.

    The answer counts all contacts that were `sent`, a person those that are not deleted.
    """
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if not isinstance(body, dict) or "detail" in body:
        return []
    return [_problem(row, _as_seen(target, sent), said, name) for target, said in _flat(body)]


def _as_seen(target: str, sent: Record) -> str:
    """The target as a column has it: with the contact's place among those that a person sees."""
    found = Target.parse(target)
    contacts = sent.get("contacts")
    if found is None or not found.index or not isinstance(contacts, list) or found.index > len(contacts):
        return target
    before = contacts[: found.index]
    if before[-1].get("is_deleted"):
        return target
    return str(Target(found.field, sum(not contact.get("is_deleted") for contact in before), found.item))


def _flat(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for field, said in body.items():
        items = _items(said)
        if items:
            for place, item in items:
                yield from ((f"{field}[{place}].{inner}", words) for inner, words in _flat(item))
        elif isinstance(said, dict):
            yield from ((f"{field}.{inner}", words) for inner, words in _flat(said))
        else:
            texts = said if isinstance(said, list) else [said]
            yield field, " ".join(_sentence(str(words)) for words in texts)


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _items(said: Any) -> list[tuple[int, dict[str, Any]]]:
    """What is said of the objects of a list, by their place from 1.

    The framework's later releases number them from 0.
    """
    if isinstance(said, list):
        found = list(enumerate(said, start=1))
    elif isinstance(said, dict) and all(key.isdecimal() for key in said):
        found = [(int(key) + 1, item) for key, item in said.items()]
    else:
        return []
    return [(place, item) for place, item in found if isinstance(item, dict)]


def _problem(row: RowRecord, target: str, said: str, name: Name) -> Problem:
    column, value = name(target)
    if column or target == "non_field_errors":
        return Problem(row.row, column, value, "refused_by_api", said, REMEDY)
    return Problem(
        row.row, "", "", "refused_by_api", f"{target}: {said}", "Change it in Campfire, or map a column to it."
    )
