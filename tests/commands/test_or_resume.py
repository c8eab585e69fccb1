"""`run --or-resume`: a scheduler may repeat it blindly, and is told the truth each time."""

import json
import random
import time
from pathlib import Path

import pytest

from tests.support.fault_server import FaultServer
from tests.support.processes import Starter
from tests.support.product import FAST, Campfire, environment
from tests.support.truth import judge_bodies, judge_records, wishes_for, write_sheet

OPTIONS = (*FAST, "--json", "--or-resume")
WISHES = wishes_for(range(1, 11))


def test_without_an_earlier_run_it_begins_one(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", WISHES), *OPTIONS)
    assert (ran.exit_code, ran.json["mode"], ran.json["counts"]["updated"]) == (0, "run", 10)


def test_an_unfinished_run_is_continued_and_a_complete_one_reported(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    first = campfire("run", sheet, *OPTIONS, "--first", "4")
    second = campfire("run", sheet, *OPTIONS)
    assert (first.exit_code, second.exit_code, second.run) == (3, 0, first.run)
    asked = len(server.log)
    third = campfire("run", sheet, *OPTIONS)
    assert (third.exit_code, third.run, third.json["counts"]["updated"]) == (0, first.run, 10)
    assert len(server.log) == asked, "nothing is asked of the API"
    judge_bodies(server, WISHES)
    judge_records(server, WISHES)


def test_another_sheet_mapping_or_base_url_begins_a_run_of_its_own(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    first = campfire("run", write_sheet(tmp_path / "edits.csv", WISHES), *OPTIONS, "--first", "4")
    other_sheet = campfire("run", write_sheet(tmp_path / "other.csv", {12: {"terms": "net_45"}}), *OPTIONS)
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("id: Customer ID\ncolumns: {Payment Terms: terms}\nignore: [Notes]\n", encoding="utf-8")
    other_mapping = campfire("run", tmp_path / "other.csv", "--mapping", mapping, *OPTIONS, "--again")
    with FaultServer(dict(record) for record in server.records.values()) as other:
        other_url = campfire("run", tmp_path / "edits.csv", *OPTIONS, "--base-url", other.url)
    assert len({first.run, other_sheet.run, other_mapping.run, other_url.run}) == 4


def test_a_preview_is_not_taken_for_a_run(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    preview = campfire("run", sheet, "--dry-run", *OPTIONS)
    ran = campfire("run", sheet, *OPTIONS)
    assert (ran.run != preview.run, ran.json["counts"]["updated"]) == (True, 10)


def test_the_plan_and_the_workbook_of_an_earlier_attempt_do_not_stand_in_the_way(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """A scheduler repeats the very same command, `--plan` and `--out` included."""
    sheet, plan, out = write_sheet(tmp_path / "edits.csv", WISHES), tmp_path / "month.plan", tmp_path / "out.xlsx"
    preview = ("run", sheet, "--dry-run", "--plan", plan, *OPTIONS)
    first = campfire(*preview)
    assert (first.exit_code, campfire(*preview).exit_code) == (0, 0)
    plan.unlink()
    assert (campfire(*preview).run, plan.exists()) == (first.run, True), "killed before it could write the plan"
    stopped = campfire("run", sheet, "--out", out, *OPTIONS, "--first", "3")
    for _ in range(2):
        done = campfire("run", sheet, "--out", out, *OPTIONS)
        assert (done.exit_code, done.run, done.json["results"]) == (0, stopped.run, str(out))
    strange = tmp_path / "strange.xlsx"
    strange.write_bytes(b"somebody's")
    assert campfire("run", sheet, "--out", strange, *OPTIONS).exit_code == 2
    assert strange.read_bytes() == b"somebody's"


def blind_retries(starter: Starter, server: FaultServer, state: Path, sheet: Path, seed: int) -> None:
    """Start it, kill it after a random time, start it again …, until it says that all is done."""
    chosen = random.Random(seed)
    command = ["run", sheet, "--json", "--or-resume", "--rate", "200"]
    for _ in range(6):
        process = starter.start(*command, env=environment(server, state))
        time.sleep(chosen.uniform(0.05, 1))
        process.kill()
        process.communicate()
    done = starter.run(*command, env=environment(server, state))
    result = json.loads(done.stdout)
    assert (done.returncode, sum(result["counts"].values())) == (0, len(WISHES))
    assert result["requests"]["PUT"] >= len(WISHES)


def test_blind_retries_that_are_killed_lose_nothing(
    starter: Starter, server: FaultServer, state: Path, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    blind_retries(starter, server, state, sheet, seed=1)
    judge_bodies(server, WISHES)
    judge_records(server, WISHES)


@pytest.mark.sweep
@pytest.mark.parametrize("seed", range(80))
def test_blind_retries_sweep(seed: int, starter: Starter, server: FaultServer, state: Path, tmp_path: Path) -> None:
    """Six kills each: 480 points."""
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    blind_retries(starter, server, state, sheet, seed)
    judge_bodies(server, WISHES)
    judge_records(server, WISHES)
