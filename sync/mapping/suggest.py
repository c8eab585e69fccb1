"""A mapping file drafted from a sheet's headers. It is text for a person to look at: nothing here applies it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from sync.contract.resource import Field, Resource
from sync.contract.rules import fault, record_id
from sync.errors import FileRefused
from sync.model import Sheet, Target
from sync.text import fold, normal

_CLEAR = "<clear>"
_CLOSE = 0.84  # likeness from which two spellings are taken for the same word
_APART = 0.04  # by how much the best field must be more like a header than the next
_SHORT = 4  # letters; shorter words are like too many others
_LONGEST = 900  # characters; a longer key is no key to YAML
_FEW = 3  # values that a comment repeats
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_WORD = re.compile(r"[\W_]+")
_OF_CUSTOMER = re.compile("^(?:customer|cust|client) ")
_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9 ()/._&+-]*[A-Za-z0-9)])?")
_NO_TEXT = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}  # to YAML, without quotes


@dataclass(frozen=True, slots=True)
class _Guess:
    """What a header may be for."""

    target: Target
    sure: int  # 0 exact, 1 a synonym, 2 close
    why: str


def draft(sheet: Sheet, resource: Resource) -> str:
    """The text of a mapping file for this sheet, with a comment on each line about how sure it is.

    Headers of which nothing is known are comments in it: a run goes on to warn of them. Without a column for the ids
    the draft has no `id:` line, and so does not load.

    Raises:
        FileRefused: the sheet has no headers.
    """
    if not any(sheet.headers):
        raise FileRefused(f"{sheet.path}: the sheet has no headers to draft a mapping from.")
    return "\n".join(_lines(sheet, resource)) + "\n"


def _lines(sheet: Sheet, resource: Resource) -> Iterator[str]:
    where = f", sheet {_quoted(sheet.name)}" if sheet.name else ""
    yield f"# Drafted from {_quoted(sheet.path.name)}{where}. Nothing of it is applied by itself: look at every line."
    yield "# What it would do, without sending anything: campfire-sync run EDITS --dry-run --mapping THIS-FILE"
    yield ""
    identity = _identity(sheet)
    yield from _id_lines(sheet, identity)
    headers = [header for header in sheet.headers if header and header != identity]
    guesses = _assigned(headers, resource)
    kept = [header for header in headers if header not in guesses and _ignorable(header, resource)]
    yield ""
    yield from _column_lines(sheet, resource, headers, guesses, kept)
    yield ""
    yield from _ignore_lines(kept, resource)
    yield "blank: keep  # an empty cell leaves the field as it is"
    yield f'clear: "{_CLEAR}"  # this word in a cell empties the field'


# --- the id ---


def _identity(sheet: Sheet) -> str:
    """The header of the column that holds the ids; empty text if none seems to."""
    words = _synonyms()["id"]
    sure, perhaps = set(words["sure"]), set(words["perhaps"])
    ranked = sorted(
        (0 if said in sure else 1 if said in perhaps else 2, place)
        for place, header in enumerate(sheet.headers)
        if header and ((said := _words(header)) in sure | perhaps or _likeness(said, sure) >= _CLOSE)
    )
    for _, place in ranked:
        texts = _texts(sheet, place)
        if not texts or any(map(record_id, texts)):
            return sheet.headers[place]
    return ""


def _id_lines(sheet: Sheet, identity: str) -> Iterator[str]:
    if not identity:
        yield "# No column of the sheet seems to hold the customers' ids in Campfire. Name it, without the # before id:"
        yield "# id: Customer ID"
        return
    exact = _words(identity) in _synonyms()["id"]["sure"]
    said = (
        "exact" if exact else "close to Customer ID; check that these are the ids of Campfire and not your own numbers"
    )
    wrong = [text for text in _texts(sheet, sheet.headers.index(identity)) if not record_id(text)]
    if wrong:
        said += f"; {_quoted(wrong[0])} in it is no id"
    yield f"id: {_quoted(identity)}  # {said}"


# --- the columns ---


def _assigned(headers: list[str], resource: Resource) -> dict[str, _Guess]:
    """Each header's field: the surest guesses first, and no field twice."""
    guesses: dict[str, _Guess] = {}
    taken: set[Target] = set()
    for sure in range(3):
        for header in headers:
            for guess in [] if header in guesses or len(header) > _LONGEST else _guesses(header, resource):
                if guess.sure == sure and guess.target not in taken:
                    guesses[header] = guess
                    taken.add(guess.target)
                    break
    return guesses


def _guesses(header: str, resource: Resource) -> list[_Guess]:
    """What a header may be for; none where two fields are about as like it."""
    said = _words(header)
    contact = _contact(said, resource)
    if contact is not None:
        return [contact]
    if said in _known(resource):
        return _known(resource)[said]
    bare = _OF_CUSTOMER.sub("", said)
    if bare != said and bare in _known(resource):
        return [_Guess(guess.target, 1, f"a customer's {bare}; check") for guess in _known(resource)[bare]]
    if len(said) < _SHORT or said in _read_only(resource):
        return []
    best: dict[Target, tuple[float, str]] = {}
    for word, found in _known(resource).items():
        likeness = _likeness(said, [word])
        for guess in found:
            best[guess.target] = max(best.get(guess.target, (0.0, "")), (likeness, word))
    (target, (likeness, word)), (_, (second, _)) = sorted(best.items(), key=lambda item: -item[1][0])[:2]
    if likeness < _CLOSE or likeness - second < _APART:
        return []
    return [_Guess(target, 2, f"close to “{word}”; check")]


