"""The command line as a process of its own: what it prints, where, and the code that it leaves with."""

from pathlib import Path

import pytest

from tests.support.command import Command, Done, offline
from tests.support.fault_server import FaultServer
from tests.support.processes import Starter
from tests.support.product import environment


@pytest.fixture
def command(starter: Starter, tmp_path: Path) -> Command:
    """The command in a folder of its own, with no key and no network."""

    def call(*words: object, **more: str) -> Done:
        return starter.run(*words, env=offline(tmp_path / "state") | more, cwd=tmp_path)

    return call


@pytest.fixture
def online(starter: Starter, server: FaultServer, tmp_path: Path) -> Command:
    """The command in a folder of its own, with a key and a server that knows customers 1 to 40."""

    def call(*words: object) -> Done:
        fast = ["--rate", "1000"] if words[0] == "run" else []
        return starter.run(*words, *fast, env=environment(server, tmp_path / "state"), cwd=tmp_path)

    return call
