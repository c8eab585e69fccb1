"""The commands as functions, against a real server; and the examples of docs/library.md, as they stand there."""

import gc
import inspect
import os
import re
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import pytest

import sync
from sync import apply, check, errors, export, preview, resume, run, undo
from sync.cli.options import OPTIONS
from sync.library.options import Options, settings_of
from tests.support.fault_server import FaultServer
from tests.support.product import ROOT, environment
from tests.support.truth import wishes_for, write_sheet

FAST = {"rate": 2000, "concurrency": 8}


@pytest.fixture(autouse=True)
def surroundings(server: FaultServer, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(server, state).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)


def edits(folder: Path, *rows: str) -> Path:
    path = folder / "edits.csv"
    path.write_text("\n".join(["Customer ID,Payment Terms,Notes", *rows, ""]), encoding="utf-8")
    return path


def contents(records: dict[int, dict[str, Any]]) -> dict[int, dict[str, Any]]:
    return {number: {**record, "last_modified_at": None} for number, record in records.items()}


def test_a_run_returns_what_the_command_would_say(server: FaultServer, tmp_path: Path) -> None:
    result = run(edits(tmp_path, "1,Net 45,", "2,Net 37,", "3,Net 30,", "900,Net 30,"), **FAST)
    assert result.exit_code == 1
    assert not result.ok
    assert {status: count for status, count in result.counts.items() if count} == {
        "updated": 1,
        "unchanged": 1,
        "invalid": 1,
        "rejected": 1,
    }
    assert result.requests.put == len(server.asked("PUT")) == 1
    assert result.results
    assert result.results.exists()
    rows = result.rows.set_index("Row")
    assert list(rows["Status"]) == ["updated", "invalid", "unchanged", "rejected"]
    assert rows.loc[2, "Name"] == "Example Widgets 1 Ltd"
    assert isinstance(rows.loc[2, "Total revenue"], Decimal)
    assert rows.loc[2, "Payment Terms"] == "Net 45"
    assert rows.loc[2, "Customer ID (sheet)"] == "1"
    [change] = result.changes.to_dict("records")
    assert (change["Field"], change["Before"], change["After"]) == ("Payment Terms", "net_30", "net_45")
    [problem] = result.problems[result.problems["Column"] == "Payment Terms"].to_dict("records")
    assert (problem["Row"], problem["Value"]) == (3, "Net 37")


def test_what_a_program_keeps_out_of_the_search_for_garbage_stays_out(tmp_path: Path) -> None:
    gc.freeze()
    preview(edits(tmp_path, "1,Net 45,"), **FAST)
    assert gc.get_freeze_count() > 0


def test_a_check_needs_no_server_and_knows_its_rows(server: FaultServer, tmp_path: Path) -> None:
    result = check(edits(tmp_path, "1,Net 45,", "2,Net 37,"))
    assert (result.run, result.exit_code, result.counts["invalid"], server.log) == (None, 1, 1, [])
    assert result.counts["not_sent"] == 1, "the row in order: nothing has been sent for it yet"
    assert list(result.rows["Status"]) == ["not sent", "invalid"]
    assert list(result.problems["Row"]) == [3]
    assert result.changes.empty


def test_a_preview_is_applied_resumed_and_undone(server: FaultServer, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 7)))
    plan = preview(sheet, reason="a test", **FAST)
    assert (plan.mode, plan.counts["would_update"], server.asked("PUT")) == ("preview", 6, [])
    assert plan.run
    part = apply(plan.run, first=2, **FAST)
    assert (part.exit_code, len(server.asked("PUT"))) == (3, 2)
    assert "2 of 6" in part.error
    rest = resume(**FAST)
    assert (rest.run, rest.counts["updated"]) == (part.run, 6)
    assert rest.run
    shown = undo(rest.run, dry_run=True, **FAST)
    assert shown.counts["would_update"] == 6
    assert undo(rest.run, **FAST).counts["updated"] == 6
    assert contents(server.records) == contents(server.at_first)


def test_what_cannot_start_is_an_exception_of_sync_errors(tmp_path: Path) -> None:
    with pytest.raises(errors.FileRefused):
        run(tmp_path / "missing.csv")
    with pytest.raises(errors.CannotStart):
        apply("20260101-000000-abcd")
    with pytest.raises(errors.CannotStart, match="in clear"):
        run(edits(tmp_path, "1,,x"), base_url="http://api.example.com")
    with pytest.raises(TypeError, match="max_change"):
        run(edits(tmp_path, "1,,x"), max_change=3)  # type: ignore[call-arg]


