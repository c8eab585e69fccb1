"""The API's words on a body that it refused, said of the sheet's own columns and cells."""

import json
from typing import Any

import pytest

from sync.contract.load import load
from sync.model import Record
from sync.planning.refusals import explain

CUSTOMERS = load()
COLUMNS = {
    "email": ("E-Mail", "nobody"),
    "terms": ("Payment Terms", "Net 30"),
    "contacts[1].email": ("Contact E-Mail", "first"),
    "contacts[2].email": ("Second E-Mail", "second"),
}


def name(target: str) -> tuple[str, str]:
    return COLUMNS.get(target, ("", ""))


def said(body: Any, sent: Record | None = None) -> list[tuple[str, str, str]]:
    """Column, value and words of each problem."""
    text = body if isinstance(body, str) else json.dumps(body)
    found = explain(12, text, sent or {}, CUSTOMERS, name)
    assert all((problem.row, problem.kind) == (12, "refused_by_api") and problem.remedy for problem in found)
    return [(problem.column, problem.value, problem.problem) for problem in found]


def test_a_fields_words_are_said_of_its_column_and_cell() -> None:
    assert said({"email": ["Enter a valid email address."]}) == [("E-Mail", "nobody", "Enter a valid email address.")]


def test_several_words_and_several_fields_are_all_said() -> None:
    assert said({"email": ["One.", "Two."], "terms": ["Three."]}) == [
        ("E-Mail", "nobody", "One. Two."),
        ("Payment Terms", "Net 30", "Three."),
    ]


def test_words_outside_a_list_are_said_too() -> None:
    assert said({"terms": "No."}) == [("Payment Terms", "Net 30", "No.")]


def test_the_objects_of_a_list_are_told_apart_by_their_place() -> None:
    assert said({"contacts": [{}, {"email": ["Enter a valid email address."]}]}) == [
        ("Second E-Mail", "second", "Enter a valid email address.")
    ]


def test_the_objects_of_a_list_may_be_numbered_from_nought() -> None:
    assert said({"contacts": {"0": {"email": ["No."]}, "1": {"email": ["Nor this."]}}}) == [
        ("Contact E-Mail", "first", "No."),
        ("Second E-Mail", "second", "Nor this."),
    ]


def test_contacts_have_the_numbers_by_which_a_person_counts_them() -> None:
    sent = {"contacts": [{"id": 2}, {"id": 1}, {"email": "third"}]}
    words = {"contacts": [{"email": ["Of the second."]}, {"email": ["Of the first."]}, {"email": ["Of the third."]}]}
    assert said(words, sent) == [
        ("Second E-Mail", "second", "Of the second."),
        ("Contact E-Mail", "first", "Of the first."),
        ("", "", "Billing Contact 3 Email: Of the third."),
    ]


def test_words_on_a_list_as_a_whole_name_the_field() -> None:
    assert said({"contacts": {"non_field_errors": ["Expected a list."]}}) == [
        ("", "", "contacts.non_field_errors: Expected a list.")
    ]
    assert said({"contacts": ["Expected a list."]}) == [("", "", "Billing Contact: Expected a list.")]


def test_words_on_the_body_as_a_whole_are_of_the_row() -> None:
    assert said({"non_field_errors": ["The terms and the source do not agree."]}) == [
        ("", "", "The terms and the source do not agree.")
    ]


def test_a_field_without_a_column_is_named() -> None:
    assert said({"customer": ["Invalid pk."]}) == [("", "", "Tenant: Invalid pk.")]
    assert said({"contacts": [{"phone_number": ["No."]}]}) == [("", "", "Billing Contact 1 Phone Number: No.")]


@pytest.mark.parametrize(
    "text",
    ["<html><body><h1>Bad gateway</h1></body></html>", "", "null", "[]", '["a"]', '"text"', "17", '{"email": [',
     '{"detail": "Invalid token."}', "{}", '{"contacts": [{}, {}]}', "[" * 100_000],
)  # fmt: skip
def test_an_answer_of_another_form_is_no_problem_of_a_cell(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize("value", [None, 17, True, [None], [[]], {"a": {"b": ["c"]}}, [{"email": None}], {}])
def test_no_answer_brings_the_program_down(value: object) -> None:
    said({"email": value})
