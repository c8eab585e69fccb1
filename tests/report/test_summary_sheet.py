"""The sheet Summary."""

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from sync.model import Mode, Requests, RunState, SheetWarning
from sync.problems import problem
from sync.report.workbook.messages import means, title
from sync.status import Stage, Status
from tests.support.results_runs import CHANGES, RUN, RunDraft, seen

CHOICE = problem("not_a_choice", 2, "Payment Terms", "Net 45", choices="net_30, net_60")


def summary(draft: RunDraft) -> Worksheet:
    """The sheet."""
    found = draft.workbook()["Summary"]
    assert isinstance(found, Worksheet)
    return found


def texts(found: Worksheet) -> list[str]:
    """Everything that it says."""
    return [str(value) for row in found.iter_rows(values_only=True) for value in row if value is not None]


def table(found: Worksheet, first: str, last: str = "") -> Sequence[tuple[object, ...]]:
    """The rows below the one that begins so, down to the one that begins with `last` or is empty."""
    rows = list(found.iter_rows(values_only=True))
    start = next(place for place, row in enumerate(rows) if row[0] == first) + 1
    end = next(place for place, row in enumerate(rows[start:], start) if row[0] in (None, last))
    return rows[start:end]


def about(found: Worksheet) -> dict[object, object]:
    """What is said of the run, by its label."""
    return {row[0]: row[1] for row in found.iter_rows(values_only=True)}


def test_it_says_in_plain_words_what_happened(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Status.UPDATED, changes=CHANGES, before=seen(), after=seen())
    draft.row(Status.UNCHANGED, before=seen())
    draft.invalid(CHOICE)
    draft.row(Stage.READ)
    said = "1 of 4 rows updated, 1 unchanged. 1 needs attention and 1 not sent: see To fix."
    assert summary(draft)["A3"].value == said


@pytest.mark.parametrize(
    ("mode", "dry_run", "said"),
    [
        (Mode.CHECK, True, "1 of 2 rows has a problem: see Problems and To fix. Nothing was sent: this was a check."),
        (
            Mode.PREVIEW,
            True,
            "1 of 2 rows would be updated, 0 unchanged. Nothing was sent. 1 needs attention: see To fix.",
        ),
        (Mode.UNDO, False, "0 of 2 rows put back, 0 unchanged. 1 needs attention and 1 not put back: see Results."),
        (
            Mode.UNDO,
            True,
            "1 of 2 rows would be put back, 0 unchanged. Nothing was put back. 1 needs attention: see Results.",
        ),
    ],
)
def test_each_kind_of_run_is_told_in_its_own_words(tmp_path: Path, mode: Mode, dry_run: bool, said: str) -> None:
    draft = RunDraft(tmp_path, mode=mode, dry_run=dry_run)
    draft.row(Stage.READ if mode is Mode.CHECK else Stage.PLANNED, changes=CHANGES, before=seen())
    draft.invalid(CHOICE)
    assert summary(draft)["A3"].value == said


def test_a_sheet_without_rows_had_nothing_to_do(tmp_path: Path) -> None:
    assert summary(RunDraft(tmp_path))["A3"].value == "There was nothing to do: the sheet has no rows."


def test_a_run_that_stopped_early_says_why_and_how_to_go_on(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path, state=RunState.STOPPED, because="The key was refused (401).")
    draft.row(Stage.READ)
    said = str(summary(draft)["A4"].value)
    assert "The key was refused (401)." in said
    assert "campfire-sync resume 20261122-160103-4f2a" in said


