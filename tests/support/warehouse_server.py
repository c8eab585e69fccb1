"""A small server of another resource than customers: a list, a GET and a PUT for each warehouse, on loopback."""

import copy
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PATH = "/stock/v1/warehouses"
KEY = "example-key-warehouses"
WRITABLE = ("label", "grade", "capacity", "keeper_mail", "tax_code", "heated")

Record = dict[str, Any]


def warehouse(number: int, **fields: Any) -> Record:
    """A warehouse with two shelves."""
    return {
        "id": number,
        "label": f"Warehouse {number}",
        "grade": "a",
        "capacity": 100,
        "keeper_mail": f"keeper-{number}@example.com",
        "tax_code": "0012345",
        "heated": False,
        "shelves": [{"ref": number * 10 + n, "removed": False, "place": f"P{n}", "levels": n} for n in (1, 2)],
        "stock_value": 1000.5,
        "stock_reserved": 0,
        "shelf_count": 2,
        "money": "EUR",
        "changed": "2026-01-01T00:00:00+0000",
        "closed": False,
        "closed_at": None,
        "unknown_to_us": "kept",
        **fields,
    }


@dataclass
class Warehouses:
    """What the server holds, and every PUT that it took."""

    records: dict[int, Record]
    url: str = ""
    puts: list[tuple[int, Record]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)  # of the PUTs, as they came
    fail_next_puts: int = 0  # answered with 400
    key: str = KEY
    stock_moves: bool = False  # a PUT changes the totals, as if somebody had sold something meanwhile
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, number: int, body: Record) -> Record | None:
        """The record with the body laid over; `grade` goes back to its default where the body lacks it."""
        record = self.records[number]
        self.puts.append((number, copy.deepcopy(body)))
        if self.fail_next_puts:
            self.fail_next_puts -= 1
            return None
        record["grade"] = body.get("grade", "b")
        record |= {name: body[name] for name in WRITABLE if name in body}
        if "shelves" in body:
            known = {shelf["ref"]: shelf for shelf in record["shelves"]}
            record["shelves"] = [
                {"removed": False, "place": None, "levels": None}
                | known.get(shelf.get("ref"), {"ref": 900 + n})
                | {name: shelf[name] for name in ("place", "levels") if name in shelf}
                for n, shelf in enumerate(body["shelves"])
            ]
            record["shelf_count"] = len(record["shelves"])
        record["stock_value"] += self.stock_moves
        record["changed"] = f"2026-01-02T00:00:{len(self.puts):02}+0000"
        return record


class _Handler(BaseHTTPRequestHandler):
    held: Warehouses
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        with self.held.lock:
            if url.path == PATH:
                asked = {name: values[0] for name, values in parse_qs(url.query).items()}
                offset, limit = int(asked.get("offset", 0)), int(asked.get("limit", 10))
                every = [self.held.records[number] for number in sorted(self.held.records)]
                page = every[offset : offset + limit]
                self.answer(200, {"count": len(every), "next": None, "previous": None, "results": page})
            else:
                record = self.held.records.get(self.number(url.path))
                self.answer(200, record) if record else self.answer(404, {"detail": "Not found."})

    def do_PUT(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        body = json.loads(raw)
        with self.held.lock:
            self.held.bodies.append(raw)
            record = self.held.put(self.number(self.path), body)
            self.answer(200, record) if record else self.answer(400, {"label": ["No such label."]})

    def number(self, path: str) -> int:
        last = path.removeprefix(f"{PATH}/")
        return int(last) if last.isdecimal() else 0

    def answer(self, status: int, content: Any) -> None:
        if self.headers["Authorization"] != f"Token {self.held.key}":
            status, content = 401, {"detail": "Invalid token."}
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def serving(*records: Record) -> Iterator[Warehouses]:
    """The server, with these records, for as long as the block runs."""
    held = Warehouses({record["id"]: record for record in records})
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"held": held}))
    held.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield held
    finally:
        server.shutdown()
        server.server_close()
