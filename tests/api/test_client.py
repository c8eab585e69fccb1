"""The client, against a real server on loopback that goes wrong as told."""

import gzip
import json
import socket
import threading
from collections.abc import Iterator

import pytest

from sync.api import response_body, transport
from sync.api.client import Client
from sync.api.response import Outcome
from sync.settings import Secret
from tests.support.fault_http import PATH, Asked
from tests.support.fault_records import customer
from tests.support.fault_server import KEY, FaultServer
from tests.support.given import CUSTOMERS
from tests.support.truth import laid_over

BODY = '{"name": "Example", "customer": 42, "stripe_connection": 7, "vendor_type": "customer", "terms": "net_45"}'


def open_client(url: str, timeout: float = 60) -> Client:
    return Client(url, Secret(KEY), CUSTOMERS, timeout)


@pytest.fixture
def client(server: FaultServer) -> Iterator[Client]:
    opened = open_client(server.url)
    yield opened
    opened.close()


def test_a_record_is_read_as_it_is(server: FaultServer, client: Client) -> None:
    answer = client.get(3)
    assert answer.outcome is Outcome.OK
    assert answer.record is not None
    assert answer.record["name"] == server.records[3]["name"]
    asked = server.log[0]
    assert asked.headers["authorization"] == f"Token {KEY}"
    assert asked.headers["accept"] == "application/json"
    assert asked.headers["cache-control"] == "no-cache", "an update is not built on a cached record"
    assert asked.headers["user-agent"].startswith("campfire-sync/")
    assert asked.headers["host"] == f"127.0.0.1:{server.port}"


def test_a_record_is_written(server: FaultServer, client: Client) -> None:
    assert client.put(3, BODY).outcome is Outcome.OK
    assert server.changed(3) == {"name": "Example", "terms": "net_45"}
    assert server.log[0].headers["content-type"] == "application/json"
    assert server.log[0].path == f"{PATH}/3"


def test_a_body_of_any_text_arrives_as_it_is(server: FaultServer, client: Client) -> None:
    client.put(3, BODY.replace("Example", "Žluťoučký 🐎 “x”"))
    assert server.records[3]["name"] == "Žluťoučký 🐎 “x”"


def test_a_page_is_read(server: FaultServer, client: Client) -> None:
    answer = client.page(10)
    assert answer.outcome is Outcome.OK
    assert answer.record is not None
    assert answer.record["count"] == 40
    assert answer.record["results"][0]["id"] == 11
    assert server.log[0].path == f"{PATH}?limit=500&offset=10"


def test_a_byte_order_mark_is_passed_over(server: FaultServer, client: Client) -> None:
    server.raw["marked"] = (200, {}, b'\xef\xbb\xbf{"id": 3}')
    server.gets = {3: ["raw:marked"]}
    answer = client.get(3)
    assert (answer.outcome, answer.record, answer.text) == (Outcome.OK, {"id": 3}, '{"id": 3}')


@pytest.mark.parametrize(
    ("step", "put", "get"),
    [
        ("reset", Outcome.UNKNOWN, Outcome.TRANSIENT),
        ("reset-after-apply", Outcome.UNKNOWN, Outcome.TRANSIENT),
        ("reset-before-read", Outcome.UNKNOWN, Outcome.TRANSIENT),
        ("cut-after-apply", Outcome.UNKNOWN, Outcome.TRANSIENT),
        ("drip", Outcome.OK, Outcome.OK),
        ("html-after-apply", Outcome.UNKNOWN, Outcome.TRANSIENT),
        ("empty-after-apply", Outcome.UNKNOWN, Outcome.TRANSIENT),
        ("wrong-id-after-apply", Outcome.UNEXPECTED, Outcome.UNEXPECTED),
        ("list", Outcome.UNEXPECTED, Outcome.UNEXPECTED),
        ("302", Outcome.REDIRECTED, Outcome.REDIRECTED),
        ("502", Outcome.TRANSIENT, Outcome.TRANSIENT),
        ("429:17", Outcome.THROTTLED, Outcome.THROTTLED),
    ],
)
def test_what_comes_of_each_fault(step: str, put: Outcome, get: Outcome, server: FaultServer, client: Client) -> None:
    server.puts, server.gets = {3: [step]}, {3: [step]}
    assert client.put(3, BODY).outcome is put
    assert client.get(3).outcome is get
    assert client.get(4).outcome is Outcome.OK, "the connection cannot be used again"
    assert len(server.log) == 3


@pytest.mark.usefixtures("late_when_told")
@pytest.mark.parametrize("step", ["timeout", "drip-long-after-apply"])
def test_an_answer_that_comes_too_late_is_lost(step: str, server: FaultServer) -> None:
    server.puts, server.gets = {3: [step]}, {3: [step]}
    client = open_client(server.url, timeout=3600)
    assert client.put(3, BODY).outcome is Outcome.UNKNOWN
    assert client.get(3).outcome is Outcome.TRANSIENT
    client.close()


def test_retry_after_is_handed_on(server: FaultServer, client: Client) -> None:
    server.gets = {3: ["429:17", "503:5", "429"]}
    assert [client.get(3).pause for _ in range(3)] == [17.0, 5.0, None]


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(code: int, server: FaultServer, client: Client) -> None:
    server.puts, server.gets = {3: [str(code)]}, {3: [str(code)]}
    client.put(3, BODY)
    client.get(3)
    assert [asked.path for asked in server.log] == [f"{PATH}/3"] * 2


