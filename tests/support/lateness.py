"""Requests whose time is over when the server says so. By the clock, a busy machine would make others late as well."""

import httpcore
import pytest

from sync.api import network
from sync.api.network import Deadline
from tests.support.fault_server import FaultServer


class ToldDeadline(Deadline):
    """The deadline of a connection that passes once the server has kept its client waiting for long enough."""

    def __init__(self, plain: Deadline, client: object, server: FaultServer) -> None:
        super().__init__()
        self._plain = plain
        self._client = client
        self._server = server

    @property
    def seconds_left(self) -> float:
        return self._plain.seconds_left

    def next_wait(self, too_late: type[httpcore.TimeoutException]) -> float:
        if self._client in self._server.too_slow_for:
            self._server.too_slow_for.discard(self._client)
            raise too_late("it took too long")
        return self._plain.next_wait(too_late)


def let_the_server_decide(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each connection of this process looks to the server, and often, for whether its request is too late."""

    def stream(plain: httpcore.NetworkStream, deadline: Deadline) -> network.Stream:
        return real(plain, ToldDeadline(deadline, plain.get_extra_info("client_addr"), server))

    real = network.Stream
    monkeypatch.setattr(network, "Stream", stream)
    monkeypatch.setattr(network, "_GLANCE", 0.02)
