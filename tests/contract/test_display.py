"""How fields and values read for a person."""

from decimal import Decimal
from typing import Any

import pytest

from sync.contract.display import Display, cell_text, value_text
from sync.contract.load import load
from sync.model import MISSING, Change

HEADERS = {"terms": "Payment\n Terms", "contacts[1].email": "Billing Contact Email"}


@pytest.fixture(scope="module")
def display() -> Display:
    return Display(load(), HEADERS, {"customer": 42})


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("terms", "Payment Terms"),  # the sheet's header, its line break a blank
        ("zip_code", "Zip Code"),  # no column: the resource's label
        ("contacts[1].email", "Billing Contact Email"),
        ("contacts[2].email", "Billing Contact 2 Email"),
        ("customer", "Tenant (constant)"),
        ("no_such_field", "no_such_field"),
        ("not a target", "not a target"),
    ],
)
def test_a_field_is_called_by_the_sheet_s_header_or_by_its_label(display: Display, target: str, name: str) -> None:
    assert display.name(target) == name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("net_45", "Net 45"), ("net_46", "net_46"), (None, "(empty)"), ("", "(empty)"),
        (MISSING, "(not in the record)"), (True, "yes"), (False, "no"), (7, "7"), (Decimal("1.50"), "1.50"),
        ([1, "a"], '[1, "a"]'),
    ],
)  # fmt: skip
def test_a_value_reads_as_its_label_and_one_that_is_empty_as_empty(display: Display, value: Any, text: str) -> None:
    assert display.value("terms", value) == text


def test_a_change_is_one_line(display: Display) -> None:
    assert display.change(Change("terms", "net_30", None)) == "Payment Terms: Net 30 → (empty)"
    assert display.change(Change("terms", "", None)) == "Payment Terms: (empty text) → (empty)"


def test_without_a_field_a_value_stands_for_itself() -> None:
    assert value_text("net_45") == "net_45"


@pytest.mark.parametrize(
    ("value", "text"),
    [("net_45", "Net 45"), (None, ""), (MISSING, ""), ("", ""), ("net_46", None), ([], None), ({}, None)],
)
def test_a_cell_shows_a_value_as_an_export_does_or_not_at_all(display: Display, value: Any, text: str | None) -> None:
    assert cell_text(value, display.field("terms")) == text
