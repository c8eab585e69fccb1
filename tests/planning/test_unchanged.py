"""A row that asks for nothing is told from the others at a glance, and never a row that asks for something."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.contract.load import load
from sync.model import EditContext
from sync.planning.unchanged import asks_for_nothing, fields_of
from sync.planning.update import build_update
from tests.support.fault_records import contact, customer
from tests.support.given import edit_of, named

Values = dict[str, Any]
CUSTOMERS = load()
TARGETS = ("notes", "city", "is_taxable", "billing_days", "contacts[1].email", "contacts[2].email", "contacts[2].name")
VALUES = st.sampled_from(
    [None, "", "a", "A", " a", "a\u00a0b", "a b", True, False, 0, 1, "1", "01", "e\u0301", "\u00e9"]
)
SOME_VALUES = st.dictionaries(st.sampled_from(TARGETS), VALUES)


@st.composite
def records(draw: st.DrawFn) -> Values:
    """A customer with up to three contacts, any of which may be deleted and in any order."""
    fields = draw(st.dictionaries(st.sampled_from(["notes", "city", "is_taxable", "billing_days"]), VALUES))
    contacts = [
        contact(number, email=draw(VALUES), name=draw(VALUES), is_deleted=draw(st.booleans()))
        for number in draw(st.lists(st.integers(50, 53), max_size=3, unique=True))
    ]
    shown = draw(st.sampled_from([contacts, contacts, contacts, None, "hidden"]))
    return customer(7, **fields, contacts=shown)


@settings(max_examples=600)
@given(
    records(),
    SOME_VALUES,
    SOME_VALUES,
    st.dictionaries(st.sampled_from(["contacts[1]", "contacts[2]"]), VALUES),
    st.data(),
)
def test_a_row_that_asks_for_nothing_has_nothing_in_its_plan(
    record: Values, edits: Values, exported: Values, items: Values, data: st.DataObject
) -> None:
    live = (
        [each["id"] for each in record["contacts"] if not each["is_deleted"]]
        if isinstance(record["contacts"], list)
        else []
    )
    items |= {f"contacts[{n}]": str(number) for n, number in enumerate(sorted(live), 1) if data.draw(st.booleans())}
    if not asks_for_nothing(edits, EditContext(exported, items), record, CUSTOMERS):
        return
    plan = build_update(edit_of(edits, exported=exported, items=items), record, CUSTOMERS, {}, named)
    assert (plan.changes, plan.problems, plan.conflict, plan.left_alone) == ((), (), "", ())


def held(edits: Values, record: Values, **known: Any) -> bool:
    return asks_for_nothing(edits, EditContext(**known), record, CUSTOMERS)


RECORD = customer(
    7, notes="a", is_taxable=False, contacts=[contact(52, email="b@example.com"), contact(51, email="a@example.com")]
)


@pytest.mark.parametrize(
    "edits",
    [
        {},
        {"notes": "a"},
        {"is_taxable": False},
        {"contacts[1].email": "a@example.com", "contacts[2].email": "b@example.com"},
    ],
)
def test_cells_that_the_record_holds_ask_for_nothing(edits: Values) -> None:
    assert held(edits, RECORD)


@pytest.mark.parametrize(
    "edits",
    [
        {"notes": "b"},
        {"notes": None},
        {"is_taxable": 0},
        {"contacts[1].email": "b@example.com"},
        {"contacts[3].email": None},
        {"field_of_next_year": "x"},
    ],
)
def test_cells_that_the_record_does_not_hold_ask_for_something(edits: Values) -> None:
    assert not held(edits, RECORD)


def test_a_column_that_verifies_is_always_looked_at() -> None:
    assert not held({"notes": "a"}, RECORD, verify={"name": "Another customer"})


def test_a_cell_that_was_exported_otherwise_is_looked_at() -> None:
    assert held({}, RECORD, exported={"notes": "a"})
    assert not held({}, RECORD, exported={"notes": "before"})


def test_a_contact_in_the_place_of_the_one_that_was_exported_is_looked_at() -> None:
    assert held({"contacts[1].email": "a@example.com"}, RECORD, items={"contacts[1]": "51"})
    assert not held({"contacts[1].email": "a@example.com"}, RECORD, items={"contacts[1]": "50"})


def test_targets_are_in_the_fields_that_they_name() -> None:
    assert fields_of({"notes": 1, "contacts[1].email": 2, "contacts[2].email": 3}) == {"notes", "contacts"}
