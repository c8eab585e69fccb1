"""Whatever ends a command: a documented exit code, one line, one JSON object, and no traceback. Real processes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import KEYS, one_object
from tests.support.fault_records import customer
from tests.support.fault_server import FaultServer
from tests.support.processes import Done, Starter
from tests.support.product import environment

PLANTED = "planted-key-7f3e9"

# Lets a function of the product raise an exception that nobody expects, whose text holds the key.
FALLING = f"""
import importlib, sys
where, name, error = sys.argv[1:4]
def fall(*args, **kwargs):
    raise {{"value": ValueError, "system": OSError, "recursion": RecursionError}}[error]("fallen with {PLANTED}\\nover")
module, _, inner = where.partition(":")
owner = importlib.import_module(module)
owner = getattr(owner, inner) if inner else owner
assert hasattr(owner, name)
setattr(owner, name, fall)
sys.argv[1:4] = []
from sync.cli import main
main()
"""

# No file can grow beyond a few kB.
NO_ROOM = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
from sync.cli import main
main()
"""

# There is no folder for temporary files.
NO_FOLDER = """
import tempfile
tempfile._candidate_tempdir_list = lambda: []
tempfile.tempdir = None
from sync.cli import main
main()
"""

posix = pytest.mark.skipif(os.name == "nt", reason="descriptors and devices as POSIX has them")
Start = Callable[..., Done]


@pytest.fixture
def start(starter: Starter, server: FaultServer, tmp_path: Path) -> Start:
    """The command in a folder of its own, with a key and a server; `code` runs before it.

    With `fresh` or `shell` it is a Python that was started for it.
    """

    def call(*words: object, code: str = "", shell: str = "", fresh: bool = False, **more: str | None) -> Done:
        server.keys = {PLANTED: "admin"}
        env = environment(server, tmp_path / "state", PLANTED) | {"TMPDIR": str(tmp_path)}
        env = {name: value for name, value in (env | more).items() if value is not None}
        if not shell and not fresh:
            return starter.run(*words, env=env, cwd=tmp_path, code=code)
        command = [sys.executable, "-m", "sync", *map(os.fsencode, map(str, words))]
        if shell:
            command = ["sh", "-c", f'{{ "$@" {shell}', "sh", *command]
        return subprocess.run(
            command, capture_output=True, env=env, cwd=tmp_path, timeout=120, check=False, encoding="utf-8"
        )

    return call


def edits(folder: Path, name: str = "edits.csv") -> Path:
    path = folder / name
    path.write_text("Customer ID,Notes\n1,new\n2,new\n", encoding="utf-8")
    return path


# --- errors that nobody expects ---


@pytest.mark.parametrize(
    ("where", "name", "error", "code"),
    [
        ("sync.commands.run", "read_edits", "value", 3),
        ("sync.commands.run", "read_edits", "recursion", 3),
        ("sync.commands.run", "read_edits", "system", 2),
        ("sync.commands.carry_out", "_enforce_limits", "value", 3),
        ("sync.cli.terminal:Console", "close", "value", 3),
    ],
)
def test_an_unexpected_error_is_one_line_one_object_and_a_file_without_the_key(
    where: str, name: str, error: str, code: int, start: Start, tmp_path: Path
) -> None:
    done = start(where, name, error, "run", edits(tmp_path), "--json", "--rate", "500", code=FALLING)
    assert done.returncode == code
    told = one_object(done.stdout)
    assert told["exit_code"] == code
    assert "fallen with" in told["error"]
    [line] = [line for line in done.stderr.splitlines() if "fallen with" in line]
    [details] = list((tmp_path / "state" / "errors").iterdir())
    assert str(details) in line
    assert str(details) in told["error"]
    assert "Traceback" not in done.stderr
    text = details.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "fallen with [API key removed]" in text
    assert PLANTED not in text + done.stderr + done.stdout
    assert os.name == "nt" or details.stat().st_mode & 0o777 == 0o600


def test_the_details_go_to_the_temporary_folder_where_the_state_directory_is_a_file(
    start: Start, tmp_path: Path
) -> None:
    (tmp_path / "state").write_text("in the way", encoding="utf-8")
    done = start("sync.commands.run", "read_edits", "value", "run", edits(tmp_path), code=FALLING)
    assert done.returncode == 3
    [details] = tmp_path.glob("error-*.txt")
    assert str(details) in done.stderr


@pytest.mark.parametrize("words", [("run",), ("rnu",), ("run", "e.csv", "--rate", "x"), ("--json", "run"), ("undo",)])
def test_a_mistake_of_usage_is_one_object_too(words: tuple[str, ...], start: Start) -> None:
    done = start(*words, "--json")
    assert done.returncode == 2
    told: dict[str, Any] = json.loads(done.stdout)
    assert list(told) == KEYS
    assert told["exit_code"] == 2
    assert told["error"] in done.stderr


