"""A request is over when its time is, however the answer drips; and an interrupted run does not wait for it.

The servers here drip for ever. That a test ends is what it shows.
"""

import socket
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from sync.api import network
from sync.api.client import Client
from sync.api.response import Outcome
from sync.contract.load import load
from sync.errors import KeyRefused
from sync.settings import Secret
from sync.stop import StopSignal
from tests.support.drip_server import DRIPS, DripServer
from tests.support.fault_server import KEY

PATIENCE = 60.0  # seconds; a busy machine has that long


def open_client(url: str, timeout: float, stop: StopSignal | None = None) -> Client:
    return Client(url, Secret(KEY), load(), timeout, stop=stop, environ={})


@pytest.mark.parametrize("what", DRIPS)
def test_the_timeout_is_for_the_request_as_a_whole(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hour is over when the answer has dripped for a while, so that no machine is too slow for the connection."""

    def monotonic() -> float:
        return time.monotonic() + (3600 if server.dripping.is_set() else 0)

    with DripServer(what) as server:
        monkeypatch.setattr(network, "time", SimpleNamespace(monotonic=monotonic))
        client = open_client(server.url, timeout=3600)
        response = client.put(3, "{}")
        assert response.outcome is Outcome.UNKNOWN
        assert "it took too long" in response.text
        assert what == "silence" or server.left.wait(PATIENCE), "the connection has to be given up, too"
        client.close()


@pytest.mark.parametrize("what", DRIPS)
def test_an_interrupted_run_lets_go_of_a_request_that_drips(what: str) -> None:
    stop = StopSignal(20)
    with DripServer(what) as server:
        client = open_client(server.url, timeout=3600, stop=stop)
        threading.Thread(target=lambda: server.asked.wait(PATIENCE) and stop.interrupt(), daemon=True).start()
        response = client.put(3, "{}")
        assert response.outcome is Outcome.UNKNOWN
        assert "interrupted" in response.text
        client.close()


def test_only_an_interrupt_cuts_requests_in_flight() -> None:
    """A key that was refused says nothing against the answers that are still to come."""
    stop = StopSignal(20)
    assert not stop.is_overdue
    stop.set(KeyRefused("no"))
    assert not stop.is_overdue


@pytest.fixture
def deaf() -> Iterator[str]:
    """A host that takes a connection and never answers the TLS handshake."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"


def test_a_tls_handshake_is_within_the_time_of_the_request(deaf: str) -> None:
    client = open_client(deaf, timeout=1)
    response = client.put(3, "{}")
    assert response.outcome is Outcome.TRANSIENT, "nothing of the request has left"
    assert "no connection" in response.text
    client.close()


def test_an_interrupted_run_does_not_wait_for_a_tls_handshake(deaf: str) -> None:
    stop = StopSignal(20)
    client = open_client(deaf, timeout=3600, stop=stop)
    stop.interrupt()
    assert client.put(3, "{}").outcome is Outcome.TRANSIENT
    client.close()


def test_a_name_server_that_does_not_answer_is_within_the_time_of_the_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing can interrupt a look-up: it is left behind."""
    answered = threading.Event()

    def look_up(*args: object, **options: object) -> list[object]:
        answered.wait(PATIENCE)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    client = open_client("https://api.campfire.example.com", timeout=1)
    assert client.put(3, "{}").outcome is Outcome.TRANSIENT
    assert not answered.is_set()
    answered.set()
    client.close()
