"""Which answers end a run."""

import pytest

from sync.api.response import Response, classify, is_page, is_record
from sync.api.stop_rules import THROTTLED_LIMIT, NotTheApi, StopRules
from sync.errors import CannotStart, KeyRefused, StoppedEarly

HTML = "<html>Not found</html>"
JSON = '{"detail": "Not found."}'


def answer(status: int, text: str = JSON, method: str = "GET", started: float = 0.0) -> Response:
    return classify(method, status, {}, text, is_record(7, "id"), started)


@pytest.mark.parametrize(("method", "needed"), [("GET", "a valid one"), ("PUT", "one that may edit")])
def test_a_key_that_is_refused_stops_the_run_at_once(method: str, needed: str) -> None:
    reason = StopRules().reason(answer(401, method=method), 0)
    assert isinstance(reason, KeyRefused)
    assert str(reason).endswith(
        f"Give {needed}, in CAMPFIRE_API_KEY, with campfire-sync key set, or on the app's start page"
    )


def test_a_web_servers_404_for_the_first_record_is_not_the_api() -> None:
    reason = StopRules().reason(answer(404, HTML), 0)
    assert isinstance(reason, NotTheApi)
    assert isinstance(reason, CannotStart)
    assert "base URL" in str(reason)


def test_the_apis_own_404_is_about_its_record() -> None:
    assert StopRules().reason(answer(404), 0) is None


def test_once_the_api_has_answered_a_web_servers_404_is_about_its_row() -> None:
    rules = StopRules()
    rules.reason(answer(404), 0)
    assert rules.reason(answer(404, HTML), 0) is None


def test_a_list_that_is_not_there_says_nothing_of_the_records() -> None:
    assert StopRules().reason(classify("GET", 404, {}, HTML, is_page), 0) is None


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_three_refusals_by_a_firewall_in_succession_stop_the_run(method: str) -> None:
    rules = StopRules()
    reasons = [rules.reason(answer(403, "<h1>Blocked</h1>", method), 0) for _ in range(3)]
    assert reasons[:2] == [None, None]
    assert isinstance(reasons[2], StoppedEarly)
    assert "Blocked" in str(reasons[2])


def test_reads_between_the_refused_puts_do_not_hide_a_firewall() -> None:
    rules = StopRules()
    reasons = []
    for _ in range(3):
        assert rules.reason(answer(200, '{"id": 7}'), 0) is None
        reasons.append(rules.reason(answer(403, HTML, "PUT"), 0))
    assert [reason is None for reason in reasons] == [True, True, False]


def test_refusals_by_a_firewall_with_others_between_them_stop_nothing() -> None:
    rules = StopRules()
    for _ in range(9):
        assert rules.reason(answer(403, HTML, "PUT"), 0) is None
        assert rules.reason(answer(200, '{"id": 7}', "PUT"), 0) is None


def test_the_apis_own_403_on_a_read_is_about_its_record() -> None:
    rules = StopRules()
    assert [rules.reason(answer(403), 0) for _ in range(9)] == [None] * 9


@pytest.mark.parametrize("status", [429, 503])
def test_ten_minutes_of_nothing_but_throttling_stop_the_run(status: int) -> None:
    rules = StopRules()
    assert rules.reason(answer(status, started=100.0), 100.1) is None
    assert rules.reason(answer(502, started=200.0), 200.1) is None, "no sign that the API takes anything"
    assert rules.reason(answer(status, started=600.0), 100.0 + THROTTLED_LIMIT - 1) is None
    assert isinstance(rules.reason(answer(status, started=700.0), 100.0 + THROTTLED_LIMIT), StoppedEarly)


def test_an_answer_between_ends_the_ten_minutes() -> None:
    rules = StopRules()
    rules.reason(answer(429, started=100.0), 100.1)
    rules.reason(answer(404, started=500.0), 500.1)
    assert rules.reason(answer(429, started=900.0), 900.1) is None
