"""The commands doctor, key set and key forget, as they are typed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from click.testing import CliRunner, Result

from sync.cli.commands import cli
from tests.support.fault_server import KEY, FaultServer
from tests.support.product import ROOT
from tests.support.waiting import until
from tests.test_keychain import Keychain


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Keychain]:
    backend = Keychain()
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    for name in ("CAMPFIRE_API_KEY", "CAMPFIRE_BASE_URL", "HTTPS_PROXY", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    yield backend


def call(*args: object, text: str | None = None, **environ: str) -> Result:
    return CliRunner(env=environ).invoke(cli, [str(arg) for arg in args], input=text)


def test_a_key_is_read_from_standard_input_and_used(kept: Keychain, server: FaultServer, state: Path) -> None:
    done = call("key", "set", "--base-url", server.url, text=KEY + "\r\n")
    assert done.exit_code == 0, done.output
    assert KEY not in done.output
    assert kept.kept == {("campfire-sync", server.url): KEY}
    done = call("doctor", "--base-url", server.url, "--state-dir", state)
    assert done.exit_code == 0, done.output
    assert "from the keychain" in done.output


def test_a_key_that_is_forgotten_is_removed(kept: Keychain, server: FaultServer) -> None:
    call("key", "set", "--base-url", server.url, text=KEY)
    assert call("key", "forget", "--base-url", server.url).exit_code == 0
    assert kept.kept == {}
    assert "No key is kept" in call("key", "forget", "--base-url", server.url).output


@pytest.mark.parametrize("text", ["", "\n", f"Token {KEY}\n", f"{KEY}é\n"])
def test_what_is_no_key_is_not_kept_and_not_shown(text: str, kept: Keychain) -> None:
    done = call("key", "set", text=text)
    assert done.exit_code == 2
    assert KEY not in done.output
    assert kept.kept == {}


def test_the_key_is_never_an_option(kept: Keychain) -> None:
    assert call("key", "set", "--key", KEY).exit_code == 2
    assert call("key", "set", KEY).exit_code == 2
    assert kept.kept == {}


def test_doctor_finds_nothing_wrong(kept: Keychain, server: FaultServer, state: Path) -> None:
    done = call("doctor", "--base-url", server.url, "--state-dir", state, CAMPFIRE_API_KEY=KEY)
    assert done.exit_code == 0, done.output
    lines = [line.split(":")[0].split(maxsplit=1) for line in done.output.splitlines()]
    names = "base URL, mapping, state directory, API key, proxy, certificates, connection, access, clock"
    assert lines == [["ok", name] for name in names.split(", ")]
    assert [asked.method for asked in server.log] == ["GET"]


@pytest.mark.parametrize(
    ("step", "name", "words"),
    [
        ("401", "access", "does not take the key"),
        ("403", "access", "may edit customers"),
        ("502", "connection", "ask IT"),
        ("302", "connection", "base URL"),
        ("429:7", "access", "busy"),
        ("reset", "connection", "network"),
    ],
)
def test_doctor_says_what_is_wrong_with_the_api_and_how_to_mend_it(
    step: str, name: str, words: str, kept: Keychain, server: FaultServer, state: Path
) -> None:
    server.pages = [step]
    done = call("doctor", "--base-url", server.url, "--state-dir", state, CAMPFIRE_API_KEY=KEY)
    assert done.exit_code == 2, done.output
    assert f"problem  {name}:" in done.output
    assert words in done.output
    assert len(server.log) == 1, "one request, whatever comes of it"


def test_doctor_names_each_problem_of_this_computer_and_sends_nothing(
    kept: Keychain, server: FaultServer, tmp_path: Path
) -> None:
    (tmp_path / "mapping.yaml").write_text("id: Customer ID\ncolumns: {A: nmae}\n")
    (tmp_path / "state").write_text("a file")
    done = call(
        "doctor",
        *("--base-url", "https://api.example.com", "--state-dir", tmp_path / "state"),
        *("--mapping", tmp_path / "mapping.yaml"),
        HTTPS_PROXY="socks5://user:s3cret@proxy.example.com",
        SSL_CERT_FILE=str(tmp_path / "missing.pem"),
    )
    assert done.exit_code == 2
    for name in ("mapping", "state directory", "API key", "proxy", "certificates"):
        assert f"problem  {name}:" in done.output
    assert "name" in done.output, "the nearest right field"
    assert "s3cret" not in done.output
    assert server.log == []


def test_doctor_sees_a_clock_that_is_wrong(kept: Keychain, server: FaultServer, state: Path) -> None:
    server.clock_ahead = -3600.0
    done = call("doctor", "--base-url", server.url, "--state-dir", state, CAMPFIRE_API_KEY=KEY)
    assert done.exit_code == 2
    assert "problem  clock: it differs from the API's by 3,6" in done.output


BACKEND = """
from pathlib import Path
from keyring.backend import KeyringBackend

class Keychain(KeyringBackend):
    priority = 1
    def get_password(self, service, username):
        return Path("kept").read_text().split()[-1]
    def delete_password(self, service, username): ...
    def set_password(self, service, username, password):
        Path("kept").write_text(f"{service} {username} {password}")
"""


@pytest.mark.skipif(os.name == "nt", reason="a terminal of its own is POSIX's")
def test_the_key_is_asked_for_without_showing_it(tmp_path: Path) -> None:
    import pty
    import termios

    (tmp_path / "file_keychain.py").write_text(BACKEND)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CAMPFIRE")}
    environ |= {"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}", "PYTHON_KEYRING_BACKEND": "file_keychain.Keychain"}
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "sync", "key", "set"],
        cwd=tmp_path,
        env=environ,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    shown = ""
    while "API key for" not in shown:
        shown += os.read(ours, 4096).decode()
    until(lambda: not termios.tcgetattr(theirs)[3] & termios.ECHO)  # it is asked for as soon as nothing is shown
    os.write(ours, f"{KEY}\n".encode())
    assert process.wait(60) == 0
    shown += os.read(ours, 4096).decode()
    os.close(theirs)
    os.close(ours)
    assert KEY not in shown
    assert (tmp_path / "kept").read_text() == f"campfire-sync https://api.meetcampfire.com {KEY}"
