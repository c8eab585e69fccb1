"""A plan travels: another machine, another folder, an empty state directory, and the same bytes are sent."""

import copy
import hashlib
import json
import os
import random
import re
import shlex
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sync.commands.plan_file import PlanRefused, read_plan
from sync.journal.reader import JournalReader
from tests.support.fault_server import FaultServer
from tests.support.product import FAST, Campfire, Ran
from tests.support.truth import judge_bodies, wishes_for, write_sheet

OPTIONS = (*FAST, "--json")
WISHES = wishes_for(range(1, 13))


@pytest.fixture
def plan(campfire: Campfire, tmp_path: Path) -> Path:
    folder = tmp_path / "preparer"
    folder.mkdir()
    sheet = write_sheet(folder / "edits.csv", WISHES)
    path = folder / "month.plan"
    ran = campfire("run", sheet, "--dry-run", "--plan", path, "--reason", "year-end terms", *OPTIONS)
    assert ran.exit_code == 0
    return path


@pytest.fixture
def elsewhere(campfire: Campfire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """The command in another folder, with a state directory of its own."""
    (tmp_path / "approver").mkdir()
    monkeypatch.chdir(tmp_path / "approver")
    return lambda *args: campfire(*args, "--state-dir", tmp_path / "other-state")


def bodies(server: FaultServer) -> dict[int, bytes]:
    return {asked.customer: asked.raw for asked in server.asked("PUT")}


def test_a_preview_names_its_plan_its_page_and_who_approves_it_how(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet, plan, page = write_sheet(tmp_path / "edits.csv", WISHES), tmp_path / "month.plan", tmp_path / "month.html"
    ran = campfire("run", sheet, "--dry-run", "--plan", plan, "--html", page, *OPTIONS)
    assert f"Plan: {plan}\nPage: {page}\n" in ran.stderr
    assert f"\nSomebody else approves the plan with: campfire-sync approve {plan} --key FILE\n" in ran.stderr


def test_the_command_to_type_after_a_preview_applies_the_plan_that_it_wrote(
    server: FaultServer, campfire: Campfire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    ran = campfire("run", sheet, "--dry-run", "--plan", "the month.plan", *OPTIONS)
    command = shlex.split(ran.json["next"])
    assert command == ["campfire-sync", "apply", str(tmp_path / "the month.plan")]
    assert f"Send exactly this with: {ran.json['next']}\n" in ran.stderr
    applied = campfire(*command[1:], *OPTIONS)
    assert (applied.exit_code, len(server.asked("PUT"))) == (0, 12)


def test_a_plan_sends_byte_for_byte_what_its_run_sends(
    server: FaultServer, campfire: Campfire, plan: Path, elsewhere: Callable[..., Ran]
) -> None:
    records = copy.deepcopy(server.records)
    run = json.loads(plan.read_text(encoding="ascii"))["facts"]["id"]
    by_run = campfire("apply", run, *OPTIONS)
    sent = bodies(server)
    server.records, server.log = records, []
    by_plan = elsewhere("apply", plan, *OPTIONS)
    assert (by_run.exit_code, by_plan.exit_code) == (0, 0)
    assert len(sent) == 12
    assert bodies(server) == sent
    judge_bodies(server, WISHES)


def test_a_plan_holds_cells_that_are_not_plain_text(
    server: FaultServer, campfire: Campfire, tmp_path: Path, elsewhere: Callable[..., Ran]
) -> None:
    """A date, an amount, a struck-through text: what their cells are goes with them."""
    book = openpyxl.Workbook()
    rows = [["Customer ID", "City", "Since", "Amount"], [1, "Ulm", date(2026, 1, 5), 1234.5], [2, "Bonn", None, None]]
    for row in rows:
        book.active.append(row)
    book.active["D2"].number_format = "#,##0"
    book.active["B3"].font = openpyxl.styles.Font(strike=True)
    book.save(tmp_path / "edits.xlsx")
    campfire("run", tmp_path / "edits.xlsx", "--dry-run", "--plan", tmp_path / "month.plan", *OPTIONS)
    ran = elsewhere("apply", tmp_path / "month.plan", *OPTIONS)
    assert (ran.exit_code, server.records[1]["city"], server.records[2]["city"]) == (0, "Ulm", "Bonn")
    first, second = JournalReader(ran.state.parent / "other-state" / "journal.sqlite3").rows(ran.run)
    assert first.cell_meta[2].is_date
    assert first.cell_meta[3].number == "1234.5"
    assert second.cell_meta[1].struck_through


def test_the_sheet_and_its_folder_may_be_gone(
    server: FaultServer, plan: Path, elsewhere: Callable[..., Ran], tmp_path: Path
) -> None:
    moved = tmp_path / "approver" / "month.plan"
    plan.rename(moved)
    (plan.parent / "edits.csv").unlink()
    plan.parent.rename(tmp_path / "gone")
    ran = elsewhere("apply", "month.plan", *OPTIONS)
    assert ran.exit_code == 0
    assert Path(ran.json["results"]).parent == tmp_path / "approver"
    assert ran.json["file_sha256"] == json.loads(moved.read_text(encoding="ascii"))["file_sha256"]


def test_a_plan_is_readable_by_its_owner_alone(plan: Path) -> None:
    assert stat.S_IMODE(plan.stat().st_mode) == 0o600 or os.name == "nt"


def test_another_program_can_read_it_and_check_its_hash(plan: Path) -> None:
    text = plan.read_text(encoding="ascii")
    read = json.loads(text)
    zeroed = re.sub(r'"sha256": "[0-9a-f]{64}"', f'"sha256": "{"0" * 64}"', text, count=1)
    assert hashlib.sha256(zeroed.encode("ascii")).hexdigest() == read["sha256"]
    assert (read["format"], read["version"], read["counts"]["would_update"]) == ("campfire-sync plan", 1, 12)
    assert read["reason"] == "year-end terms"
    assert [change[:3] for change in read["rows"][3]["changes"]] == [["terms", "net_30", "net_45"]]


def test_none_of_a_thousand_altered_bytes_is_accepted(plan: Path) -> None:
    content = plan.read_bytes()
    chosen = random.Random(15)
    for _ in range(1000):
        altered = bytearray(content)
        place = chosen.randrange(len(altered))
        altered[place] = (altered[place] + chosen.randrange(1, 256)) % 256
        plan.write_bytes(altered)
        with pytest.raises(PlanRefused):
            read_plan(plan)
    plan.write_bytes(content)
    assert read_plan(plan).counts["would_update"] == 12


@pytest.mark.parametrize(
    "alter",
    [
        lambda content: content + b" ",
        lambda content: content[:-1],
        lambda content: content.replace(b"net_45", b"net_60", 1),
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: b"",
        lambda content: b"{}",
    ],
)
def test_an_altered_plan_sends_nothing(
    alter: Callable[[bytes], bytes], server: FaultServer, plan: Path, elsewhere: Callable[..., Ran]
) -> None:
    plan.write_bytes(alter(plan.read_bytes()))
    asked = len(server.log)
    assert elsewhere("apply", plan, *OPTIONS).exit_code == 2
    assert elsewhere("verify", plan).exit_code == 2
    assert len(server.log) == asked


def forged(plan: Path, forge: Callable[[dict[str, Any]], object]) -> None:
    """Alter a plan and compute its hash anew, as anybody can."""
    read = json.loads(plan.read_text(encoding="ascii"))
    forge(read)
    read["sha256"] = "0" * 64
    parts = [f'"{name}": {json.dumps(value)}' for name, value in read.items()]
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    digest = hashlib.sha256(text.encode("ascii")).hexdigest()
    plan.write_text(text.replace("0" * 64, digest, 1), encoding="ascii")


HOSTILE: dict[str, Callable[[dict[str, Any]], object]] = {
    "a run id that is a path": lambda read: read["facts"].update(id="../../etc/passwd"),
    "a mode that is not a preview": lambda read: read["facts"].update(mode="run"),
    "no facts": lambda read: read.update(facts=None),
    "facts of other types": lambda read: read["facts"].update(file=7),
    "facts that no run has": lambda read: read["facts"].update(more=7),
    "options of other types": lambda read: read["facts"]["options"].update(no_read="yes"),
    "rows that are not a list": lambda read: read.update(rows=5),
    "a row without its edits": lambda read: read["rows"][0].pop("edits"),
    "a row with a text for its id": lambda read: read["rows"][0].update(record_id="1; DROP TABLE rows"),
    "a state that no row has": lambda read: read["rows"][0].update(state="sent"),
    "rows in another order": lambda read: read["rows"].reverse(),
    "counts that are not those of the rows": lambda read: read["counts"].update(would_update=1),
    "a change of a field that there is not": lambda read: read["rows"][0]["changes"][0].__setitem__(0, "no_such_field"),
    "an edit of a field that there is not": lambda read: read["rows"][0]["edits"].update(no_such_field="x"),
    "a resource that there is not": lambda read: read["facts"].update(resource="vendors"),
    "a resource file that it does not hold": lambda read: read["facts"].update(resource="/srv/warehouses.yaml"),
    "a resource that sends elsewhere": lambda read: read["facts"].update(
        resource="a.yaml", resource_text="path: '@example.com/x'"
    ),
    "another base URL in one place": lambda read: read.update(base_url="https://example.com"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_plan_is_refused(name: str, server: FaultServer, plan: Path, elsewhere: Callable[..., Ran]) -> None:
    forged(plan, HOSTILE[name])
    asked = len(server.log)
    ran = elsewhere("apply", plan, *OPTIONS)
    assert (ran.exit_code, len(server.log)) == (2, asked)
    assert "is not used" in ran.stderr


JUNK: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**400,
    1e308,
    "",
    "\ud800",
    "x" * 10_000,
    [],
    {},
    [[]],
    {"a": [1]},
    ["terms"],
)


def nodes(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in a JSON document."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for key, part in parts for deeper in nodes(part, (*path, key)))]


def spoil(read: dict[str, Any], chosen: random.Random) -> None:
    """Put junk in one place, take one out, or give one another name."""
    *way, last = chosen.choice(nodes(read)[1:])
    parent = read
    for key in way:
        parent = parent[key]
    kind = chosen.randrange(3)
    if kind == 0:
        parent[last] = chosen.choice(JUNK)
    elif kind == 1:
        del parent[last]
    elif isinstance(parent, dict):
        parent[f"{last}x"] = parent.pop(last)


def test_a_spoiled_plan_is_refused_or_can_be_shown(plan: Path, campfire: Campfire) -> None:
    """Its hash is right, as anybody can compute it; nothing that it holds makes the program fall over."""
    content, chosen, refused = plan.read_bytes(), random.Random(15), 0
    for n in range(300):
        plan.write_bytes(content)
        forged(plan, lambda read: spoil(read, chosen))
        try:
            read_plan(plan)
        except PlanRefused:
            refused += 1
        else:
            assert campfire("verify", plan).exit_code == 0, n
    assert refused > 100


def test_a_spoiled_plan_is_never_an_unexpected_error(
    server: FaultServer, plan: Path, elsewhere: Callable[..., Ran]
) -> None:
    content, chosen = plan.read_bytes(), random.Random(16)
    for _ in range(40):
        plan.write_bytes(content)
        forged(plan, lambda read: spoil(read["rows"], chosen))
        ran = elsewhere("apply", plan, "--again", *OPTIONS)
        assert "unexpected" not in ran.stderr
        assert ran.exit_code in (0, 1, 2)


def test_a_plan_that_is_nested_too_deeply_is_refused(plan: Path, elsewhere: Callable[..., Ran]) -> None:
    head = plan.read_bytes()[:60]
    text = head[: head.index(b'"sha256": "') + 11] + b"0" * 64 + b'",\n"rows": ' + b"[" * 100_000
    digest = hashlib.sha256(text).hexdigest().encode("ascii")
    plan.write_bytes(text.replace(b"0" * 64, digest, 1))
    assert elsewhere("verify", plan).exit_code == 2


def test_the_key_is_not_sent_where_a_file_says(server: FaultServer, plan: Path, elsewhere: Callable[..., Ran]) -> None:
    def elsewhere_url(read: dict[str, Any]) -> None:
        read["base_url"] = read["facts"]["base_url"] = "https://api.example.com"

    forged(plan, elsewhere_url)
    ran = elsewhere("apply", plan, *OPTIONS)
    assert ran.exit_code == 2
    assert "--base-url https://api.example.com" in ran.stderr


def test_a_plan_that_was_applied_says_so_and_one_that_was_undone_is_refused(
    server: FaultServer, plan: Path, elsewhere: Callable[..., Ran]
) -> None:
    first = elsewhere("apply", plan, *OPTIONS)
    second = elsewhere("apply", plan, *OPTIONS)
    assert second.exit_code == 0
    assert first.run in second.stderr
    assert len(server.asked("PUT")) == 12
    undone = elsewhere("undo", first.run, *OPTIONS)
    assert undone.json["counts"]["updated"] == 12
    refused = elsewhere("apply", plan, *OPTIONS)
    assert refused.exit_code == 2
    assert "--again" in refused.stderr
    assert len(server.asked("PUT")) == 24
    assert elsewhere("apply", plan, "--again", *OPTIONS).json["counts"]["updated"] == 12


def test_of_two_applies_of_a_plan_the_one_that_was_undone_is_named(plan: Path, elsewhere: Callable[..., Ran]) -> None:
    first = elsewhere("apply", plan, "--rows", "2-3", *OPTIONS)
    elsewhere("apply", plan, "--except", "2-3", *OPTIONS)
    undone = elsewhere("undo", first.run, *OPTIONS)
    refused = elsewhere("apply", plan, *OPTIONS).stderr
    assert f"applied by {first.run} " in refused
    assert f"undone by {undone.run}." in refused


def test_a_field_that_somebody_changed_since_is_a_conflict(
    server: FaultServer, plan: Path, elsewhere: Callable[..., Ran]
) -> None:
    server.records[4]["terms"] = "net_105"
    ran = elsewhere("apply", plan, *OPTIONS)
    assert (ran.exit_code, ran.json["counts"]["conflict"], ran.json["counts"]["updated"]) == (1, 1, 11)
    assert server.records[4]["terms"] == "net_105"


def test_rows_of_a_plan_can_be_chosen(server: FaultServer, plan: Path, elsewhere: Callable[..., Ran]) -> None:
    ran = elsewhere("apply", plan, "--rows", "2-4", *OPTIONS)
    assert (ran.json["counts"]["updated"], ran.json["counts"]["left_out"]) == (3, 9)


def test_an_apply_of_a_plan_can_be_resumed_and_undone(
    server: FaultServer, plan: Path, elsewhere: Callable[..., Ran]
) -> None:
    ran = elsewhere("apply", plan, "--first", "5", *OPTIONS)
    assert ran.exit_code == 3
    assert elsewhere("resume", ran.run, *OPTIONS).json["counts"]["updated"] == 12
    assert elsewhere("undo", ran.run, *OPTIONS).json["counts"]["updated"] == 12


def test_the_reason_of_the_preview_goes_with_it(plan: Path, elsewhere: Callable[..., Ran]) -> None:
    shown = elsewhere("verify", plan, "--json")
    assert shown.json["reason"] == "year-end terms"
    assert shown.json["counts"]["would_update"] == 12
