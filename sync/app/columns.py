"""The step “Columns”: what a person is offered for each header, and the mapping file that their choices make."""

from collections.abc import Iterator, Sequence
from typing import Any

from starlette.datastructures import FormData

from sync.app.looked import Looked
from sync.contract.mapping import Mapping
from sync.contract.resource import Field, Resource
from sync.contract.rules import fault
from sync.mapping.draft import Choices
from sync.mapping.suggest import CLEAR, Suggestion
from sync.model import Sheet, Target
from sync.text import fold

EXAMPLES = 3
MOST_VALUES = 20  # spellings of one column that are offered for translation
NOT_MENTIONED = "-"
_LIST_ITEMS = 3  # contacts that are offered


def field_choices(resource: Resource) -> list[tuple[str, str]]:
    """The fields that a column can be for, with their labels; each is the target's text."""
    single = [(name, field.label) for name, field in resource.fields.items() if field.mappable]
    nested = resource.nested
    if nested is None:
        return single
    items = [
        (str(Target(nested.name, index, item)), f"{nested.noun.one.capitalize()} {index}: {field.label}")
        for index in range(1, _LIST_ITEMS + 1)
        for item, field in nested.items.items()
        if not field.read_only
    ]
    return [*single, *items]


def column_lines(looked: Looked, resource: Resource, known: Mapping | None) -> Iterator[dict[str, Any]]:
    """A line for each header but the id's: examples, the chosen field, and the spellings that need a meaning."""
    sheet, suggestion = looked.sheet, looked.suggestion
    if sheet is None or suggestion is None:
        return
    id_header = known.id_header if known else suggestion.id_header
    for index, header in _other_headers(sheet, id_header):
        choice, why, values = _choice(header, suggestion, known)
        target = Target.parse(choice) if choice not in ("", NOT_MENTIONED) else None
        field = resource.field_of(target) if target else None
        yield {
            "index": index,
            "header": header,
            "examples": looked.texts[index][:EXAMPLES],
            "choice": choice,
            "why": why,
            "spellings": list(_values(field, looked.texts[index], values)) if field else [],
        }


def _other_headers(sheet: Sheet, id_header: str) -> list[tuple[int, str]]:
    """The headers but the id's, each with its position in the sheet."""
    return [(i, header) for i, header in enumerate(sheet.headers) if header and fold(header) != fold(id_header)]


def _choice(header: str, suggestion: Suggestion, known: Mapping | None) -> tuple[str, str, dict[str, Any]]:
    if known is not None:
        for column in known.columns:
            if fold(column.header) == fold(header):
                return str(column.target), "saved", dict(column.values)
        return NOT_MENTIONED if fold(header) in map(fold, known.ignore) else "", "saved", {}
    guess = suggestion.columns.get(header)
    if guess is not None:
        return str(guess.target), guess.why, dict(guess.values)
    return (NOT_MENTIONED, "read-only or a note of your own", {}) if header in suggestion.ignore else ("", "", {})


def _values(
    field: Field, texts: Sequence[str], values: dict[str, Any]
) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """The spellings in a column of choices that the API does not know: the spelling, its value, what it may mean."""
    if field.type not in ("choice", "boolean"):
        return
    choices = list(field.choices.items()) or [("yes", "yes"), ("no", "no")]
    known = {fold(spelling): value for spelling, value in values.items()}
    unknown = [text for text in texts if fold(text) in known or fault(field, text)]
    for text in unknown[:MOST_VALUES]:
        value = known.get(fold(text), "")
        yield text, _as_choice(value), choices


def _as_choice(value: Any) -> str:
    """A value as the list of choices has it."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def choices_of(sheet: Sheet, form: FormData, known: Mapping | None) -> Choices:
    """What the form says of each column. A spelling that was translated before and is not in this sheet stays known."""
    id_header = str(form.get("id", ""))
    columns: dict[str, tuple[Target, dict[str, str]]] = {}
    ignore = []
    for index, header in _other_headers(sheet, id_header):
        choice = str(form.get(f"field-{index}", ""))
        target = Target.parse(choice) if choice else None
        if choice == NOT_MENTIONED:
            ignore.append(header)
        elif target is not None:
            columns[header] = target, {**_known_values(header, target, known), **dict(_translations(form, index))}
            columns[header] = target, {text: value for text, value in columns[header][1].items() if value}
    return Choices(id_header, columns, ignore)


def _known_values(header: str, target: Target, known: Mapping | None) -> dict[str, str]:
    """What the spellings of this column meant so far, where it is still for the same field."""
    for column in known.columns if known else ():
        if fold(column.header) == fold(header) and column.target == target:
            return {spelling: _as_choice(value) for spelling, value in column.values.items()}
    return {}


def says_the_same(choices: Choices, known: Mapping) -> bool:
    """Whether a mapping file says of the columns what was chosen."""
    saved = {
        column.header: (column.target, _known_values(column.header, column.target, known)) for column in known.columns
    }
    return _folded(choices) == _folded(Choices(known.id_header, saved, known.ignore))


def _folded(choices: Choices) -> tuple[object, ...]:
    columns = {
        fold(header): (target, {fold(spelling): value for spelling, value in values.items()})
        for header, (target, values) in choices.columns.items()
    }
    return fold(choices.id_header), columns, set(map(fold, choices.ignore))


def more_than_shown(known: Mapping, resource: Resource) -> list[str]:
    """What a mapping file says that the step “Columns” does not show, by its keys."""
    parts = {
        "match": known.match,
        "verify": known.verify,
        "sheet": known.sheet,
        "constants": known.constants,
        "accept": known.accept,
        "clear": known.clear != CLEAR,
        "blank": any(column.blank_clears for column in known.columns),
        "resource": known.resource.reference != resource.reference,
    }
    return [key for key, value in parts.items() if value]


def _translations(form: FormData, index: int) -> Iterator[tuple[str, str]]:
    for n in range(MOST_VALUES):
        spelling, value = form.get(f"spelling-{index}-{n}"), form.get(f"value-{index}-{n}")
        if spelling:
            yield fold(str(spelling)), ""  # in place of what it meant so far
            yield str(spelling), str(value or "")
