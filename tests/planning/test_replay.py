"""Updates held to what was planned or written: an apply sends what its preview showed, an undo puts back its run."""

import copy
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.contract.load import load
from sync.model import MISSING, Change, ChangeKind
from sync.planning.replay import Replay, build_planned
from sync.planning.undo import build_undo
from sync.planning.update import PlannedUpdate, build_update
from tests.support.fault_records import WRITABLE, contact, customer, put
from tests.support.given import edit_of, named

Record = dict[str, Any]
CUSTOMERS = load()
NEW, REMOVED = ChangeKind.NEW_ITEM, ChangeKind.REMOVED_ITEM
TERMS = Change("terms", "net_30", "net_45")
NOTES = Change("notes", "note 7", "new")
EMAIL = Change("contacts[2].email", "contact2.7@example.com", "new@example.com", 72)
APPENDED = [
    Change("contacts[3].email", MISSING, "third@example.com", kind=NEW),
    Change("contacts[3].name", MISSING, "Third Contact", kind=NEW),
]
THIRD = {"email": "third@example.com", "name": "Third Contact"}


def apply(
    planned: Iterable[Change], record: Record, constants: Record | None = None, sent: Record | None = None
) -> PlannedUpdate:
    return build_planned(Replay(record, tuple(planned), CUSTOMERS, constants or {}, unnamed, sent), "previewed")


def undo(
    written: Iterable[Change], record: Record, constants: Record | None = None, sent: Record | None = None
) -> PlannedUpdate:
    return build_undo(Replay(record, tuple(written), CUSTOMERS, constants or {}, unnamed, sent))


def unnamed(target: str) -> tuple[str, str]:
    """The sheet has no column for anything."""
    return "", ""


def writable(record: Record) -> Record:
    return {name: copy.deepcopy(record[name]) for name in WRITABLE if name in record}


def written(changes: Iterable[Change], record: Record) -> Record:
    """The record after a PUT of these changes, by the server's own rules."""
    after, errors = put(record, apply(changes, record).body)
    assert errors == {}
    return after


# --- apply ---


def test_an_apply_sends_what_its_preview_showed() -> None:
    record = customer(7)
    found = apply([TERMS, NOTES], record)
    assert found.body == writable(record) | {"terms": "net_45", "notes": "new"}
    assert found.changes == (TERMS, NOTES)
    assert found.conflict == ""


def test_an_apply_keeps_what_others_have_done_to_other_fields() -> None:
    found = apply([TERMS], customer(7, city="Salem", status="INACTIVE"))
    assert found.changes == (TERMS,)
    assert (found.body["city"], found.body["status"]) == ("Salem", "INACTIVE")


def test_an_apply_does_not_send_what_is_there_already() -> None:
    found = apply([TERMS, NOTES], customer(7, notes=" new "))
    assert found.changes == (TERMS,)
    assert apply([TERMS], customer(7, terms="net_45")).changes == ()
    assert apply([TERMS], customer(7, terms="net_45")).conflict == ""


def test_an_apply_sends_nothing_of_a_row_with_a_field_that_is_now_something_else() -> None:
    found = apply([TERMS, NOTES], customer(7, terms="net_60"))
    assert found.changes == ()
    assert found.body == {}
    assert found.conflict == (
        "Changed by somebody since it was previewed, so it is not overwritten: "
        "Payment Terms was “Net 30” when previewed, is “Net 45” in the sheet and “Net 60” in Campfire now."
    )


def test_a_constant_that_somebody_has_changed_is_said_to_be_the_mappings() -> None:
    constant = Change("city", "Springfield", "Ulm", kind=ChangeKind.CONSTANT)
    found = apply([TERMS, constant], customer(7, city="Bonn"), constants={"city": "Ulm"})
    assert "is “Ulm” in the mapping and “Bonn” in Campfire now" in found.conflict


def test_an_apply_whose_field_has_gone_or_has_come_is_a_conflict() -> None:
    without = {name: value for name, value in customer(7).items() if name != "terms"}
    assert "and (not in the record) in Campfire now" in apply([TERMS], without).conflict
    assert "was (not in the record)" in apply([Change("terms", MISSING, "net_45")], customer(7)).conflict


