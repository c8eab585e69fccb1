"""The stand-in starts at once, keeps its state, and is gone when it should be. Real processes, real signals."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from sync.contract.load import load
from sync.errors import CannotStart
from sync.sandbox import KEYS, RunningSandbox, Setup, serve, start

PATH = load().path
SLOW = 120  # seconds, after which a test gives up on another process

FOREGROUND = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from sync.sandbox import Setup, serve
serve(0, Setup(Path(sys.argv[1])), on_ready=lambda sandbox: print(json.dumps(asdict(sandbox)), flush=True))
print("ended", flush=True)
"""

VENDORS = """
path: /v2/vendors
page_size: 50
noun: {one: vendor, many: vendors}
id_header: Vendor
roles: {id: number, name: title}
fields:
  title: {type: string, label: Title, required: true, max_length: 80}
  number: {type: integer, label: Number, read_only: true}
  balance: {type: decimal, label: Balance, read_only: true}
"""

PARENT = """
import sys, time
from pathlib import Path
from sync.sandbox import Setup, start
with start(Setup(Path(sys.argv[1]), fresh=True)) as sandbox:
    print(sandbox.base_url, flush=True)
    time.sleep(600)
"""


def ask(sandbox: RunningSandbox, method: str = "GET", number: int = 1001, **options: Any) -> httpx.Response:
    headers = {"Authorization": f"Token {sandbox.key}"}
    return httpx.request(method, f"{sandbox.base_url}{PATH}/{number}", headers=headers, trust_env=False, **options)


def set_notes(sandbox: RunningSandbox, notes: str) -> None:
    body = {"name": "Example Widgets Ltd", "customer": 42, "stripe_connection": None, "notes": notes}
    assert ask(sandbox, "PUT", json=body).status_code == 200


def python(code: str, *arguments: object, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def nobody_listens(base_url: str) -> bool:
    address = ("127.0.0.1", int(base_url.rpartition(":")[2]))
    deadline = time.monotonic() + SLOW
    while time.monotonic() < deadline:
        try:
            socket.create_connection(address, timeout=1).close()
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_the_package_can_be_imported_without_the_packages_of_the_extra() -> None:
    heavy = "{'django', 'rest_framework', 'knox', 'waitress', 'httpx', 'pandas'}"
    code = f"import sys, sync.sandbox; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_it_is_gone_after_the_block(tmp_path: Path) -> None:
    with start(Setup(tmp_path, fresh=True)) as sandbox:
        assert ask(sandbox).status_code == 200
        assert sandbox.key == KEYS["admin"]
    assert nobody_listens(sandbox.base_url)


def test_it_keeps_what_was_put_until_it_is_asked_for_a_fresh_start(tmp_path: Path) -> None:
    with start(Setup(tmp_path, fresh=False)) as sandbox:  # the directory is empty: the samples all the same
        seeded = ask(sandbox).json()
        set_notes(sandbox, "kept")
    with start(Setup(tmp_path, fresh=False)) as sandbox:
        assert ask(sandbox).json()["notes"] == "kept"
    with start(Setup(tmp_path, fresh=True)) as sandbox:
        assert ask(sandbox).json() == seeded


def test_a_second_one_on_the_same_directory_has_the_same_customers(tmp_path: Path) -> None:
    with start(Setup(tmp_path, fresh=True)) as first, start(Setup(tmp_path, fresh=False)) as second:
        set_notes(first, "from the first")
        assert ask(second).json()["notes"] == "from the first"


def test_a_fresh_start_beside_a_running_one_leaves_it_running(tmp_path: Path) -> None:
    with start(Setup(tmp_path, fresh=True)) as first:
        seeded = ask(first).json()
        set_notes(first, "from the first")
        with start(Setup(tmp_path, fresh=True)) as second:
            assert ask(second).json() == seeded
        assert ask(first).json() == seeded


def test_a_database_of_other_samples_is_made_anew(tmp_path: Path) -> None:
    with start(Setup(tmp_path, fresh=True)) as sandbox:
        set_notes(sandbox, "of another version")
    with sqlite3.connect(tmp_path / "sandbox.sqlite3") as database:
        database.execute("ALTER TABLE sandbox_customer DROP COLUMN terms")
        database.execute("PRAGMA user_version = 1")
    database.close()
    with start(Setup(tmp_path, fresh=False)) as sandbox:
        record = ask(sandbox).json()
    assert (record["notes"], record["terms"]) == (None, "net_30")


@pytest.mark.skipif(os.name == "nt", reason="kills as POSIX does")
def test_it_ends_with_the_process_that_started_it_however_that_one_ends(tmp_path: Path) -> None:
    parent = python(PARENT, tmp_path)
    base_url = said(parent)
    parent.kill()
    parent.communicate()
    assert nobody_listens(base_url)


@pytest.mark.skipif(os.name == "nt", reason="signals as POSIX has them")
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
def test_a_signal_to_the_whole_group_is_left_to_its_starter(tmp_path: Path, number: str) -> None:
    going_on = f"import signal; signal.signal(signal.{number}, lambda *_: None)\n"
    parent = python(going_on + PARENT, tmp_path, start_new_session=True)
    base_url = said(parent)
    os.killpg(parent.pid, getattr(signal, number))
    time.sleep(0.3)
    assert ask(RunningSandbox(base_url, KEYS)).status_code == 200
    parent.kill()
    parent.communicate()
    assert nobody_listens(base_url)


@pytest.mark.skipif(os.name == "nt", reason="signals as POSIX has them")
def test_in_the_foreground_it_ends_cleanly_at_a_ctrl_c(tmp_path: Path) -> None:
    process = python(FOREGROUND, tmp_path)
    sandbox = RunningSandbox(**json.loads(said(process)))
    assert ask(sandbox).status_code == 200
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=SLOW)
    assert (process.returncode, out, err) == (0, "ended\n", "")


