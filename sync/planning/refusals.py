"""The API's words on a body that it refused, told of the sheet's own columns.

Django REST Framework answers 400 with the field's name over a list of texts, and for a list of objects with a list of
such answers, an empty one for each object that is in order.
"""

import json
from collections.abc import Iterator
from typing import Any

from sync.contract.display import Display
from sync.contract.resource import Resource
from sync.model import Problem, Record, Target
from sync.planning.items import counted_items, list_of
from sync.planning.wording import HeaderLookup
from sync.text import ended

REMEDY = "Correct the value, and run the sheet “To fix” of the results workbook."


def explain(row: int, text: str, sent: Record, resource: Resource, lookup: HeaderLookup) -> list[Problem]:
    """A problem of this row for each thing that the API's answer finds wrong; none for an answer of another form."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if not isinstance(answer, dict) or "detail" in answer:
        return []
    return [_problem(row, _counted(target, sent, resource), words, resource, lookup) for target, words in _flat(answer)]


def _counted(target: str, sent: Record, resource: Resource) -> str:
    """The target with the number by which a person counts the item; the API counts them as they were sent."""
    parsed, nested = Target.parse(target), resource.nested
    if parsed is None or not parsed.index or nested is None or parsed.field != nested.name:
        return target
    items = list_of(sent, nested) or []
    if parsed.index > len(items):
        return target
    numbers = [n for n, item in enumerate(counted_items(sent, nested), start=1) if item is items[parsed.index - 1]]
    return str(Target(parsed.field, numbers[0], parsed.item)) if numbers else target


def _flat(answer: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(target, words) for each thing that an answer finds wrong."""
    for field, words in answer.items():
        items = _items(words)
        if items:
            for number, item in items:
                yield from ((f"{field}[{number}].{inner}", text) for inner, text in _flat(item))
        elif isinstance(words, dict):
            yield from ((f"{field}.{inner}", text) for inner, text in _flat(words))
        else:
            texts = words if isinstance(words, list) else [words]
            yield field, " ".join(ended(str(text)) for text in texts)


def _items(words: Any) -> list[tuple[int, dict[str, Any]]]:
    """The answers to the objects of a list, by their number from 1. The framework's later releases count from 0."""
    if isinstance(words, list):
        numbered = list(enumerate(words, start=1))
    elif isinstance(words, dict) and all(key.isdecimal() and len(key) < 9 for key in words):
        numbered = [(int(key) + 1, item) for key, item in words.items()]
    else:
        return []
    return [(number, item) for number, item in numbered if isinstance(item, dict)]


def _problem(row: int, target: str, words: str, resource: Resource, lookup: HeaderLookup) -> Problem:
    column, value = lookup(target)
    if column or target == "non_field_errors":
        return Problem(row, column, value, "refused_by_api", words, REMEDY)
    name = Display(resource).name(target)
    remedy = "Change it in Campfire, or map a column to it."
    return Problem(row, "", "", "refused_by_api", f"{name}: {words}", remedy)
