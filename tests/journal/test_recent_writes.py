"""What a journal has written lately: a record that is older than that is an old state."""

from pathlib import Path

from sync.status import Status
from tests.support.results_runs import RunDraft, seen


def test_only_the_writes_of_the_same_resource_and_base_url_count(tmp_path: Path) -> None:
    """A vendor may have the number of a customer."""
    draft = RunDraft(tmp_path)
    draft.row(Status.UPDATED, before=seen(), after=seen())
    history, facts = draft.history(), draft.facts()
    assert history.recent_writes(facts.base_url, facts.resource) == {1001: {"2026-11-21T08:00:00+0000"}}
    assert history.recent_writes(facts.base_url, "vendors") == {}
    assert history.recent_writes("https://elsewhere.example.com", facts.resource) == {}