def test_it_prints_nothing_about_the_requests_that_it_answers(tmp_path: Path) -> None:
    process = python(FOREGROUND, tmp_path)
    sandbox = RunningSandbox(**json.loads(said(process)))
    assert [ask(sandbox, number=number).status_code for number in (1001, 9999)] == [200, 404]
    assert ask(sandbox, "PUT", json={}).status_code == 400
    process.kill()
    assert process.communicate() == ("", "")


def test_the_key_of_the_real_api_is_not_handed_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sync.sandbox

    monkeypatch.setenv("CAMPFIRE_API_KEY", "a-real-key")
    assert "a-real-key" not in sync.sandbox._environment().values()


def test_a_file_in_the_current_folder_is_not_taken_for_a_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "django.py").write_text("raise SystemExit('the wrong django')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)  # it may say "here"
    with start(Setup(tmp_path / "state", fresh=True)) as sandbox:
        assert ask(sandbox).status_code == 200


@pytest.mark.parametrize("throttle", ["fast", "0/s", "5", "-1/s", "5/week"])
def test_a_text_that_is_not_a_throttle_is_refused_in_the_servers_own_words(tmp_path: Path, throttle: str) -> None:
    with (
        pytest.raises(CannotStart, match=r"did not start\. “.*” is not a throttle"),
        start(Setup(tmp_path, fresh=True, throttle=throttle)),
    ):
        pytest.fail("it started")


def test_a_directory_that_cannot_be_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStart, match="for its database"), start(Setup(tmp_path / "file" / "state", fresh=True)):
        pytest.fail("it started")


def test_a_file_that_is_not_a_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "sandbox.sqlite3").write_text("somebody's own file, " * 100)
    with pytest.raises(CannotStart, match="not a database"), start(Setup(tmp_path, fresh=True)):
        pytest.fail("it started")
    assert (tmp_path / "sandbox.sqlite3").read_text().startswith("somebody's own file")


def test_a_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=f"cannot listen on port {port}.*Choose another"):
            serve(port, Setup(tmp_path), on_ready=lambda _: pytest.fail("it started"))


@pytest.mark.skipif(os.name == "nt", reason="rights as POSIX has them")
def test_its_folders_and_its_database_are_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "sandbox"
    with start(Setup(folder, fresh=True)):
        rights = {path.name: path.stat().st_mode & 0o777 for path in (folder.parent, *folder.parent.rglob("*"))}
    assert rights["state"] == rights["sandbox"] == 0o700
    assert {mode for name, mode in rights.items() if name.startswith("sandbox.sqlite3")} == {0o600}


def test_another_resource_is_a_yaml_file_and_a_seed(tmp_path: Path) -> None:
    resource = tmp_path / "vendors.yaml"
    resource.write_text(VENDORS, encoding="utf-8")
    (tmp_path / "seed.json").write_text('[{"number": 7, "title": "Example Supplies", "balance": "1.50"}]')
    with start(Setup(tmp_path / "s", fresh=True, resource=str(resource), seed=tmp_path / "seed.json")) as sandbox:
        headers = {"Authorization": f"Token {sandbox.key}"}
        url = f"{sandbox.base_url}/v2/vendors/7"
        answer = httpx.put(url, json={"title": "Example Supplies Ltd"}, headers=headers, trust_env=False)
    assert answer.json() == {"number": 7, "title": "Example Supplies Ltd", "balance": 1.5}


def test_without_the_extra_the_message_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib, sync.sandbox\n"
        "from sync.errors import CannotStart\n"
        "sync.sandbox.find_spec = lambda name: None if name in ('knox', 'waitress') else 1\n"
        "try:\n"
        "    sync.sandbox.start(sync.sandbox.Setup(pathlib.Path(sys.argv[1]), fresh=True)).__enter__()\n"
        "except CannotStart as error:\n"
        "    print(error)\n"
    )
    process = python(code, tmp_path)
    out, _ = process.communicate(timeout=SLOW)
    assert "(knox and waitress)" in out
    assert "pip install 'campfire-sync[sandbox]'" in out
