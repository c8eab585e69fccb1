"""The stand-in's OpenAPI document says of each field what the contract says of it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sync.contract.load import load
from sync.contract.resource import Field
from sync.sandbox import Setup, start

FIELDS = list(load().fields.values())
ITEMS = list(load().fields["contacts"].items.values())
TYPES = {
    "string": ("string", None),
    "integer": ("integer", None),
    "boolean": ("boolean", None),
    "choice": ("string", None),
    "decimal": ("number", "double"),
    "datetime": ("string", "date-time"),
    "list": ("array", None),
    "json": (None, None),
}


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    with start(Setup(tmp_path_factory.mktemp("sandbox"), fresh=True)) as sandbox:
        answer = httpx.get(f"{sandbox.base_url}/rr/api/schema", trust_env=False)
    yield answer.json()["components"]["schemas"]


def parts(schemas: dict[str, Any], said: dict[str, Any]) -> list[dict[str, Any]]:
    """What is said of a field, where it is said: in place, by reference, or as one of several."""
    if "$ref" in said:
        return [schemas[said["$ref"].rpartition("/")[2]]]
    return [part for one in said.get("oneOf", [said]) for part in ([one] if one is said else parts(schemas, one))]


def value_part(schemas: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """The part for values proper; beside it there may be one for null and one for the empty text."""
    [part] = [p for p in parts(schemas, said) if p.get("enum") not in ([None], [""]) and p.get("maxLength") != 0]
    return part


def expected_type(field: Field) -> tuple[str | None, str | None]:
    kind, form = TYPES[field.type]
    return kind, field.format or form


@pytest.mark.parametrize(("schema", "fields"), [("Customer", FIELDS), ("Contact", ITEMS)])
def test_it_has_the_fields_of_the_contract_and_no_other(
    schemas: dict[str, Any], schema: str, fields: list[Field]
) -> None:
    assert list(schemas[schema]["properties"]) == [field.name for field in fields]


@pytest.mark.parametrize(("schema", "fields"), [("Customer", FIELDS), ("Contact", ITEMS)])
def test_required_in_a_body_is_what_the_contract_requires(
    schemas: dict[str, Any], schema: str, fields: list[Field]
) -> None:
    read_only = {field.name for field in fields if field.read_only}
    required = set(schemas[schema]["required"])
    assert required - read_only == {field.name for field in fields if field.required}
    assert read_only <= required  # an answer always has them


@pytest.mark.parametrize(
    ("schema", "field"),
    [pytest.param("Customer", field, id=field.name) for field in FIELDS]
    + [pytest.param("Contact", field, id=f"contacts.{field.name}") for field in ITEMS],
)
def test_a_field_is_what_the_contract_says(schemas: dict[str, Any], schema: str, field: Field) -> None:
    said = schemas[schema]["properties"][field.name]
    part = value_part(schemas, said)
    form = part.get("format") if part.get("format") != "int64" else None
    assert (part.get("type"), form) == expected_type(field)
    assert part.get("maxLength") == field.max_length
    assert part.get("enum", []) == list(field.choices)
    assert any(p.get("enum") == [""] for p in parts(schemas, said)) == field.blank
    assert said.get("nullable", False) == field.nullable
    assert said.get("readOnly", False) == field.read_only
    assert said.get("default") == field.default


@pytest.mark.parametrize("field", load().totals, ids=lambda field: field.name)
def test_a_total_has_the_bounds_of_the_api_s_page(schemas: dict[str, Any], field: Field) -> None:
    said = schemas["Customer"]["properties"][field.name]
    assert (said["minimum"], said["maximum"]) == (-(10**13), 10**13)
    assert said["exclusiveMinimum"] and said["exclusiveMaximum"]
