"""What is sent for a row: the record's writable fields as they are now, with the edits laid over, and nothing else."""

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.model import MISSING, Change
from sync.planning.update import (
    PlannedUpdate,
    build_unread_update,
    build_update,
    excel_loss,
    holds,
    is_held,
    not_held,
    seen,
    show,
    side_effects,
)
from tests.support.fault_records import BOOLEANS, CHOICES, CONTACT, INTEGERS, STRINGS, WRITABLE, customer
from tests.support.given import CUSTOMERS, named, row_of

Record = dict[str, Any]
NO_CONSTANTS: dict[str, Any] = {}


def draft(edits: Record, record: Record, constants: Record | None = None) -> PlannedUpdate:
    return build_update(row_of(edits), record, CUSTOMERS, constants or {}, named)


def contact(number: int, **fields: Any) -> Record:
    return {"id": number, **dict.fromkeys(CONTACT), "is_deleted": False, "deleted_at": None, **fields}


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
    for target, value in edits.items():
        if "[" not in target:
            if target not in record or not same(record[target], value):
                body[target] = value
            continue
        place, item = int(target[9]), target[12:]
        alive = live(body)
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


def same(stored: Any, value: Any) -> bool:
    if isinstance(stored, str) and isinstance(value, str):
        return stored.strip() == value.strip()
    return type(stored) is type(value) and bool(stored == value)


def sorted_edits(edits: Record) -> Record:
    """Contacts in their order, so that the first is appended before the second."""
    return dict(sorted(edits.items()))


@settings(max_examples=60, deadline=None)
@given(record=RECORDS, edits=EDITS)
def test_the_body_is_the_records_writable_fields_with_the_edits_laid_over(record: Record, edits: Record) -> None:
    before = copy.deepcopy(record)
    found = draft(edits, record)
    assert record == before  # planning changes nothing
    if found.problems:
        assert set(kinds(found)) == {"contact_gap"}
        return
    assert found.body == only_right_body(record, sorted_edits(edits))


@settings(max_examples=60, deadline=None)
@given(record=RECORDS, edits=EDITS)
def test_nothing_is_sent_back_that_is_not_writable(record: Record, edits: Record) -> None:
    assert draft(edits, record).body.keys() <= set(WRITABLE)


@settings(max_examples=60, deadline=None)
@given(record=RECORDS, edits=EDITS)
def test_the_changes_are_what_makes_the_body_another_than_the_record(record: Record, edits: Record) -> None:
    found = draft(edits, record)
    if found.problems:
        return
    as_read = {name: record[name] for name in WRITABLE if name in record}
    assert bool(found.changes) == (found.body != as_read)
    assert {change.field for change in found.changes} <= edits.keys()
    plain = {change.field: change for change in found.changes if "[" not in change.field}
    for name, change in plain.items():
        assert (change.before, change.after) == (record.get(name, MISSING), edits[name])


@settings(max_examples=60, deadline=None)
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
    assert holds(found, after, CUSTOMERS)
    assert not_held(found, after, CUSTOMERS) == []
    assert side_effects(found.body, after) == []
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


@pytest.mark.parametrize(
    ("stored", "value"),
    [
        ("x", "x"),
        (" x ", "x"),
        ("x\u00a0", "x"),
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
        ("5", 5),
        (MISSING, None),
        (MISSING, ""),
    ],
)
def test_two_values_that_the_api_tells_apart_are_two(stored: object, value: object) -> None:
    assert not is_held(value, stored)


def test_an_amount_is_held_however_it_is_written() -> None:
    assert is_held(5, Decimal("5.0"))


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
    assert {change.field: (change.before, change.contact) for change in found.changes} == {
        "contacts[3].email": (MISSING, None),
        "contacts[3].name": (MISSING, None),
    }


def test_two_contacts_can_be_appended_at_once() -> None:
    found = draft(
        {"contacts[2].email": "b@example.com", "contacts[1].email": "a@example.com"}, customer(7, contacts=[])
    )
    assert found.body["contacts"] == [{"email": "a@example.com"}, {"email": "b@example.com"}]


def test_a_record_whose_contacts_are_null_has_none() -> None:
    found = draft({"contacts[1].email": "a@example.com"}, customer(7, contacts=None))
    assert found.body["contacts"] == [{"email": "a@example.com"}]


def test_a_contact_that_leaves_a_gap_is_a_problem() -> None:
    found = draft({"contacts[4].email": "new@example.com"}, customer(7))
    assert kinds(found) == ["contact_gap"]
    assert found.body == {}
    assert found.problems[0].column == "Header of contacts[4].email"
    assert "the record has 2 contacts, so contact 4 can't be filled in before contact 3" in found.problems[0].problem


