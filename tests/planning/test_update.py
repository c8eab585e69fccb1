"""What is sent for a row: the record's writable fields as they are now, with the edits laid over, and nothing else."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.contract.load import load
from sync.model import MISSING, Change, ChangeKind
from sync.planning.comparison import not_held, side_effects
from sync.planning.update import PlannedUpdate, build_unread_update, build_update
from tests.support.fault_records import BOOLEANS, CHOICES, CONTACT, INTEGERS, STRINGS, WRITABLE, contact, customer
from tests.support.given import edit_of, named

Record = dict[str, Any]
NO_CONSTANTS: dict[str, Any] = {}
CUSTOMERS = load()


def draft(edits: Record, record: Record, constants: Record | None = None, **context: Any) -> PlannedUpdate:
    return build_update(edit_of(edits, **context), record, CUSTOMERS, constants or {}, named)


def kinds(found: PlannedUpdate) -> list[str]:
    return [problem.kind for problem in found.problems]


# --- the body, for any record and any edits ---

TEXTS = st.one_of(
    st.none(), st.text(alphabet="abcABC é –\n", max_size=8)
)  # no digits: those are a chapter of their own
VALUES: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(STRINGS, TEXTS),
    **dict.fromkeys(BOOLEANS, st.one_of(st.none(), st.booleans())),
    **dict.fromkeys(INTEGERS, st.one_of(st.none(), st.integers(0, 9))),
    **{name: st.sampled_from([None, *choices]) for name, choices in CHOICES.items()},
}
CONTACTS = st.lists(
    st.fixed_dictionaries(
        {"id": st.integers(1, 10**6), "is_deleted": st.sampled_from([False, False, True])},
        optional=dict.fromkeys(CONTACT, TEXTS),
    ),
    max_size=3,
    unique_by=lambda contact: contact["id"],
)
RETURNED = st.fixed_dictionaries(
    {"id": st.just(7)},
    optional={
        "total_revenue": st.decimals(-1000, 1000, places=2),
        "currency": st.just("USD"),
        "lineage_array": st.just([1, 7]),
        "created_at": st.just("2025-01-01T00:00:00+0000"),
        "a_field_of_next_year": st.text(max_size=3),
        "parent_name": st.none(),
    },
)
NEEDED = ("name", "customer", "stripe_connection", "vendor_type")
WRITTEN = st.fixed_dictionaries(
    {name: VALUES[name] for name in NEEDED} | {"contacts": CONTACTS},
    optional={name: values for name, values in VALUES.items() if name not in NEEDED},
)
RECORDS = st.builds(lambda written, returned: written | returned, WRITTEN, RETURNED)
EDITS = st.fixed_dictionaries(
    {},
    optional=VALUES | {f"contacts[{place}].{item}": TEXTS for place in (1, 2) for item in ("email", "name")},
)


def only_right_body(record: Record, edits: Record) -> Record:
    """The body, worked out as plainly as can be."""
    body = {name: copy.deepcopy(record[name]) for name in WRITABLE if name in record}
    body["contacts"] = live(body)
    for target, value in edits.items():
        if "[" not in target:
            if target not in record or not same(record[target], value):
                body[target] = value
            continue
        place, item = int(target[9]), target[12:]
        alive = in_order(body)
        if value is None and place > len(live(record)):
            continue  # nothing for nobody
        if place <= len(alive):
            if item not in alive[place - 1] or not same(alive[place - 1][item], value):
                alive[place - 1][item] = value
        else:
            body["contacts"].append({item: value})
    return body


def live(record: Record) -> list[Record]:
    return [contact for contact in record["contacts"] if not contact.get("is_deleted")]


def in_order(record: Record) -> list[Record]:
    """As a person counts the contacts: by their ids, the new ones last."""
    return sorted(live(record), key=lambda contact: contact.get("id", 10**9))


def same(stored: Any, value: Any) -> bool:
    if isinstance(stored, str) and isinstance(value, str):
        return stored.strip() == value.strip()
    return type(stored) is type(value) and bool(stored == value)


def sorted_edits(edits: Record) -> Record:
    """Contacts in their order, so that the first is appended before the second."""
    return dict(sorted(edits.items()))


@settings(max_examples=60)
@given(record=RECORDS, edits=EDITS)
def test_the_body_is_the_records_writable_fields_with_the_edits_laid_over(record: Record, edits: Record) -> None:
    before = copy.deepcopy(record)
    found = draft(edits, record)
    assert record == before  # planning changes nothing
    if found.problems:
        assert set(kinds(found)) == {"item_gap"}
        return
    assert found.body == only_right_body(record, sorted_edits(edits))


@settings(max_examples=60)
@given(record=RECORDS, edits=EDITS)
def test_nothing_is_sent_back_that_is_not_writable(record: Record, edits: Record) -> None:
    assert draft(edits, record).body.keys() <= set(WRITABLE)


@settings(max_examples=60)
@given(record=RECORDS, edits=EDITS)
def test_the_changes_are_what_makes_the_body_another_than_the_record(record: Record, edits: Record) -> None:
    found = draft(edits, record)
    if found.problems:
        return
    as_read = {name: record[name] for name in WRITABLE if name in record} | {"contacts": live(record)}
    assert bool(found.changes) == (found.body != as_read)
    assert {change.field for change in found.changes} <= edits.keys()
    plain = {change.field: change for change in found.changes if "[" not in change.field}
    for name, change in plain.items():
        assert (change.before, change.after) == (record.get(name, MISSING), edits[name])


@settings(max_examples=60)
@given(record=RECORDS, edits=EDITS)
def test_an_api_that_takes_the_body_holds_the_edits_and_has_nothing_left_to_change(
    record: Record, edits: Record
) -> None:
    found = draft(edits, record)
    if found.problems or not found.changes:
        return
    after = copy.deepcopy({**record, **found.body})
    after["contacts"] = [
        each if "id" in each else contact(2_000_000 + n, **each) for n, each in enumerate(after["contacts"])
    ]
    assert not_held(found.changes, found.body, after, CUSTOMERS) == []
    assert side_effects(found.body, after, CUSTOMERS) == []
    assert draft(edits, after).changes == ()


# --- what the record has, and what is never sent ---


def test_every_writable_field_of_a_whole_record_is_sent_and_no_other() -> None:
    record = customer(7)
    body = draft({"terms": "net_45"}, record).body
    assert body == {name: record[name] for name in WRITABLE} | {"terms": "net_45"}
    assert "lineage_array" in record
    assert "lineage_array" not in body


def test_a_field_that_the_record_does_not_show_is_not_made_up() -> None:
    record = {name: value for name, value in customer(7).items() if name not in ("notes", "country")}
    body = draft({"terms": "net_45"}, record).body
    assert "notes" not in body
    assert "country" not in body


def test_an_edit_of_a_field_that_the_record_does_not_show_is_a_change() -> None:
    record = {name: value for name, value in customer(7).items() if name != "notes"}
    assert draft({"notes": "new"}, record).changes == (Change("notes", MISSING, "new"),)


def test_what_the_record_has_in_a_form_of_its_own_goes_back_as_it_was() -> None:
    record = customer(7, invoice_labels={"a": [1, {"b": None}]}, terms="net_33", email="not an address", notes="  x ")
    body = draft({"city": "Salem"}, record).body
    kept = {"invoice_labels": {"a": [1, {"b": None}]}, "terms": "net_33", "email": "not an address", "notes": "  x "}
    assert {name: body[name] for name in kept} == kept


# --- rows that change nothing ---


def test_edits_that_the_record_holds_already_are_nothing_to_send() -> None:
    record = customer(7, notes="  as it is ", terms="net_30")
    assert draft({"notes": "as it is", "terms": "net_30", "is_1099": False}, record).changes == ()


def test_emptying_a_text_that_is_an_empty_text_is_a_change() -> None:
    assert draft({"notes": None}, customer(7, notes="")).changes == (Change("notes", "", None),)


# --- contacts ---


def test_a_contact_is_changed_in_its_place_and_keeps_its_id() -> None:
    record = customer(7)
    found = draft({"contacts[2].email": "new@example.com"}, record)
    expected = copy.deepcopy(record["contacts"])
    expected[1]["email"] = "new@example.com"
    assert found.body["contacts"] == expected
    assert found.changes == (Change("contacts[2].email", "contact2.7@example.com", "new@example.com", 72),)


def test_the_first_contact_beyond_the_last_is_appended_with_all_that_is_known_of_it() -> None:
    record = customer(7)
    found = draft({"contacts[3].email": "new@example.com", "contacts[3].name": "New Contact"}, record)
    assert found.body["contacts"] == [*record["contacts"], {"email": "new@example.com", "name": "New Contact"}]
    assert {(change.field, change.before, change.item_id, change.kind) for change in found.changes} == {
        ("contacts[3].email", MISSING, None, ChangeKind.NEW_ITEM),
        ("contacts[3].name", MISSING, None, ChangeKind.NEW_ITEM),
    }


def test_two_contacts_can_be_appended_at_once() -> None:
    found = draft(
        {"contacts[2].email": "b@example.com", "contacts[1].email": "a@example.com"}, customer(7, contacts=[])
    )
    assert found.body["contacts"] == [{"email": "a@example.com"}, {"email": "b@example.com"}]


@pytest.mark.parametrize("shown", [None, "two", [1, 2], {}])
def test_contacts_that_the_api_does_not_show_are_not_sent_with_another_edit(shown: object) -> None:
    """Null may be all that this key sees of them, and a PUT replaces the whole list."""
    found = draft({"terms": "net_45"}, customer(7, contacts=shown))
    assert found.problems == ()
    assert found.body["terms"] == "net_45"
    assert "contacts" not in found.body


@pytest.mark.parametrize(("contacts", "words"), [(2, "2 contacts, so contact 5"), (1, "1 contact, so contact 4")])
def test_a_contact_that_leaves_a_gap_is_a_problem(contacts: int, words: str) -> None:
    record, target = customer(7, contacts=[contact(n) for n in range(contacts)]), f"contacts[{contacts + 3}].email"
    found = draft({target: "new@example.com"}, record)
    assert kinds(found) == ["item_gap"]
    assert found.body == {}
    assert found.problems[0].column == f"Header of {target}"
    assert f"the record has {words} cannot be filled in before contact {contacts + 1}" in found.problems[0].problem


def test_emptying_a_field_of_a_contact_that_there_is_not_asks_for_nothing() -> None:
    assert draft({"contacts[3].email": None}, customer(7)).changes == ()
    assert draft({"contacts[9].email": None}, customer(7)).problems == ()


def test_a_deleted_contact_is_not_counted_and_is_not_sent_back_to_life() -> None:
    gone = contact(1, email="gone@example.com", is_deleted=True)
    record = customer(7, contacts=[gone, contact(2, email="b@example.com")])
    found = draft({"contacts[1].email": "new@example.com"}, record)
    assert found.changes == (Change("contacts[1].email", "b@example.com", "new@example.com", 2),)
    assert found.body["contacts"] == [contact(2, email="new@example.com")]
    appended = draft({"contacts[2].email": "c@example.com"}, record)
    assert appended.body["contacts"] == [contact(2, email="b@example.com"), {"email": "c@example.com"}]
    assert draft({"terms": "net_45"}, record).body["contacts"] == [contact(2, email="b@example.com")]


def test_contacts_are_counted_in_the_order_of_their_ids_whatever_order_the_api_shows() -> None:
    record = customer(7)
    record["contacts"].reverse()
    found = draft({"contacts[1].email": "new@example.com"}, record)
    assert found.changes == (Change("contacts[1].email", "contact1.7@example.com", "new@example.com", 71),)
    assert [each["id"] for each in found.body["contacts"]] == [72, 71]
    assert found.body["contacts"][1]["email"] == "new@example.com"


def test_contacts_without_ids_are_counted_in_the_order_that_the_api_shows() -> None:
    record = customer(7, contacts=[{"email": "a@example.com"}, {"email": "b@example.com"}])
    found = draft({"contacts[2].email": "new@example.com"}, record)
    assert found.body["contacts"] == [{"email": "a@example.com"}, {"email": "new@example.com"}]


@pytest.mark.parametrize("shown", [MISSING, None, "two", [1, 2], {}])
@pytest.mark.parametrize("value", ["new@example.com", None])
def test_contacts_that_the_api_does_not_show_are_not_replaced(shown: object, value: str | None) -> None:
    record = customer(7, contacts=shown)
    if shown is MISSING:
        del record["contacts"]
    found = draft({"contacts[1].email": value, "terms": "net_45"}, record)
    assert kinds(found) == ["list_unknown"]
    assert found.body == {}


# --- constants ---


def test_constants_are_laid_over_what_is_sent() -> None:
    found = draft({"terms": "net_45"}, customer(7), {"source": "BILL", "customer": 42})
    assert found.body["source"] == "BILL"
    assert found.changes == (
        Change("terms", "net_30", "net_45"),
        Change("source", "MANUAL", "BILL", kind=ChangeKind.CONSTANT),
    )


def test_constants_alone_are_no_reason_to_send() -> None:
    assert draft({"terms": "net_30"}, customer(7), {"source": "BILL", "customer": 43}).changes == ()
    assert draft({}, customer(7), {"source": "BILL"}).changes == ()


def test_a_constant_fills_in_what_the_record_does_not_show() -> None:
    record = {name: value for name, value in customer(7).items() if name != "customer"}
    found = draft({"terms": "net_45"}, record, {"customer": 42})
    assert found.body["customer"] == 42
    assert [change.field for change in found.changes] == ["terms"]


@pytest.mark.parametrize("name", NEEDED)
def test_a_needed_field_that_is_nowhere_makes_the_row_invalid(name: str) -> None:
    record = {field: value for field, value in customer(7).items() if field != name}
    found = draft({"notes": "new"}, record)
    assert kinds(found) == ["required_missing"]
    assert f"every update needs a value for “{CUSTOMERS.fields[name].label}”" in found.problems[0].problem
    assert f"Map a column to {name}," in found.problems[0].remedy
    assert not found.changes


@pytest.mark.parametrize("name", NEEDED)
def test_a_needed_field_that_is_nowhere_is_no_matter_where_nothing_is_to_be_sent(name: str) -> None:
    record = {field: value for field, value in customer(7).items() if field != name}
    assert draft({"notes": "note 7"}, record).problems == ()


def test_a_needed_field_that_the_row_gives_is_there() -> None:
    record = {field: value for field, value in customer(7).items() if field != "name"}
    assert draft({"name": "Example Widgets Ltd"}, record).problems == ()


# --- --no-read ---


def test_without_reading_the_body_is_the_row_and_the_constants_alone() -> None:
    edits = {"name": "Example Ltd", "stripe_connection": None, "terms": "net_45"}
    found = build_unread_update(
        edit_of(edits), CUSTOMERS, {"customer": 42, "vendor_type": "customer", "terms": "net_5"}, named
    )
    assert found.body == {
        "name": "Example Ltd",
        "stripe_connection": None,
        "terms": "net_45",
        "customer": 42,
        "vendor_type": "customer",
    }
    assert found.changes == tuple(Change(name, MISSING, value) for name, value in edits.items())
    assert found.problems == ()


def test_without_reading_the_four_needed_fields_are_insisted_on() -> None:
    found = build_unread_update(edit_of({"terms": "net_45"}), CUSTOMERS, NO_CONSTANTS, named)
    assert kinds(found) == ["required_missing"] * 4
    assert {name for name in NEEDED for one in found.problems if f"column to {name}," in one.remedy} == set(NEEDED)


def test_without_reading_contacts_cant_be_sent() -> None:
    whole = {"name": "x", "customer": 42, "stripe_connection": 7, "vendor_type": "customer"}
    found = build_unread_update(edit_of(whole | {"contacts[1].email": "a@example.com"}), CUSTOMERS, NO_CONSTANTS, named)
    assert kinds(found) == ["list_unread"]
    assert "contacts" not in found.body


def test_without_reading_a_row_that_asks_for_nothing_is_not_sent() -> None:
    found = build_unread_update(edit_of({}), CUSTOMERS, {"customer": 42}, named)
    assert (found.changes, found.problems) == ((), ())


def test_without_reading_nothing_can_be_verified() -> None:
    whole = {"name": "x", "customer": 42, "stripe_connection": 7, "vendor_type": "customer"}
    found = build_unread_update(edit_of(whole, verify={"company_name": "Example"}), CUSTOMERS, NO_CONSTANTS, named)
    assert kinds(found) == ["verify_unread"]


# --- a sheet that remembers what was exported ---


def test_a_cell_changed_by_the_person_alone_is_an_edit() -> None:
    found = draft({"terms": "net_45"}, customer(7), exported={"terms": "net_30"})
    assert found.changes == (Change("terms", "net_30", "net_45"),)


def test_a_cell_that_both_have_changed_alike_is_nothing_to_send() -> None:
    found = draft({"terms": "net_45"}, customer(7, terms="net_45"), exported={"terms": "net_30"})
    assert (found.changes, found.conflict) == ((), "")


def test_a_field_that_somebody_has_changed_since_the_export_is_a_conflict_with_all_three_values() -> None:
    found = draft(
        {"terms": "net_45", "notes": "new"},
        customer(7, terms="net_60"),
        exported={"terms": "net_30", "notes": "note 7"},
    )
    assert (found.body, found.changes) == ({}, ())
    assert found.conflict == (
        "Changed in Campfire since the export, so it is not overwritten: "
        "Header of terms was “Net 30” in the export, is “Net 45” in the sheet and “Net 60” in Campfire now."
    )
    assert found.present == {"terms": "net_60", "notes": "note 7"}


def test_the_values_of_a_conflict_are_told_from_the_words_around_them() -> None:
    record = customer(7, notes="paid, and is closed")
    found = draft({"notes": "was late in the sheet"}, record, exported={"notes": None})
    assert found.conflict.endswith(
        "Header of notes was (empty) in the export, is “was late in the sheet” in the sheet and “paid, and is closed” "
        "in Campfire now."
    )


@pytest.mark.parametrize("nothing", [None, "", "  ", "\u00a0"])
def test_blanks_an_empty_text_and_no_value_are_the_same_in_an_export(nothing: str | None) -> None:
    found = draft({"notes": "new"}, customer(7, notes=nothing), exported={"notes": None})
    assert [change.after for change in found.changes] == ["new"]
    assert draft({}, customer(7, notes=nothing), exported={"notes": None}).left_alone == ()


def test_an_exported_contact_is_known_by_its_id() -> None:
    record = customer(7)
    record["contacts"].insert(0, contact(5, email="earlier@example.com"))
    edits, exported = {"contacts[1].email": "new@example.com"}, {"contacts[1].email": "contact1.7@example.com"}
    found = draft(edits, record, exported=exported, items={"contacts[1]": "71"})
    assert [(change.item_id, change.before) for change in found.changes] == [(71, "contact1.7@example.com")]


def test_an_exported_contact_that_has_gone_is_a_conflict_and_never_its_neighbour() -> None:
    edits, exported = {"contacts[1].email": "new@example.com"}, {"contacts[1].email": "contact1.7@example.com"}
    for gone in ([contact(72)], [contact(71, is_deleted=True), contact(72)], []):
        found = draft(edits, customer(7, contacts=gone), exported=exported, items={"contacts[1]": "71"})
        assert found.changes == ()
        assert "the contact of the export has been deleted" in found.conflict
        assert found.present["contacts[1]"] == ("71" if gone else None)


def test_a_contact_that_somebody_has_added_since_the_export_is_not_overwritten() -> None:
    edits, exported = {"contacts[2].email": "new@example.com"}, {"contacts[2].email": None}
    record = customer(7, contacts=[contact(71), contact(99, email="somebody@example.com")])
    found = draft(edits, record, exported=exported, items={"contacts[1]": "71"})
    assert found.changes == ()
    assert "contact 2 was added since" in found.conflict
    alone = draft(edits, customer(7, contacts=[contact(71)]), exported=exported, items={"contacts[1]": "71"})
    assert [change.kind for change in alone.changes] == [ChangeKind.NEW_ITEM]


# --- the right record ---


@pytest.mark.parametrize(
    ("field", "text"),
    [("company_name", "Example Widgets Ltd"), ("company_name", " Example\u00a0Widgets Ltd "), ("terms", "Net 30"),
     ("terms", "NET_30"), ("is_1099", "No"), ("parent", ""), ("customer", "42")],
)  # fmt: skip
def test_a_row_that_names_the_records_value_is_for_the_right_record(field: str, text: str) -> None:
    assert draft({"notes": "new"}, customer(7), verify={field: text}).problems == ()


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("company_name", "Other Ltd", "“Other Ltd” but Campfire has “Example Widgets Ltd”"),
        ("company_name", "", "(empty) but Campfire has “Example Widgets Ltd”"),
        ("terms", "Net 45", "“Net 45” but Campfire has “Net 30”"),
        ("parent", "3", "“3” but Campfire has (empty)"),
    ],
)
def test_a_row_that_names_another_value_is_invalid(field: str, text: str, words: str) -> None:
    found = draft({"notes": "new"}, customer(7), verify={field: text})
    assert kinds(found) == ["not_verified"]
    assert found.problems[0].problem.startswith(f"the sheet says {words}, so this may be")
    assert found.body == {}
    assert found.problems[0].column == f"Header of verify {field}"


def test_what_a_program_made_of_the_present_value_is_a_problem_of_its_cell() -> None:
    found = draft({"zip_code": "2134"}, customer(7))
    assert kinds(found) == ["leading_zeros"]
    assert (found.problems[0].column, found.problems[0].value) == ("Header of zip_code", "2134")
    record = customer(7, contacts=[contact(1, phone_number="0155501")])
    assert kinds(draft({"contacts[1].phone_number": "155501"}, record)) == ["leading_zeros"]
