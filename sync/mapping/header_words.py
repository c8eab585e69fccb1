"""What the words of a header may mean: the fields that people call so.

The synonyms are data: those of any sheet are in synonyms.yaml, those of a resource in its own YAML.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from rapidfuzz.fuzz import ratio, token_sort_ratio

from sync.contract.resource import Resource
from sync.contract.words import word_lists
from sync.model import Target
from sync.text import fold

EXACT, SYNONYM, CLOSE = range(3)  # how sure a guess is, the surest first
SURE = "exact"  # what a draft says where the header is the name itself: nobody need look

_CLOSE_ENOUGH = 84  # of 100: likeness from which two spellings are taken for the same words
_APART = 4  # by how much the best field must be more like a header than the next
_SHORTEST = 4  # letters; shorter words are like too many others
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BETWEEN_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A field that a header may be for."""

    target: Target
    certainty: int
    why: str


def words_of(header: str) -> str:
    """A header as it is compared: small letters, and one blank for whatever stands between words."""
    return _BETWEEN_WORDS.sub(" ", fold(_CAMEL.sub(" ", header))).strip()


def spelled_out(words: str, resource: Resource) -> str:
    """The words with their abbreviations spelled out: `cust no` is `customer number`."""
    abbreviations = synonyms()["abbreviations"] | resource.synonyms.abbreviations
    return " ".join(abbreviations.get(word, word) for word in words.split())


def meanings(header: str, resource: Resource) -> list[Meaning]:
    """What a header may be for, the surest first; nothing where two fields are about as like it."""
    words = words_of(header)
    item = _list_item(words, resource)
    if item is not None:
        return [item]
    known = _known(resource)
    if words in known:
        return known[words]
    for variant in _variants(words, resource):
        if variant in known:
            return [_probably(meaning, resource) for meaning in known[variant]]
    if len(words) < _SHORTEST or words in read_only_words(resource):
        return []
    return _closest(spelled_out(words, resource), known, resource)


def _probably(meaning: Meaning, resource: Resource) -> Meaning:
    """The same, for a header that says it in other words."""
    label = resource.field_of(meaning.target).label
    return Meaning(meaning.target, max(meaning.certainty, SYNONYM), f"probably {label}; check")


def _variants(words: str, resource: Resource) -> Iterator[str]:
    """Other ways to say the same: spelled out, without the word for a record, without words that say what it is for."""
    full = spelled_out(words, resource)
    first, _, rest = full.partition(" ")
    bare = rest if rest and first in resource.synonyms.called else full
    yield full
    yield bare
    qualifiers = synonyms()["qualifiers"]
    yield " ".join(word for word in bare.split() if word not in qualifiers)


def _closest(words: str, known: dict[str, list[Meaning]], resource: Resource) -> list[Meaning]:
    best: dict[Target, tuple[float, str]] = {}
    for name, possible in known.items():
        likeness = max(ratio(words, name), token_sort_ratio(words, name))
        for meaning in possible:
            best[meaning.target] = max(best.get(meaning.target, (0.0, "")), (likeness, name))
    ranked = sorted(best.items(), key=lambda item: -item[1][0])[:2]
    (target, (likeness, _)), second = ranked[0], ranked[1][1][0] if len(ranked) > 1 else 0.0
    if likeness < _CLOSE_ENOUGH or likeness - second < _APART:
        return []
    return [Meaning(target, CLOSE, f"looks like {resource.field_of(target).label}; check")]


def _list_item(words: str, resource: Resource) -> Meaning | None:
    """`billing contact 2 email` is the second contact's e-mail."""
    data, nested = resource.synonyms, resource.nested
    if nested is None:
        return None
    starts = data.items or (words_of(nested.noun.one),)
    for start in starts:
        match = re.fullmatch(rf"{re.escape(start)}s?(?: ([1-9]))?(?: (?P<item>.*?))?(?: ([1-9]))?", words)
        if match is None:
            continue
        index = int(match[1] or match[3] or 1)
        for item, field in nested.items.items():
            names = {words_of(item), words_of(field.label)}
            others = set(data.item_fields.get(item, ()))
            if not field.read_only and (match["item"] or "") in names | others:
                exact = match["item"] in names and start == starts[0]
                why = SURE if exact else f"the {nested.noun.one}'s {field.label.lower()}; check"
                return Meaning(Target(nested.name, index, item), EXACT if exact else SYNONYM, why)
    return None


def synonyms() -> Any:
    """The synonyms, as the file has them."""
    return word_lists("mapping", "synonyms.yaml")


@cache
def _known(resource: Resource) -> dict[str, list[Meaning]]:
    """By the words of a header, the fields that it may be for, the surest first."""
    known: dict[str, list[Meaning]] = {}
    data = resource.synonyms
    fields = [field for field in resource.fields.values() if field.mappable]
    for field in fields:
        own = {words_of(field.label)} | ({words_of(field.name)} - {words_of(name) for name in data.not_by_name})
        for words in own:
            known.setdefault(words, []).append(Meaning(Target(field.name), EXACT, SURE))
    for field in fields:
        meaning = Meaning(Target(field.name), SYNONYM, f"a synonym of {field.label}")
        for words in data.fields.get(field.name, ()):
            possible = known.setdefault(words_of(words), [])
            possible += [] if any(other.target == meaning.target for other in possible) else [meaning]
    return known


@cache
def read_only_words(resource: Resource) -> frozenset[str]:
    """What the fields are called that the API returns and does not take."""
    fields = [field for field in resource.fields.values() if field.read_only and field.name != resource.roles.id]
    return frozenset(words for field in fields for words in (words_of(field.name), words_of(field.label)))


def is_like_an_id(header: str, resource: Resource) -> int | None:
    """How surely a header names the column with the ids (EXACT, SYNONYM or CLOSE); None if it does not."""
    words, sure = words_of(header), set(map(words_of, resource.synonyms.id_sure))
    if words in sure:
        return EXACT
    full = spelled_out(words, resource)
    if any(full == spelled_out(words_of(other), resource) for other in resource.synonyms.id_perhaps):
        return SYNONYM
    return CLOSE if any(ratio(words, other) >= _CLOSE_ENOUGH for other in sure) else None


def is_like_an_own_number(header: str, resource: Resource) -> bool:
    """Whether a header names the number that a record has in another system, and the API has a field for it."""
    full = spelled_out(words_of(header), resource)
    own = resource.synonyms.id_own if resource.synonyms.own_field else ()
    return any(full == spelled_out(words_of(other), resource) for other in own)
