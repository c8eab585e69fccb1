"""A loopback server that does next to nothing, so that what is measured is the client.

It holds customers 1 to COUNT of bench/records.py; a PUT lays its body over the record. Started in a process of its own:
`python bench/server.py COUNT [DELAY]`, DELAY in seconds before each answer; it prints its port. `GET /log` gives when
each request came, by the server's monotonic clock, and what it was.
"""

import asyncio
import json
import sys
import time
from typing import Any, ClassVar

import records

LENGTH = b"content-length:"


class Exchange(asyncio.Protocol):
    """One connection, kept alive."""

    changed: ClassVar[dict[int, str]] = {}  # by customer, the fields that a PUT has changed: a million bodies are 3 GB
    log: ClassVar[list[tuple[float, str, bool]]] = []
    count = 0
    delay = 0.0

    def connection_made(self, transport: Any) -> None:
        """A client is there."""
        self.transport, self.held = transport, b""

    def data_received(self, data: bytes) -> None:
        """A piece of a request, or one and a half."""
        self.held += data
        while b"\r\n\r\n" in self.held:
            head, _, rest = self.held.partition(b"\r\n\r\n")
            lines = (line for line in head.split(b"\r\n") if line.lower().startswith(LENGTH))
            length = next((int(line[len(LENGTH) :]) for line in lines), 0)
            if len(rest) < length:
                return
            self.held = rest[length:]
            method, target, _ = head.decode("latin-1").split(" ", 2)
            text = self.answer(method, target, rest[:length]).encode()
            start = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(text)
            asyncio.get_running_loop().call_later(self.delay, self.transport.write, start + text)

    def answer(self, method: str, target: str, body: bytes) -> str:
        """The body of the answer."""
        path, _, query = target.partition("?")
        last = path.rpartition("/")[2]
        if last == "log":
            return json.dumps(self.log)
        self.log.append((time.monotonic(), method, last == "customers"))
        if last == "customers":
            asked = dict(pair.split("=") for pair in query.split("&"))
            return self.page(int(asked["offset"]), int(asked["limit"]))
        if method == "PUT":
            return self.change(int(last), json.loads(body))
        return self.record(int(last))

    def change(self, customer: int, body: dict[str, Any]) -> str:
        """Lay a body over a customer, who is then as the answer says."""
        held = json.loads(records.record(customer))
        changed = {name: value for name, value in body.items() if held.get(name) != value}
        self.changed[customer] = json.dumps(changed)
        return json.dumps(held | changed)

    def page(self, offset: int, limit: int) -> str:
        """A page of the list."""
        shown = ",".join(map(self.record, range(offset + 1, min(offset + limit, self.count) + 1)))
        return f'{{"count": {self.count}, "next": null, "previous": null, "results": [{shown}]}}'

    def record(self, customer: int) -> str:
        """A customer, as it is now."""
        held = records.record(customer)
        changed = self.changed.get(customer)
        return json.dumps(json.loads(held) | json.loads(changed)) if changed else held


async def serve() -> None:
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(Exchange, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    Exchange.count = int(sys.argv[1])
    Exchange.delay = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
    asyncio.run(serve())
