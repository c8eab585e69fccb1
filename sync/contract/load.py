"""A YAML file → a Resource, checked as a whole, so that nothing later stumbles over what the file lacks."""

import re
from collections.abc import Iterable
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from sync.contract.resource import Field, Noun, Resource, Roles, Synonyms
from sync.errors import MappingRefused
from sync.files import opened
from sync.model import RunFacts

CUSTOMERS = "customers"
LARGEST = 2**20  # characters of a resource file
MOST_OF_A_PAGE = 10_000  # records
DEEPEST = 10  # a field's choices are five deep

_NOWHERE = "there is no resource “{}”. It is customers, or the path of a .yaml file that describes it."
_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+/?")  # no “..”, no host: the key is sent there
_QUERY = re.compile(r"[A-Za-z0-9_.=&-]*")
_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C comes with most builds of PyYAML
_TYPES = ("string", "integer", "boolean", "choice", "list", "decimal", "datetime", "json")
_KEYS = {field.name for field in dataclass_fields(Field)} - {"name"} | {"known_from"}
_KINDS: dict[str, tuple[Any, ...]] = {
    **{field.name: (field.type,) for field in dataclass_fields(Field) if field.type in (str, bool)},
    **dict.fromkeys(("choices", "items", "roles", "noun", "known_from"), (dict,)),
    "max_length": (int,),
    "default": (str, bool, int),
}
_SYNONYMS = ("called", "id", "abbreviations", "not_by_name", "fields", "items", "item_fields")
_ITEM_TYPES = tuple(kind for kind in _TYPES if kind != "list")


def load(reference: str = CUSTOMERS, text: str = "") -> Resource:
    """The resource of this name, as installed with the package, or of the YAML file at this path.

    Args:
        text: the content of that file, where a run or a plan has kept it; the file itself is then not read.

    Raises:
        MappingRefused: there is no such file, or it has mistakes.
    """
    if not is_path(reference):
        return _installed(reference)
    return _kept(reference, text or _content(reference))


def resource_of_run(facts: RunFacts) -> Resource:
    """The resource whose records a run is about, as it was when the run began.

    Raises:
        MappingRefused: it is not installed any more, or is not valid.
    """
    return load(facts.resource, facts.resource_text)


def is_path(reference: str) -> bool:
    """Whether a resource is named by its file; else by a name that is installed with the package."""
    return reference.endswith((".yaml", ".yml"))


@cache
def _installed(name: str) -> Resource:
    try:
        if not name.isidentifier():
            raise FileNotFoundError
        text = files("sync").joinpath("contract", f"{name}.yaml").read_text(encoding="utf-8")
    except FileNotFoundError as e:
        raise MappingRefused(_NOWHERE.format(name)) from e
    return _read(name, text, is_foreign=False)


@lru_cache(maxsize=8)
def _kept(reference: str, text: str) -> Resource:
    """The resource of a file's text. The file comes from elsewhere, so its YAML is looked at before it is built."""
    if len(text) > LARGEST:
        raise MappingRefused(f"the resource file {reference} is larger than any ({LARGEST // 2**10} kB).")
    return replace(_read(reference, text, is_foreign=True), text=text)


def _refuse_tricks(text: str) -> None:
    """Refuse what no resource needs: deep nesting, over which the parser in C falls, and parts that repeat others.

    Raises:
        ValueError, yaml.YAMLError: there is such a thing, or the text is not YAML.
    """
    depth = 0
    for event in yaml.parse(text, _FAST):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST or isinstance(event, yaml.AliasEvent):
            raise ValueError("it is nested too deeply, or repeats a part by an alias")


def _content(reference: str) -> str:
    """A file's text, exactly: a run compares it later with what the file holds then."""
    try:
        with opened(Path(reference)) as file:
            return file.read().decode("utf-8")
    except FileNotFoundError as e:
        raise MappingRefused(_NOWHERE.format(reference)) from e
    except (OSError, UnicodeDecodeError) as e:
        reason = e.strerror if isinstance(e, OSError) else "it is not UTF-8"
        raise MappingRefused(f"the resource file {reference} cannot be read: {reason}.") from e


def _read(reference: str, text: str, is_foreign: bool) -> Resource:
    try:
        if is_foreign:
            _refuse_tricks(text)
        data = yaml.load(text.removeprefix("\ufeff"), _FAST)  # noqa: S506 as safe as SafeLoader, in a tenth of its time
        return _resource(reference, data)
    except yaml.YAMLError as e:
        raise MappingRefused(f"the resource {reference} is not YAML: {str(e).splitlines()[0]}.") from e
    except KeyError as e:
        raise MappingRefused(f"the resource {reference} cannot be used: “{e.args[0]}” is missing.") from e
    except ValueError as e:
        raise MappingRefused(f"the resource {reference} cannot be used: {e}.") from e
    except (TypeError, AttributeError) as e:
        raise MappingRefused(
            f"the resource {reference} cannot be used: it is not written in the form of contract/customers.yaml."
        ) from e