def test_an_apply_makes_no_change_by_constants_that_the_preview_did_not_show() -> None:
    found = apply([TERMS], customer(7, source="MANUAL"), {"source": "BILL", "customer": 43})
    assert (found.body["source"], found.body["customer"]) == ("MANUAL", 42)
    assert found.changes == (TERMS,)


def test_an_apply_fills_in_by_constants_what_the_record_does_not_show() -> None:
    record = {name: value for name, value in customer(7).items() if name != "customer"}
    assert apply([TERMS], record, {"customer": 42}).body["customer"] == 42


def test_an_apply_follows_a_contact_to_its_new_place() -> None:
    record = customer(7)
    record["contacts"].reverse()
    found = apply([EMAIL], record)
    assert [contact["email"] for contact in found.body["contacts"]] == ["new@example.com", "contact1.7@example.com"]


def test_an_apply_does_not_write_to_the_contact_that_stands_in_the_place_of_one_that_has_gone() -> None:
    record = customer(7)
    record["contacts"][1] = dict(record["contacts"][1], id=99)
    found = apply([EMAIL], record)
    assert found.changes == ()
    assert found.conflict.endswith(
        "Billing Contact 2 Email was “contact2.7@example.com” when previewed, is “new@example.com” in the sheet and "
        "(not in the record) in Campfire now."
    )


def test_an_apply_appends_a_contact_only_where_the_preview_saw_its_place() -> None:
    assert apply(APPENDED, customer(7)).body["contacts"] == [*customer(7)["contacts"], THIRD]
    one_more = customer(7)
    one_more["contacts"].append(dict(one_more["contacts"][0], id=99))
    assert apply(APPENDED, one_more).conflict
    one_less = customer(7)
    del one_less["contacts"][0]
    assert apply(APPENDED, one_less).conflict


@pytest.mark.parametrize("shown", [MISSING, None, "two"])
def test_an_apply_does_not_replace_contacts_that_the_api_no_longer_shows(shown: object) -> None:
    record = customer(7, contacts=shown)
    if shown is MISSING:
        del record["contacts"]
    found = apply([Change("contacts[1].email", MISSING, "first@example.com", kind=NEW)], record)
    assert found.conflict
    assert found.changes == ()


def test_a_contact_that_was_added_and_edited_by_somebody_is_not_added_again() -> None:
    """The answer was lost; since then the new contact was edited, and another one was deleted."""
    before = customer(7)
    sent = apply(APPENDED, before).body
    record, _ = put(before, sent)
    record["contacts"][-1]["email"] = "by.somebody@example.com"
    record["contacts"].pop(0)
    found = apply(APPENDED, record, sent=sent)
    assert (found.changes, found.body) == ((), {})
    assert found.conflict


# --- undo ---


def test_an_undo_puts_back_what_was_there() -> None:
    record = customer(7)
    found = undo([TERMS, NOTES, EMAIL], written([TERMS, NOTES, EMAIL], record))
    assert found.body == writable(record)
    assert found.conflict == ""
    assert [(change.field, change.before, change.after) for change in found.changes] == [
        ("terms", "net_45", "net_30"),
        ("notes", "new", "note 7"),
        ("contacts[2].email", "new@example.com", "contact2.7@example.com"),
    ]


def test_an_undo_leaves_and_names_what_somebody_has_changed_since_and_puts_back_the_rest() -> None:
    after = written([TERMS, NOTES], customer(7)) | {"terms": "net_60"}
    found = undo([TERMS, NOTES], after)
    assert found.body["terms"] == "net_60"
    assert found.body["notes"] == "note 7"
    assert [change.field for change in found.changes] == ["notes"]
    assert found.conflict == (
        "Changed by somebody since the run, so it is left as it is: "
        "Payment Terms was “Net 30” before the run, “Net 45” after it, and is “Net 60” in Campfire now."
    )