def _contact(said: str, resource: Resource) -> _Guess | None:
    """`billing contact 2 email` is the second contact's e-mail."""
    synonyms, nested = _synonyms(), resource.nested
    if nested is None:
        return None
    for start in synonyms["contact"]:
        found = re.fullmatch(rf"{start}s?(?: ([1-9]))?(?: (?P<item>.*?))?(?: ([1-9]))?", said)
        if found is None:
            continue
        index = int(found[1] or found[3] or 1)
        for item, about in nested.items.items():
            names = {_words(item), _words(about.label)}
            if not about.read_only and (found["item"] or "") in names | set(synonyms["contact_fields"].get(item, ())):
                exact = found["item"] in names and start == synonyms["contact"][0]
                why = "exact" if exact else f"the contact's {about.label.lower()}; check"
                return _Guess(Target(nested.name, index, item), 0 if exact else 1, why)
    return None


def _column_lines(
    sheet: Sheet, resource: Resource, headers: list[str], guesses: dict[str, _Guess], kept: list[str]
) -> Iterator[str]:
    yield "columns:" if guesses else "columns: {}"
    entries = {header: f"  {_quoted(header)}: {guess.target}" for header, guess in guesses.items()}
    width = min(max(map(len, entries.values()), default=0), 60)
    for header in headers:
        if header in guesses:
            said = guesses[header].why + _not_understood(sheet, header, resource.field_of(guesses[header].target))
            yield f"{entries[header]:{width}}  # {said}"
        elif header not in kept:
            yield f"  # {_quoted(header)}:  # {_why_not(header, resource, guesses)}"


def _not_understood(sheet: Sheet, header: str, about: Field) -> str:
    """The values of a column of choices that are none of them: the mapping can translate those."""
    if about.type not in ("choice", "boolean"):
        return ""
    texts = dict.fromkeys(text for text in _texts(sheet, sheet.headers.index(header)) if _unknown(about, text))
    some = [_quoted(text[:40]) for text in list(texts)[:_FEW]]
    more = ", …" if len(texts) > _FEW else ""
    return f"; translate these with values: {', '.join(some)}{more}" if some else ""


def _unknown(about: Field, text: str) -> bool:
    return bool(fault(about, text)) and fold(text) != fold(_CLEAR)


def _why_not(header: str, resource: Resource, guesses: dict[str, _Guess]) -> str:
    for guess in _guesses(header, resource):
        for other, chosen in guesses.items():
            if chosen.target == guess.target:
                return f"like {guess.target}, which {_quoted(other)} has already"
    return "no field found; nothing of it is sent. Give it a field, or list it under ignore:"


def _ignorable(header: str, resource: Resource) -> str:
    """Why nothing of a column can or should be sent; empty text where that is not known."""
    said = _words(header)
    if said in _read_only(resource):
        return "read-only: Campfire says it, and takes it from nobody"
    return "people keep this for themselves; check" if said in _synonyms()["ignore"] else ""


def _ignore_lines(kept: list[str], resource: Resource) -> Iterator[str]:
    if not kept:
        yield "ignore: []"
        return
    yield "ignore:"
    for header in kept:
        yield f"  - {_quoted(header)}  # {_ignorable(header, resource)}"


# --- words ---


@cache
def _synonyms() -> Any:
    text = files("sync.mapping").joinpath("synonyms.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


@cache
def _known(resource: Resource) -> dict[str, list[_Guess]]:
    """By the words of a header, the fields that it may be for, the surest first."""
    found: dict[str, list[_Guess]] = {}
    synonyms = _synonyms()
    fields = [about for about in resource.fields.values() if about.mappable]
    for about in fields:
        own = {_words(about.label)} | ({_words(about.name)} - {_words(name) for name in synonyms["not_by_name"]})
        for words in own:
            found.setdefault(words, []).append(_Guess(Target(about.name), 0, "exact"))
    for about in fields:
        guess = _Guess(Target(about.name), 1, f"a synonym of {about.label}")
        for words in synonyms["fields"].get(about.name, ()):
            known = found.setdefault(_words(words), [])
            known += [] if any(other.target == guess.target for other in known) else [guess]
    return found


@cache
def _read_only(resource: Resource) -> frozenset[str]:
    fields = [about for about in resource.fields.values() if about.read_only and about.name != resource.roles.id]
    return frozenset(words for about in fields for words in (_words(about.name), _words(about.label)))


def _words(header: str) -> str:
    """A header as it is compared: small letters, and one blank for whatever is between words."""
    return _NO_WORD.sub(" ", fold(_CAMEL.sub(" ", header))).strip()


def _likeness(said: str, words: Iterable[str]) -> float:
    """How like the likest of these words is, from 0 to 1."""
    matcher = SequenceMatcher(b=said, autojunk=False)
    best = 0.0
    for word in words:
        matcher.set_seq1(word)
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:
            best = max(best, matcher.ratio())
    return best


def _texts(sheet: Sheet, place: int) -> list[str]:
    """The texts of a column that are not blank."""
    cells = (
        row.cell_meta[place].number or row.cells[place] if place in row.cell_meta else row.cells[place]
        for row in sheet.rows
    )
    return [text for text in map(normal, cells) if text]


def _quoted(text: str) -> str:
    """A text as YAML has it on one line, in quotes where it needs them."""
    said = normal(text)
    if _PLAIN.fullmatch(said) and said.casefold() not in _NO_TEXT and len(said) <= _LONGEST:
        return said
    short = said if len(said) <= _LONGEST else f"{said[:60]}…"
    return str(yaml.dump(short, default_style='"', allow_unicode=True, width=10_000)).strip()