def test_all_statuses_are_counted_and_add_up_to_the_rows_read(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    for state in (Status.UNCHANGED, Status.UNCHANGED, Status.FAILED, Stage.READ):
        draft.row(state, before=seen())
    found = summary(draft)
    counts = {row[0]: row[1] for row in table(found, "Status", "Rows read")}
    assert list(counts) == list(Status)
    assert {status: count for status, count in counts.items() if count} == {"unchanged": 2, "failed": 1, "not sent": 1}
    assert about(found)["Rows read"] == 4
    assert "xl/charts/chart1.xml" in zipfile.ZipFile(draft.write()).namelist()


def test_control_totals_stand_by_currency_before_and_after(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(
        Status.UPDATED, before=seen(total_mrr="10.10", total_paid="1"), after=seen(total_mrr="10.10", total_paid="1")
    )
    draft.row(Status.UPDATED, before=seen(total_mrr="0.05"), after=seen(total_mrr="0.07"))
    draft.row(Status.UNCHANGED, before=seen(currency=None, total_mrr="3.00"))
    found = summary(draft)
    lines = [tuple(row[place] for place in (0, 1, 4, 5, 6, 7)) for row in table(found, "Currency")]
    assert lines == [
        ("USD", 2, "Total MRR", 10.15, 10.17, 0.02),
        ("USD", 1, "Total paid", 1, 1, 0),
        ("unknown", 1, "Total MRR", 3, 3, 0),
    ]


def test_totals_of_different_records_are_not_compared(tmp_path: Path) -> None:
    """Without reading first there is no before."""
    draft = RunDraft(tmp_path)
    draft.row(Status.UPDATED, after=seen(total_mrr="10.00"))
    row = table(summary(draft), "Currency")[0]
    assert row[2] == "before: 0"
    assert (row[5], row[6], row[7]) == (None, 10, None)


def test_a_sum_that_excel_would_round_is_a_text_with_all_its_digits(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    for _ in range(20):
        draft.row(Status.UNCHANGED, before=seen(total_mrr="9999999999999.99"))
    assert table(summary(draft), "Currency")[0][6] == "199999999999999.80"


def test_rows_whose_totals_moved_are_listed(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(
        Status.UPDATED, before=seen(total_mrr="1.0", total_paid="5"), after=seen(total_mrr="1.00", total_paid="8")
    )
    assert table(summary(draft), "Customer") == [
        ("Example Widgets Ltd", 1001, 2, "USD", "Total paid", 5, 8, 3),
    ]


def test_more_moved_totals_than_one_wants_to_read_are_counted(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    for _ in range(53):
        draft.row(Status.UPDATED, before=seen(total_paid="5"), after=seen(total_paid="8"))
    assert "… and 3 more totals." in texts(summary(draft))


def test_that_no_total_changed_is_written_too(tmp_path: Path) -> None:
    assert "None: each customer has the same totals as before." in texts(summary(RunDraft(tmp_path)))


def test_a_preview_changes_no_totals_and_lists_none(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path, mode=Mode.PREVIEW, dry_run=True)
    assert not [text for text in texts(summary(draft)) if text.startswith("Totals that changed")]


@pytest.mark.parametrize(
    ("mode", "title"),
    [(Mode.RUN, f"Results of run {RUN}"), (Mode.APPLY, f"Results of run {RUN}"), (Mode.PREVIEW, f"Preview {RUN}"),
     (Mode.CHECK, "Results of a check"), (Mode.UNDO, f"Undo {RUN} of run 20261120-090000-aaaa: what was put back")],
)  # fmt: skip
def test_the_title_tells_a_run_from_its_preview_and_its_undo(tmp_path: Path, mode: Mode, title: str) -> None:
    found = summary(RunDraft(tmp_path, mode=mode, parent="20261120-090000-aaaa"))
    assert found["A1"].value == title
    undone = about(found).get("Puts back")
    assert undone == ("run 20261120-090000-aaaa" if mode is Mode.UNDO else None)


def test_an_undo_of_an_undo_and_a_look_at_one_are_called_so(tmp_path: Path) -> None:
    facts = RunDraft(tmp_path, mode=Mode.UNDO, parent="20261120-090000-aaaa", dry_run=True).facts()
    assert title(replace(facts, parent_mode="undo")).startswith(f"Undo {RUN} of undo 20261120-090000-aaaa: what would")
    for status in (Status.CONFLICT, Status.REJECTED, Status.FAILED):
        assert " would be " in means(status, facts)
        assert "sent" not in means(status, facts)


def test_everything_that_identifies_the_run_is_there(tmp_path: Path) -> None:
    asked = Requests(get=1_200, put=1_001, retries=3, throttled=2, paused=17.25)
    said = about(summary(RunDraft(tmp_path, requests=asked)))
    assert said["Run"] == "20261122-160103-4f2a"
    assert said["Mode"] == "run"
    assert said["Started"] == "2026-11-22 16:01:03 UTC"
    assert (said["File"], said["SHA-256 of the file"]) == ("edits.xlsx", "ab" * 32)
    assert (said["Mapping"], said["SHA-256 of the mapping"]) == ("customers.yaml", "cd" * 32)
    assert (said["Base URL"], said["Version"]) == ("https://api.example.com", "campfire-sync 0.1.0")
    assert (said["Sheet"], said["Hidden rows"]) == ("Customers", "3, read all the same")
    assert (said["To read (GET)"], said["To change (PUT)"]) == ("1,200", "1,001, every attempt counted")
    assert (said["Told to wait (429)"], str(said["Waited"])[:12]) == ("2 times", "17.2 seconds")


def test_who_ran_it_why_and_who_approved_it_stand_at_the_top(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path, by="anna@office", reason="Terms as agreed", approved_by=("lee@office", "kim@office"))
    found = summary(draft)
    assert "by anna@office" in str(found["A2"].value)
    assert [found["A3"].value, found["A4"].value] == ["Reason: Terms as agreed", "Approved by: lee@office, kim@office"]
    facts = about(found)
    assert (facts["By"], facts["Reason"]) == ("anna@office", "Terms as agreed")


def test_warnings_stand_before_the_counts_with_their_kind_and_first_row(tmp_path: Path) -> None:
    warning = SheetWarning("hidden_rows", "3 rows are hidden, and are sent all the same.", rows=3, first_row=7)
    rows = list(summary(RunDraft(tmp_path, warnings=(warning,))).iter_rows(values_only=True))
    place = next(place for place, row in enumerate(rows) if row[0] == "Hidden rows" and row[1] == 3)
    assert rows[place][:4] == ("Hidden rows", 3, 7, "3 rows are hidden, and are sent all the same.")
    assert place < next(place for place, row in enumerate(rows) if row[0] == "Status")


def test_rows_that_were_left_out_are_counted(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Status.LEFT_OUT)
    draft.row(Status.UNCHANGED)
    found = summary(draft)
    assert found["A3"].value == "0 of 2 rows updated, 1 unchanged, 1 left out. Every row is done."
    assert about(found)["left out"] == 1