def test_nobody_is_said_to_have_changed_since_a_run_what_the_record_no_longer_shows() -> None:
    """The API shows a field no more, or gives its contacts other ids at each write of anybody."""
    after = written([TERMS, NOTES, EMAIL], customer(7)) | {"terms": "net_60"}
    del after["notes"]
    after["contacts"] = [item | {"id": item["id"] + 800} for item in after["contacts"]]
    found = undo([TERMS, NOTES, EMAIL], after)
    assert found.changes == ()
    assert found.conflict == (
        "Changed by somebody since the run, so it is left as it is: "
        "Payment Terms was “Net 30” before the run, “Net 45” after it, and is “Net 60” in Campfire now. "
        "Campfire does not show it any more, so it is left as it is: "
        "Notes was “note 7” before the run, “new” after it, and is (not in the record) in Campfire now. "
        "The contact is not in the record any more, or has another id, so it is left as it is: "
        "Billing Contact 2 Email was “contact2.7@example.com” before the run, “new@example.com” after it, and is "
        "(not in the record) in Campfire now."
    )


def test_nobody_is_said_to_have_changed_since_a_preview_what_the_record_no_longer_shows() -> None:
    record = customer(7)
    del record["notes"]
    assert apply([NOTES], record).conflict == (
        "Campfire does not show it any more, so it is left as it is: "
        "Notes was “note 7” when previewed, is “new” in the sheet and (not in the record) in Campfire now."
    )


def test_an_undo_keeps_what_others_have_done_to_other_fields() -> None:
    found = undo([TERMS], written([TERMS], customer(7)) | {"city": "Salem"})
    assert found.body["city"] == "Salem"


def test_an_undo_of_what_is_put_back_already_is_nothing_to_do() -> None:
    found = undo([TERMS, NOTES], customer(7))
    assert (found.changes, found.conflict) == ((), "")


def test_an_undo_tells_null_from_an_empty_text() -> None:
    cleared = Change("notes", "", None)
    found = undo([cleared], customer(7, notes=None))
    assert found.body["notes"] == ""
    assert undo([cleared], customer(7, notes="")).changes == ()


def test_an_api_that_stores_null_for_an_empty_text_is_nobody() -> None:
    note = Change("notes", "", "new")
    assert [change.after for change in apply([note], customer(7, notes=None)).changes] == ["new"]
    found = undo([note], customer(7, notes=None))
    assert (found.changes, found.conflict) == ((), "")


def test_two_contacts_that_were_appended_without_ids_are_both_removed() -> None:
    contacts = [contact(0, id=None, name=name) for name in ("Ada", "Bob", "Cee")]
    added = [Change(f"contacts[{n}].name", MISSING, name, kind=NEW) for n, name in ((2, "Bob"), (3, "Cee"))]
    found = undo(added, customer(7, contacts=contacts))
    assert [each["name"] for each in found.body["contacts"]] == ["Ada"]
    assert found.conflict == ""


def test_a_field_that_the_record_did_not_have_cant_be_put_back_and_is_named() -> None:
    found = undo([Change("dba", MISSING, "Widgets"), TERMS], customer(7, dba="Widgets", terms="net_45"))
    assert found.body["dba"] == "Widgets"
    assert [change.field for change in found.changes] == ["terms"]
    assert "Doing Business As was (not in the record)" in found.conflict


def test_an_undo_makes_no_change_by_constants() -> None:
    found = undo([TERMS], customer(7, terms="net_45"), {"source": "BILL"})
    assert found.body["source"] == "MANUAL"


def test_an_undo_follows_a_contact_to_its_new_place() -> None:
    after = written([EMAIL], customer(7))
    after["contacts"].reverse()
    found = undo([EMAIL], after)
    assert [contact["email"] for contact in found.body["contacts"]] == [
        "contact2.7@example.com",
        "contact1.7@example.com",
    ]


def test_an_undo_leaves_a_contact_that_has_gone() -> None:
    after = written([EMAIL, TERMS], customer(7))
    del after["contacts"][1]
    found = undo([EMAIL, TERMS], after)
    assert found.body["contacts"] == after["contacts"]
    assert [change.field for change in found.changes] == ["terms"]
    assert "Billing Contact 2 Email" in found.conflict


def test_an_appended_contact_goes_again() -> None:
    after = written(APPENDED, customer(7))
    found = undo(APPENDED, after)
    assert found.body["contacts"] == customer(7)["contacts"]
    assert found.conflict == ""
    assert {(change.item_id, change.kind) for change in found.changes} == {(after["contacts"][2]["id"], REMOVED)}


