"""A YAML file → a Resource, checked as a whole, so that nothing later stumbles over what the file lacks."""

from dataclasses import fields as dataclass_fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from sync.contract.resource import Field, Noun, Resource, Roles
from sync.errors import MappingRefused

CUSTOMERS = "customers"

_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C comes with most builds of PyYAML
_TYPES = ("string", "integer", "boolean", "choice", "list", "decimal", "datetime", "json")
_KEYS = {field.name for field in dataclass_fields(Field)} - {"name"} | {"witness"}
_ITEM_TYPES = tuple(kind for kind in _TYPES if kind != "list")


def load(reference: str = CUSTOMERS) -> Resource:
    """The resource of this name, as installed with the package, or of the YAML file at this path.

    Raises:
        MappingRefused: there is no such file, or it has mistakes.
    """
    return _read(reference) if _is_path(reference) else _installed(reference)


def _is_path(reference: str) -> bool:
    return reference.endswith((".yaml", ".yml"))


@cache
def _installed(name: str) -> Resource:
    return _read(name)


def _read(reference: str) -> Resource:
    text = _text(reference)
    try:
        data = yaml.load(text, _FAST)  # noqa: S506 as safe as SafeLoader, and a tenth of its time
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


def _text(reference: str) -> str:
    try:
        if _is_path(reference):
            return Path(reference).read_text(encoding="utf-8-sig")
        if not reference.isidentifier():
            raise FileNotFoundError
        return files("sync").joinpath("contract", f"{reference}.yaml").read_text(encoding="utf-8")
    except FileNotFoundError as e:
        raise MappingRefused(
            f"there is no resource “{reference}”. It is {CUSTOMERS}, or the path of a .yaml file that describes it."
        ) from e
    except (OSError, UnicodeDecodeError) as e:
        raise MappingRefused(f"the resource file {reference} cannot be read.") from e


def _resource(reference: str, data: dict[str, Any]) -> Resource:
    fields = {name: _field(name, facts, _TYPES) for name, facts in data["fields"].items()}
    if sum(f.type == "list" for f in fields.values()) > 1:
        raise ValueError("it has more than one field of type list")
    return Resource(
        reference=reference,
        path=data["path"].rstrip("/"),
        page_size=int(data["page_size"]),
        only_deleted=data.get("only_deleted", ""),
        noun=Noun(**data["noun"]),
        id_header=data["id_header"],
        roles=_roles(data["roles"], fields),
        fields=fields,
        totals=tuple(_known(name, fields, "decimal") for name in data.get("totals", ())),
        counts=tuple(_known(name, fields, "integer") for name in data.get("counts", ())),
    )


def _field(name: str, facts: dict[str, Any], types: tuple[str, ...]) -> Field:
    for key in facts:
        if key not in _KEYS:
            raise ValueError(f"“{key}” is not known for the field “{name}”")
    known = {key: value for key, value in facts.items() if key not in ("items", "roles", "noun", "witness")}
    if facts["type"] not in types:
        raise ValueError(f"“{facts['type']}” is not a type of field")
    if facts["type"] != "list":
        return Field(name=name, **known)
    items = {item: _field(item, inner, _ITEM_TYPES) for item, inner in facts["items"].items()}
    return Field(name=name, noun=Noun(**facts["noun"]), roles=_roles(facts["roles"], items), items=items, **known)


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