def test_emptying_a_field_of_a_contact_that_there_is_not_asks_for_nothing() -> None:
    assert draft({"contacts[3].email": None}, customer(7)).changes == ()
    assert draft({"contacts[9].email": None}, customer(7)).problems == ()


def test_a_deleted_contact_is_not_counted_and_is_sent_back_as_it_is() -> None:
    gone = contact(1, email="gone@example.com", is_deleted=True)
    record = customer(7, contacts=[gone, contact(2, email="b@example.com")])
    found = draft({"contacts[1].email": "new@example.com"}, record)
    assert found.changes == (Change("contacts[1].email", "b@example.com", "new@example.com", 2),)
    assert found.body["contacts"] == [gone, contact(2, email="new@example.com")]
    appended = draft({"contacts[2].email": "c@example.com"}, record)
    assert appended.body["contacts"] == [*record["contacts"], {"email": "c@example.com"}]


@pytest.mark.parametrize("shown", [MISSING, "two", [1, 2], {}])
@pytest.mark.parametrize("value", ["new@example.com", None])
def test_contacts_that_the_api_does_not_show_are_not_replaced(shown: object, value: str | None) -> None:
    record = customer(7, contacts=shown)
    if shown is MISSING:
        del record["contacts"]
    found = draft({"contacts[1].email": value, "terms": "net_45"}, record)
    assert kinds(found) == ["contacts_unknown"]
    assert found.body == {}


# --- constants ---


def test_constants_are_laid_over_what_is_sent() -> None:
    found = draft({"terms": "net_45"}, customer(7), {"source": "BILL", "customer": 42})
    assert found.body["source"] == "BILL"
    assert found.edits == (Change("terms", "net_30", "net_45"),)
    assert found.by_constants == (Change("source", "MANUAL", "BILL"),)


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
    assert name in found.problems[0].problem
    assert f"Map a column to {name}" in found.problems[0].remedy
    assert not found.changes


@pytest.mark.parametrize("name", NEEDED)
def test_a_needed_field_that_is_nowhere_is_no_matter_where_nothing_is_to_be_sent(name: str) -> None:
    record = {field: value for field, value in customer(7).items() if field != name}
    assert draft({"notes": "note 7"}, record).problems == ()


def test_a_needed_field_that_the_row_gives_is_there() -> None:
    record = {field: value for field, value in customer(7).items() if field != "name"}
    assert draft({"name": "Example Widgets Ltd"}, record).problems == ()


# --- what Excel makes of a text ---


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("02134", "2134"),
        ("00501", "501"),
        ("000", "0"),
        ("0" + "1" * 30, "1" * 30),
        ("+15550100", "15550100"),
        ("12.50", "12.5"),
    ],
)
def test_an_edit_that_only_loses_what_excel_loses_is_a_problem(before: str, after: str) -> None:
    assert excel_loss(before, after) == "leading_zeros"
    found = draft({"zip_code": after}, customer(7, zip_code=before))
    assert kinds(found) == ["leading_zeros"]
    assert (found.problems[0].column, found.problems[0].value) == ("Header of zip_code", after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1234567890123456", "1234567890123450"),
        ("1234567890123456", "1234567890123460"),
        ("1234567890123456789", "1234567890123450000"),
        ("0012345678901234567", "12345678901234500"),
    ],
)
def test_an_edit_that_only_loses_digits_beyond_the_fifteenth_is_a_problem(before: str, after: str) -> None:
    assert kinds(draft({"external_id": after}, customer(7, external_id=before))) == ["digits_lost"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2134", "02134"),  # zeros put back
        ("02134", "02135"),
        ("02134", "021340"),
        ("02134", None),
        ("A0213", "213"),
        ("", "0"),
        ("123456789012345", "123456789012340"),  # 15 digits are kept
        ("1234567890123456", "1234567890123457"),
        ("Net 007", "Net 7"),
    ],
)
def test_any_other_edit_is_an_edit(before: str, after: str | None) -> None:
    assert draft({"zip_code": after}, customer(7, zip_code=before)).changes == (Change("zip_code", before, after),)


def test_a_contacts_telephone_number_is_looked_at_too() -> None:
    record = customer(7, contacts=[contact(1, phone_number="0155501")])
    assert kinds(draft({"contacts[1].phone_number": "155501"}, record)) == ["leading_zeros"]


# --- --no-read ---