@pytest.mark.parametrize("shown", [None, "two"])
def test_a_contact_that_was_taken_out_is_not_put_back_over_contacts_that_the_api_does_not_show(shown: object) -> None:
    after = written(APPENDED, customer(7))
    removed = undo(APPENDED, after).changes
    found = undo([*removed, TERMS], customer(7, terms="net_45", contacts=shown))
    assert "contacts" not in found.body
    assert [change.field for change in found.changes] == ["terms"]
    assert "Billing Contact 3 Email" in found.conflict


def test_an_appended_contact_goes_again_wherever_it_is_by_now() -> None:
    after = written(APPENDED, customer(7))
    after["contacts"] = [after["contacts"][2], after["contacts"][0]]
    assert undo(APPENDED, after).body["contacts"] == [after["contacts"][1]]


def test_an_appended_contact_that_has_gone_already_is_nothing_to_do() -> None:
    found = undo(APPENDED, customer(7))
    assert (found.changes, found.conflict) == ((), "")


def test_an_appended_contact_to_which_somebody_has_added_something_stays_and_is_named() -> None:
    after = written(APPENDED, customer(7))
    after["contacts"][2]["phone_number"] = "+1 202 555 0199"
    found = undo([*APPENDED, TERMS], after | {"terms": "net_45"})
    assert found.body["contacts"] == after["contacts"]
    assert [change.field for change in found.changes] == ["terms"]
    assert "Billing Contact 3 Email" in found.conflict


def test_a_contact_whose_addition_was_never_answered_is_named_once_it_is_edited_and_others_have_gone() -> None:
    """It has another number by then, and no id by which to know it."""
    edited = contact(99, **THIRD | {"email": "boss@example.com"})
    found = undo(APPENDED, customer(7, contacts=[edited]))
    assert found.changes == ()
    three = "was (not in the record) before the run, “third@example.com” after it, and is “boss@example.com” in"
    assert three in found.conflict


def test_another_contact_that_looks_the_same_stays() -> None:
    after = written(APPENDED, customer(7))
    after["contacts"].append(dict(after["contacts"][2], id=99))
    assert len(undo(APPENDED, after).body["contacts"]) == 3


def test_an_undo_does_not_pass_over_an_appended_contact_that_the_api_does_not_show() -> None:
    after = {name: value for name, value in written(APPENDED, customer(7)).items() if name != "contacts"}
    found = undo(APPENDED, after)
    assert found.changes == ()
    assert "Billing Contact 3 Email" in found.conflict


def test_the_undo_of_an_undo_appends_the_contact_again() -> None:
    record = written(APPENDED, customer(7))
    taken_out = undo(APPENDED, record)
    without, _ = put(record, taken_out.body)
    again = undo(taken_out.changes, without)
    assert again.body["contacts"] == [*customer(7)["contacts"], THIRD]
    assert {change.kind for change in again.changes} == {NEW}
    assert undo(taken_out.changes, record).changes == ()


def test_an_appended_contact_is_known_by_the_id_that_the_api_has_given_it() -> None:
    known = [replace(change, item_id=99) for change in APPENDED]
    twin, own = contact(98, **THIRD), contact(99, **THIRD)
    assert undo(known, customer(7, contacts=[twin, own])).body["contacts"] == [twin]
    changed = undo(known, customer(7, contacts=[contact(99, **THIRD, phone_number="555 0100")]))
    assert changed.changes == ()
    assert "Billing Contact 3 Email" in changed.conflict


def test_an_undo_of_an_address_that_the_api_stores_in_lower_case_puts_it_back() -> None:
    change = Change("email", "billing7@example.com", "New@Example.com")
    found = undo([change], customer(7, email="new@example.com"))
    assert (found.body["email"], found.conflict) == ("billing7@example.com", "")


# --- after a request whose answer was lost ---


def test_a_lost_request_that_arrived_leaves_nothing_to_send() -> None:
    body = apply([TERMS, NOTES, *APPENDED], customer(7)).body
    after, _ = put(customer(7), body)
    found = apply([TERMS, NOTES, *APPENDED], after, sent=body)
    assert (found.changes, found.conflict) == ((), "")


