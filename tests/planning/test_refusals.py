"""The API's words on a body that it refused, said of the sheet's own columns and cells."""

import json
from typing import Any

import pytest

from sync.model import Record
from sync.planning.refusals import explain
from tests.support.given import row_of

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
    found = explain(row_of(number=12), text, sent or {}, name)
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


def test_a_contact_that_is_deleted_has_no_column_and_those_behind_it_move_up() -> None:
    sent = {"contacts": [{"id": 1, "is_deleted": True}, {"id": 2, "email": "first"}]}
    words = {"contacts": [{"email": ["Of the deleted one."]}, {"email": ["No."]}]}
    assert said(words, sent)[1] == ("Contact E-Mail", "first", "No.")


def test_words_on_a_list_as_a_whole_name_the_field() -> None:
    assert said({"contacts": {"non_field_errors": ["Expected a list."]}}) == [
        ("", "", "contacts.non_field_errors: Expected a list.")
    ]
    assert said({"contacts": ["Expected a list."]}) == [("", "", "contacts: Expected a list.")]


def test_words_on_the_body_as_a_whole_are_of_the_row() -> None:
    assert said({"non_field_errors": ["The terms and the source do not agree."]}) == [
        ("", "", "The terms and the source do not agree.")
    ]


def test_a_field_without_a_column_is_named() -> None:
    assert said({"customer": ["Invalid pk."]}) == [("", "", "customer: Invalid pk.")]
    assert said({"contacts": [{"phone_number": ["No."]}]}) == [("", "", "contacts[1].phone_number: No.")]


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
