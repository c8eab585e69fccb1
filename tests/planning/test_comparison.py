"""When two values are the same, and whether a record holds what was sent."""

from decimal import Decimal
from typing import Any

import pytest

from sync.contract.load import load
from sync.model import MISSING, Change, ChangeKind
from sync.planning.comparison import is_held, is_held_once_sent, is_the_same, not_held, side_effects, with_ids
from tests.support.fault_records import contact, customer

Record = dict[str, Any]
CUSTOMERS = load()
EMAIL = CUSTOMERS.fields["email"]


@pytest.mark.parametrize(
    ("stored", "value"),
    [
        ("x", "x"),
        (" x ", "x"),
        ("x\u00a0", "x"),
        ("x\u00a0y", "x y"),
        ("x\u202fy", "x\u2009y"),
        ("x\r\ny", "x\ny"),
        ("Caffe\u0300", "Caffè"),
        (None, None),
        (5, 5),
        (True, True),
    ],
)
def test_a_value_that_the_api_stores_trimmed_or_in_another_form_is_held(stored: object, value: object) -> None:
    assert is_held(value, stored)


@pytest.mark.parametrize(
    ("stored", "value"),
    [
        ("", None),
        (None, ""),
        ("x", "X"),
        ("x  y", "x y"),
        (1, True),
        (0, False),
        (True, 1),
        (MISSING, None),
        (MISSING, ""),
    ],
)
def test_two_values_that_the_api_tells_apart_are_two(stored: object, value: object) -> None:
    assert not is_held(value, stored)


def test_an_amount_is_held_however_it_is_written() -> None:
    assert is_held(5, Decimal("5.0"))


@pytest.mark.parametrize(
    ("value", "stored", "held"),
    [(17, "17", True), ("17", 17, True), ("12.50", Decimal("12.50"), True), ("017", 17, False), (17, "017", False)],
)
def test_a_number_is_held_as_a_text_of_its_digits(value: object, stored: object, held: bool) -> None:
    assert is_held(value, stored) is held


def test_an_address_in_lower_case_is_held_once_it_has_been_sent_and_is_an_edit_before() -> None:
    assert is_held_once_sent("Ada@Example.com", "ada@example.com", EMAIL)
    assert not is_held("Ada@Example.com", "ada@example.com")
    assert not is_held_once_sent("Ada", "ada", CUSTOMERS.fields["name"])


@pytest.mark.parametrize(("value", "stored"), [("", None), (None, "")])
def test_no_value_and_an_empty_text_are_the_same_once_sent(value: object, stored: object) -> None:
    assert is_held_once_sent(value, stored, CUSTOMERS.fields["notes"])
    assert not is_held_once_sent(value, MISSING, CUSTOMERS.fields["notes"])


def body_with(*contacts: Record, **fields: Any) -> Record:
    return {"terms": "net_45", "contacts": list(contacts), **fields}


def edit(field: str, after: Any, item_id: Any = None, kind: ChangeKind = ChangeKind.EDIT) -> Change:
    return Change(field, "before", after, item_id, kind)


def missing(changes: list[Change], body: Record, record: Record) -> list[str]:
    return [change.field for change in not_held(changes, body, record, CUSTOMERS)]


def test_what_a_record_does_not_hold_is_told() -> None:
    changes = [edit("terms", "net_45"), edit("notes", None), edit("city", " Salem ")]
    assert missing(changes, {}, customer(7, terms="net_45", city="Salem")) == ["notes"]
    assert missing(changes, {}, {"terms": "net_30", "notes": None}) == ["terms", "city"]


def test_the_very_contact_has_to_hold_it() -> None:
    """Two contacts whose addresses the sheet swaps: an API that ignores that has all the same addresses."""
    first, second = contact(1, email="b@example.com"), contact(2, email="a@example.com")
    changes = [edit("contacts[1].email", "b@example.com", 1), edit("contacts[2].email", "a@example.com", 2)]
    body = body_with(first, second)
    assert missing(changes, body, {"contacts": [second, first]}) == []
    ignored = {"contacts": [contact(1, email="a@example.com"), contact(2, email="b@example.com")]}
    assert missing(changes, body, ignored) == ["contacts[1].email", "contacts[2].email"]


def test_contacts_to_which_the_api_gives_new_ids_are_known_by_what_was_sent_for_them() -> None:
    body = body_with(contact(1, email="new@example.com"), contact(2, email="b@example.com"))
    changes = [edit("contacts[1].email", "new@example.com", 1)]
    answer = {"contacts": [contact(11, email="new@example.com"), contact(12, email="b@example.com")]}
    assert missing(changes, body, answer) == []
    assert [change.item_id for change in with_ids(changes, body, answer, CUSTOMERS)] == [11]
    other = {"contacts": [contact(11, email="old@example.com"), contact(12, email="b@example.com")]}
    assert missing(changes, body, other) == ["contacts[1].email"]


def test_an_appended_contact_is_one_with_a_new_id() -> None:
    """Not one that was there before and happens to hold the same."""
    body = body_with(contact(1, email="new@example.com"), {"email": "new@example.com"})
    changes = [edit("contacts[2].email", "new@example.com", kind=ChangeKind.NEW_ITEM)]
    assert missing(changes, body, {"contacts": [contact(1, email="new@example.com")]}) == ["contacts[2].email"]
    answer = {"contacts": [contact(1, email="new@example.com"), contact(9, email="NEW@example.com")]}
    assert missing(changes, body, answer) == []
    assert with_ids(changes, body, answer, CUSTOMERS)[0].item_id == 9


