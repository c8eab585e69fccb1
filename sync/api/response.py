"""What an answer of the API means for the row that it is for. The one place that decides it."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import lru_cache
from html import unescape
from http import HTTPStatus
from typing import Any

from sync.api import response_body
from sync.model import Record

_SHOWN = 500  # characters of an answer in a message
_PAGE = 4_000  # characters of a page of HTML that are looked at
_HTML = re.compile(r"<(!doctype|html|body)\b", re.IGNORECASE)
_UNSEEN = re.compile(r"<(head|script|style)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_SECONDS = re.compile(r"[0-9]+(\.[0-9]*)?")  # a fraction is against the rules, and not everybody knows them
_LONGEST = 999_999_999.0  # seconds


class Outcome(StrEnum):
    """What an answer means for the row that it is for."""

    OK = "ok"  # JSON, and the record that was asked for
    REFUSED = "refused"  # the API said no, and will again
    BLOCKED = "blocked"  # a firewall or a proxy said no (403, and not the API's JSON): the API has not seen it
    REDIRECTED = "redirected"  # never followed, since a PUT would become a GET
    KEY_REFUSED = "key refused"  # stops the run
    THROTTLED = "throttled"  # 429 or 503: everybody waits
    TRANSIENT = "transient"  # worth another attempt; the request did no harm
    UNKNOWN = "unknown"  # a PUT that may have been applied: only reading the record tells
    UNEXPECTED = "unexpected"  # 200, and JSON that is not the record that was asked for


_NO_WORDS = {Outcome.REDIRECTED: "a redirect"}  # what is shown of an answer without a body


@dataclass(frozen=True, slots=True)
class Response:
    """The response to one request."""

    outcome: Outcome
    http_status: int | None  # None where no answer came
    text: str  # the body, without the key (and bounded, where it is not a record), or what went wrong
    record: Record | None = None
    pause: float | None = None  # seconds that the API asks to wait
    started: float = 0.0  # when the request left, by `clock.now`
    method: str = "GET"  # of the request
    is_json: bool = False  # the API's own answer, and not that of a proxy or a firewall
    is_list: bool = False  # a page was asked for, and not a record
    server_time: datetime | None = None  # by the answer's own Date
    fault: str = ""  # the one value for which the answer cannot be used, however often it is asked for

    @property
    def again(self) -> bool:
        """Whether another attempt may do better."""
        return self.outcome in (Outcome.THROTTLED, Outcome.TRANSIENT, Outcome.UNKNOWN)

    @property
    def may_have_arrived(self) -> bool:
        """Whether the API may have done what was asked, as far as this response tells."""
        if self.outcome in (Outcome.TRANSIENT, Outcome.THROTTLED):
            # A gateway's 502, 503 or 504 may come after the API has done it; a 429, or no connection, may not.
            return self.http_status not in (None, HTTPStatus.TOO_MANY_REQUESTS)
        # A redirect may be what a form is answered with, once it is taken (303).
        return self.outcome in (Outcome.OK, Outcome.UNKNOWN, Outcome.UNEXPECTED, Outcome.REDIRECTED)

    def __str__(self) -> str:
        """The response, for a person."""
        if self.fault:
            return (
                f"{self.http_status}: a record in which {self.fault}. Trying again will not help until that is "
                "corrected in Campfire"
            )
        said = words(self.text)
        if self.outcome is Outcome.UNEXPECTED and "detail" not in (self.record or {}):
            said = f"JSON, but not what was asked for: {said}"
        known = not self.http_status or said.startswith(f"{self.http_status} ")  # as a web server's own page does
        return said if known else f"{self.http_status}: {said}"


def words(text: str) -> str:
    """The API's own words in a body; of a page of HTML what it shows, and of a long text its beginning."""
    try:
        value = json.loads(text)
        if isinstance(value, dict) and isinstance(value.get("detail"), str):
            return _shown(value["detail"])
        return _shown(json.dumps(value, ensure_ascii=False))
    except (ValueError, RecursionError):
        shown = _page_words(text[:_PAGE]) if _HTML.search(text[:_PAGE]) else text
        return _shown(" ".join(shown.split()), 200) or "an empty answer"