def test_an_appended_contact_that_was_sent_again_under_its_id_is_nobody_elses_under_a_new_one() -> None:
    known = [replace(change, item_id=99) for change in APPENDED]
    body = {"contacts": [contact(99, **THIRD)]}
    assert apply(known, customer(7, contacts=[contact(120, **THIRD)]), sent=body).conflict == ""


def test_a_lost_request_that_did_not_arrive_is_built_anew() -> None:
    body = apply([TERMS, *APPENDED], customer(7)).body
    found = apply([TERMS, *APPENDED], customer(7, city="Salem"), sent=body)
    assert found.body == body | {"city": "Salem"}


def test_a_field_that_somebody_wrote_after_a_lost_request_is_not_overwritten() -> None:
    body = apply([TERMS, NOTES], customer(7)).body
    after, _ = put(customer(7), body)
    found = apply([TERMS, NOTES], after | {"terms": "net_90"}, sent=body)
    assert (found.body, found.changes) == ({}, ())
    assert (
        "Payment Terms was “Net 30” when previewed, is “Net 45” in the sheet and “Net 90” in Campfire now"
        in found.conflict
    )


def test_an_address_in_lower_case_is_not_somebodys_edit() -> None:
    change = Change("email", "billing7@example.com", "New@Example.com")
    record = customer(7, email="new@example.com")
    assert apply([change], record, sent={"email": "New@Example.com"}).changes == ()
    assert apply([change], record).conflict, "before anything was sent it is somebody's"


def test_contacts_with_new_ids_after_a_lost_request_are_not_somebodys_edit() -> None:
    body = apply([EMAIL], customer(7)).body
    after = customer(7, contacts=[dict(each, id=each["id"] + 1000) for each in body["contacts"]])
    found = apply([EMAIL], after, sent=body)
    assert (found.changes, found.conflict) == ((), "")
    assert apply([EMAIL], after).conflict, "before anything was sent somebody has made them anew"


def test_a_contact_that_somebody_appended_is_not_taken_for_the_lost_one() -> None:
    body = apply(APPENDED, customer(7)).body
    record = customer(7)
    record["contacts"].append(contact(99, email="somebody@example.com"))
    found = apply(APPENDED, record, sent=body)
    assert found.changes == ()
    assert found.conflict


def test_constants_alone_are_no_reason_to_send_again() -> None:
    constant = Change("source", "MANUAL", "BILL", kind=ChangeKind.CONSTANT)
    assert apply([TERMS, constant], customer(7, terms="net_45")).changes == ()
    assert apply([TERMS, constant], customer(7)).body["source"] == "BILL"


# --- there and back, for any edits ---

EDITS = st.fixed_dictionaries(
    {},
    optional={
        "terms": st.sampled_from([None, "net_5", "net_30"]),
        "notes": st.sampled_from([None, "x", "note 7"]),
        "is_1099": st.booleans(),
        "parent": st.sampled_from([None, 3]),
        "contacts[1].email": st.sampled_from([None, "a@example.com"]),
        "contacts[3].email": st.sampled_from([None, "c@example.com"]),
        "contacts[3].name": st.sampled_from(["Third", "Other"]),
    },
)


@settings(max_examples=60)
@given(edits=EDITS)
def test_an_apply_is_the_run_that_its_preview_foresaw_and_an_undo_takes_it_back(edits: Record) -> None:
    record = customer(7)
    planned = build_update(edit_of(edits), record, CUSTOMERS, {}, named)
    applied = apply(planned.changes, record)
    assert applied.body == planned.body
    assert applied.changes == planned.changes
    after, errors = put(record, applied.body)
    assert errors == {}
    back = undo(planned.changes, after)
    assert back.conflict == ""
    assert back.body == writable(record)


def test_a_field_that_the_api_never_shows_is_not_called_put_back() -> None:
    """Nobody sees whether it holds what the run wrote."""
    record = customer(7)
    del record["notes"]
    undone = undo([TERMS, Change("notes", MISSING, "new")], record | {"terms": "net_45"})
    assert [change.field for change in undone.changes] == ["terms"]
    assert undone.conflict.startswith("The run did not see what the record held before, so it is left as it is: Notes")