def test_a_contact_that_an_earlier_put_appended_is_held_by_its_id() -> None:
    """Else it drops out of the row's changes when the rest has to be sent again, and no undo removes it."""
    earlier = edit("contacts[2].name", "Bob", 9, ChangeKind.NEW_ITEM)
    later = edit("contacts[3].name", "Cee", kind=ChangeKind.NEW_ITEM)
    body = body_with(contact(1), contact(9, name="Bob"), {"name": "Cee"})
    answer = {"contacts": [contact(1), contact(9, name="Bob"), contact(10, name="Cee")]}
    assert missing([earlier, later], body, answer) == []
    assert [change.item_id for change in with_ids([earlier, later], body, answer, CUSTOMERS)] == [9, 10]
    assert missing([earlier], body, {"contacts": [contact(1)]}) == ["contacts[2].name"]


def test_a_removed_contact_must_be_gone_or_deleted() -> None:
    changes = [edit("contacts[1].email", None, 1, ChangeKind.REMOVED_ITEM)]
    assert missing(changes, body_with(), {"contacts": [contact(1)]}) == ["contacts[1].email"]
    assert missing(changes, body_with(), {"contacts": [contact(1, is_deleted=True)]}) == []
    assert missing(changes, body_with(), {"contacts": []}) == []


def test_an_answer_without_contacts_holds_none() -> None:
    changes = [edit("contacts[1].email", "new@example.com", 1)]
    assert missing(changes, body_with(contact(1, email="new@example.com")), {"terms": "net_45"}) == [
        "contacts[1].email"
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ([{"id": 1, "tags": ["a", None]}], [{"tags": ["a", None], "id": 1}], True),
        ([{"id": 1, "is_main": False}], [{"id": 1, "is_main": 0}], False),
        ({"of": [1, 2]}, {"of": [True, 2]}, False),
        ([1, 2], [1, 2, 3], False),
        ([], {}, False),
    ],
)
def test_what_two_values_hold_is_the_same_to_the_letter_or_they_are_not(one: object, other: object, same: bool) -> None:
    assert is_the_same(one, other) is same


def test_fields_that_come_back_otherwise_than_they_were_sent_are_named() -> None:
    body = {"notes": "new", "status": "ACTIVE", "city": "Springfield", "email": "A@example.com"}
    answer = {"notes": "new", "status": "INACTIVE", "city": " Springfield ", "email": "a@example.com"}
    assert side_effects(body, answer, CUSTOMERS) == ["status"]


@pytest.mark.parametrize(
    ("answered", "is_one"),
    [
        ([contact(1, email="a@example.com"), contact(2, email="b@example.com")], False),
        ([contact(2, email="b@example.com"), contact(1, email="a@example.com")], False),
        ([contact(11, email="a@example.com"), contact(12, email="b@example.com")], False),
        ([contact(1, email="A@example.com "), contact(2, email="b@example.com")], False),
        ([contact(1, email="a@example.com"), contact(2, email="b@example.com"), contact(3, is_deleted=True)], False),
        ([contact(1, email="a@example.com")], True),
        ([contact(1, email="a@example.com"), contact(2, email="c@example.com")], True),
        ([contact(1, email="a@example.com"), contact(2, email="b@example.com"), contact(3)], True),
    ],
)
def test_what_becomes_of_contacts_that_nobody_edited_is_watched(answered: list[Record], is_one: bool) -> None:
    body = body_with(contact(1, email="a@example.com"), contact(2, email="b@example.com"))
    assert side_effects(body, {"contacts": answered}, CUSTOMERS) == (["contacts"] if is_one else [])


def test_twins_to_which_the_api_gives_new_ids_are_two() -> None:
    body = body_with(contact(1, email="a@example.com"), contact(2, email="a@example.com"))
    answer = {"contacts": [contact(11, email="a@example.com"), contact(12, email="a@example.com")]}
    assert side_effects(body, answer, CUSTOMERS) == []


# --- an API that gives contacts no ids ---

A, B = contact(0, id=None, email="a@example.com"), contact(0, id=None, email="b@example.com")


def test_contacts_without_ids_are_known_by_their_number() -> None:
    changes = [edit("contacts[1].email", "a@example.com"), edit("contacts[2].email", "b@example.com")]
    body = body_with(A, B)
    assert missing(changes, body, {"contacts": [A, B]}) == []
    ignored = {"contacts": [dict(A, email="old@example.com"), B]}
    assert missing(changes, body, ignored) == ["contacts[1].email"]
    assert side_effects(body, {"contacts": [A, B]}, CUSTOMERS) == []


@pytest.mark.parametrize("strange", [[], {}])
def test_a_contact_with_an_id_that_cannot_be_one_is_known_by_its_number(strange: object) -> None:
    """A list in its place ended each run with an unexpected error."""
    changes = [edit("contacts[1].email", "a@example.com")]
    body = body_with(dict(A, id=strange))
    assert missing(changes, body, {"contacts": [dict(A, id=strange)]}) == []
    assert missing(changes, body, {"contacts": [dict(A, id=strange, email="old@example.com")]}) == ["contacts[1].email"]


def test_a_contact_that_is_appended_to_others_without_ids_is_the_last_one() -> None:
    changes = [edit("contacts[2].email", "b@example.com", kind=ChangeKind.NEW_ITEM)]
    body = body_with(A, {"email": "b@example.com"})
    assert missing(changes, body, {"contacts": [A, B]}) == []
    assert missing(changes, body, {"contacts": [A]}) == ["contacts[2].email"]


def test_a_contact_without_an_id_that_was_removed_must_not_be_one_more_than_was_sent() -> None:
    changes = [edit("contacts[2].email", None, kind=ChangeKind.REMOVED_ITEM)]
    assert missing(changes, body_with(A), {"contacts": [A]}) == []
    assert missing(changes, body_with(A), {"contacts": [A, B]}) == ["contacts[2].email"]
