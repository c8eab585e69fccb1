"""The API: read one, list, update. One request each, and one Response, whatever comes of it."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import httpcore
import httpx

from sync import __version__
from sync.api import clock, response_body
from sync.api.network import Deadline
from sync.api.redact import REMOVED, Redactor
from sync.api.response import Outcome, Response, classify, is_page, is_record, wrong_id
from sync.api.transport import Transport
from sync.contract.resource import Resource
from sync.model import Record
from sync.settings import Secret
from sync.stop import StopSignal

_REPEATS_THE_KEY = (
    "the record holds the API key in a field that would be sent back. Remove it there, in Campfire, and change the key."
)


class Client:
    """The list and the records of one resource, below one base URL.

    Follows no redirect, and puts the key into nothing but the header of requests to the base URL. What it hands on does
    not hold the key, even where the API repeats it. Safe to use from several threads.

    Args:
        timeout: seconds for one request as a whole: connecting, sending, and reading the answer to its last byte.
        stop: an interrupted run does not wait long for requests in flight.

    Raises:
        CannotStart: the environment's proxy or certificates cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        key: Secret,
        resource: Resource,
        timeout: float,
        stop: StopSignal | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._url = httpx.URL(base_url.rstrip("/") + resource.path)  # of the list
        self._path = self._url.raw_path.decode()
        self._page_size = resource.page_size
        self._id_field = resource.roles.id
        self._writable = [field.name for field in resource.writable]
        self._only_deleted = resource.only_deleted
        self._timeout = timeout
        self._deadline = Deadline(stop)
        self._headers = httpx.Headers(
            {
                "Host": httpx.URL(base_url).netloc.decode(),
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "Authorization": f"Token {key.reveal()}",
                "Cache-Control": "no-cache",  # an update must not be built on a cached record
                "User-Agent": f"campfire-sync/{__version__}",
            }
        )
        self._transport = Transport(base_url, self._deadline, environ)
        proxy = self._transport.proxy
        self._redact = Redactor([key.reveal(), proxy.password if proxy else ""])

    def get(self, record_id: int) -> Response:
        """Read one record. One that holds the key in a writable field is refused: it cannot be written back."""
        response = self._ask("GET", f"/{record_id}", is_record(record_id, self._id_field))
        if response.outcome is Outcome.UNEXPECTED and (fault := wrong_id(response.record, record_id, self._id_field)):
            return replace(response, fault=fault)
        if REMOVED not in response.text or not self._would_be_sent_back(response.record or {}):
            return response
        return replace(response, outcome=Outcome.REFUSED, record=None, text=_REPEATS_THE_KEY)

    def put(self, record_id: int, body: str) -> Response:
        """Update one record. `body` is JSON."""
        if REMOVED in body:
            return Response(Outcome.REFUSED, None, _REPEATS_THE_KEY, method="PUT")
        return self._ask("PUT", f"/{record_id}", is_record(record_id, self._id_field), body)

    def page(self, offset: int, deleted: bool = False) -> Response:
        """Read a page of the list, or of those `deleted`: `{count, next, previous, results}`."""
        only = f"&{self._only_deleted}" if deleted and self._only_deleted else ""
        query = f"?limit={self._page_size}&offset={offset}{only}"
        return self._ask("GET", query, is_page, most=response_body.LARGEST_PAGE)

    def probe(self) -> Response:
        """Read the smallest page there is."""
        return self._ask("GET", "?limit=1&offset=0", is_page)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _would_be_sent_back(self, record: Record) -> bool:
        return any(REMOVED in str(record.get(name)) for name in self._writable)

    def _ask(
        self,
        method: str,
        rest: str,
        fits: Callable[[Any], bool],
        body: str | None = None,
        most: int = response_body.LARGEST_RECORD,
    ) -> Response:
        started = clock.now()
        self._deadline.begin(self._timeout)
        answer = None
        try:
            answer = self._transport.handle_request(self._request(method, rest, body))
            text = self._text(answer, most)
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout, httpcore.ProxyError) as e:
            return Response(Outcome.TRANSIENT, None, self._failed("no connection", e), started=started, method=method)
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, response_body.BadBody) as e:
            lost = Outcome.UNKNOWN if method == "PUT" else Outcome.TRANSIENT
            return Response(lost, None, self._failed("the connection broke off", e), started=started, method=method)
        finally:
            if answer is not None:
                answer.close()
        return classify(method, answer.status_code, answer.headers, text, fits, started)

    def _request(self, method: str, rest: str, body: str | None) -> httpx.Request:
        """A request below the list's URL.

        Its target is handed on as it is, and its stream is made here: no URL is taken apart, and no header guessed.
        That saves a tenth of what sending a row costs.
        """
        content = b"" if body is None else body.encode()
        target = {"target": f"{self._path}{rest}".encode("ascii")}
        request = httpx.Request(
            method, self._url, headers=self._headers, stream=httpx.ByteStream(content), extensions=target
        )
        if body is not None:
            request.headers["Content-Type"] = "application/json"
            request.headers["Content-Length"] = str(len(content))
        return request

    def _text(self, answer: httpx.Response, most: int) -> str:
        """The body, unpacked. Only the beginning of an error is read."""
        success = 200 <= answer.status_code < 300
        assert isinstance(answer.stream, httpx.SyncByteStream)
        pieces = response_body.unpacked(answer.stream, answer.headers.get("content-encoding", "").strip().lower())
        content = response_body.joined(pieces, most if success else response_body.LARGEST_ERROR, cut=not success)
        try:
            return self._redact(content.decode("utf-8-sig"))  # a reader of JSON may pass over a byte order mark
        except UnicodeDecodeError:  # not JSON then: it is shown, and never written back
            return self._redact(f"(not UTF-8) {content.decode(errors='backslashreplace')}")

    def _failed(self, what: str, error: Exception) -> str:
        return f"{what} ({self._redact(str(error) or type(error).__name__)})"
