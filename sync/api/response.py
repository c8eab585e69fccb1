"""What an answer of the API means for the row that it is for. The one place that says so."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from sync.model import Record


class Outcome(StrEnum):
    """What an answer means for the row that it is for."""

    OK = "ok"  # JSON, and the record that was asked for
    REFUSED = "refused"  # the API said no, and will again
    REDIRECTED = "redirected"  # never followed, since a PUT would become a GET
    KEY_REFUSED = "key refused"  # stops the run
    THROTTLED = "throttled"  # everybody waits
    TRANSIENT = "transient"  # worth another attempt; the request did no harm
    UNKNOWN = "unknown"  # a PUT that may have been applied: only reading the record tells
    UNEXPECTED = "unexpected"  # 200, and JSON that is not the record that was asked for


_NO_WORDS = {Outcome.REDIRECTED: "a redirect"}  # what is shown of an answer without a body


@dataclass(frozen=True, slots=True)
class Response:
    """The response to one request."""

    outcome: Outcome
    http_status: int | None  # None where no answer came
    text: str  # the body as it came, or what went wrong
    record: Record | None = None
    pause: float | None = None  # seconds that the API asks to wait
    started: float = 0.0  # when the request left, by the monotonic clock
    method: str = "GET"  # of the request

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
        return self.outcome in (Outcome.OK, Outcome.UNKNOWN, Outcome.UNEXPECTED)

    def __str__(self) -> str:
        """The response, for a person."""
        status = f"{self.http_status}: " if self.http_status else ""
        return f"{status}{said(self.text)}"


def said(text: str) -> str:
    """The API's own words in a body; of a page of HTML or a long text its beginning."""
    try:
        body = json.loads(text)
    except ValueError:
        return " ".join(text.split())[:200] or "an empty answer"
    if isinstance(body, dict) and isinstance(body.get("detail"), str):
        return str(body["detail"])
    return json.dumps(body, ensure_ascii=False)[:500]


def classify(
    method: str,
    status: int,
    headers: Mapping[str, str],
    text: str,
    fits: Callable[[Any], bool],
    started: float = 0.0,
) -> Response:
    """What an answer means. `fits` says whether a JSON value is what was asked for."""
    outcome, record = _outcome(method, status, text, fits)
    pause = retry_after(headers) if outcome in (Outcome.THROTTLED, Outcome.TRANSIENT) else None
    return Response(outcome, status, text or _NO_WORDS.get(outcome, ""), record, pause, started, method)


def _outcome(method: str, status: int, text: str, fits: Callable[[Any], bool]) -> tuple[Outcome, Record | None]:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Outcome.THROTTLED, None
    if status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY) or status >= 500:
        return Outcome.TRANSIENT, None
    if status == HTTPStatus.UNAUTHORIZED or (status == HTTPStatus.FORBIDDEN and method == "PUT"):
        return Outcome.KEY_REFUSED, None
    if status >= 400:
        return Outcome.REFUSED, None
    if status >= 300 or status < 200:
        return Outcome.REDIRECTED, None
    value = _json(text)
    if value is None:
        return Outcome.UNKNOWN if method == "PUT" else Outcome.TRANSIENT, None
    return Outcome.OK if fits(value) else Outcome.UNEXPECTED, value if isinstance(value, dict) else None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a Retry-After header asks for (a number, or a date); None where it says nothing sensible."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError):
        return None
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


_from_json = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_number).decode


def _json(text: str) -> Any:
    """The JSON value of a body, amounts exact; None where it is no JSON, or cut."""
    try:
        return _from_json(text)
    except (ValueError, RecursionError):
        return None


def is_customer(record_id: int) -> Callable[[Any], bool]:
    """Whether a JSON value is the record of this customer."""
    return lambda value: isinstance(value, dict) and value.get("id") == record_id and value["id"] is not True


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