def test_a_server_that_is_not_there_has_not_got_the_request(server: FaultServer, client: Client) -> None:
    server.down()
    for answer in (client.put(3, BODY), client.get(3)):
        assert answer.outcome is Outcome.TRANSIENT
        assert answer.http_status is None
        assert "no connection" in answer.text


def test_a_connection_that_the_server_has_closed_is_replaced(server: FaultServer, client: Client) -> None:
    client.get(3)
    server.down()
    server.up()
    assert client.put(3, BODY).outcome in (Outcome.OK, Outcome.UNKNOWN)
    assert client.get(3).outcome is Outcome.OK


def test_an_answer_that_is_not_http_is_a_lost_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for answer in (
                b"SSH-2.0-OpenSSH\r\n",
                b"HTTP/1.1 abc\r\n\r\n",
                b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nxx",
            ):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(10_000)
                    connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        client = open_client(f"http://127.0.0.1:{listener.getsockname()[1]}")
        assert [client.put(3, BODY).outcome for _ in range(3)] == [Outcome.UNKNOWN] * 3
        client.close()


def test_an_answer_may_come_packed() -> None:
    """A page of 500 records is ten times smaller packed."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            packed = gzip.compress(json.dumps(customer(3)).encode())
            head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
            connection, _ = listener.accept()
            with connection:
                asked.append(connection.recv(10_000))
                connection.sendall(head.encode() + packed)

        threading.Thread(target=serve, daemon=True).start()
        client = open_client(f"http://127.0.0.1:{listener.getsockname()[1]}")
        answer = client.get(3)
        client.close()
    assert json.loads(answer.text) == customer(3)
    assert b"Accept-Encoding: gzip" in asked[0]


def test_the_scripted_server_itself_follows_the_page(server: FaultServer, client: Client) -> None:
    """Who judges has to be right: a default is written, texts are trimmed, contacts are replaced, the rest is kept."""
    assert client.put(3, BODY.replace('"vendor_type": "customer", ', "")).outcome is Outcome.OK
    assert server.records[3]["vendor_type"] == "vendor"
    client.put(4, BODY.replace("Example", "  Example  "))
    assert server.records[4]["name"] == "Example"
    client.put(5, BODY[:-1] + ', "contacts": [{"email": "a@example.com"}], "unknown": 1}')
    assert [contact["email"] for contact in server.records[5]["contacts"]] == ["a@example.com"]
    assert "unknown" not in server.records[5]
    assert client.put(6, '{"name": "x"}').http_status == 400
    assert client.put(7, BODY.replace("net_45", "Net 45")).http_status == 400
    assert client.get(77).http_status == 404
    assert laid_over(customer(8), {}) == laid_over(server.records[8], {})


# --- connections ---


def test_requests_one_after_another_share_a_connection(server: FaultServer, client: Client) -> None:
    seen: list[int] = []
    server.hook = lambda asked: seen.append(len(server._connections))
    for number in (3, 4, 5):
        client.get(number)
        client.put(number, BODY)
    assert seen == [1] * 6


def test_requests_at_once_have_a_connection_each_and_none_more_is_opened_later(
    server: FaultServer, client: Client
) -> None:
    together = threading.Barrier(4)
    seen: list[int] = []

    def hold(asked: Asked) -> None:
        together.wait(30)
        seen.append(len(server._connections))

    server.hook = hold
    for _ in range(3):
        threads = [threading.Thread(target=client.get, args=(number,)) for number in (3, 4, 5, 6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert seen == [4] * 12


@pytest.mark.parametrize("step", ["cut-after-apply", "raw:damaged", "raw:huge"])
def test_a_request_that_failed_leaves_no_connection_behind(step: str, server: FaultServer, client: Client) -> None:
    """Else a run through an outage would hold one for every attempt."""
    server.raw = {
        "damaged": (200, {"Content-Encoding": "gzip"}, b"not packed"),
        "huge": (200, {}, b"x" * (response_body.LARGEST_RECORD + 1)),
    }
    server.always["GET"] = step
    for _ in range(3):
        assert client.get(3).outcome is Outcome.TRANSIENT
    server.settle()


def test_a_connection_that_was_idle_for_long_is_not_used_again(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands in between may have dropped it without a word."""
    monkeypatch.setattr(transport, "_IDLE", 0.0)
    client = open_client(server.url)
    seen: set[socket.socket] = set()
    server.hook = lambda asked: seen.update(server._connections)
    for _ in range(3):
        assert client.get(3).outcome is Outcome.OK
    assert len(seen) == 3
    client.close()


@pytest.mark.parametrize(
    "surplus", [b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}", b"HTTP/1.1 400 Bad", b"\r\n"]
)
def test_what_came_beyond_the_end_of_an_answer_is_not_the_answer_to_the_next_request(
    surplus: bytes, server: FaultServer, client: Client
) -> None:
    server.surplus = surplus
    assert client.get(3).outcome is Outcome.OK
    assert client.put(3, BODY).outcome is Outcome.OK
    assert client.put(4, BODY).outcome is Outcome.OK


def test_a_connection_that_broke_off_is_not_used_again(server: FaultServer, client: Client) -> None:
    client.get(3)
    server.down()
    assert client.get(3).outcome is Outcome.TRANSIENT
    server.up()
    assert client.get(3).outcome is Outcome.OK