def _resource(reference: str, data: dict[str, Any]) -> Resource:
    fields = {name: _field(name, facts, _TYPES) for name, facts in data["fields"].items()}
    for f in fields.values():
        if f.beside and f.beside not in fields:
            raise ValueError(f"the field “{f.beside}”, beside “{f.name}”, is not listed")
    if sum(f.type == "list" for f in fields.values()) > 1:
        raise ValueError("it has more than one field of type list")
    noun, id_header = _noun(data["noun"]), _text("id_header", data["id_header"])
    return Resource(
        reference=reference,
        path=_matching(_PATH, "path", data["path"]).rstrip("/"),
        page_size=_page_size(data["page_size"]),
        only_deleted=_matching(_QUERY, "only_deleted", data.get("only_deleted", "")),
        noun=noun,
        id_header=id_header,
        roles=_roles(data["roles"], fields),
        fields=fields,
        totals=tuple(_known(name, fields, "decimal") for name in data.get("totals", ())),
        counts=tuple(_known(name, fields, "integer") for name in data.get("counts", ())),
        synonyms=_synonyms(data.get("synonyms", {}), noun, id_header, fields),
    )


def _synonyms(data: dict[str, Any], noun: Noun, id_header: str, fields: dict[str, Field]) -> Synonyms:
    """The synonyms that a file gives. Without any, a header like the id's own, `Bin ID` or `ID` is for the ids."""
    for key in data:
        if key not in _SYNONYMS:
            raise ValueError(f"“{key}” is not known under synonyms")
    ids, short = data.get("id", {}), data.get("abbreviations", {})
    return Synonyms(
        called=_texts(data.get("called", [noun.one])),
        id_sure=_texts(ids.get("sure", [id_header, f"{noun.one} id", "id"])),
        id_perhaps=_texts(ids.get("perhaps", [])),
        id_own=_texts(ids.get("own", [])),
        own_field=_known(ids["own_field"], fields, "string").name if "own_field" in ids else "",
        abbreviations=dict(zip(_texts(short), _texts(short.values()), strict=True)),
        not_by_name=_texts(data.get("not_by_name", [])),
        fields={name: _texts(words) for name, words in data.get("fields", {}).items()},
        items=_texts(data.get("items", [])),
        item_fields={name: _texts(words) for name, words in data.get("item_fields", {}).items()},
    )


def _texts(words: Iterable[Any]) -> tuple[str, ...]:
    return tuple(_text("synonyms", word) for word in words)


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError(f"“{key}” is not a text of one line")
    return value


def _matching(pattern: re.Pattern[str], key: str, value: Any) -> str:
    if not pattern.fullmatch(_text(key, value)):
        raise ValueError(f"“{key}” holds what it cannot hold: {value}")
    return str(value)


def _page_size(value: Any) -> int:
    if type(value) is not int or not 1 <= value <= MOST_OF_A_PAGE:
        raise ValueError(f"“page_size” is not a number from 1 to {MOST_OF_A_PAGE:,}")
    return value


def _noun(data: dict[str, Any]) -> Noun:
    return Noun(**{number: _text("noun", word) for number, word in data.items()})


def _field(name: str, facts: dict[str, Any], types: tuple[str, ...]) -> Field:
    for key, value in facts.items():
        if key not in _KEYS:
            raise ValueError(f"“{key}” is not known for the field “{name}”")
        if type(value) not in _KINDS.get(key, (type(value),)):
            raise ValueError(f"“{key}” of the field “{name}” holds what it cannot hold")
        if isinstance(value, str):
            _text(key, value)
    known = {key: value for key, value in facts.items() if key not in ("items", "roles", "noun", "known_from")}
    if facts["type"] not in types:
        raise ValueError(f"“{facts['type']}” is not a type of field")
    for value, label in known.get("choices", {}).items():
        _text("choices", value), _text("choices", label)
    if facts["type"] != "list":
        return Field(name=_text("fields", name), **known)
    items = {item: _field(item, inner, _ITEM_TYPES) for item, inner in facts["items"].items()}
    return Field(name=name, noun=_noun(facts["noun"]), roles=_roles(facts["roles"], items), items=items, **known)


def _roles(names: dict[str, str], fields: dict[str, Field]) -> Roles:
    roles = Roles(**names)
    for name in (roles.id, *filter(None, names.values())):
        if name not in fields:
            raise ValueError(f"the field “{name}” has a role and is not listed")
    return roles


def _known(name: str, fields: dict[str, Field], kind: str) -> Field:
    if fields[name].type != kind:
        raise ValueError(f"the field “{name}” is not of type {kind}")
    return fields[name]
