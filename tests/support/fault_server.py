"""A server that follows the API's page and goes wrong as it is told to. It is what the product is judged by.

It knows nothing of the product. It keeps a log of every request with what it did about it, and its state. What goes
wrong is a script per customer, for GET and for PUT apart: `server.puts[7] = ["503", "reset-after-apply", "ok"]`.

Steps:
    ok                       what the API does
    503, 301, 404 …          this status, nothing applied; `429:5` with Retry-After: 5; `429:date:2` with a date in 2 s
    apply-502                applied, and then this status
    <fault>                  one of fault_http.FAULTS, nothing applied
    <fault>-after-apply      the same after the change was applied
    raw:<name>               the answer of this name in `server.raw`; raw:<name>-after-apply
    ignore:notes             applied but for this field, and answered truly
    hold                     waits until `server.release` is set, then ok

To try it by hand: python -m tests.support.fault_server --customers 10 --port 8099 --put 503,reset-after-apply,ok
"""

import argparse
import socket
import ssl
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.fault_http import PATH, Asked, Handler, Listener
from tests.support.fault_records import Record, copied, customer, now, put

KEY = "example-key-3f8a51c07d"
VIEW_KEY = "example-view-only-key"


@dataclass
class Drift:
    """Another writer, who comes just before the n-th request of this method for the customer."""

    method: str
    nth: int
    fields: Record


