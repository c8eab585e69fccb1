"""What each answer of the API means."""

import http
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.api.response import Outcome, Response, classify, is_page, is_record, words

RECORD = '{"id": 7, "name": "Example"}'


def put(status: int, text: str = RECORD) -> Response:
    return classify("PUT", status, {}, text, is_record(7, "id"))


def get(status: int, text: str = RECORD) -> Response:
    return classify("GET", status, {}, text, is_record(7, "id"))


@pytest.mark.parametrize("status", sorted({*(s.value for s in http.HTTPStatus), 299, 420, 444, 499, 520, 599, 999}))
def test_every_status_means_one_thing(status: int) -> None:
    """A record in the body does not turn an error status into a success."""
    if status in (429, 503):
        expected = Outcome.THROTTLED
    elif status in (408, 425) or status >= 500:
        expected = Outcome.TRANSIENT
    elif status == 401 or status == 403:
        expected = Outcome.KEY_REFUSED
    elif 400 <= status < 500:
        expected = Outcome.REFUSED
    elif 200 <= status < 300:
        expected = Outcome.OK
    else:
        expected = Outcome.REDIRECTED
    assert put(status).outcome is expected
    assert get(status).outcome is (Outcome.REFUSED if status == 403 else expected)


def test_a_403_that_is_not_the_apis_own_says_nothing_of_the_key() -> None:
    """A firewall does not like something in this row."""
    assert put(403, "<html>Request blocked</html>").outcome is Outcome.BLOCKED
    assert put(403, '{"detail": "You do not have permission."}').outcome is Outcome.KEY_REFUSED
    assert put(401, "<html>").outcome is Outcome.KEY_REFUSED


def test_the_apis_words_are_shown_at_200_too() -> None:
    response = put(200, '{"detail": "The period is locked."}')
    assert response.outcome is Outcome.UNEXPECTED
    assert str(response) == "200: The period is locked."


@pytest.mark.parametrize(
    "text",
    ["", " ", "<html></html>", RECORD[:-1], RECORD + "x", "[" * 100_000, '"' + "\x00"],
)
def test_a_200_without_json_may_have_been_applied(text: str) -> None:
    assert put(200, text).outcome is Outcome.UNKNOWN
    assert get(200, text).outcome is Outcome.TRANSIENT


def test_a_whole_answer_with_an_impossible_number_is_not_worth_another_attempt() -> None:
    response = get(200, '{"id": 7, "total_mrr": NaN}')
    assert (response.outcome, response.again, response.fault) == (Outcome.UNEXPECTED, False, "total_mrr is NaN")
    assert put(200, '{"id": 7, "total_mrr": NaN}').outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "text", ["[]", "7", '"7"', "true", '{"id": 8}', "{}", '{"id": "7"}', '{"id": null}', '{"id": [7]}']
)
def test_a_200_with_another_record_is_unexpected(text: str) -> None:
    assert put(200, text).outcome is Outcome.UNEXPECTED
    assert get(200, text).outcome is Outcome.UNEXPECTED
    assert str(get(200, text)) == f"200: JSON, but not what was asked for: {text}"


def test_true_is_not_the_id_1() -> None:
    assert classify("PUT", 200, {}, '{"id": true}', is_record(1, "id")).outcome is Outcome.UNEXPECTED


def test_amounts_are_exact() -> None:
    record = put(200, '{"id": 7, "total_mrr": 0.10, "total_paid": 9999999999999.99}').record
    assert record == {"id": 7, "total_mrr": Decimal("0.10"), "total_paid": Decimal("9999999999999.99")}


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ('{"count": 1, "next": null, "previous": null, "results": [{"id": 1}]}', True),
        ('{"count": 0, "results": []}', True),
        ('{"count": "1", "results": []}', False),
        ('{"count": 1, "results": {}}', False),
        ('{"count": 1, "results": [1]}', False),
        ('{"results": []}', False),
        ("[]", False),
    ],
)
def test_a_page_of_the_list_is_recognised(text: str, fits: bool) -> None:
    assert is_page(json.loads(text)) is fits


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"detail": "Not found."}', "Not found."),
        ('{"terms": ["“x” is no choice."]}', '{"terms": ["“x” is no choice."]}'),
        ("<h1>Bad\n  gateway</h1>", "<h1>Bad gateway</h1>"),
        ("", "an empty answer"),
        ('{"detail": ["a", "b"]}', '{"detail": ["a", "b"]}'),
    ],
)
def test_the_apis_own_words_are_shown(text: str, shown: str) -> None:
    assert words(text) == shown


@given(status=st.integers(200, 599), text=st.text(), after=st.text(), method=st.sampled_from(["GET", "PUT"]))
def test_any_answer_is_survived_and_only_the_record_is_ok(status: int, text: str, after: str, method: str) -> None:
    answer = classify(method, status, {"retry-after": after}, text, is_record(7, "id"))
    assert str(answer)
    assert answer.outcome is not Outcome.OK


def test_a_long_page_is_cut_where_it_is_shown() -> None:
    assert len(str(Response(Outcome.TRANSIENT, 502, "<p>x</p>" * 5000))) < 300


@pytest.mark.parametrize(
    ("outcome", "status", "may"),
    [
        (Outcome.OK, 200, True),
        (Outcome.UNKNOWN, None, True),
        (Outcome.UNEXPECTED, 200, True),
        (Outcome.TRANSIENT, 502, True),
        (Outcome.TRANSIENT, None, False),
        (Outcome.THROTTLED, 429, False),
        (Outcome.THROTTLED, 503, True),
        (Outcome.REFUSED, 400, False),
        (Outcome.REDIRECTED, 302, True),
        (Outcome.KEY_REFUSED, 401, False),
    ],
)
def test_which_puts_may_have_been_applied(outcome: Outcome, status: int | None, may: bool) -> None:
    """A gateway's 502 may come after the API has done it. What did not connect, or was throttled, has not arrived."""
    assert Response(outcome, status, "").may_have_arrived is may


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        (
            "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n"
            "<center><h1>413 Request Entity Too Large</h1></center>\r\n<hr><center>nginx/1.22.1</center></body></html>",
            "413 Request Entity Too Large nginx/1.22.1",
        ),
        (
            "<!DOCTYPE html><style>p {}</style><script>1 < 2</script><p>Blocked&nbsp;&amp; logged: 7",
            "Blocked & logged: 7",
        ),
        ("<html><head><title>Bad gateway</title></head><body></body></html>", "Bad gateway"),
        ("1 < 2, it says", "1 < 2, it says"),
    ],
)
def test_of_a_page_of_html_only_what_it_shows_is_repeated(page: str, shown: str) -> None:
    assert words(page) == shown


def test_the_status_is_not_said_twice() -> None:
    assert str(Response(Outcome.REFUSED, 413, "<html><body>413 Too Large</body></html>")) == "413 Too Large"
    assert str(Response(Outcome.REFUSED, 409, "locked")) == "409: locked"
