"""The contract: the fields of the API's page, written out here a second time, and the newer ones of its spec."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from sync.contract.load import load
from sync.contract.resource import Field
from sync.model import Target
from tests.support.api_page import (
    BOOLEANS,
    CHOICES,
    CONTACT,
    INTEGERS,
    NEWER_OTHERS,
    NEWER_STRINGS,
    REQUIRED,
    STRINGS,
)
from tests.support.source import TREES

ROOT = Path(__file__).resolve().parents[2]

CONTACT_RETURNED = {"id": "integer", "last_modified_at": "datetime", "is_deleted": "boolean", "deleted_at": "datetime"}
TOTALS = [
    "total_revenue",
    "total_deferred_revenue",
    "total_mrr",
    "total_billed",
    "total_unbilled",
    "total_paid",
    "total_outstanding",
]
RETURNED = {
    "id": "integer",
    "parent_name": "string",
    "stripe_connection_name": "string",
    "stripe_connection_entity": "integer",
    "stripe_connection_portal_url": "string",
    "stripe_connection_portal_enabled": "boolean",
    "vendor_custom_field_1_name": "string",
    "last_modified_at": "datetime",
    "is_deleted": "boolean",
    "deleted_at": "datetime",
    "active_contracts": "integer",
    "completed_contracts": "integer",
    "pending_contracts": "integer",
    "total_contracts": "integer",
    **dict.fromkeys(TOTALS, "decimal"),
    "currency": "string",
    "search_vector": "string",
    "search_text": "string",
    "created_at": "datetime",
}
NULL_WHEN_RETURNED = {"deleted_at", "search_vector", "search_text"}
NULL_BY_THE_SPEC = {name for name in RETURNED if name.startswith("stripe_connection_")}
NEWER_CHOICES = {"source": {"BREX", "HUBSPOT", "PAYROLL", "SALESFORCE"}}

NEWER = [*NEWER_STRINGS, *NEWER_OTHERS]
NEWER_RETURNED = [
    "total_credit_memos",
    "credit_memo_applied",
    "credit_memo_available",
    "payment_term_name_display",
    "stripe_connection_invoicing_enabled",
]

WRITABLE = [*STRINGS, *BOOLEANS, *INTEGERS, *CHOICES, "contacts"]


def field(name: str) -> Field:
    return load().fields[name]


def as_written() -> dict[str, Any]:
    """The data file itself."""
    text = (ROOT / "sync" / "contract" / "customers.yaml").read_text(encoding="utf-8")
    fields: dict[str, Any] = yaml.safe_load(text)["fields"]
    return fields


# --- the page ---


def test_the_endpoint_is_the_pages_with_no_slash_at_its_end() -> None:
    assert load().path == "/rr/api/v1/customers"


def test_the_fields_of_the_page_are_all_there_and_nothing_else_is_called_the_pages() -> None:
    of_the_page = {name for name, about in load().fields.items() if about.source == "page"}
    assert of_the_page == {*WRITABLE, *RETURNED}


@pytest.mark.parametrize("name", STRINGS)
def test_a_string_of_the_page_may_be_null_and_has_at_most_250_characters(name: str) -> None:
    about = field(name)
    assert (about.type, about.nullable, about.read_only) == ("string", True, False)
    assert about.max_length == (None if name == "invoice_message" else 250)
    assert about.format == ("email" if name == "email" else "")


@pytest.mark.parametrize(("name", "null"), BOOLEANS.items())
def test_a_boolean_of_the_page_is_null_only_where_the_page_says_so(name: str, null: bool) -> None:
    assert (field(name).type, field(name).nullable, field(name).read_only) == ("boolean", null, False)


@pytest.mark.parametrize(("name", "null"), INTEGERS.items())
def test_an_integer_of_the_page_is_null_only_where_the_page_says_so(name: str, null: bool) -> None:
    assert (field(name).type, field(name).nullable, field(name).read_only) == ("integer", null, False)


@pytest.mark.parametrize(("name", "choices"), CHOICES.items())
def test_a_choice_has_the_pages_values_and_labels(name: str, choices: dict[str, str]) -> None:
    assert field(name).type == "choice"
    assert not field(name).read_only
    newer = NEWER_CHOICES.get(name, set())
    assert {value: label for value, label in field(name).choices.items() if value not in newer} == choices
    assert newer <= set(field(name).choices)


def test_three_fields_are_required() -> None:
    assert [about.name for about in load().fields.values() if about.required] == REQUIRED


def test_the_vendor_type_is_the_only_writable_field_with_a_default() -> None:
    defaults = {about.name: about.default for about in load().writable if about.default is not None}
    assert defaults == {"vendor_type": "vendor"}


def test_a_contact_has_the_pages_six_fields_and_four_that_are_returned() -> None:
    items = field("contacts").items
    assert {name for name, about in items.items() if not about.read_only} == set(CONTACT)
    assert {name: about.type for name, about in items.items() if about.read_only} == CONTACT_RETURNED
    assert {name: items[name].format for name in CONTACT} == dict.fromkeys(CONTACT, "") | {"email": "email"}


@pytest.mark.parametrize(("name", "kind"), RETURNED.items())
def test_what_the_page_only_returns_is_never_sent(name: str, kind: str) -> None:
    about = field(name)
    assert (about.type, about.read_only, about.required) == (kind, True, False)
    assert about.nullable == (name in NULL_WHEN_RETURNED | NULL_BY_THE_SPEC)


# --- the newer spec ---


def test_the_newer_fields_are_there_and_marked_as_such() -> None:
    of_the_spec = {name: about for name, about in load().fields.items() if about.source == "spec"}
    assert {name for name, about in of_the_spec.items() if not about.read_only} == set(NEWER)
    assert {name for name, about in of_the_spec.items() if about.read_only} == set(NEWER_RETURNED)


def test_a_newer_field_is_never_required() -> None:
    assert not any(field(name).required or field(name).default is not None for name in [*NEWER, *NEWER_RETURNED])


def test_what_only_the_spec_says_of_a_field_of_the_page_is_marked_as_such() -> None:
    written = as_written()
    null = {name for name, facts in written.items() if facts.get("known_from", {}).get("nullable") == "spec"}
    assert null == {"vendor_type", "source", "terms", *NULL_BY_THE_SPEC}
    items = written["contacts"]["items"]
    lengths = {name for name, facts in items.items() if facts.get("known_from", {}).get("max_length") == "spec"}
    assert lengths == {name for name in CONTACT if field("contacts").items[name].max_length is not None}


# --- the spec's facts, as data ---

SPEC = json.loads((ROOT / "tests" / "contract" / "customers_spec.json").read_text(encoding="utf-8"))["ContractCustomer"]
OF_A_CUSTOMER = [(name, facts, field(name)) for name, facts in SPEC["properties"].items()]
OF_A_CONTACT = [
    (f"contacts.{name}", facts, field("contacts").items[name])
    for name, facts in SPEC["properties"]["contacts"]["items"]["properties"].items()
]
KINDS = {"array": "list", "number": "decimal", None: "json"}
CARRIED = {"lineage_array"}  # a list of texts, which no column is for: json


def kind_of(name: str, facts: dict[str, Any]) -> str:
    """The contract's word for the spec's type."""
    if name in CARRIED:
        return "json"
    if "enum" in facts:
        return "choice"
    return "datetime" if facts.get("format") == "date-time" else KINDS.get(facts.get("type"), facts.get("type"))


def test_the_contract_has_the_fields_of_the_spec_and_no_other() -> None:
    assert set(load().fields) == set(SPEC["properties"])
    assert set(field("contacts").items) == set(SPEC["properties"]["contacts"]["items"]["properties"])


@pytest.mark.parametrize(
    ("name", "facts", "of_the_contract"),
    [pytest.param(*facts, id=facts[0]) for facts in (*OF_A_CUSTOMER, *OF_A_CONTACT)],
)
def test_a_field_has_the_type_length_choices_and_nullability_of_the_spec(
    name: str, facts: dict[str, Any], of_the_contract: Field
) -> None:
    assert of_the_contract.type == kind_of(name, facts)
    assert of_the_contract.max_length == facts.get("maxLength")
    assert of_the_contract.nullable == facts.get("nullable", False)
    assert of_the_contract.read_only == facts.get("readOnly", False)
    assert of_the_contract.default == facts.get("default")
    assert [*of_the_contract.choices, *([""] if of_the_contract.blank else [])] == facts.get("enum", [])
    assert of_the_contract.format == ("email" if facts.get("format") == "email" else "")


# --- what is made of it ---


def test_a_body_may_hold_every_writable_field_but_the_lineage() -> None:
    assert {about.name for about in load().writable} == {*WRITABLE, *NEWER} - {"lineage_array"}


def test_every_put_needs_the_required_fields_and_the_one_that_the_server_would_reset() -> None:
    assert {about.name for about in load().needed} == {*REQUIRED, "vendor_type"}


def test_the_totals_are_the_pages_seven_in_its_order() -> None:
    assert [about.name for about in load().totals] == TOTALS


def test_a_column_can_be_for_every_writable_field_with_values_of_a_known_kind() -> None:
    unmappable = {name for name, about in load().fields.items() if not about.mappable and not about.read_only}
    assert unmappable == {"contacts", "invoice_labels", "lineage_array"}
    assert not any(field(name).mappable for name in RETURNED)


def test_a_target_leads_to_its_field_or_to_its_contacts_field() -> None:
    assert load().field_of(Target("terms")) is field("terms")
    assert load().field_of(Target("contacts", 2, "email")) is field("contacts").items["email"]
    with pytest.raises(KeyError):
        load().field_of(Target("term"))


def test_tax_numbers_are_marked_as_sensitive() -> None:
    sensitive = {name for name, about in load().fields.items() if about.sensitive}
    assert sensitive == {"business_id_ssn", "vat_number", "withholding_tax_id"}


# Words that are names of fields and mean something else in the code.
OTHER_MEANINGS = {
    "id": "the usual name of the role: what addresses a record",
    "name": "an attribute in a workbook's XML",
    "currency": "a kind of number format",
    "email": "the format of a text",
    "state": "how far a row or a run is",
    "status": "what became of a row",
}


def test_no_module_holds_a_second_list_of_fields() -> None:
    known = (load().fields.keys() | field("contacts").items.keys()) - OTHER_MEANINGS.keys()
    found = []
    for path, tree in TREES.items():
        if "sandbox" in path.parts:
            continue  # the stand-in has the API's part: its tables name some columns
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and node.value in known:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}")
    assert found == []