class FaultServer:
    """The server and all that it knows. `with FaultServer(records) as server: … server.url`."""

    def __init__(self, records: Iterable[Record], absent: str = "kept", tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.keys = {KEY: "admin", VIEW_KEY: "view"}
        self.absent = absent
        self._lock = threading.RLock()
        self._server: ThreadingHTTPServer | None = None
        self._place: socket.socket | None = None  # keeps the port while the server is down; nobody listens at it
        self._connections: set[socket.socket] = set()
        self.too_slow_for: set[Any] = set()  # the addresses of clients whose patience is to be at its end
        self.port = 0
        self.reset(records)

    def reset(self, records: Iterable[Record]) -> None:
        """As new, with these records."""
        with self._lock:
            again = hasattr(self, "records")
            self.records = {record["id"]: copied(record) for record in records}
            for record in self.records.values() if again else ():
                record["last_modified_at"] = now()  # time goes on
            self.at_first = copied(self.records)
            self.deleted: dict[int, Record] = {}  # what the list shows with include_deleted=true; a GET answers 404
            self.log: list[Asked] = []
            self.puts: Mapping[int, Iterable[str]] = {}
            self.gets: Mapping[int, Iterable[str]] = {}
            self.pages: Iterable[str] = ()
            self.always: dict[str, str] = {}  # method: the step of every request that has no script
            self.nth: dict[int, str] = {}  # the how manieth request of all (from 1): its step
            self.drift: dict[int, list[Drift]] = {}
            self.list_as = "ok"
            self.page_size = 10_000
            self.raw: dict[str, tuple[int, dict[str, str], bytes]] = {}  # name: status, headers, body
            self.surplus = b""  # what follows each answer, beyond the length that it states
            self.clock_ahead = 0.0  # seconds by which the server's clock, which dates its answers, is ahead
            self.refuse_key_from: int | None = None  # the how manieth request finds the key expired
            self.hook: Callable[[Asked], None] = lambda asked: None  # called with each request as it comes in
            self.release = threading.Event()
            self._scripts: dict[tuple[str, int | None], deque[str]] = {}
            self._seen: dict[tuple[str, int | None], int] = defaultdict(int)

    def kept(self) -> Callable[[], None]:
        """What puts everything back as it is now."""
        names = ("records", "deleted", "log", "_scripts", "_seen")
        with self._lock:
            now = copied({name: getattr(self, name) for name in names})
        return lambda: self.__dict__.update(copied(now))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def up(self) -> "FaultServer":
        """Listen, on the same port as before."""
        handler = type("FaultHandler", (Handler,), {"faults": self})
        if self._place:
            self._place.close()
            self._place = None
        self._server = Listener(("127.0.0.1", self.port), handler)
        if self._tls:
            self._server.socket = self._tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def down(self) -> None:
        """Refuse connections, and break off those that there are."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
            self._place = socket.socket()
            self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._place.bind(("127.0.0.1", self.port))
        with self._lock:
            for connection in self._connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> "FaultServer":
        return self.up()

    def __exit__(self, *about: object) -> None:
        self.release.set()
        self.down()
        if self._place:
            self._place.close()

    def hold_puts(self) -> threading.Event:
        """Answer no PUT until `release` is set; the event says that one has arrived."""
        arrived = threading.Event()

        def hook(asked: Asked) -> None:
            if asked.method == "PUT":
                arrived.set()
                self.release.wait(30)

        self.hook = hook
        return arrived

    def settle(self, patience: float = 60.0) -> None:
        """Return when every request that has reached this server has been dealt with, its client gone or not."""
        with socket.create_connection(("127.0.0.1", self.port)) as probe:
            probe.sendall(b"GET /ping HTTP/1.0\r\n\r\n")
            while probe.recv(100):
                pass
        until = time.monotonic() + patience
        while self._connections and time.monotonic() < until:
            time.sleep(0.002)
        assert not self._connections, "a connection is still open"

    # --- what a test asks ---

    def asked(self, method: str, number: int | None = None) -> list[Asked]:
        """The requests of this method, in the order in which they came (for this customer)."""
        with self._lock:
            return [a for a in self.log if a.method == method and number in (None, a.customer)]

    def changed(self, number: int) -> Record:
        """What of a customer's record is not as it was at first, but for the time of the change."""
        now, before = self.records[number], self.at_first[number]
        return {name: now[name] for name in now if now[name] != before.get(name) and name != "last_modified_at"}

    # --- what a request does ---

    def opened(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.discard(connection)

    def note(self, asked: Asked) -> str:
        """Log a request, let the other writer come, and say what is to be done about it."""
        with self._lock:
            self.log.append(asked)
            key = asked.method, asked.customer
            self._seen[key] += 1
            for drift in self.drift.get(asked.customer or 0, ()):
                if (drift.method, drift.nth) == (asked.method, self._seen[key]):
                    self.records[asked.customer or 0] |= copied(drift.fields)
            if key not in self._scripts:
                self._scripts[key] = deque(self._script(asked))
            script = self._scripts[key]
            asked.did = script.popleft() if script else self.always.get(asked.method, "ok")
            asked.did = self.nth.get(len(self.log), asked.did)
            return self._key_fault(asked) or asked.did

    def _script(self, asked: Asked) -> Iterable[str]:
        if asked.customer is None:
            return self.pages
        return (self.puts if asked.method == "PUT" else self.gets).get(asked.customer, ())

    def _key_fault(self, asked: Asked) -> str:
        role = self.keys.get(asked.headers.get("authorization", "").removeprefix("Token "))
        if role is None or (self.refuse_key_from is not None and len(self.log) >= self.refuse_key_from):
            asked.did = "401"
        elif role == "view" and asked.method == "PUT":
            asked.did = "403"
        else:
            return ""
        return asked.did

    def apply(self, asked: Asked, ignored: tuple[str, ...] = ()) -> tuple[int, Any]:
        """Do what the API does. Returns the status and the body of the answer."""
        with self._lock:
            if asked.customer is None:
                if "include_deleted=true" in asked.path:
                    return 200, self._deleted_page()
                return (404, {"detail": "Not found."}) if self.list_as == "404" else (200, self._page(asked))
            record = self.records.get(asked.customer)
            if record is None:
                return 404, {"detail": "No Customer matches the given query."}
            if asked.method == "GET":
                asked.shown = copied(record)
                return 200, asked.shown
            after, errors = put(record, asked.body, self.absent, ignored)
            if errors:
                return 400, errors
            self.records[asked.customer] = after
            asked.applied = True
            return 200, copied(after)

    def _deleted_page(self) -> Record:
        shown = [copied(record) for record in self.deleted.values()]
        return {"count": len(shown), "next": None, "previous": None, "results": shown}

    def _page(self, asked: Asked) -> Record:
        query = parse_qs(urlsplit(asked.path).query)
        limit = min(int(query.get("limit", ["100"])[0]), self.page_size)
        offset = 0 if self.list_as == "offset-ignored" else int(query.get("offset", ["0"])[0])
        numbers = sorted(self.records)
        if self.list_as == "no-order":  # each page has another order: some records twice, some never
            turn = len(self.log) * 7 % len(numbers)
            numbers = numbers[turn:] + numbers[:turn]
        if self.list_as == "limit-ignored":
            limit, offset = len(numbers), 0
        shown = [copied(self.records[number]) for number in numbers[offset : offset + limit]]
        if self.list_as == "few-fields":
            shown = [{name: record[name] for name in ("id", "name", "terms")} for record in shown]
        if self.list_as == "null-contacts":
            shown = [record | {"contacts": None} for record in shown]
        if self.list_as == "duplicates":
            shown = [record for record in shown for _ in range(2)][:limit]
        more = f"http://elsewhere.example.com{PATH}?limit={limit}&offset={offset + limit}"
        last = offset + limit >= len(numbers)
        if self.list_as == "endless":  # as many made-up records as anybody asks for
            shown = [customer(10**6 + offset + n) for n in range(limit)]
            return {"count": 10**9, "next": more, "previous": None, "results": shown}
        return {"count": len(numbers), "next": None if last else more, "previous": None, "results": shown}


def main() -> None:
    """Serve by hand. The log is printed as it grows."""
    parser = argparse.ArgumentParser(description="A server that goes wrong as it is told to.")
    parser.add_argument("--customers", type=int, default=10)
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--put", default="", help="the steps of each customer's PUTs, with commas")
    parser.add_argument("--get", default="")
    args = parser.parse_args()
    server = FaultServer(customer(number) for number in range(1, args.customers + 1))
    server.port = args.port
    server.puts = {number: args.put.split(",") for number in server.records if args.put}
    server.gets = {number: args.get.split(",") for number in server.records if args.get}
    server.hook = lambda asked: print(asked.method, asked.path, asked.did, flush=True)  # noqa: T201
    with server:
        print(f"{server.url}  key: {KEY}", flush=True)  # noqa: T201
        threading.Event().wait()


if __name__ == "__main__":
    main()
