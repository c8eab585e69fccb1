"""The scripted-fault server's side of the wire: what is read of a request, and each way to go wrong."""

import json
import re
import socket
import struct
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from tests.support.fault_records import Record, put

if TYPE_CHECKING:
    from tests.support.fault_server import FaultServer

PATH = "/rr/api/v1/customers"
FAULTS = ("reset", "timeout", "cut", "html", "empty", "wrong-id", "twin", "list", "not-json", "drip-long")
WIRE = 0  # in the place of a status in `FaultServer.raw`: the body is the whole answer, byte by byte
_LONGEST = 20.0  # seconds that the server waits for a client to give up
HTML = b"<html><body><h1>Bad gateway</h1></body></html>"


@dataclass
class Asked:
    """One request, as the server saw it."""

    at: float  # monotonic
    method: str
    path: str
    customer: int | None  # none for a page of the list
    body: Any = None
    raw: bytes = b""  # the body's bytes
    did: str = ""
    applied: bool = False
    status: int | None = None
    shown: Record | None = None  # the record that a GET was answered with
    headers: dict[str, str] = field(default_factory=dict)


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is what half of the tests are about."""


class Handler(BaseHTTPRequestHandler):
    faults: "FaultServer"
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.faults.opened(self.connection)
        try:
            super().handle()
        except OSError:
            pass  # the client has gone
        finally:
            self.faults.closed(self.connection)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """The log is the server's own."""

    def do_GET(self) -> None:
        self._serve("GET")

    def do_PUT(self) -> None:
        self._serve("PUT")

    do_POST = do_PATCH = do_DELETE = do_HEAD = do_PUT  # noqa: N815

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date of an answer, by the server's own clock."""
        return formatdate((timestamp or time.time()) + self.faults.clock_ahead, usegmt=True)

    def _serve(self, method: str) -> None:
        if self.path == "/ping":
            return self._answer(200, b"")
        found = re.fullmatch(rf"{PATH}(?:/(\d+))?(?:\?.*)?", self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        number = int(found.group(1)) if found and found.group(1) else None
        asked = Asked(time.monotonic(), self.command, self.path, number, headers=headers)
        if found is None or (method == "PUT" and number is None):
            asked.did = "stray"
            self.faults.log.append(asked)
            return self._json(asked, 404, {"detail": "Not found."})
        step = self.faults.note(asked)
        if step == "reset-before-read":
            return self._reset()
        if not self._read_body(asked):
            asked.did = "half"  # the client has died on the way
            self.close_connection = True
            return None
        self.faults.hook(asked)
        return self._do(step, asked)

    def _read_body(self, asked: Asked) -> bool:
        """Whether the request is there as a whole."""
        length = int(self.headers.get("Content-Length") or 0)
        try:
            text = self.rfile.read(length)
        except OSError:  # the connection was shut down, and what came after that is answered with a RST
            return False
        if text and len(text) == length:
            asked.raw, asked.body = text, json.loads(text)
        return len(text) == length

    def _do(self, step: str, asked: Asked) -> None:
        if step.startswith("apply-"):
            self.faults.apply(asked)
            return self._status(step.removeprefix("apply-"), asked)
        if step.startswith("raw:"):
            return self._raw(step, asked)
        if re.match(r"\d{3}\b", step):
            return self._status(step, asked)
        if step.startswith("ignore:"):
            return self._json(asked, *self.faults.apply(asked, (step.removeprefix("ignore:"),)))
        if step in ("ok", "hold", "drip"):
            if step == "hold":
                self.faults.release.wait(_LONGEST)
            return self._json(asked, *self.faults.apply(asked), slow=0.03 if step == "drip" else 0)
        fault = step.removesuffix("-after-apply")
        assert fault in FAULTS, f"no such step: {step}"
        status, answer = 200, self.faults.records.get(asked.customer or 0)
        if step != fault or asked.method == "GET":
            status, answer = self.faults.apply(asked)
        return self._fault(fault, asked, status, answer)

    def _fault(self, fault: str, asked: Asked, status: int, answer: Any) -> None:
        text = json.dumps(answer).encode()
        asked.shown = None
        if fault == "reset":
            return self._reset()
        if fault == "timeout":
            self.faults.too_slow_for.add(self.client_address)
            return self._wait_for_the_client()
        asked.status = status
        if fault == "cut":
            self.close_connection = True
            return self._answer(status, text, upto=len(text) // 2)
        if fault == "drip-long":
            return self._answer(status, text, slow=0.4, too_slow=True)
        if fault == "twin":  # another record, which has all that was sent for this one
            answer = put(answer, asked.body)[0] if asked.body else answer
        if fault in ("wrong-id", "twin"):
            return self._json(asked, status, {**answer, "id": -5} if isinstance(answer, dict) else answer)
        bodies = {"html": HTML, "empty": b"", "list": b"[]", "not-json": b'{"id": 7, "name": "Exam'}
        return self._answer(204 if fault == "empty" else status, bodies[fault])

    def _status(self, step: str, asked: Asked) -> None:
        code, _, more = step.partition(":")
        asked.status = int(code)
        headers = {}
        if more:
            when, _, seconds = more.partition(":")
            headers["Retry-After"] = formatdate(time.time() + float(seconds), usegmt=True) if when == "date" else more
        if asked.status == 401:
            headers["WWW-Authenticate"] = "Token"
        if 300 <= asked.status < 400:
            headers["Location"] = f"{self.faults.url}{PATH}/{asked.customer}?elsewhere=1"
        return self._answer(asked.status, *_body(asked.status), headers)

    def _raw(self, step: str, asked: Asked) -> None:
        """An answer out of `server.raw`, byte by byte as it stands there."""
        name = step.removeprefix("raw:").removesuffix("-after-apply")
        if step.endswith("-after-apply"):
            self.faults.apply(asked)
        asked.status, headers, body = self.faults.raw[name]
        if asked.status == WIRE:
            self.close_connection = True
            self.wfile.write(body)
            return
        self._answer(asked.status, body, "application/json", headers)

    def _json(self, asked: Asked, status: int, answer: Any, slow: float = 0) -> None:
        asked.status = status
        self._answer(status, json.dumps(answer).encode(), "application/json", slow=slow)

    def _answer(
        self,
        status: int,
        text: bytes,
        kind: str = "text/html",
        headers: dict[str, str] | None = None,
        upto: int | None = None,
        slow: float = 0,
        too_slow: bool = False,
    ) -> None:
        bare = status in (204, 304)
        self.send_response(status, "As told")
        for name, value in {"Content-Type": kind, **(headers or {})}.items():
            self.send_header(name, value)
        if not bare:
            self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        size = 1 + len(text) // 10
        whole = text[:upto] + self.faults.surplus
        pieces = [text[i : i + size] for i in range(0, len(text), size)] if slow else [whole]
        for piece in pieces if not bare else []:
            self.wfile.write(piece)
            self.wfile.flush()
            if too_slow:
                self.faults.too_slow_for.add(self.client_address)
                too_slow = False  # told once; the client may be gone, and its port another's
            time.sleep(slow)

    def _wait_for_the_client(self) -> None:
        self.close_connection = True
        self.connection.settimeout(_LONGEST)
        self.rfile.read(1)

    def _reset(self) -> None:
        """Leave with a RST, as a proxy that dies does."""
        self.close_connection = True
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


def _body(status: int) -> tuple[bytes, str]:
    """What Django REST Framework, or a proxy in front of it, writes with this status."""
    if status >= 500 or status < 400:
        return HTML, "text/html"
    said = {
        400: {"terms": ['"x" is not a valid choice.']},
        401: {"detail": "Invalid token."},
        403: {"detail": "You do not have permission to perform this action."},
        404: {"detail": "No Customer matches the given query."},
        429: {"detail": "Request was throttled. Expected available in 17 seconds."},
    }.get(status, {"detail": f"status {status}"})
    return json.dumps(said).encode(), "application/json"
