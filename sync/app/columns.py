"""The step “Columns”: what a person is offered for each header, and the mapping file that their choices make."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from starlette.datastructures import FormData

from sync.app.looked import Looked
from sync.contract.mapping import CLEAR, Mapping
from sync.contract.resource import Field, Resource
from sync.contract.rules import fault, record_id
from sync.mapping.draft import Choices
from sync.mapping.header_words import SURE
from sync.mapping.suggest import Suggestion
from sync.model import ADVICE_HEADERS, Sheet, Target
from sync.text import fold, look_alike

EXAMPLES = 3
MOST_VALUES = 20  # spellings of one column that are offered for translation
NOT_MENTIONED = "-"
_GUESSED = "the meaning of its spellings is a guess: check it"
_UNKNOWN = "no field seems to fit"
_ADVICE = {fold(header) for header in ADVICE_HEADERS}  # never sent, whatever is chosen
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


def column_lines(
    looked: Looked, resource: Resource, chosen: Choices | None, clear: str = CLEAR
) -> list[dict[str, Any]]:
    """A line for each header but the id's: examples, the field, and the spellings that need a meaning.

    Those that a person need not look at are `recognised`: by the field's own name, or as they were saved.

    Args:
        looked: the sheet, with what its headers may be for.
        resource: what it is for.
        chosen: what was chosen so far; None: what is suggested is offered.
        clear: the word that empties a field, which needs no meaning.
    """
    sheet, suggestion = looked.sheet, looked.suggestion
    if sheet is None or suggestion is None:
        return []
    lines = []
    for index, header in _other_headers(sheet, chosen.id_header if chosen else suggestion.id_header):
        choice, why, values = _chosen(header, chosen) if chosen else _suggested(header, suggestion)
        field, texts = _field_of(choice, resource), looked.texts[index]
        spelt = (text for text in texts if fold(text) != fold(clear))
        spellings = list(_values(field, spelt, values)) if field else []
        is_sure = choice == NOT_MENTIONED or (not why if choice else not texts)
        lines.append(
            {
                "index": index,
                "header": header,
                "examples": list(islice(texts, EXAMPLES)),
                "choice": choice,
                "why": why,
                "spellings": spellings,
                "changed": looked.changed[index],
                "recognised": is_sure and all(value for _, value, _ in spellings),
            }
        )
    of_field = Counter(line["choice"] for line in lines if line["choice"] not in ("", NOT_MENTIONED))
    return [line | {"recognised": line["recognised"] and of_field[line["choice"]] < 2} for line in lines]


def _field_of(choice: str, resource: Resource) -> Field | None:
    """The field that is chosen for a column; None where the column is not sent."""
    target = Target.parse(choice) if choice not in ("", NOT_MENTIONED) else None
    return resource.field_of(target) if target else None


def _other_headers(sheet: Sheet, id_header: str) -> list[tuple[int, str]]:
    """The headers but the id's and those of To fix's advice, each with its position in the sheet."""
    others = {"", fold(id_header), *_ADVICE}
    return [(i, header) for i, header in enumerate(sheet.headers) if fold(header) not in others]


def _chosen(header: str, chosen: Choices) -> tuple[str, str, dict[str, Any]]:
    choice, values = _by_header(chosen).get(fold(header), ("", {}))
    return choice, "", values


def _suggested(header: str, suggestion: Suggestion) -> tuple[str, str, dict[str, Any]]:
    guess = suggestion.columns.get(header)
    if guess is not None:
        whys = [why for why in (guess.why, _GUESSED if guess.values else SURE) if why != SURE]
        return str(guess.target), "; ".join(whys), dict(guess.values)
    if header in suggestion.ignore:
        return NOT_MENTIONED, suggestion.ignore[header], {}
    letter = look_alike(header)
    return "", f"{_UNKNOWN}: {letter}" if letter else _UNKNOWN, {}


def _values(
    field: Field, texts: Iterable[str], values: dict[str, Any]
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
            values = _known_values(header, target, known) | dict(_translations(form, index))
            columns[header] = target, {text: value for text, value in values.items() if value}
    return Choices(id_header, columns, ignore)


def _known_values(header: str, target: Target, known: Mapping | None) -> dict[str, str]:
    """What the spellings of this column meant so far, where it is still for the same field."""
    for column in known.columns if known else ():
        if fold(column.header) == fold(header) and column.target == target:
            return {spelling: _as_choice(value) for spelling, value in column.values.items()}
    return {}


class Difference(NamedTuple):
    """What is chosen for a header now, and what was chosen when the choices were saved."""

    header: str
    before: str
    after: str


def saved_choices(known: Mapping, sheet: Sheet) -> Choices:
    """What a mapping file says of the columns that the sheet has."""
    here = set(map(fold, sheet.headers))
    columns = {
        column.header: (column.target, _known_values(column.header, column.target, known))
        for column in known.columns
        if fold(column.header) in here
    }
    return Choices(known.id_header, columns, [header for header in known.ignore if fold(header) in here - _ADVICE])


def are_the_same(one: Choices, other: Choices) -> bool:
    """Whether both say the same of each column and each spelling."""
    return fold(one.id_header) == fold(other.id_header) and _by_header(one) == _by_header(other)


def fault_in(choices: Choices) -> str:
    """Why these choices can't be saved, in a sentence; empty where they can."""
    if not choices.id_header:
        return "choose the column that holds the ids."
    if not choices.columns:
        return "choose a field for at least one column: nothing would be sent."
    first: dict[Target, str] = {}
    for header, (target, _) in choices.columns.items():
        if target in first:
            return f"the columns “{first[target]}” and “{header}” have the same field. Choose it for one of them."
        first[target] = header
    return ""


