"""The command line, as a process of its own: what it says, where it says it, and the code that it leaves with."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from openpyxl import load_workbook

from sync import __version__
from sync.cli.commands import cli
from tests.support.fault_server import FaultServer
from tests.support.product import ROOT, environment

KEYS = [
    *("run", "mode", "rows", "counts", "requests", "totals", "results", "exit_code"),
    *("error", "warnings", "file", "file_sha256", "base_url", "started_at", "ended_at", "by", "approved_by", "next"),
]
STATUSES = ["updated", "unchanged", "would_update", "invalid", "rejected", "failed", "conflict", "not_sent", "left_out"]
REQUESTS = ["GET", "PUT", "retries", "throttled"]

Done = subprocess.CompletedProcess[str]
Command = Callable[..., Done]


def offline(state: Path) -> dict[str, str]:
    """An environment with no key, and no API behind the base URL."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CAMPFIRE")}
    return plain | {
        "CAMPFIRE_BASE_URL": "http://127.0.0.1:9",
        "CAMPFIRE_SYNC_STATE": str(state),
        "PYTHONPATH": str(ROOT),
        "NO_COLOR": "1",
    }


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


def edits(folder: Path, *rows: str, header: str = "Customer ID,Payment Terms,Notes", name: str = "edits.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def one_object(text: str) -> dict[str, Any]:
    """The JSON object that is all there is on stdout."""
    assert text.endswith("\n")
    assert text.count("\n") == 1
    found: dict[str, Any] = json.loads(text)
    assert list(found) == KEYS
    assert list(found["counts"]) == STATUSES
    assert list(found["requests"]) == REQUESTS
    return found


def refused(done: Done) -> str:
    """The one message of a command that could not start."""
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    if "Error: " in done.stderr:  # of usage: click says it, under the command's usage
        return done.stderr.partition("Error: ")[2].strip()
    assert done.stderr.startswith("campfire-sync: ")
    assert done.stderr.count("campfire-sync: ") == 1
    return done.stderr.removeprefix("campfire-sync: ").strip()


def commands(group: click.Group = cli, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command, and every group of them."""
    yield above
    for name, each in group.commands.items():
        if isinstance(each, click.Group):
            yield from commands(each, (*above, name))
        else:
            yield (*above, name)


# --- help ---


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_every_command_says_what_it_is_for(words: tuple[str, ...], command: Command) -> None:
    done = command(*words, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: " + " ".join(["campfire-sync", *words]))
    assert command(*words, "-h").stdout == done.stdout


def test_every_option_says_what_it_is_for() -> None:
    for words in commands():
        found: click.Command = cli
        for word in words:
            assert isinstance(found, click.Group)
            found = found.commands[word]
        assert found.help
        for option in found.params:
            assert not isinstance(option, click.Option) or option.help, f"{words}: {option.name}"


HEAVY = (
    "pandas",
    "numpy",
    "pandera",
    "httpx",
    "openpyxl",
    "rich",
    "django",
    "rest_framework",
    "yaml",
    "sqlite3",
    "tenacity",
)


@pytest.mark.parametrize("words", [("--help",), ("run", "--help"), ("sandbox", "--help"), ("--version",)], ids=" ".join)
def test_help_imports_nothing_heavy(words: tuple[str, ...], tmp_path: Path) -> None:
    code = (
        "import sys, sync.cli\n"
        "try: sync.cli.main()\n"
        "except SystemExit: pass\n"
        f"sys.exit(' '.join(name for name in {HEAVY} if name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, env=offline(tmp_path), check=False
    )
    assert done.stdout
    assert done.stderr.strip() == ""


def test_the_module_is_the_command(command: Command, tmp_path: Path) -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    module, _, function = scripts["campfire-sync"].partition(":")
    code = f"import sys; sys.argv[0] = 'campfire-sync'; from {module} import {function}; {function}()"
    for words in (["--help"], ["run", "--help"], ["--version"], ["check", "none.csv"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *words], capture_output=True, text=True, env=offline(tmp_path), check=False
        )
        same = command(*words)
        assert (done.returncode, done.stdout, done.stderr) == (same.returncode, same.stdout, same.stderr)


def test_the_version_is_the_packages(command: Command) -> None:
    assert command("--version").stdout.strip() == f"campfire-sync, version {__version__}"


# --- what can't be started ---


@pytest.mark.parametrize("name", ["check", "run"])
def test_a_file_that_is_not_there_is_refused(name: str, command: Command, tmp_path: Path) -> None:
    assert refused(command(name, "none.csv")) == "none.csv: there is no such file. Check the name and the folder."


@pytest.mark.parametrize("ending", ["", ".csv", ".xlsx"])
def test_a_folder_is_refused(ending: str, command: Command, tmp_path: Path) -> None:
    (tmp_path / f"folder{ending}").mkdir()
    assert "this is a folder" in refused(command("run", f"folder{ending}"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("edits.xls", b"x"),
        ("edits.ods", b"x"),
        ("edits.pdf", b"%PDF-1.7"),
        ("edits", b"Customer ID\n1\n"),
        ("edits.xlsx", b"Customer ID,Notes\n1,x\n"),
        ("edits.xlsx", b"PK\x03\x04 and no more"),
        ("edits.xlsx", b""),
        ("edits.csv", b""),
        ("edits.csv", b"\x00\x01\x02"),
        ("edits.csv", b"PK\x03\x04"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_with_a_remedy(
    name: str, content: bytes, command: Command, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    said = refused(command("run", name))
    assert said.startswith(name)
    assert said.count("\n") == 0


@pytest.mark.parametrize("name", ["check", "run"])
def test_a_sheet_without_the_ids_is_refused_with_the_headers_that_it_has(
    name: str, command: Command, tmp_path: Path
) -> None:
    said = refused(command(name, edits(tmp_path, "1,x", header="Customer,Notes")))
    assert "there is no column “Customer ID”" in said
    assert "“Customer”, “Notes”" in said


@pytest.mark.parametrize("name", ["check", "run"])
def test_all_mistakes_of_a_mapping_are_said_at_once_with_their_lines(
    name: str, command: Command, tmp_path: Path
) -> None:
    mapping = tmp_path / "mine.yaml"
    mapping.write_text("id: Customer ID\ncolumns:\n  Terms: term\n  Billed: total_billed\nclaer: x\n", encoding="utf-8")
    said = refused(command(name, edits(tmp_path, "1,,"), "--mapping", mapping)).splitlines()
    assert [line.partition(": ")[0] for line in said] == [f"{mapping}, line {line}" for line in (3, 4, 5)]
    assert [line.partition("mean ")[2] for line in said] == ["“terms”?", "", "“clear”?"]


def test_a_mapping_that_is_not_there_is_refused(command: Command, tmp_path: Path) -> None:
    said = refused(command("check", edits(tmp_path, "1,,"), "--mapping", "none.yaml"))
    assert said == "the mapping file none.yaml can't be read: No such file or directory."


def test_a_run_without_a_key_is_refused(command: Command, tmp_path: Path) -> None:
    said = refused(command("run", edits(tmp_path, "1,Net 30,"), "--quiet"))
    assert "Set the environment variable CAMPFIRE_API_KEY" in said


def test_a_key_that_is_none_is_refused_and_not_shown(command: Command, tmp_path: Path) -> None:
    said = refused(command("run", edits(tmp_path, "1,Net 30,"), "--quiet", CAMPFIRE_API_KEY="hunter2 hunter2"))
    assert "hunter2" not in said


@pytest.mark.parametrize("name", ["run", "resume"])
def test_a_base_url_that_would_send_the_key_in_clear_is_refused(name: str, command: Command, tmp_path: Path) -> None:
    words = [name, edits(tmp_path, "1,Net 30,")] if name == "run" else [name]
    assert "in clear" in refused(command(*words, "--base-url", "http://api.example.com"))
    assert "in clear" in refused(command(*words, CAMPFIRE_BASE_URL="http://api.example.com"))


@pytest.mark.parametrize("name", ["check", "run", "resume", "report x", "undo x", "apply x"])
def test_results_are_never_written_over_a_file(name: str, command: Command, tmp_path: Path) -> None:
    taken = tmp_path / "results.xlsx"
    taken.write_text("mine", encoding="utf-8")
    words = name.split() if name not in ("check", "run") else [name, str(edits(tmp_path, "1,Net 30,"))]
    assert refused(command(*words, "--out", taken)).startswith(f"{taken} exists already.")
    assert taken.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["report", "apply", "undo", "resume"])
def test_a_run_that_there_is_not_is_refused(name: str, command: Command) -> None:
    assert "there is no run “20260101”" in refused(command(name, "20260101"))


def test_there_is_nothing_to_resume_where_nothing_was_run(command: Command) -> None:
    assert "there is no run" in refused(command("resume"))


@pytest.mark.parametrize(
    "words",
    [
        ("--rate", "0"),
        ("--rate", "-1"),
        ("--rate", "fast"),
        ("--rate", "nan"),
        ("--rate", "inf"),
        ("--concurrency", "0"),
        ("--concurrency", "x"),
        ("--max-attempts", "0"),
        ("--timeout", "0"),
        ("--timeout", "nan"),
        ("--max-changes", "-1"),
        ("--first", "0"),
        ("--stop-after", "0"),
        ("--colour", "red"),
        ("--api-key", "secret"),
        ("--out",),
        ("one-file-more.csv",),
    ],
    ids=" ".join,
)
def test_an_option_that_is_none_is_refused(words: tuple[str, ...], command: Command, tmp_path: Path) -> None:
    assert refused(command("run", edits(tmp_path, "1,Net 30,"), *words))


def test_a_command_without_what_it_needs_or_that_there_is_not_is_refused(command: Command) -> None:
    assert "Missing argument" in refused(command("run"))
    assert "No such command" in refused(command("rnu"))


# --- --json ---


@pytest.mark.parametrize(
    "words",
    [("check", "none.csv"), ("run", "none.csv"), ("report", "x"), ("undo", "x"), ("apply", "x"), ("resume", "x")],
)
def test_a_refusal_is_one_json_object_too(words: tuple[str, ...], command: Command) -> None:
    done = command(*words, "--json")
    assert done.returncode == 2
    found = one_object(done.stdout)
    assert (found["exit_code"], found["rows"], found["run"], found["results"]) == (2, 0, None, None)
    assert found["error"] in done.stderr


def test_a_checked_sheet_is_one_json_object_and_its_problems_are_on_stderr(command: Command, tmp_path: Path) -> None:
    done = command("check", edits(tmp_path, "1,Net 30,", "2,Net 37,"), "--json")
    found = one_object(done.stdout)
    assert (found["mode"], found["rows"], found["exit_code"], done.returncode) == ("check", 2, 1, 1)
    assert found["counts"]["invalid"] == 1
    assert found["requests"] == dict.fromkeys(REQUESTS, 0)
    assert "row 3, Payment Terms: “Net 37” is not one of the choices." in done.stderr


@pytest.mark.parametrize(("words", "mode"), [(["--dry-run"], "preview"), ([], "run")])
def test_a_run_is_one_json_object(words: list[str], mode: str, online: Command, tmp_path: Path) -> None:
    done = online("run", edits(tmp_path, "1,Net 45,", "2,Net 30,", "41,Net 30,"), "--json", *words)
    found = one_object(done.stdout)
    assert (found["mode"], found["rows"], found["exit_code"], done.returncode) == (mode, 3, 1, 1)
    taken = "would_update" if words else "updated"
    assert {status for status, count in found["counts"].items() if count} == {taken, "unchanged", "rejected"}
    assert found["totals"]["USD"]["total_revenue"] == "1001.25"
    assert found["totals"]["EUR"]["total_revenue"] == "1002.25"
    assert Path(found["results"]).parent == tmp_path
    assert load_workbook(found["results"]).sheetnames == ["Summary", "Results", "Changes", "Problems", "To fix"]


# --- check ---


def test_a_check_needs_no_key_and_no_network_and_keeps_no_journal(command: Command, tmp_path: Path) -> None:
    done = command("check", edits(tmp_path, "1,Net 45,x", "2,,y"), "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["edits.csv"]


def test_a_check_says_every_problem_with_its_row_column_and_value(command: Command, tmp_path: Path) -> None:
    path = edits(tmp_path, "1,Net 37,x", "", "2,Net 38,y", "#3,,z", "1,,w")
    done = command("check", path)
    assert done.returncode == 1
    said = [line for line in done.stdout.splitlines() if line.startswith("row ")]
    assert [line.partition(": ")[0] for line in said] == [
        "row 2, Customer ID",
        "row 2, Payment Terms",
        "row 4, Payment Terms",
        "row 5, Customer ID",
        "row 6, Customer ID",
    ]
    assert all(value in line for value, line in zip(["row 6", "Net 37", "Net 38", "#3", "row 2"], said, strict=True))


def test_a_check_writes_the_workbook_that_it_is_asked_for(command: Command, tmp_path: Path) -> None:
    done = command("check", edits(tmp_path, "1,Net 37,x"), "--out", "checked.xlsx")
    assert done.returncode == 1
    assert "checked.xlsx" in done.stdout
    problems = load_workbook(tmp_path / "checked.xlsx")["Problems"]
    assert [cell.value for cell in problems[2]][:5] == [2, 1, None, "Payment Terms", "Net 37"]


def test_a_tax_number_is_not_printed(command: Command, tmp_path: Path) -> None:
    path = edits(tmp_path, "1,123456789E4", header="Customer ID,VAT Number")
    done = command("check", path)
    assert done.returncode == 1
    assert "row 2, VAT Number: " in done.stdout
    assert "123456789E4" not in done.stdout + done.stderr


# --- run ---


@pytest.mark.parametrize("words", [("check",), ("run",), ("run", "--dry-run")], ids=" ".join)
def test_a_header_without_rows_is_nothing_to_do(
    words: tuple[str, ...], online: Command, server: FaultServer, tmp_path: Path
) -> None:
    done = online(*words, edits(tmp_path))
    assert done.returncode == 0
    assert "nothing to do" in done.stdout
    assert server.log == []


def test_a_preview_sends_nothing_and_says_its_id_and_how_to_send_it(
    online: Command, server: FaultServer, tmp_path: Path
) -> None:
    done = online("run", edits(tmp_path, "1,Net 45,"), "--dry-run")
    assert done.returncode == 0
    assert server.asked("PUT") == []
    (past,) = json.loads(online("runs", "--json").stdout)
    assert past["mode"] == "preview"
    assert f"campfire-sync apply {past['run']}" in done.stdout


def test_a_preview_says_its_id_where_nothing_would_change_too(online: Command, tmp_path: Path) -> None:
    done = online("run", edits(tmp_path, "1,Net 30,"), "--dry-run")
    (past,) = json.loads(online("runs", "--json").stdout)
    assert past["run"] in done.stdout


def test_an_invalid_row_is_no_reason_to_hold_the_others_back_unless_strict(
    online: Command, server: FaultServer, tmp_path: Path
) -> None:
    path = edits(tmp_path, "1,Net 45,", "2,Net 37,")
    held = online("run", path, "--strict", "--json")
    assert held.returncode == 2
    assert "--strict" in held.stderr
    assert one_object(held.stdout)["exit_code"] == 2
    assert server.asked("PUT") == []
    assert online("run", path, "--json").returncode == 1
    assert [asked.customer for asked in server.asked("PUT")] == [1]


def test_a_strict_run_of_a_sheet_in_order_is_sent(online: Command, server: FaultServer, tmp_path: Path) -> None:
    assert online("run", edits(tmp_path, "1,Net 45,"), "--strict").returncode == 0
    assert len(server.asked("PUT")) == 1


@pytest.mark.parametrize(("most", "code", "sent"), [(0, 2, 0), (1, 2, 0), (2, 0, 2)])
def test_more_changes_than_are_allowed_are_not_sent_at_all(
    most: int, code: int, sent: int, online: Command, server: FaultServer, tmp_path: Path
) -> None:
    path = edits(tmp_path, "1,Net 45,", "2,Net 45,", "3,Net 30,")  # the third changes nothing
    done = online("run", path, "--max-changes", most, "--json")
    assert done.returncode == one_object(done.stdout)["exit_code"] == code
    assert len(server.asked("PUT")) == sent
    assert ("--max-changes" in done.stderr) == (code == 2)


def test_a_quiet_run_that_went_well_says_nothing(online: Command, server: FaultServer, tmp_path: Path) -> None:
    done = online("run", edits(tmp_path, "1,Net 45,"), "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert len(server.asked("PUT")) == 1


def test_a_column_that_the_sheet_does_not_have_is_named(command: Command, tmp_path: Path) -> None:
    done = command("check", edits(tmp_path, "1,Net 30,"))
    assert "left as they are: Customer Name, Company Name," in done.stderr


def test_the_list_of_runs_says_what_there_was(online: Command, tmp_path: Path) -> None:
    assert "There are no runs" in online("runs").stdout
    online("run", edits(tmp_path, "1,Net 45,", "2,Net 37,"))
    listed = online("runs").stdout
    header, first, second, *third = listed.splitlines()
    assert header.split() == ["run", "when", "(UTC)", "mode", "state", "by"]
    (past,) = json.loads(online("runs", "--json").stdout)
    assert first.startswith(past["run"])
    assert second.startswith("  1 updated, 1 invalid")
    assert listed.endswith("/edits.csv\n")
    assert len(third) <= 1
    assert max(map(len, listed.splitlines())) <= 80
    assert {status: count for status, count in past["counts"].items() if count} == {"updated": 1, "invalid": 1}


def test_a_report_draws_the_workbook_again(online: Command, tmp_path: Path) -> None:
    first = json.loads(online("run", edits(tmp_path, "1,Net 45,"), "--json").stdout)
    Path(first["results"]).unlink()
    again = online("report", first["run"][:15], "--json")
    found = one_object(again.stdout)
    assert again.returncode == 0
    assert {key: found[key] for key in KEYS} == first, "but for when it was asked, all is the same"
    assert Path(first["results"]).exists()
