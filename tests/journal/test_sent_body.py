"""Whether the last PUT of a row may have arrived: the journal, which a resume asks, says what the run itself knew."""

from pathlib import Path

import pytest

from sync.api.response import Outcome, Response
from sync.journal import steps
from sync.journal.writer import JournalWriter
from sync.status import Stage
from tests.support.results_runs import RUN, RunDraft

ANSWERS = [
    *((outcome, 200) for outcome in (Outcome.OK, Outcome.UNKNOWN, Outcome.UNEXPECTED)),
    *((Outcome.THROTTLED, status) for status in (429, 503)),
    *((Outcome.TRANSIENT, status) for status in (None, 408, 500, 502)),
    (Outcome.UNKNOWN, None),
    (Outcome.REFUSED, 400),
    (Outcome.BLOCKED, 403),
    (Outcome.KEY_REFUSED, 401),
    (Outcome.REDIRECTED, 302),
]


@pytest.mark.parametrize(("outcome", "status"), ANSWERS)
def test_the_journal_and_the_response_agree_on_what_may_have_arrived(
    outcome: Outcome, status: int | None, tmp_path: Path
) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Stage.SENDING)
    answer = Response(outcome, status, "", method="PUT")
    draft.add_step(steps.attempt(RUN, 0, answer))
    assert (draft.history().last_sent(RUN, 0) is not None) == answer.may_have_arrived


def test_a_put_without_an_answer_may_have_arrived(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Stage.SENDING)
    assert draft.history().last_sent(RUN, 0) == ("{}", None)


def test_the_answer_that_leaves_it_open_is_known_until_another_put_has_left(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Stage.SENDING)
    draft.add_step(steps.attempt(RUN, 0, Response(Outcome.OK, 202, "{}", method="PUT")))
    with JournalWriter(draft.history().path) as journal:
        assert journal.reader.last_sent(RUN, 0) == ("{}", 202)
        journal.commit([steps.intent(RUN, 0, "{}", "[]")])
        assert journal.reader.last_sent(RUN, 0) == ("[]", None)
        journal.commit([steps.attempt(RUN, 0, Response(Outcome.THROTTLED, 429, "", method="PUT"))])
        assert journal.reader.last_sent(RUN, 0) == ("[]", 202)
