"""A resource with a file of its own: what the file holds belongs to the mapping, and goes with the run and the plan."""

import copy
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sync
from sync.cli.plan_commands import about
from sync.commands.plan_file import read_plan
from sync.errors import CannotStart
from sync.journal.reader import JournalReader
from tests.support.warehouse_server import Warehouses

FILES = Path(__file__).parent / "support" / "second_resource"
EDITS = "Warehouse,Label,Grade,Second shelf\n1,Harbour Hall,Third,Q2\n2,Warehouse 2,,\n4,Station Hall,,\n"


@pytest.fixture
def preparer(tmp_path: Path) -> Path:
    """The preparer's folder, with the sheet, the mapping and the resource."""
    folder = tmp_path / "preparer"
    shutil.copytree(FILES, folder)
    (folder / "edits.csv").write_text(EDITS, encoding="utf-8")
    return folder


@pytest.fixture
def options(warehouses: Warehouses, preparer: Path) -> dict[str, Any]:
    mapping = preparer / "warehouses_mapping.yaml"
    return {"mapping": mapping, "base_url": warehouses.url, "state_dir": preparer / "state", "rate": 500}


@pytest.fixture
def preview(preparer: Path, options: dict[str, Any]) -> sync.Result:
    return sync.preview(preparer / "edits.csv", plan=preparer / "month.plan", **options)


def alter(resource: Path) -> None:
    text = resource.read_text(encoding="utf-8")
    resource.write_text(text.replace("max_length: 40", "max_length: 41"), encoding="utf-8")


def test_on_another_machine_the_plan_sends_byte_for_byte_what_its_run_sends(
    warehouses: Warehouses, preparer: Path, options: dict[str, Any], preview: sync.Result, tmp_path: Path
) -> None:
    records = copy.deepcopy(warehouses.records)
    applied = sync.apply(preview.run, **options)
    sent, warehouses.bodies, warehouses.records = warehouses.bodies, [], records
    approver = tmp_path / "approver"
    approver.mkdir()
    shutil.move(preparer / "month.plan", approver)
    shutil.rmtree(preparer)
    travelled = sync.apply(
        approver / "month.plan",
        base_url=warehouses.url,
        state_dir=approver / "state",
        out=approver / "out.xlsx",
        rate=500,
    )
    assert (applied.counts["updated"], travelled.counts["updated"]) == (2, 2)
    assert len(sent) == 2
    assert sorted(warehouses.bodies) == sorted(sent)
    assert travelled.totals == applied.totals
    undone = sync.undo(
        travelled.run, base_url=warehouses.url, state_dir=approver / "state", out=approver / "undo.xlsx", rate=500
    )
    assert undone.counts["updated"] == 2


def test_a_run_goes_on_and_is_reported_when_its_resource_file_is_gone(
    warehouses: Warehouses, preparer: Path, options: dict[str, Any]
) -> None:
    stopped = sync.run(preparer / "edits.csv", first=1, **options)
    (preparer / "warehouses.yaml").unlink()
    resumed = sync.resume(stopped.run, **{**options, "mapping": None})
    assert resumed.counts["updated"] == 2
    assert list(resumed.rows["Stock value"].dropna().astype(str)) == ["1000.5"] * 3


REFUSED: dict[str, Callable[[sync.Result, Path, dict[str, Any]], object]] = {
    "apply RUN": lambda preview, folder, options: sync.apply(preview.run, **options),
    "apply PLAN": lambda preview, folder, options: sync.apply(folder / "month.plan", **options),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_changed_resource_file_is_a_changed_mapping(
    name: str, warehouses: Warehouses, preparer: Path, options: dict[str, Any], preview: sync.Result
) -> None:
    alter(preparer / "warehouses.yaml")
    with pytest.raises(CannotStart, match=r"the resource file .*warehouses\.yaml has changed"):
        REFUSED[name](preview, preparer, options)
    assert warehouses.puts == []


def test_resume_refuses_a_changed_resource_file(
    warehouses: Warehouses, preparer: Path, options: dict[str, Any]
) -> None:
    stopped = sync.run(preparer / "edits.csv", first=1, **options)
    alter(preparer / "warehouses.yaml")
    with pytest.raises(CannotStart, match=r"the resource file .* has changed.*--as-started"):
        sync.resume(stopped.run, **options)
    assert sync.resume(stopped.run, as_started=True, **options).counts["updated"] == 2


def test_with_another_resource_or_resume_begins_a_run_of_its_own(
    warehouses: Warehouses, preparer: Path, options: dict[str, Any]
) -> None:
    stopped = sync.run(preparer / "edits.csv", first=1, **options)
    alter(preparer / "warehouses.yaml")
    assert sync.run(preparer / "edits.csv", or_resume=True, **options).run != stopped.run


def test_the_hash_of_the_mapping_is_of_both_files(preparer: Path, preview: sync.Result, tmp_path: Path) -> None:
    """`cat mapping.yaml resource.yaml | sha256sum`, for whoever checks a closing folder."""
    both = [(preparer / name).read_bytes() for name in ("warehouses_mapping.yaml", "warehouses.yaml")]
    plan = json.loads((preparer / "month.plan").read_bytes())
    assert plan["mapping_sha256"] == hashlib.sha256(b"".join(both)).hexdigest()
    assert plan["facts"]["resource_text"] == both[1].decode("utf-8")


def test_on_another_machine_the_plan_can_be_shown_to_whoever_signs_it(preparer: Path, preview: sync.Result) -> None:
    (preparer / "warehouses.yaml").unlink()
    text = "\n".join(about(read_plan(preparer / "month.plan")))
    assert "row 2, warehouse 1 (Warehouse 1): Label: Warehouse 1 → Harbour Hall; Grade: First → Third" in text
    assert "Stock value" in text
    assert "warehouses.yaml, a file of its own" in text


def test_what_a_plan_wrote_lately_is_known_to_a_run_whose_resource_file_is_elsewhere(
    preparer: Path, options: dict[str, Any], preview: sync.Result
) -> None:
    sync.apply(preparer / "month.plan", **options)
    history = JournalReader(options["state_dir"] / "journal.sqlite3")
    text = (preparer / "warehouses.yaml").read_text(encoding="utf-8")
    assert set(history.recent_writes(options["base_url"], "/elsewhere/warehouses.yaml", text)) == {1, 4}
    assert history.recent_writes(options["base_url"], "/elsewhere/warehouses.yaml", "another") == {}