def test_an_export_is_one_object(start: Start, tmp_path: Path) -> None:
    told = one_object(start("export", "all.xlsx", "--json", "--rate", "500").stdout)
    assert (told["mode"], told["rows"], told["exit_code"], told["run"]) == ("export", 40, 0, None)
    assert told["requests"]["GET"] >= 1
    assert Path(told["results"]).name == "all.xlsx"
    refused = one_object(start("export", "all.xlsx", "--json").stdout)
    assert (refused["mode"], refused["exit_code"]) == ("export", 2)
    assert "exists already" in refused["error"]


@pytest.mark.parametrize("error", ["system", "value"])
def test_once_a_put_has_left_it_is_not_said_that_nothing_was_sent(
    error: str, start: Start, server: FaultServer, tmp_path: Path
) -> None:
    """Even where the run's own ending fails."""
    sheet = edits(tmp_path)
    done = start("sync.cli.terminal:Console", "close", error, "run", sheet, "--json", "--rate", "500", code=FALLING)
    told = one_object(done.stdout)
    assert (done.returncode, told["exit_code"]) == (3, 3)
    assert told["requests"]["PUT"] == len(server.asked("PUT")) == 2
    assert told["next"].startswith(f"campfire-sync resume {told['run']}")


# --- streams that are in trouble ---


@posix
@pytest.mark.parametrize("shell", [">/dev/full", ">&-", "2>/dev/full", "2>&-", "<&- >&- 2>&-", "| :", "2>&1 | :"])
def test_trouble_with_a_stream_does_not_end_a_run(
    shell: str, start: Start, server: FaultServer, tmp_path: Path
) -> None:
    redirection, pipe, _ = shell.partition("|")
    words = ("run", edits(tmp_path), "--verbose", "--rate", "500")
    start(*words, shell=f"{redirection}; echo $? >code; }} {pipe}{':' if pipe else ''}")
    assert (tmp_path / "code").read_text().strip() == "0"
    assert [server.records[number]["notes"] for number in (1, 2)] == ["new", "new"]
    assert list(tmp_path.glob("edits.results.*.xlsx"))


@pytest.mark.parametrize("encoding", ["ascii", "utf-16"])
def test_output_is_utf_8_whatever_the_locale_says(
    encoding: str, start: Start, server: FaultServer, tmp_path: Path
) -> None:
    server.reset([customer(number, name="Łódź 例 Ltd") for number in (1, 2)])
    sheet = edits(tmp_path, "Łódź.csv")
    options = ("--json", "--verbose", "--rate", "500")
    done = start("run", sheet, *options, fresh=True, PYTHONIOENCODING=encoding, LC_ALL="C")
    assert done.returncode == 0
    assert one_object(done.stdout)["file"] == str(sheet)
    assert "customer 1 (Łódź 例 Ltd): updated" in done.stderr


# --- an environment that lacks something ---


@posix
def test_neither_a_home_nor_a_temporary_folder_is_needed_to_say_what_is_wrong(start: Start, tmp_path: Path) -> None:
    done = start("runs", HOME=None, CAMPFIRE_SYNC_STATE=None, XDG_STATE_HOME=None)
    assert done.returncode in (0, 2)
    assert "Traceback" not in done.stderr
    done = start("run", edits(tmp_path), "--json", "--rate", "500", TMPDIR="/nonexistent", TMP="/nonexistent")
    assert "Traceback" not in done.stderr
    one_object(done.stdout)


@posix
def test_a_check_does_not_blame_a_journal_that_it_needs_for_its_workbook_alone(start: Start, tmp_path: Path) -> None:
    words = ("check", edits(tmp_path), "--out", tmp_path / "out.xlsx", "--json")
    done = start(*words, code=NO_ROOM)
    assert done.returncode == 2
    assert "TMPDIR" in one_object(done.stdout)["error"]
    assert "journal" not in done.stderr
    assert "TMPDIR" in one_object(start(*words, TMPDIR="/nonexistent", code=NO_FOLDER).stdout)["error"]


@posix
def test_a_file_name_that_is_not_utf_8_is_read_and_named(start: Start, tmp_path: Path) -> None:
    name = os.fsdecode(b"edits-\xff.csv")
    done = start("check", edits(tmp_path, name), "--json")
    assert done.returncode == 0
    assert os.fsencode(json.loads(done.stdout)["file"]).endswith(b"edits-\xff.csv")
    assert "edits-[U+DCFF].csv: 2 rows" in done.stderr
    done = start("run", tmp_path / name, "--rate", "500")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
