"""What a sheet's headers may be for. It is offered to a person: nothing here applies it. `draft` writes it down."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sync.contract.mapping import CLEAR
from sync.contract.near_choice import near_choice
from sync.contract.resource import Field, Resource
from sync.contract.rules import fault, record_id
from sync.errors import FileRefused
from sync.mapping.header_words import (
    EXACT,
    SURE,
    is_like_an_id,
    is_like_an_own_number,
    meanings,
    read_only_words,
    synonyms,
    words_of,
)
from sync.model import ADVICE_HEADERS, Sheet, Target
from sync.text import fold, look_alike, normal

LONGEST_HEADER = 900  # characters; YAML takes no longer key
_MOST = 2 / 3  # of a column's texts
_HAS_LETTER = re.compile(r"[^\W\d_]")
_UNDECIDED = "nothing of it is sent. Give it a field, or list it under ignore: so that no run warns of it"
MOST_VALUES = 50  # spellings of one column that are looked at


@dataclass(frozen=True, slots=True)
class Guess:
    """The field that a column may be for."""

    target: Target
    why: str  # how sure that is
    values: Mapping[str, Any] = field(default_factory=dict)  # spellings of the sheet: the API's value that is meant
    unknown: tuple[str, ...] = ()  # spellings of which that is not known


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A meaning for each header of a sheet, in the order of the headers."""

    id_header: str  # empty where no column seems to hold the ids
    id_why: str
    columns: Mapping[str, Guess]
    ignore: Mapping[str, str]  # headers of which nothing can be sent: why
    unknown: Mapping[str, str]  # headers that a person has to decide about, so that a run warns of them: why
    own_number: str  # the header of what may be the records' number in another system; empty where there is none


def suggest(sheet: Sheet, resource: Resource) -> Suggestion:
    """What each header of the sheet may be for; no field twice.

    Raises:
        FileRefused: the sheet has no headers.
    """
    if not any(sheet.headers):
        raise FileRefused(f"{sheet.path}: the sheet has no headers to draft a mapping from.")
    id_header = _id_header(sheet, resource)
    advice = set(map(fold, ADVICE_HEADERS))  # of To fix: ignored without being listed
    headers = [header for header in sheet.headers if header and header != id_header and fold(header) not in advice]
    columns = _columns(sheet, [each for each in headers if not is_like_an_own_number(each, resource)], resource)
    ignore = {header: why for header in headers if header not in columns and (why := _read_only(header, resource))}
    left = [header for header in headers if header not in columns and header not in ignore]
    unknown = {header: _why_unknown(header, resource, columns) for header in left}
    own_number = _own_number(headers, id_header, columns, resource)
    return Suggestion(id_header, _id_why(sheet, id_header, resource), columns, ignore, unknown, own_number)


def _id_header(sheet: Sheet, resource: Resource) -> str:
    """The header of the column that holds the ids: the surest name over a column with an id in it."""
    ranked = sorted(
        (certainty, position)
        for position, header in enumerate(sheet.headers)
        if header and (certainty := is_like_an_id(header, resource)) is not None
    )
    for _, position in ranked:
        texts = _texts(sheet, position)
        if not texts or any(map(record_id, texts)):
            return sheet.headers[position]
    return ""


def _id_why(sheet: Sheet, header: str, resource: Resource) -> str:
    if not header:
        return ""
    why = SURE
    if is_like_an_id(header, resource) != EXACT:
        why = f"close to {resource.id_header}; check that these are the ids of Campfire and not your own numbers"
    wrong = [text for text in _texts(sheet, sheet.headers.index(header)) if not record_id(text)]
    return f"{why}; “{wrong[0]}” in it is not an id" if wrong else why


def _own_number(headers: list[str], id_header: str, columns: Mapping[str, Guess], resource: Resource) -> str:
    """The header of a column by which a mapping may match records, instead of by their ids."""
    field = resource.synonyms.own_field
    if own := [header for header in headers if is_like_an_own_number(header, resource)]:
        return own[0]
    if id_header:
        return id_header if field and is_like_an_id(id_header, resource) != EXACT else ""
    return next((header for header, guess in columns.items() if guess.target == Target(field)), "")