def _page_words(page: str) -> str:
    """What a browser would show of a page; where that is nothing, its title."""
    body = _TAG.sub(" ", _UNSEEN.sub(" ", page))
    return unescape(body if body.strip() else _TAG.sub(" ", page))


def _shown(text: str, most: int = _SHOWN) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def classify(
    method: str,
    status: int,
    headers: Mapping[str, str],
    text: str,
    fits: Callable[[Any], bool],
    started: float = 0.0,
) -> Response:
    """What an answer means. `fits` says whether a JSON value is what was asked for."""
    try:
        value, is_json = response_body.parse(text), True
    except ValueError:
        value, is_json = None, False
    fault = response_body.impossible_value(text) if method == "GET" and status == HTTPStatus.OK and not is_json else ""
    outcome = Outcome.UNEXPECTED if fault else _outcome(method, status, value, is_json, fits)
    record = value if isinstance(value, dict) and outcome in (Outcome.OK, Outcome.UNEXPECTED) else None
    pause = retry_after(headers) if outcome in (Outcome.THROTTLED, Outcome.TRANSIENT) else None
    text = text if outcome is Outcome.OK else response_body.kept(text) or _NO_WORDS.get(outcome, "")
    is_list = fits is is_page
    server_time = http_date(headers.get("date", ""))
    return Response(outcome, status, text, record, pause, started, method, is_json, is_list, server_time, fault)


def _outcome(method: str, status: int, value: Any, is_json: bool, fits: Callable[[Any], bool]) -> Outcome:
    if 200 <= status < 300:
        if not is_json:
            return Outcome.UNKNOWN if method == "PUT" else Outcome.TRANSIENT
        return Outcome.OK if fits(value) else Outcome.UNEXPECTED
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        return Outcome.THROTTLED  # nginx, by default, answers 503 to what it limits
    if status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY) or status >= 500:
        return Outcome.TRANSIENT
    if status == HTTPStatus.UNAUTHORIZED:
        return Outcome.KEY_REFUSED
    if status == HTTPStatus.FORBIDDEN and not is_json:
        return Outcome.BLOCKED
    if status == HTTPStatus.FORBIDDEN and method == "PUT":
        return Outcome.KEY_REFUSED
    return Outcome.REFUSED if status >= 400 else Outcome.REDIRECTED


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a Retry-After header asks for; None where it makes no sense.

    A date is judged by the answer's own Date: the clock of this computer may be wrong.
    """
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return min(float(value), _LONGEST)
    until = http_date(value)
    if until is None:
        return None
    return max(0.0, (until - (http_date(headers.get("date", "")) or datetime.now(UTC))).total_seconds())


@lru_cache(maxsize=16)  # the answers of one second have the same
def http_date(text: str) -> datetime | None:
    """The moment of an HTTP date."""
    try:
        date = parsedate_to_datetime(text.strip())
        return date.replace(tzinfo=date.tzinfo or UTC).astimezone(UTC)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None


def is_record(record_id: int, id_field: str) -> Callable[[Any], bool]:
    """Whether a JSON value is the record with this id."""
    return lambda value: isinstance(value, dict) and value.get(id_field) == record_id and value[id_field] is not True


def wrong_id(record: Record | None, record_id: int, id_field: str) -> str:
    """What is wrong with the id of the record that was asked for, where it is not written as a number: `id is "7"`."""
    given = (record or {}).get(id_field)
    return f'{id_field} is "{given}", which is a text' if isinstance(given, str) and given == str(record_id) else ""


def is_page(value: Any) -> bool:
    """Whether a JSON value is a page of the list."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("count"), int)
        and isinstance(value.get("results"), list)
        and all(isinstance(record, dict) for record in value["results"])
    )


def redirected(response: Response) -> str:
    """The message for a redirect."""
    return f"The API answered with a redirect ({response.http_status}), which is not followed. Check the base URL."
