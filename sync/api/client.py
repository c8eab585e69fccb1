"""The API: read one, list, update. The only importer of httpx."""

import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

import httpx

from sync import __version__
from sync.api.response import Outcome, Response, classify, is_customer, is_page
from sync.contract.resource import Resource
from sync.settings import Secret

_LARGEST_ANSWER = 64 * 1024 * 1024  # bytes; a page of 500 records has about 2 MB


class Client:
    """The customers endpoint of one base URL.

    Follows no redirect, trusts no proxy of the environment, never puts the key anywhere but into the header of a
    request to the base URL. Safe to use from several threads.

    Args:
        timeout: seconds for one request as a whole.
        connections: how many requests may be in flight.
    """

    def __init__(self, base_url: str, key: Secret, resource: Resource, timeout: float, connections: int) -> None:
        self._url = base_url.rstrip("/") + resource.path
        self._page_size = resource.page_size
        self._only_deleted = resource.only_deleted
        self._timeout = timeout
        self._extensions = {"timeout": httpx.Timeout(timeout).as_dict()}
        self._headers = httpx.Headers(
            {
                "Host": httpx.URL(base_url).netloc.decode(),
                "Accept": "application/json",
                "Accept-Encoding": "gzip, deflate",
                "Authorization": f"Token {key.reveal()}",
                "User-Agent": f"campfire-sync/{__version__}",
            }
        )
        # The transport below httpx's client: no cookies, no redirects, no proxies, and a third less time a request.
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._http = httpx.HTTPTransport(trust_env=False, limits=limits)

    def get(self, record_id: int) -> Response:
        """Read one customer."""
        return self._ask("GET", f"{self._url}/{record_id}", is_customer(record_id))

    def put(self, record_id: int, body: str) -> Response:
        """Update one customer. `body` is JSON."""
        return self._ask("PUT", f"{self._url}/{record_id}", is_customer(record_id), body)

    def page(self, offset: int, deleted: bool = False) -> Response:
        """Read a page of the list, or of those `deleted`: `{count, next, previous, results}`."""
        only = f"&{self._only_deleted}" if deleted and self._only_deleted else ""
        return self._ask("GET", f"{self._url}?limit={self._page_size}&offset={offset}{only}", is_page)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _ask(self, method: str, url: str, fits: Callable[[Any], bool], body: str | None = None) -> Response:
        started = time.monotonic()
        try:
            response = self._http.handle_request(self._request(method, url, body))
            try:
                text = self._read(response, started)
            finally:
                response.close()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as e:
            return Response(Outcome.TRANSIENT, None, f"no connection ({_words(e)})", started=started, method=method)
        except (httpx.TransportError, httpx.DecodingError) as e:
            lost = Outcome.UNKNOWN if method == "PUT" else Outcome.TRANSIENT
            return Response(lost, None, f"the connection broke off ({_words(e)})", started=started, method=method)
        return classify(method, response.status_code, response.headers, text, fits, started)

    def _request(self, method: str, url: str, body: str | None) -> httpx.Request:
        content = None if body is None else body.encode()
        request = httpx.Request(method, _url(url), headers=self._headers, content=content, extensions=self._extensions)
        if content is not None:
            request.headers["Content-Type"] = "application/json"
        return request

    def _read(self, response: httpx.Response, started: float) -> str:
        """The whole body, unpacked, within the time of one request."""
        assert isinstance(response.stream, httpx.SyncByteStream)
        stream = _InTime(response.stream, started + self._timeout)
        pieces: Iterable[bytes] = stream
        if "content-encoding" in response.headers:  # only then: it takes a tenth of a request's time
            pieces = httpx.Response(response.status_code, headers=response.headers, stream=stream).iter_bytes()
        found, size = [], 0
        for piece in pieces:
            found.append(piece)
            size += len(piece)
            if size > _LARGEST_ANSWER:
                raise httpx.ReadError("the answer is too large")
        return b"".join(found).decode("utf-8", errors="replace")


class _InTime(httpx.SyncByteStream):
    """A body as it comes, as long as there is time: httpx's own limit is for each piece."""

    def __init__(self, stream: httpx.SyncByteStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            if time.monotonic() > self._until:
                raise httpx.ReadTimeout("the answer took too long")
            yield piece


@lru_cache(maxsize=1024)
def _url(text: str) -> httpx.URL:
    """A URL, taken apart once: a row's record is read and then written under the same one."""
    return httpx.URL(text)


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
