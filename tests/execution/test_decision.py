"""What becomes of a row, given its record and what would be sent."""

import pytest

from sync.api.response import Outcome, Response
from sync.contract.load import load
from sync.execution.decision import answer_of, decide_plan, decide_send, deleted, without_record
from sync.model import Change, Problem
from sync.planning.update import PlannedUpdate
from sync.status import Stage, Status
from tests.support.fault_records import customer

CUSTOMERS = load()
TERMS = Change("terms", "net_30", "net_45")
PROBLEM = Problem(2, "Terms", "x", "not_a_choice", "“x” is not a choice.", "Choose one.")


def test_a_row_with_changes_is_planned_and_its_totals_are_kept() -> None:
    decision = decide_plan(customer(7), PlannedUpdate({}, (TERMS,)), CUSTOMERS, dry_run=False)
    assert (decision.state, decision.changes) == (Stage.PLANNED, (TERMS,))
    assert decision.before is not None and decision.before.name == "Example Widgets 7 Ltd"


def test_a_row_without_changes_is_unchanged() -> None:
    assert decide_plan(customer(7), PlannedUpdate({}), CUSTOMERS, dry_run=False).state is Status.UNCHANGED


def test_a_row_with_a_problem_is_invalid_and_says_so() -> None:
    decision = decide_plan(customer(7), PlannedUpdate({}, problems=(PROBLEM,)), CUSTOMERS, dry_run=False)
    assert decision.state is Status.INVALID
    assert decision.message == PROBLEM.message
    assert decision.problems == (PROBLEM,)


@pytest.mark.parametrize(("dry_run", "state"), [(True, Status.CONFLICT), (False, Stage.PLANNED)])
def test_a_row_that_would_end_as_a_conflict_is_one_already_where_nothing_is_sent(dry_run: bool, state: object) -> None:
    update = PlannedUpdate({}, (TERMS,), conflict="Changed by somebody.")
    assert decide_plan(customer(7), update, CUSTOMERS, dry_run).state is state


def test_a_row_with_nothing_left_to_send_is_updated_if_something_was_sent_and_else_unchanged() -> None:
    for its_answer, state in ((answer_of(None), Status.UPDATED), ("", Status.UNCHANGED)):
        decision = decide_send(customer(7), PlannedUpdate({}), (TERMS,), CUSTOMERS, its_answer)
        assert decision.state is state
        assert decision.changes == ((TERMS,) if its_answer else ())


def test_a_conflict_after_a_request_says_that_one_had_been_sent_and_keeps_its_changes() -> None:
    update = PlannedUpdate({}, conflict="Changed by somebody.", present={"terms": "net_90"})
    sent = decide_send(customer(7), update, (TERMS,), CUSTOMERS, answer_of(None))
    assert (sent.state, sent.changes) == (Status.CONFLICT, (TERMS,))
    assert "had been sent" in sent.message
    unsent = decide_send(customer(7), update, (TERMS,), CUSTOMERS)
    assert (unsent.message, unsent.changes) == ("Changed by somebody.", ())


def test_a_deleted_record_is_named_with_its_date() -> None:
    record = customer(7, is_deleted=True, deleted_at="2026-03-01T10:00:00+0000")
    assert deleted(record, CUSTOMERS) == "This customer was deleted on 2026-03-01."
    assert deleted(customer(7, is_deleted=True), CUSTOMERS) == "This customer was deleted."
    assert deleted(customer(7), CUSTOMERS) == ""


def test_a_row_that_may_have_been_changed_is_not_called_rejected() -> None:
    answer = Response(Outcome.REFUSED, 404, '{"detail": "Not found."}')
    assert without_record(answer, was_sent=False).state is Status.REJECTED
    doubtful = without_record(answer, was_sent=True)
    assert doubtful.state is Status.FAILED
    assert "may have arrived" in doubtful.message