def test_an_export_is_a_data_frame_too(tmp_path: Path) -> None:
    result = export(tmp_path / "all.xlsx", columns="Notes", **FAST)
    assert (result.mode, result.exit_code, result.run) == ("export", 0, None)
    assert list(result.rows.columns) == ["Customer ID", "Notes"]
    assert len(result.rows) == 40
    assert "Customer ID" in export(tmp_path / "empty.xlsx", template=True).rows.columns


def test_a_run_works_in_a_thread(server: FaultServer, tmp_path: Path) -> None:
    results = []
    thread = threading.Thread(target=lambda: results.append(run(edits(tmp_path, "1,Net 45,"), **FAST)))
    thread.start()
    thread.join()
    assert results[0].ok


def test_every_option_of_the_library_is_a_setting() -> None:
    from dataclasses import fields

    from sync.settings import Settings

    on_the_command_line = {"yes", "json", "quiet", "verbose"}
    in_the_app = {"original_sha256", "corrections", "keep_sandbox"}
    settings = {field.name for field in fields(Settings)}
    assert settings - set(Options.__annotations__) <= on_the_command_line | in_the_app


def test_what_the_command_line_refuses_the_library_refuses_too() -> None:
    """With a concurrency of 0 nothing was sent, and the exit code was 0."""
    for name, spec in OPTIONS.items():
        limits = spec.get("type")
        if not isinstance(limits, click.IntRange | click.FloatRange):
            continue
        wrong = [limits.min if limits.min_open else limits.min - 1] if limits.min is not None else []
        wrong += [limits.max + 1] if limits.max is not None else []
        for value in [*wrong, float("nan")] if isinstance(limits, click.FloatRange) else wrong:
            with pytest.raises(ValueError, match=name):
                settings_of({name: value})  # type: ignore[misc]
        for value in ("5", True):
            with pytest.raises(TypeError, match=name):
                settings_of({name: value})  # type: ignore[misc]


@pytest.mark.parametrize("name", ["rows", "except_rows", "sheet", "base_url", "state_dir", "out", "mapping"])
def test_an_option_that_is_empty_is_not_taken_for_one_that_is_left_out(name: str) -> None:
    """A list of rows joined from none chose them all."""
    with pytest.raises(ValueError, match=f"{name} cannot be empty"):
        settings_of({name: " "})  # type: ignore[misc]


@pytest.mark.parametrize("name", ["ids", "columns"])
def test_an_export_of_nothing_is_not_taken_for_one_of_everything(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be empty"):
        export(tmp_path / "export.xlsx", template=True, **{name: ""})  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_a_name_is_not_taken_for_the_latest() -> None:
    with pytest.raises(ValueError, match="run cannot be empty"):
        resume("")


@pytest.mark.parametrize(
    "options", [{"rows": [2, 3]}, {"strict": "no"}, {"accept": "hidden_rows"}, {"reason": 5}, {"base_url": 7}]
)
def test_a_value_of_another_type_is_refused(options: Any) -> None:
    with pytest.raises(TypeError, match=next(iter(options))):
        settings_of(options)


def test_the_sandbox_and_a_base_url_are_two_places() -> None:
    with pytest.raises(ValueError, match="two places"):
        settings_of({"sandbox": True, "base_url": "https://api.example.com"})


def test_the_environment_says_what_no_option_does(server: FaultServer, state: Path, tmp_path: Path) -> None:
    assert (settings_of({}).state, settings_of({}).base_url) == (state, server.url)
    named = settings_of({"state_dir": tmp_path, "base_url": "https://api.example.com/"})
    assert (named.state, named.base_url) == (tmp_path, "https://api.example.com")
    assert settings_of({"sandbox": True}).base_url is None


def test_export_is_the_function_though_a_folder_has_its_name() -> None:
    from sync.export import Exported  # Python now puts the folder's module into its package

    assert Exported
    assert inspect.isfunction(sync.export)
    with pytest.raises(AttributeError):
        _ = sync.exports  # type: ignore[attr-defined]


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sync, sys; sys.exit(bool({'pandas', 'httpx', 'click', 'yaml'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == 0


def test_the_examples_of_the_documentation_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edits(tmp_path, "1,Net 45,", "2,Net 60,")
    text = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    for number, block in enumerate(re.findall(r"```python\n(.*?)```", text, re.DOTALL)):
        exec(compile(block, f"docs/library.md, example {number + 1}", "exec"), names)
    assert "no-such-file.csv" in capsys.readouterr().out
    assert (tmp_path / "november.xlsx").exists()


def test_the_package_is_typed() -> None:
    assert (ROOT / "sync" / "py.typed").exists()
