"""What cannot start is refused with one message and exit code 2, before anything is sent."""

import os
from pathlib import Path

import pytest

from tests.support.command import Command, edits, refused


@pytest.mark.parametrize("name", ["check", "run"])
def test_a_missing_file_is_refused(name: str, command: Command, tmp_path: Path) -> None:
    assert refused(command(name, "none.csv")) == "none.csv: there is no such file. Check the name and the folder."


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
@pytest.mark.parametrize("target", ["moved.csv", "edits.csv"])  # one that is gone, and the link itself
def test_a_link_that_leads_nowhere_is_not_suggested_in_its_own_place(
    target: str, command: Command, tmp_path: Path
) -> None:
    (tmp_path / "edits.csv").symlink_to(target)
    assert refused(command("run", "edits.csv")) == (
        f"edits.csv: this is a link to {target}, which is not there. Look where that file is now, and name it."
    )


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
def test_a_file_that_is_not_a_spreadsheet_is_refused_with_a_remedy(
    name: str, content: bytes, command: Command, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    message = refused(command("run", name))
    assert message.startswith(name)
    assert message.count("\n") == 0


@pytest.mark.parametrize("name", ["check", "run"])
def test_a_sheet_without_an_id_column_is_refused_and_its_headers_are_named(
    name: str, command: Command, tmp_path: Path
) -> None:
    message = refused(command(name, edits(tmp_path, "1,x", header="Customer,Notes")))
    assert "there is no column “Customer ID”" in message
    assert "“Customer” and “Notes”" in message


def test_an_id_column_whose_header_has_a_letter_that_only_looks_latin_is_told_which(
    command: Command, tmp_path: Path
) -> None:
    message = refused(command("check", edits(tmp_path, "1,x", header="C\u0443stomer ID,Notes")))
    assert "In “C\u0443stomer ID”, “\u0443” (U+0443) is a Cyrillic letter, not a Latin one." in message


@pytest.mark.parametrize("name", ["check", "run"])
def test_all_mistakes_of_a_mapping_are_reported_at_once_with_their_lines(
    name: str, command: Command, tmp_path: Path
) -> None:
    mapping = tmp_path / "mine.yaml"
    mapping.write_text("id: Customer ID\ncolumns:\n  Terms: term\n  Billed: total_billed\nclaer: x\n", encoding="utf-8")
    message = refused(command(name, edits(tmp_path, "1,,"), "--mapping", mapping)).splitlines()
    assert [line.partition(": ")[0] for line in message] == [f"{mapping}, line {line}" for line in (3, 4, 5)]
    assert [line.partition("mean ")[2] for line in message] == ["“terms”?", "", "“clear”?"]


def test_a_missing_mapping_is_refused(command: Command, tmp_path: Path) -> None:
    message = refused(command("check", edits(tmp_path, "1,,"), "--mapping", "none.yaml"))
    assert message == "the mapping file none.yaml cannot be read: No such file or directory."


def test_a_run_without_a_key_is_refused(command: Command, tmp_path: Path) -> None:
    message = refused(command("run", edits(tmp_path, "1,Net 30,"), "--quiet"))
    assert "Set the environment variable CAMPFIRE_API_KEY" in message


def test_a_malformed_key_is_refused_and_not_shown(command: Command, tmp_path: Path) -> None:
    message = refused(command("run", edits(tmp_path, "1,Net 30,"), "--quiet", CAMPFIRE_API_KEY="hunter2 hunter2"))
    assert "hunter2" not in message


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
def test_an_unknown_run_is_refused(name: str, command: Command) -> None:
    assert "there is no run “20260101”" in refused(command(name, "20260101"))


def test_resume_is_refused_where_nothing_was_run(command: Command) -> None:
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
def test_an_unknown_option_or_a_bad_value_is_refused(words: tuple[str, ...], command: Command, tmp_path: Path) -> None:
    assert refused(command("run", edits(tmp_path, "1,Net 30,"), *words))


def test_a_missing_argument_and_an_unknown_command_are_refused(command: Command) -> None:
    assert "Missing argument" in refused(command("run"))
    assert "No such command" in refused(command("rnu"))
    assert "`campfire-sync runs` lists the runs" in refused(command("undo"))


def test_an_unknown_kind_of_warning_is_refused_with_the_nearest(command: Command, tmp_path: Path) -> None:
    path = edits(tmp_path, "1,,x")
    assert "Did you mean “placeholder_text”?" in refused(command("check", path, "--accept", "placeholder_texts"))


def test_the_sandbox_and_a_typed_base_url_exclude_each_other(command: Command, tmp_path: Path) -> None:
    message = refused(command("run", edits(tmp_path, "1,,x"), "--sandbox", "--base-url", "https://api.example.com"))
    assert "--sandbox and --base-url name two places" in message


@pytest.mark.parametrize(
    "words",
    [
        ["apply", "some-plan.plan", "--rows", ""],
        ["apply", "some-plan.plan", "--rows="],
        ["undo", "20260101", "--except", " "],
        ["run", "edits.csv", "--base-url", ""],
        ["run", "edits.csv", "--state-dir", ""],
        ["run", "edits.csv", "--sheet", ""],
        ["check", "edits.csv", "--mapping", ""],
        ["resume", ""],
        ["report", ""],
        ["forget", "", "--before", "2026-01-31"],
        ["export", "customers.xlsx", "--columns", ""],
    ],
)
def test_a_value_that_is_empty_is_not_taken_for_one_that_is_left_out(words: list[str], command: Command) -> None:
    """`--rows "$ROWS"` without such a variable sent all rows."""
    needed = words == ["report", ""]
    assert refused(command(*words)).endswith(f"it is empty. Give it a value{'' if needed else ', or leave it out'}.")


def test_a_variable_of_the_environment_that_is_empty_is_as_good_as_none(command: Command, tmp_path: Path) -> None:
    assert command("check", edits(tmp_path, "1,net_30,x"), CAMPFIRE_BASE_URL="").returncode == 0
