"""Control totals by currency."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.report.totals import amount, amount_text, totals_by_currency
from sync.status import Stage, Status
from tests.support.results_runs import CHANGES, RUN, RunDraft, seen


def totals(draft: RunDraft) -> dict[str, dict[str, str]]:
    """What `--json` says."""
    return totals_by_currency(draft.history(), RUN)


def test_currencies_are_never_added_to_one_another(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Status.UNCHANGED, before=seen(currency="USD", total_paid="1.10"))
    draft.row(Status.UNCHANGED, before=seen(currency="EUR", total_paid="2.20"))
    draft.row(Status.UNCHANGED, before=seen(currency="USD", total_paid="3.30"))
    assert totals(draft) == {"EUR": {"total_paid": "2.20"}, "USD": {"total_paid": "4.40"}}


def test_a_record_without_a_currency_counts_as_unknown(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Status.UNCHANGED, before=seen(currency=None, total_paid="5"))
    assert totals(draft) == {"unknown": {"total_paid": "5.00"}}


def test_an_answer_that_does_not_repeat_the_currency_has_not_lost_it(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Status.UPDATED, before=seen(currency="GBP", total_paid="1"), after=seen(currency=None, total_paid="1"))
    assert totals(draft) == {"GBP": {"total_paid": "1.00"}}


def test_what_was_sent_counts_as_the_api_answered(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Status.UPDATED, before=seen(total_paid="1.00"), after=seen(total_paid="7.00"))
    assert totals(draft) == {"USD": {"total_paid": "7.00"}}


def test_rows_that_came_to_nothing_do_not_count(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    for state in (Status.REJECTED, Status.FAILED, Status.CONFLICT, Stage.PLANNED, Stage.SENDING):
        draft.row(state, changes=CHANGES, before=seen(total_paid="1.00"))
    assert totals(draft) == {}


def test_rows_that_would_be_updated_count(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path, dry_run=True)
    draft.row(Stage.PLANNED, changes=CHANGES, before=seen(total_paid="1.00"))
    assert totals(draft) == {"USD": {"total_paid": "1.00"}}


def test_a_total_that_is_missing_or_no_amount_is_left_out(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Status.UNCHANGED, before=seen(total_paid="NaN", total_mrr="1.00", search_text="9"))
    draft.row(Status.UNCHANGED, before=seen(total_billed="2.00"))
    assert totals(draft) == {"USD": {"total_mrr": "1.00", "total_billed": "2.00"}}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.decimals(-(10**13), 10**13, places=2), min_size=1, max_size=8))
def test_sums_are_exact(tmp_path: Path, amounts: list[Decimal]) -> None:
    draft = RunDraft(tmp_path)
    for one in amounts:
        draft.row(Status.UNCHANGED, before=seen(total_paid=str(one)))
    cents = sum(int(one * 100) for one in amounts)
    assert Decimal(totals(draft)["USD"]["total_paid"]) * 100 == cents


@pytest.mark.parametrize("odd", ["", " ", "1 2", "abc", "NaN", "1E+999999"])
def test_what_is_no_amount_does_not_count_among_many_that_are(odd: str, tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    for text in [*["1.10"] * 600, odd, " 2", "-3e1"]:
        draft.row(Status.UNCHANGED, before=seen(total_paid=text))
    assert totals(draft) == {"USD": {"total_paid": "632.00"}}


def test_no_digit_is_lost_in_a_sum_of_more_than_28(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    for one in ("9" * 40, "0.01"):
        draft.row(Status.UNCHANGED, before=seen(total_paid=one))
    assert totals(draft)["USD"]["total_paid"] == "9" * 40 + ".01"


@pytest.mark.parametrize("text", ["", "abc", "NaN", "Infinity", "1E+999999", "1E-999999"])
def test_what_is_no_amount_is_none(text: str) -> None:
    assert amount(text) is None


@pytest.mark.parametrize(("text", "said"), [("5", "5.00"), ("1E+3", "1000.00"), ("0.125", "0.125"), ("-0.1", "-0.10")])
def test_amounts_are_shown_in_plain_digits(text: str, said: str) -> None:
    assert amount_text(Decimal(text)) == said