def _columns(sheet: Sheet, headers: list[str], resource: Resource) -> dict[str, Guess]:
    """Each header's field: the surest meanings first, and no field twice."""
    chosen: dict[str, Guess] = {}
    taken: set[Target] = set()
    possible = {header: meanings(header, resource) for header in headers if len(header) <= LONGEST_HEADER}
    ranked = sorted((meaning.certainty, n) for n, all_ in enumerate(possible.values()) for meaning in all_)
    names = list(possible)
    for certainty, n in ranked:
        header = names[n]
        for meaning in possible[header]:
            if meaning.certainty == certainty and header not in chosen and meaning.target not in taken:
                chosen[header] = _with_values(sheet, header, Guess(meaning.target, meaning.why), resource)
                taken.add(meaning.target)
    for header in headers:
        decided = header in chosen or possible.get(header) or _read_only(header, resource) or _is_often_private(header)
        if not decided and (guess := _by_values(sheet, header, resource, taken)):
            chosen[header] = guess
            taken.add(guess.target)
    return {header: chosen[header] for header in headers if header in chosen}


def _by_values(sheet: Sheet, header: str, resource: Resource, taken: set[Target]) -> Guess | None:
    """The only field of choices that most of a column's texts are choices of: `30 days` tells what `Payment` is."""
    texts = [text for text in dict.fromkeys(_texts(sheet, sheet.headers.index(header))) if _HAS_LETTER.search(text)]
    fields = [field for field in resource.fields.values() if field.type == "choice" and field.mappable]
    likely = [
        field
        for field in fields
        if texts and sum(map(partial(_is_choice, field), texts[:MOST_VALUES])) >= _MOST * len(texts[:MOST_VALUES])
    ]
    if len(likely) != 1 or Target(likely[0].name) in taken:
        return None
    return _with_values(
        sheet, header, Guess(Target(likely[0].name), f"its values look like {likely[0].label}; check"), resource
    )


def _is_choice(field: Field, text: str) -> bool:
    return not fault(field, text) or near_choice(field, text) != ""


def _with_values(sheet: Sheet, header: str, guess: Guess, resource: Resource) -> Guess:
    """The guess, with what the spellings of a column of choices seem to mean."""
    field = resource.field_of(guess.target)
    if field.type not in ("choice", "boolean"):
        return guess
    values, unknown = {}, []
    for text in unknown_spellings(sheet, sheet.headers.index(header), field):
        near = near_choice(field, text)
        if near == "":
            unknown.append(text)
        else:
            values[text] = near
    return Guess(guess.target, guess.why, values, tuple(unknown))


def unknown_spellings(sheet: Sheet, position: int, field: Field) -> list[str]:
    """The different texts of a column of choices that are not among them, in their order."""
    texts = dict.fromkeys(_texts(sheet, position))
    return [text for text in texts if fault(field, text) and fold(text) != fold(CLEAR)][:MOST_VALUES]


def _why_unknown(header: str, resource: Resource, columns: Mapping[str, Guess]) -> str:
    if is_like_an_own_number(header, resource):
        return f"perhaps your own number of the {resource.noun.one}: see id:"
    for meaning in meanings(header, resource) if len(header) <= LONGEST_HEADER else ():
        for other, guess in columns.items():
            if guess.target == meaning.target:
                return f"like {meaning.target}, which “{other}” already has"
    if _is_often_private(header):
        return f"people often keep this for themselves; {_UNDECIDED}"
    letter = look_alike(header)
    return f"no field is like it{f', and {letter}' if letter else ''}; {_UNDECIDED}"


def _read_only(header: str, resource: Resource) -> str:
    """Why nothing of a column can be sent; empty where something can."""
    is_read_only = words_of(header) in read_only_words(resource)
    return "read-only: Campfire shows it and does not take it" if is_read_only else ""


def _is_often_private(header: str) -> bool:
    """Whether people often give this header to notes of their own: the texts below it then suggest no field."""
    return words_of(header) in synonyms()["often_private"]


def _texts(sheet: Sheet, position: int) -> list[str]:
    """The texts of a column that are not blank."""
    cells = (
        row.cell_meta[position].number or row.cells[position] if position in row.cell_meta else row.cells[position]
        for row in sheet.rows
    )
    return [text for text in map(normal, cells) if text]
