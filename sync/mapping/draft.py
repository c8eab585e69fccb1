"""The text of a mapping file: a suggestion with its reasons as comments, or what a person has chosen."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from sync.contract.mapping import CLEAR
from sync.contract.resource import Resource
from sync.mapping.suggest import LONGEST_HEADER, Guess, Suggestion
from sync.model import Sheet, Target
from sync.text import normal

_FEW = 3  # spellings that a comment repeats
_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9 ()/._&+-]*[A-Za-z0-9)])?")
_NOT_TEXT = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}  # to YAML, without quotes


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person has chosen for the columns of a sheet."""

    id_header: str
    columns: Mapping[str, tuple[Target, Mapping[str, str]]]  # header: its field, and what its spellings mean
    ignore: Sequence[str] = field(default_factory=tuple)


def draft(suggestion: Suggestion, sheet: Sheet, resource: Resource, reference: str = "") -> str:
    """A mapping file from a suggestion, with a comment on each line about how sure it is.

    `reference` is how the mapping names the resource; empty for customers, whom a mapping need not name.

    Headers of which nothing is known are comments: a run goes on to warn of them. Without a column for the ids the
    draft has no `id:` line, and so does not load.
    """
    where = f", sheet {_quoted(sheet.name)}" if sheet.name else ""
    lines = [
        f"# Drafted from {_quoted(sheet.path.name)}{where}. Nothing of it is applied by itself: look at every line.",
        "# To see what it would do, without sending anything: campfire-sync run EDITS --dry-run --mapping THIS-FILE",
        "",
        *_resource_line(reference),
        *_id_lines(suggestion, resource),
        "",
        *_drafted_columns(sheet, suggestion),
        "",
        *_ignored(suggestion.ignore),
        *_habits(),
    ]
    return "\n".join(lines) + "\n"


def written(choices: Choices, sheet: Sheet, reference: str = "") -> str:
    """A mapping file from what a person has chosen; `reference` as for `draft`."""
    columns = [line for header, (target, values) in choices.columns.items() for line in _column(header, target, values)]
    lines = [
        f"# Made for sheets with the headers of {_quoted(sheet.path.name)}.",
        *_resource_line(reference),
        f"id: {_quoted(choices.id_header)}",
        "",
        "columns:" if columns else "columns: {}",
        *columns,
        "",
        *_ignored(dict.fromkeys(choices.ignore, "")),
        *_habits(),
    ]
    return "\n".join(lines) + "\n"


def _resource_line(reference: str) -> Iterator[str]:
    if reference:
        yield f"resource: {_quoted(reference)}"


def _id_lines(suggestion: Suggestion, resource: Resource) -> Iterator[str]:
    if suggestion.id_header:
        yield f"id: {_quoted(suggestion.id_header)}  # {suggestion.id_why}"
    else:
        many = resource.noun.many
        yield f"# No column of the sheet seems to hold the {many}' ids in Campfire. Name it, without the # before id:"
        yield f"# id: {_quoted(resource.id_header)}"
    if suggestion.own_number:
        yield f"# {_match_line(suggestion, resource)}"


def _match_line(suggestion: Suggestion, resource: Resource) -> str:
    """What to write where a column holds the person's own numbers."""
    field = resource.synonyms.own_field
    why = f"instead, if these are your own numbers, which Campfire has as {resource.fields[field].label}"
    mapped = "; then delete its line below" if suggestion.own_number in suggestion.columns else ""
    return f"id: {{column: {_quoted(suggestion.own_number)}, match: {field}}}  # {why}{mapped}"


def _drafted_columns(sheet: Sheet, suggestion: Suggestion) -> Iterator[str]:
    yield "columns:" if suggestion.columns else "columns: {}"
    entries = {header: f"  {_quoted(header)}: {guess.target}" for header, guess in suggestion.columns.items()}
    width = min(max(map(len, entries.values()), default=0), 60)
    for header in sheet.headers:
        guess = suggestion.columns.get(header)
        if header in suggestion.unknown:
            yield f"  # {_quoted(header)}:  # {suggestion.unknown[header]}"
        elif guess and guess.values:
            first, *rest = _column(header, guess.target, {spelling: str(v) for spelling, v in guess.values.items()})
            yield f"{first}  # {guess.why}{_unknown(guess)}"
            yield from rest
        elif guess:
            yield f"{entries[header]:{width}}  # {guess.why}{_unknown(guess)}"


def _column(header: str, target: Target, values: Mapping[str, Any]) -> Iterator[str]:
    if not values:
        yield f"  {_quoted(header)}: {target}"
        return
    yield f"  {_quoted(header)}:"
    yield f"    field: {target}"
    yield "    values:"
    yield from (f"      {_quoted(spelling)}: {_value(value)}" for spelling, value in values.items())


def _unknown(guess: Guess) -> str:
    """The spellings of a column of choices of which the meaning is not known: the mapping can give it."""
    some = [_quoted(text[:40]) for text in guess.unknown[:_FEW]]
    more = ", …" if len(guess.unknown) > _FEW else ""
    return f"; translate these with values: {', '.join(some)}{more}" if some else ""


def _ignored(headers: Mapping[str, str]) -> Iterator[str]:
    if not headers:
        yield "ignore: []"
        return
    yield "ignore:"
    for header, why in headers.items():
        yield f"  - {_quoted(header)}  # {why}" if why else f"  - {_quoted(header)}"


def _habits() -> Iterator[str]:
    yield "blank: keep  # an empty cell leaves the field as it is"
    yield f'clear: "{CLEAR}"  # this word in a cell empties the field'


def _value(value: Any) -> str:
    return {"True": "yes", "False": "no"}.get(str(value), _quoted(str(value)))


def _quoted(text: str) -> str:
    """A text as YAML has it on one line, in quotes where it needs them."""
    plain = normal(text)
    if _PLAIN.fullmatch(plain) and plain.casefold() not in _NOT_TEXT and len(plain) <= LONGEST_HEADER:
        return plain
    short = plain if len(plain) <= LONGEST_HEADER else f"{plain[:60]}…"
    return str(yaml.dump(short, default_style='"', allow_unicode=True, width=10_000)).strip()
