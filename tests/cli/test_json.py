"""With --json there is one object on standard output, and text for people goes to standard error."""

import hashlib
from pathlib import Path

import pytest
from openpyxl import load_workbook

from sync.cli.next_step import after_export
from sync.settings import Settings
from tests.support.command import REQUESTS, Command, edits, one_object


@pytest.mark.parametrize(
    "words",
    [("check", "none.csv"), ("run", "none.csv"), ("report", "x"), ("undo", "x"), ("apply", "x"), ("resume", "x")],
)
def test_a_refusal_is_one_object_too(words: tuple[str, ...], command: Command) -> None:
    done = command(*words, "--json")
    assert done.returncode == 2
    told = one_object(done.stdout)
    assert (told["exit_code"], told["rows"], told["run"], told["results"]) == (2, 0, None, None)
    assert told["error"] in done.stderr


@pytest.mark.parametrize(
    ("words", "mode"),
    [("run", "run"), ("run e.csv --dry-run --rate 0", "preview"), ("apply", "apply"), ("undo --nonsense", "undo"),
     ("export", "export"), ("resume --rate x", "resume"), ("check", "check")],
)  # fmt: skip
def test_a_command_that_is_typed_wrongly_still_names_its_mode(words: str, mode: str, command: Command) -> None:
    done = command(*words.split(), "--json")
    assert (done.returncode, one_object(done.stdout)["mode"]) == (2, mode)


def test_a_check_is_one_object_and_its_problems_are_on_stderr(command: Command, tmp_path: Path) -> None:
    done = command("check", edits(tmp_path, "1,Net 30,", "2,Net 37,"), "--json")
    told = one_object(done.stdout)
    assert (told["mode"], told["rows"], told["exit_code"], done.returncode) == ("check", 2, 1, 1)
    assert told["run"] is None, "no journal has it"
    assert told["started_at"] < told["ended_at"]
    assert told["counts"]["invalid"] == 1
    assert told["requests"] == dict.fromkeys(REQUESTS, 0)
    assert "row 3, Payment Terms: “Net 37” is not one of the choices." in done.stderr


@pytest.mark.parametrize(("words", "mode"), [(["--dry-run"], "preview"), ([], "run")])
def test_a_run_is_one_object(words: list[str], mode: str, online: Command, tmp_path: Path) -> None:
    done = online("run", edits(tmp_path, "1,Net 45,", "2,Net 30,", "41,Net 30,"), "--json", *words)
    told = one_object(done.stdout)
    assert (told["mode"], told["rows"], told["exit_code"], done.returncode) == (mode, 3, 1, 1)
    taken = "would_update" if words else "updated"
    assert {status for status, count in told["counts"].items() if count} == {taken, "unchanged", "rejected"}
    assert told["totals"]["USD"]["total_revenue"] == "1001.25"
    assert told["totals"]["EUR"]["total_revenue"] == "1002.25"
    assert Path(told["results"]).parent == tmp_path
    assert load_workbook(told["results"]).sheetnames == ["Summary", "Results", "Changes", "Problems", "To fix"]


@pytest.mark.parametrize(
    ("words", "base_url"),
    [
        ("run e.csv", "https://api.meetcampfire.com"),
        ("run e.csv --base-url https://api.example.com", "https://api.example.com"),
        ("run none.csv --sandbox", "sandbox"),
        ("export", "https://api.meetcampfire.com"),
        ("undo abcd", None),
        ("check none.csv", None),
    ],
)
def test_a_command_that_could_not_start_says_where_it_would_have_sent(
    words: str, base_url: str | None, command: Command, tmp_path: Path
) -> None:
    edits(tmp_path, "1,Net 45,", name="e.csv")
    done = command(*words.split(), "--json", CAMPFIRE_BASE_URL="")
    assert done.returncode == 2
    assert one_object(done.stdout)["base_url"] == base_url


def test_an_export_says_from_where_and_where_the_workbook_is(online: Command, tmp_path: Path) -> None:
    told = one_object(online("export", "all.xlsx", "--json", "--rate", "500").stdout)
    assert told["base_url"].startswith("http://127.0.0.1:")
    assert Path(told["results"]).is_absolute()


def test_a_refusal_names_the_content_that_it_has_read(command: Command, tmp_path: Path) -> None:
    """The key is missing, and only then; a script that keeps the object can tell which sheet it was."""
    sheet = edits(tmp_path, "1,Net 45,")
    told = one_object(command("run", sheet, "--json").stdout)
    assert (told["exit_code"], told["run"]) == (2, None)
    assert told["file_sha256"] == hashlib.sha256(sheet.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("given", "environment", "options"),
    [
        ("https://api.example.com", "", "--base-url https://api.example.com"),
        ("https://api.example.com", "https://api.example.com/", ""),
        ("https://api.example.com", "http://in.clear.example.com", "--base-url https://api.example.com"),
        (None, "", ""),
    ],
)
def test_the_next_command_goes_where_this_one_did(
    given: str | None, environment: str, options: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not to the real API, which the default would mean."""
    monkeypatch.setenv("CAMPFIRE_BASE_URL", environment)
    told = after_export(Path("all.xlsx"), Settings(base_url=given), is_template=False)
    assert told.endswith(f"campfire-sync run all.xlsx --dry-run {options}".strip())
