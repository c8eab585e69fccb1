"""What a person meant by a text that is not one of a field's choices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.contract.load import load
from sync.contract.near_choice import near_choice
from sync.contract.resource import Field

TERMS: Field = load().fields["terms"]
STATUS: Field = load().fields["status"]


@pytest.mark.parametrize("text", ["30 days", "Net30", "n30", "net-30", "NET  30 DAYS", "30", "30d", "030"])
def test_a_number_names_the_terms_that_have_it(text: str) -> None:
    assert near_choice(TERMS, text) == "net_30"


@pytest.mark.parametrize("text", ["on receipt", "due upon receipt", "Due on reciept"])
def test_words_name_the_terms_that_are_most_like_them(text: str) -> None:
    assert near_choice(TERMS, text) == "due_on_receipt"


@pytest.mark.parametrize("text", ["", "2/10 net 30", "net 31", "3", "soon", "net", "60-90 days", "N/A"])
def test_a_text_that_names_none_or_several_is_left_to_a_person(text: str) -> None:
    assert near_choice(TERMS, text) == ""


def test_an_inactive_customer_is_not_taken_for_an_active_one() -> None:
    assert near_choice(STATUS, "in-active") == "INACTIVE"
    assert near_choice(STATUS, "activ") == "ACTIVE"


@given(st.text())
def test_whatever_is_offered_is_a_choice(text: str) -> None:
    assert near_choice(TERMS, text) in {"", *TERMS.choices}