def test_without_reading_the_body_is_the_row_and_the_constants_alone() -> None:
    edits = {"name": "Example Ltd", "stripe_connection": None, "terms": "net_45"}
    found = build_unread_update(
        row_of(edits), CUSTOMERS, {"customer": 42, "vendor_type": "customer", "terms": "net_5"}, named
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
    found = build_unread_update(row_of({"terms": "net_45"}), CUSTOMERS, NO_CONSTANTS, named)
    assert kinds(found) == ["required_missing"] * 4
    assert {name for name in NEEDED for problem in found.problems if f"needs {name}," in problem.problem} == set(NEEDED)


def test_without_reading_contacts_cant_be_sent() -> None:
    whole = {"name": "x", "customer": 42, "stripe_connection": 7, "vendor_type": "customer"}
    found = build_unread_update(row_of(whole | {"contacts[1].email": "a@example.com"}), CUSTOMERS, NO_CONSTANTS, named)
    assert kinds(found) == ["contacts_unread"]
    assert "contacts" not in found.body


def test_without_reading_a_row_that_asks_for_nothing_is_not_sent() -> None:
    found = build_unread_update(row_of({}), CUSTOMERS, {"customer": 42}, named)
    assert (found.changes, found.problems) == ((), ())


# --- whether the record has it ---


def test_a_value_that_the_api_stores_trimmed_counts_as_held() -> None:
    found = draft({"notes": "x  "}, customer(7))
    assert holds(found, customer(7, notes="x"), CUSTOMERS)


def test_what_the_record_does_not_have_is_named_with_both_values() -> None:
    found = draft({"notes": "new", "terms": "net_45", "city": None}, customer(7))
    assert not holds(found, customer(7, terms="net_45"), CUSTOMERS)
    assert not_held(found, customer(7, terms="net_45"), CUSTOMERS) == [
        "notes (asked for new, has note 7)",
        "city (asked for (empty), has Springfield)",
    ]
    without = {name: value for name, value in customer(7, terms="net_45", city=None).items() if name != "notes"}
    assert not_held(found, without, CUSTOMERS) == ["notes (asked for new, has (not in the record))"]


def test_an_appended_contact_is_held_wherever_the_api_puts_it() -> None:
    record = customer(7)
    found = draft({"contacts[3].email": "new@example.com"}, record)
    first = [contact(99, email="new@example.com"), *record["contacts"]]
    assert holds(found, {**record, "contacts": first}, CUSTOMERS)
    assert not holds(found, record, CUSTOMERS)
    assert not holds(found, {**record, "contacts": [contact(99, email="other@example.com")]}, CUSTOMERS)


def test_an_answer_without_contacts_does_not_hold_a_contact() -> None:
    found = draft({"contacts[1].email": "new@example.com"}, customer(7))
    assert not holds(found, {name: value for name, value in found.body.items() if name != "contacts"}, CUSTOMERS)


def test_fields_that_come_back_otherwise_than_they_were_sent_are_named() -> None:
    found = draft({"notes": "new"}, customer(7))
    answer = {**customer(7, notes="new"), "status": "INACTIVE", "city": " Springfield "}
    assert side_effects(found.body, answer) == ["status"]


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "(empty)"), ("", '""'), (MISSING, "(not in the record)"), (True, "True"), (0, "0"), ("x", "x")],
)
def test_a_value_is_shown_so_that_nothing_and_empty_text_are_two(value: object, said: str) -> None:
    assert show(value) == said


# --- what the results say of a record ---


def test_what_the_api_does_not_return_is_unknown_and_never_nought() -> None:
    found = seen(
        {"id": 7, "name": None, "total_paid": 0, "total_mrr": None, "currency": None, "total_billed": "x"}, CUSTOMERS
    )
    assert (found.name, found.currency, found.last_modified_at) == (None, None, None)
    assert dict(found.totals) == {"total_paid": "0"}
    assert dict(found.counts) == {}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1234567890123.45"), "1234567890123.45"),
        (0, "0"),
        ("12.50", "12.50"),
        (Decimal("1E+3"), "1000"),
        (-5, "-5"),
    ],
)
def test_an_amount_is_exact_however_the_api_writes_it(value: object, text: str) -> None:
    assert dict(seen({"total_revenue": value}, CUSTOMERS).totals) == {"total_revenue": text}


@pytest.mark.parametrize("value", [True, None, "", "abc", "NaN", "Infinity", [1], Decimal("NaN")])
def test_what_is_no_amount_is_unknown(value: object) -> None:
    assert dict(seen({"total_revenue": value}, CUSTOMERS).totals) == {}
