"""A new status is one entry in sync/status.py: everything that shows a status takes it from there."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

ROOT = Path(__file__).resolve().parent.parent
ENTRY = """
    ON_HOLD = Facts(
        word="on hold",
        meaning="Somebody wants to look at it first.",
        remedy="Ask for it.",
        bad=True,
        fixable=True,
        terminal="magenta",
        fill="ABCDEF",
        ink="123456",
        bar="FEDCBA",
    )

"""
SHOW = """
import json
from pathlib import Path

from sync.cli.json_output import as_json
from sync.cli.terminal import Console
from sync.commands.result import RunResult, exit_code
from sync.report.page import page
from sync.settings import Settings
from sync.status import Status
from tests.support.results_runs import RUN, RunDraft

folder = Path.cwd()
draft = RunDraft(folder)
draft.row(Status.ON_HOLD, "Not before Friday.")
draft.write()
page.write(draft.history(), RUN, folder / "page.html")
run = draft.history().run(RUN)
ended = RunResult(run, run.facts.mode, exit_code(run.counts))
Console(Settings()).close(ended)
(folder / "ended.json").write_text(json.dumps(as_json(ended, Settings())))
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The folder with the outputs of a package that has the made-up status, and what it printed."""
    folder = tmp_path_factory.mktemp("made-up")
    shutil.copytree(ROOT / "sync", folder / "package" / "sync", ignore=shutil.ignore_patterns("__pycache__"))
    table = folder / "package" / "sync" / "status.py"
    text = table.read_text(encoding="utf-8")
    place = "    @property\n    def key"
    assert text.count(place) == 1
    table.write_text(text.replace(place, ENTRY + place), encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": f"{folder / 'package'}{os.pathsep}{ROOT}", "FORCE_COLOR": "1"}
    ran = subprocess.run(
        [sys.executable, "-P", "-c", SHOW], cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    yield folder, ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def workbook(shown: tuple[Path, str]) -> Workbook:
    return openpyxl.load_workbook(shown[0] / "edits.results.xlsx")


def test_the_terminal_counts_it(shown: tuple[Path, str]) -> None:
    assert "1 on hold" in shown[1]


def test_json_counts_it_and_the_exit_code_follows(shown: tuple[Path, str]) -> None:
    ended = json.loads((shown[0] / "ended.json").read_text())
    assert ended["counts"]["on_hold"] == 1
    assert ended["exit_code"] == 1


def test_the_page_lists_it_in_its_colours(shown: tuple[Path, str]) -> None:
    page = (shown[0] / "page.html").read_text(encoding="utf-8")
    assert ".on_hold { color: #123456; background: #ABCDEF; }" in page
    assert re.search(r'<li class="on_hold"><b>1</b>\s*on hold', page)
    assert '<option value="on_hold">on hold (1)</option>' in page
    assert '<span class="status on_hold">on hold</span>' in page


def test_the_summary_explains_and_draws_it(workbook: Workbook) -> None:
    summary = workbook["Summary"]
    row = next(row for row in summary.iter_rows() if row[0].value == "on hold")
    assert row[0].fill.fgColor.rgb == "00ABCDEF"
    assert row[1].value == 1
    assert row[3].value == "Somebody wants to look at it first."
    colours = [point.graphicalProperties.solidFill for point in summary._charts[0].series[0].dPt]
    assert any("FEDCBA" in repr(colour) for colour in colours)


def test_results_problems_and_to_fix_have_the_row(workbook: Workbook) -> None:
    results = {cell.value: column for column, cell in enumerate(workbook["Results"][1], start=1)}
    status = workbook["Results"].cell(2, results["Status"])
    assert (status.value, status.fill.fgColor.rgb, status.font.color.rgb) == ("on hold", "00ABCDEF", "00123456")
    assert "Ask for it." in [cell.value for cell in workbook["Problems"][2]]
    assert workbook["To fix"].max_row == 2
