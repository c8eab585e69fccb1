"""What a person reads on the terminal before, during and after a run."""

import io
import re
import shlex
import sys
from pathlib import Path

import click
import pytest

from sync.cli import streams
from sync.cli.commands import cli
from tests.support.fault_records import customer
from tests.support.fault_server import FaultServer
from tests.support.product import FAST, Campfire
from tests.support.truth import wishes_for, write_sheet


def test_the_plan_names_the_sheets_headers_and_both_values(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.reset([customer(7, terms="net_30", notes="")])
    sheet = write_sheet(tmp_path / "edits.csv", {7: {"terms": "net_60", "notes": "new"}})
    ran = campfire("run", sheet, "--dry-run", *FAST)
    changes = "Payment Terms: Net 30 → Net 60; Notes: (empty) → new"
    assert f"  row 2, customer 7 (Example Widgets 7 Ltd): {changes}\n" in ran.stderr
    assert "1 customer would change (Payment Terms: 1; Notes: 1).\n" in ran.stderr
    assert ran.stdout.startswith("1 row: 1 would update.\n")


def test_what_is_sent_without_a_question_is_shown_with_its_warnings_each_of_them_once(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """An apply has not read the sheet, so it has not warned yet."""
    sheet = tmp_path / "edits.csv"
    sheet.write_text("Customer ID,Notes,Ours\n" + "".join(f"{n},new,x\n" for n in range(1, 8)), encoding="utf-8")
    preview = campfire("run", sheet, "--dry-run", "--json", *FAST).run
    for command, accepts in ((("apply", preview), 0), (("run", sheet, "--again"), 1)):
        told = campfire(*command, "--yes", *FAST).stderr
        assert told.count("column “Ours” is not mapped") == 1
        assert told.count("(If it is meant: --accept unmapped_column)") == accepts  # which an apply does not take
        server.reset(customer(n) for n in range(1, 8))
    assert told.count("  row ") == 5
    assert "  … and 2 more\n7 customers would change (Notes: 7).\nSending to " in told


def test_a_long_plan_is_shown_in_part_and_counted_in_full(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 13)))
    ran = campfire("run", sheet, "--dry-run", *FAST)
    assert ran.stderr.count("  row ") == 5
    assert "  … and 7 more\n12 customers would change (" in ran.stderr


def test_a_preview_that_could_not_read_a_row_does_not_say_that_it_would_not_change(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.raw["text"] = (200, {"Content-Type": "application/json"}, b'{"id": "1"}')
    server.gets = {1: ["raw:text"] * 9}
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes_for([1])), "--dry-run", *FAST)
    assert "row 2, customer 1: failed: The record could not be read." in ran.stdout
    assert "No changes to show.\n" in ran.stderr


def test_a_run_ends_with_the_command_that_puts_it_back(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 4)))
    *_, last = campfire("run", sheet, *FAST).stdout.splitlines()
    what, _, command = last.partition(": campfire-sync ")
    assert what == "To put everything back"
    undone = campfire(*shlex.split(command), *FAST).stdout
    assert undone.startswith("3 rows: 3 put back.\n")
    assert "To put everything back" not in undone


def test_a_command_to_be_copied_begins_a_line_of_its_own_where_it_would_not_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(streams, "is_terminal", lambda stream: True)
    monkeypatch.setenv("COLUMNS", "60")
    command = "campfire-sync run '/closing/the edits.results.20261122-160103-4f2a.xlsx' --sandbox"
    stream = io.StringIO()
    streams.write(
        stream, f"Correct the sheet “To fix” in the results workbook, save it, and run it: {command}", wrap=True
    )
    streams.write(stream, "Short: campfire-sync runs", wrap=True)
    *text, copied, short = stream.getvalue().splitlines()
    assert copied == f"    {command}"
    assert short == "Short: campfire-sync runs"
    assert max(map(len, text)) <= 60


def test_whatever_is_said_is_broken_between_words_and_a_table_a_file_or_a_path_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(streams, "is_terminal", lambda stream: True)
    monkeypatch.setenv("COLUMNS", "40")
    refusal = "a refusal says what is wrong in a sentence, and what to do about it in another one"
    with pytest.raises(SystemExit):
        cli(["check", "edits.xlsx", "--accept", "hidden_rowz"])
    streams.err(("problem  ", "red"), refusal)
    streams.out(refusal, wrap=False)
    said, whole = capsys.readouterr()[::-1]
    assert whole == f"{refusal}\n"
    assert "Error: --accept: “hidden_rowz” is not a\n" in said
    *_, first, second, third = click.unstyle(said).splitlines()
    assert [first, second, third] == [
        "problem  a refusal says what is wrong in",
        "         a sentence, and what to do",
        "         about it in another one",
    ]