def differences(saved: Choices, chosen: Choices, resource: Resource) -> list[Difference]:
    """What was chosen otherwise than it was saved.

    A spelling that gets its first meaning is not a difference: what was saved stays as it is.
    """
    found = []
    if fold(saved.id_header) != fold(chosen.id_header):
        found.append(Difference(f"The {resource.noun.one}'s id", f"“{saved.id_header}”", f"“{chosen.id_header}”"))
    labels = dict(field_choices(resource)) | {"": "not sent", NOT_MENTIONED: "not sent, no warning"}
    before, after = _by_header(saved), _by_header(chosen)
    names = {fold(header): header for choices in (saved, chosen) for header in (*choices.columns, *choices.ignore)}
    for key, header in names.items():
        (was, meant), (is_, means) = before.get(key, ("", {})), after.get(key, ("", {}))
        if was != is_:
            found.append(Difference(header, labels.get(was, was), labels.get(is_, is_)))
            continue
        field = _field_of(was, resource)
        meanings = dict(field.choices) if field else {}
        for spelling, value in meant.items():
            if means.get(spelling) != value:
                now = means.get(spelling, "refuse the row")
                found.append(Difference(f"{header}: “{spelling}”", meanings.get(value, value), meanings.get(now, now)))
    return found


def _by_header(choices: Choices) -> dict[str, tuple[str, dict[str, str]]]:
    """By folded header its choice, and by folded spelling what that means."""
    ignored = {fold(header): (NOT_MENTIONED, dict[str, str]()) for header in choices.ignore}
    return ignored | {
        fold(header): (str(target), {fold(spelling): value for spelling, value in values.items()})
        for header, (target, values) in choices.columns.items()
    }


def id_doubt(suggestion: Suggestion, chosen: Choices | None) -> str:
    """What a person should look at about the column that is suggested for the ids; empty where they chose another."""
    is_suggested = chosen is None or chosen.id_header == suggestion.id_header
    return "" if suggestion.id_why.startswith(SURE) or not is_suggested else suggestion.id_why


def wrong_ids(looked: Looked, header: str) -> list[str]:
    """The texts of a column that are not ids, if most of them are not; otherwise nothing."""
    for texts, other in zip(looked.texts, looked.sheet.headers if looked.sheet else (), strict=False):
        if fold(other) == fold(header):
            wrong = [text for text, number in texts.items() if not record_id(number)]
            return wrong if 2 * len(wrong) > len(texts) else []
    return []


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
