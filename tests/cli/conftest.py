"""The command line as a process of its own: what it prints, where, and the code that it leaves with."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import Command, Done, offline
from tests.support.fault_server import FaultServer
from tests.support.product import environment


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """The command in a folder of its own, with no key and no network."""

    def call(*words: object, **more: str) -> Done:
        started = [sys.executable, "-m", "sync", *map(str, words)]
        env = offline(tmp_path / "state") | more
        return subprocess.run(started, capture_output=True, text=True, env=env, cwd=tmp_path, timeout=60, check=False)

    return call


@pytest.fixture
def online(server: FaultServer, tmp_path: Path) -> Command:
    """The command in a folder of its own, with a key and a server that knows customers 1 to 40."""

    def call(*words: object) -> Done:
        fast = ["--rate", "1000"] if words[0] == "run" else []
        started = [sys.executable, "-m", "sync", *map(str, words), *fast]
        env = environment(server, tmp_path / "state")
        return subprocess.run(started, capture_output=True, text=True, env=env, cwd=tmp_path, timeout=60, check=False)

    return call