def test_a_path_is_copied_from_one_line_whatever_blanks_it_has(
    server: FaultServer, campfire: Campfire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "The Closing of May"
    folder.mkdir()
    monkeypatch.chdir(folder)
    sheet = write_sheet(folder / "our edits (1).csv", wishes_for([1]))
    monkeypatch.setattr(streams, "is_terminal", lambda stream: stream is not sys.stdin)
    monkeypatch.setenv("COLUMNS", "40")
    ran = campfire("run", sheet, "--dry-run", "--plan", "the month.plan", "--html", "the month.html", *FAST)
    assert {"Plan: the month.plan", "Page: the month.html"} <= set(ran.stderr.splitlines())
    shown = campfire("verify", folder / "the month.plan").stdout.splitlines()
    assert any(f"{folder / 'the month.plan'}," in line for line in shown)
    assert any(f"{sheet}," in line for line in shown)
    refused = campfire("run", sheet, "--dry-run", "--plan", folder / "the month.plan", *FAST).stderr
    assert any(str(folder / "the month.plan") in line for line in refused.splitlines())
    drafted = campfire("mapping", "suggest", sheet, "--out", "our own mapping.yaml").stderr
    assert "The draft: our own mapping.yaml" in drafted.splitlines()
    exported = campfire("export", "the customers of May as they are now.xlsx", *FAST).stderr
    assert "40 customers: the customers of May as they are now.xlsx" in exported.splitlines()


def test_an_option_stays_with_its_word(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = _Screen()
    monkeypatch.setenv("COLUMNS", "40")
    streams.write(screen, "The column is hidden. (Meant: --accept hidden_column)")
    assert screen.getvalue().splitlines()[-1].strip() == "--accept hidden_column)"


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_no_word_of_a_line_in_colours_is_lost_where_it_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = _Screen()
    monkeypatch.setenv("COLUMNS", "40")
    words = ("updated", "unchanged", "invalid", "rejected", "failed", "conflict")
    counts = [(f"{number}12 {word}", "red") for number, word in enumerate(words, 1)]
    streams.write(screen, "2,072 rows: ", *[part for count in counts for part in (count, ", ")][:-1], ".")
    shown = screen.getvalue()
    assert click.unstyle(shown).splitlines() == [
        "2,072 rows: 112 updated, 212 unchanged,",
        "            312 invalid, 412 rejected,",
        "            512 failed, 612 conflict.",
    ]
    assert all(click.style(count, fg=colour) in shown for count, colour in counts)


def test_any_character_may_stand_in_a_line_that_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fonts of icons have their own meaning for U+E000; of a NUL only its number is shown."""
    screen = _Screen()
    monkeypatch.setenv("COLUMNS", "40")
    streams.write(screen, ("updated", "green"), " the note \ue000Example\0 in a file --accept hidden_rows")
    first, second = click.unstyle(screen.getvalue()).splitlines()
    assert (first, second.strip()) == ("updated the note \ue000Example[U+0000] in a", "file --accept hidden_rows")


def test_a_text_that_begins_as_a_path_does_and_goes_on_is_broken_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = _Screen()
    monkeypatch.setenv("COLUMNS", "40")
    streams.write(screen, "/".join(["", *["of the record"] * 50]) + ".csv")
    assert max(map(len, screen.getvalue().splitlines())) <= 40


def test_a_check_with_problems_says_how_to_go_on(campfire: Campfire, tmp_path: Path) -> None:
    sheet = tmp_path / "the edits.csv"
    sheet.write_text("Customer ID,Payment Terms\n1,Net 46\n", encoding="utf-8")
    last = campfire("check", sheet, "--out", tmp_path / "results.xlsx").stdout.splitlines()[-1]
    command = f"campfire-sync run {tmp_path / 'results.xlsx'}"
    assert last == f"Correct the sheet “To fix” in the results workbook, save it, and run it: {command}"
    last = campfire("check", sheet).stdout.splitlines()[-1]
    assert last == f"Correct the rows in the sheet, save it, and check it again: campfire-sync check '{sheet}'"


def test_an_export_says_what_to_do_with_the_sheet(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    path, empty = tmp_path / "the customers.xlsx", tmp_path / "empty.xlsx"
    said = campfire("export", path, *FAST).stderr
    assert f"Edit it, save it, and see what would change: campfire-sync run '{path}' --dry-run" in said
    said = campfire("export", empty, "--template").stderr
    assert f"Fill it in, save it, and check it: campfire-sync check {empty}" in said


def test_the_file_its_rows_and_the_mapping_are_named(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    """Whoever has several sheets and mappings sees which ones were taken."""
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 4)))
    sheet.write_text(sheet.read_text(encoding="utf-8") + ",,,,\n", encoding="utf-8")  # a blank row is none
    message = campfire("check", sheet).stderr
    assert message.startswith("edits.csv: 3 rows, read with the mapping ")
    assert message.partition("\n")[0].endswith("customers.yaml")


def test_with_quiet_a_run_without_problems_prints_nothing(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 4))), "--quiet", *FAST)
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, "", "")


def test_a_header_of_two_lines_is_shown_in_one(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    sheet = tmp_path / "edits.csv"
    sheet.write_text('Customer ID,"Payment\nTerms"\n7,Net 45\n', encoding="utf-8")
    assert (
        "  row 2, customer 7 (Example Widgets 7 Ltd): Payment Terms: "
        in campfire("run", sheet, "--dry-run", *FAST).stderr
    )


def test_the_next_command_finds_the_run_wherever_its_journal_is(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for([1]))
    ran = campfire("run", sheet, "--dry-run", "--state-dir", tmp_path / "another $PLACE", *FAST)
    [command] = re.findall(r"campfire-sync (apply .*)", ran.stdout)
    assert shlex.split(command)[2:] == ["--state-dir", str(tmp_path / "another $PLACE")]
    assert " --state-dir" not in campfire("run", sheet, "--dry-run", *FAST).stdout  # the environment says it


def test_the_page_names_the_state_directory_to_whoever_approves(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """Whose environment need not say what that of the preparer says."""
    page = tmp_path / "preview.html"
    ran = campfire(
        "run", write_sheet(tmp_path / "e.csv", wishes_for([1])), "--dry-run", "--html", page, "--json", *FAST
    )
    command = f"campfire-sync apply {ran.run} --state-dir {ran.state}"
    assert command in page.read_text(encoding="utf-8")


def test_rows_that_fail_after_the_reading_are_named_too(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for([1, 2, *range(900, 910)]))
    ran = campfire("run", sheet, *FAST)
    # Which of the ten come first is up to the threads.
    named = re.findall(r"row (\d+), customer (\d+): rejected: There is no customer", ran.stdout)
    assert len(set(named)) == 8
    assert all(int(customer) - int(row) == 900 - 4 for row, customer in named)
    assert "… and 2 more; the results workbook will name them all." in ran.stderr


def test_a_cleared_tax_number_is_shown_masked(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    server.reset([customer(7, vat_number="DE999999999")])
    sheet = tmp_path / "edits.csv"
    sheet.write_text("Customer ID,VAT Number\n7,<clear>\n", encoding="utf-8")
    message = campfire("run", sheet, "--dry-run", *FAST).stderr
    assert "VAT Number: ••••••••999 → (empty)\n" in message


def test_a_sheet_without_a_mapped_column_is_refused_and_a_draft_is_offered(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet = tmp_path / "edits.csv"
    sheet.write_text("Customer ID,Remarks of Ours\n7,x\n", encoding="utf-8")
    ran = campfire("check", sheet)
    assert ran.exit_code == 2
    assert "campfire-sync mapping suggest" in ran.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows takes no line break in a file's name")
def test_a_line_break_in_a_files_name_is_shown_as_what_it_is(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """Else the rest of the name looks like a line of ours."""
    plan = tmp_path / "month\nend.plan"
    sheet = write_sheet(tmp_path / "edits\nrow 9.csv", wishes_for(range(1, 4)))
    printed = {
        "missing": campfire("check", tmp_path / "missing edits\nrow 9.csv").stderr,
        "preview": campfire("run", sheet, "--dry-run", *FAST).stderr,
        "plan": campfire("run", sheet, "--dry-run", *FAST, "--html", tmp_path / "edits\nrow 9.html").stderr,
        "run": campfire("run", sheet, "--first", "1", *FAST).stdout,
        "resume": campfire("resume", *FAST).stderr,
        "sent before": campfire("run", sheet, *FAST).stderr,
        "runs": campfire("runs").stdout,
        "forget": campfire("forget", "--before", "2100-01-01", "--yes").stderr,
    }
    campfire("run", sheet, "--dry-run", "--plan", plan, *FAST)
    verified = campfire("verify", plan)
    printed["verify"] = verified.stdout + verified.stderr
    for command, text in printed.items():
        assert "edits[U+000A]row 9" in text, command
        assert not re.search(r"^row 9\.", text, re.M), command
    assert "month[U+000A]end.plan" in printed["verify"]
