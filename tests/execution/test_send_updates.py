"""What is sent, judged by the server's log and state."""

from pathlib import Path

import openpyxl
import pytest

from tests.support.fault_records import customer
from tests.support.fault_server import VIEW_KEY, Drift, FaultServer
from tests.support.product import FAST, Campfire
from tests.support.truth import judge, judge_bodies, judge_records, judge_row, wishes_for, write_sheet

ONE = ("--rate", "2000", "--concurrency", "1", "--json")
OPTIONS = (*FAST, "--json")


@pytest.mark.parametrize("absent", ["kept", "reset", "refused"])
def test_every_body_is_the_record_with_the_edits_laid_over(
    absent: str, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """Whichever way the server treats fields that are left out, nothing that the sheet does not name has changed."""
    server.absent = absent
    wishes = wishes_for(range(1, 31))
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *OPTIONS)
    assert ran.exit_code == 0, ran.stderr
    judge(server, wishes, ran)
    assert set(ran.statuses.values()) == {"updated"}
    assert len(server.asked("PUT")) == 30
    assert all(record["vendor_type"] == "customer" for record in server.records.values())
    assert not any(
        "lineage_array" in asked.body or "a_field_of_next_year" in asked.body for asked in server.asked("PUT")
    )


def test_a_row_that_has_been_sent_is_looked_at_before_the_next_ones_are_sent(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """With --no-read all others are PUTs: until they are through the row would be in doubt."""
    mapping, constants = tmp_path / "mapping.yaml", "customer: 42, stripe_connection: 7, vendor_type: customer"
    lines = ["id: Customer ID", "columns: {Customer Name: name, Payment Terms: terms}", f"constants: {{{constants}}}"]
    mapping.write_text("\n".join(lines), encoding="utf-8")
    server.puts = {2: ["ignore:terms"]}
    sheet = write_sheet(tmp_path / "e.csv", {n: {"name": f"Example {n}", "terms": "net_45"} for n in range(1, 31)})
    campfire("run", sheet, "--no-read", "--mapping", mapping, "--rate", "20", "--concurrency", "4")
    order = [(asked.method, asked.customer) for asked in server.log]
    assert order.index(("GET", 2)) < order.index(("PUT", 25))
    assert len(order) == 31


def test_the_workbook_says_what_the_server_saw(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    wishes = wishes_for(range(1, 9)) | {77: {"terms": "net_45"}}
    server.puts = {3: ["400"], 4: ["502", "ok"]}
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *OPTIONS)
    judge(server, wishes, ran)
    rows = list(openpyxl.load_workbook(ran.json["results"])["Results"].iter_rows(values_only=True))
    at = {name: place for place, name in enumerate(rows[0])}
    found = {int(str(row[at["Customer ID"]])): (row[at["Status"]], row[at["Attempts"]]) for row in rows[1:]}
    expected = dict.fromkeys(range(1, 9), ("updated", 1))
    expected |= {3: ("rejected", 1), 4: ("updated", 2), 77: ("rejected", 0)}
    assert {number: (status, attempts or 0) for number, (status, attempts) in found.items()} == expected


def test_a_row_that_changes_nothing_is_not_sent(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    wishes = wishes_for(range(1, 9))
    server.reset(customer(n, notes="a new note – with é and “quotes”", terms="net_60") for n in range(1, 9))
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *OPTIONS)
    judge(server, wishes, ran)
    assert [n for n, status in ran.statuses.items() if status == "unchanged"] == [1, 5]


def test_a_second_run_of_the_same_sheet_sends_nothing(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    wishes = wishes_for(range(1, 21))
    sheet = write_sheet(tmp_path / "edits.csv", wishes)
    campfire("run", sheet, *OPTIONS)
    puts = len(server.asked("PUT"))
    ran = campfire("run", sheet, *OPTIONS, "--again")
    assert ran.json["counts"]["unchanged"] == 20
    assert len(server.asked("PUT")) == puts == 20


def test_a_preview_sends_nothing(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    wishes = wishes_for(range(1, 21))
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), "--dry-run", *OPTIONS)
    judge(server, wishes, ran)
    assert ran.exit_code == 0
    assert ran.json["counts"]["would_update"] == 20
    assert not server.asked("PUT")


def test_what_another_writer_does_meanwhile_is_kept(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    """Between the list and the reading of the record, and between a failed PUT and the next try."""
    wishes = wishes_for(range(1, 9))
    server.puts = {key: ["502"] for key in range(5, 9)}
    server.drift = {n: [Drift("GET", 1 if n < 5 else 2, {"city": "Shelbyville", "dba": None})] for n in range(1, 9)}
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *OPTIONS)
    judge(server, wishes, ran)
    assert set(ran.statuses.values()) == {"updated"}
    assert all(server.records[n]["city"] == "Shelbyville" for n in wishes)


# --- what stops a run ---


def test_a_key_that_is_refused_at_once_stops_the_run(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    wishes = wishes_for(range(1, 21))
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *OPTIONS, key="another-key")
    judge(server, wishes, ran)
    assert ran.exit_code == 3
    assert len(server.log) == 1
    assert set(ran.statuses.values()) == {"not sent"}
    assert "CAMPFIRE_API_KEY" in ran.stderr
    assert "another-key" not in ran.stderr + ran.stdout


@pytest.mark.parametrize("nth", [14, 15])
def test_a_key_that_expires_in_the_middle_stops_the_run_and_a_new_one_goes_on(
    nth: int, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """At a GET, and at a PUT."""
    wishes = wishes_for(range(1, 21))
    server.refuse_key_from = nth
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *ONE)
    judge(server, wishes, ran)
    assert ran.exit_code == 3
    assert len(server.log) == nth
    assert ran.json["counts"]["updated"] == (nth - 2) // 2
    assert ran.json["counts"]["not_sent"] == 20 - (nth - 2) // 2
    server.refuse_key_from = None
    server.keys = {"a-new-key": "admin"}
    again = campfire("resume", *ONE, key="a-new-key")
    judge_bodies(server, wishes)
    judge_records(server, wishes)
    assert again.exit_code == 0
    assert set(again.statuses.values()) == {"updated"}


def test_a_key_that_may_only_look_stops_at_the_first_put(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    wishes = wishes_for(range(1, 21))
    sheet = write_sheet(tmp_path / "edits.csv", wishes)
    ran = campfire("run", sheet, *ONE, key=VIEW_KEY)
    judge(server, wishes, ran)
    assert ran.exit_code == 3
    assert len(server.asked("PUT")) == 1
    assert set(ran.statuses.values()) == {"not sent"}
    assert campfire("run", sheet, "--dry-run", *ONE, key=VIEW_KEY).exit_code == 0


@pytest.mark.usefixtures("short_pauses")
@pytest.mark.parametrize("stage", ["reading", "sending"])
def test_a_server_that_answers_only_502_gets_few_requests(
    stage: str, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """Neither rows × attempts, nor so many retries as the rows would be good for."""
    server.reset(customer(n) for n in range(1, 301))
    wishes = wishes_for(server.records)
    server.always = {"PUT": "502"} if stage == "sending" else {"PUT": "502", "GET": "502"}
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *OPTIONS, "--stop-after", "1000")
    judge(server, wishes, ran)
    assert ran.exit_code == 3
    answered = len(server.asked("GET")) if stage == "sending" else 0
    for method in ("GET", "PUT"):
        begun = len({asked.customer for asked in server.asked(method)})
        assert len(server.asked(method)) - begun <= 100 + 0.2 * answered + answered
    assert ran.json["requests"]["retries"] <= 100 + 0.2 * answered
    assert len(server.log) <= 500
    assert ran.json["counts"]["updated"] == 0
    server.always = {}
    again = campfire("resume", *OPTIONS)
    assert again.exit_code == 0
    assert set(again.statuses.values()) == {"updated"}


@pytest.mark.usefixtures("short_pauses")
def test_so_many_rows_given_up_one_after_another_stop_the_run(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    wishes = wishes_for(range(1, 31))
    server.puts = {n: ["302"] for n in (1, 2, 4, 5, 6, 7, 8, 9)}
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *ONE, "--stop-after", "3")
    judge(server, wishes, ran)
    assert ran.exit_code == 3
    assert [status for status in ran.statuses.values() if status != "not sent"] == [
        *["failed"] * 2,
        "updated",
        *["failed"] * 3,
    ]


def test_more_changes_than_allowed_send_nothing(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    wishes = wishes_for(range(1, 21))
    sheet = write_sheet(tmp_path / "edits.csv", wishes)
    ran = campfire("run", sheet, *OPTIONS, "--max-changes", "19")
    judge(server, wishes, ran)
    assert ran.exit_code == 2
    assert not server.asked("PUT")
    assert campfire("run", sheet, *OPTIONS, "--max-changes", "20").exit_code == 0
    assert len(server.asked("PUT")) == 20


def test_strict_sends_nothing_where_a_row_is_invalid(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    wishes = wishes_for(range(1, 21)) | {8: {"terms": "net 7½"}}
    sheet = write_sheet(tmp_path / "edits.csv", wishes)
    ran = campfire("run", sheet, *OPTIONS, "--strict")
    judge(server, wishes, ran)
    assert ran.exit_code == 2
    assert not server.asked("PUT")
    loose = campfire("run", sheet, *OPTIONS)
    assert loose.exit_code == 1
    assert loose.json["counts"]["invalid"] == 1
    assert len(server.asked("PUT")) == 19


def test_the_first_so_many_are_sent_and_resume_goes_on(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    wishes = wishes_for(range(1, 21))
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *OPTIONS, "--first", "4")
    judge(server, wishes, ran)
    assert ran.exit_code == 3
    assert list(ran.statuses.values()) == ["updated"] * 4 + ["not sent"] * 16
    assert len(server.asked("PUT")) == 4
    again = campfire("resume", *OPTIONS)
    judge_records(server, wishes)
    assert again.exit_code == 0
    assert len(server.asked("PUT")) == 20


# --- without reading ---


def mapping_with(tmp_path: Path, more: str) -> Path:
    path = tmp_path / "mapping.yaml"
    lines = ["id: Customer ID", "columns:", "  Payment Terms: terms", "  Customer Name: name", "  Notes: notes", more]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


NEEDED = "constants: {customer: 42, stripe_connection: 7, vendor_type: customer}"


@pytest.mark.usefixtures("short_pauses")
def test_without_reading_only_what_the_sheet_says_is_sent(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    wishes = {n: {"name": f"Example {n}", "terms": "net_45"} for n in range(1, 9)}
    server.puts = {3: ["reset-after-apply"], 4: ["502"], 5: ["400"]}
    mapping = mapping_with(tmp_path, NEEDED)
    ran = campfire("run", write_sheet(tmp_path / "e.csv", wishes), *OPTIONS, "--no-read", "--mapping", mapping)
    assert ran.exit_code == 1
    assert not server.asked("GET")
    for asked in server.asked("PUT"):
        fixed = {"customer": 42, "stripe_connection": 7, "vendor_type": "customer"}
        assert asked.body == {**fixed, **wishes[asked.customer or 0]}
    assert {n: status for n, status in ran.statuses.items() if status != "updated"} == {5: "rejected"}
    for told in ran.told:
        judge_row(server, told, wishes[told.customer or 0])
    assert len(server.asked("PUT")) == 10


def test_without_reading_a_row_must_have_all_that_the_api_needs(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    wishes = {n: {"terms": "net_45"} for n in range(1, 9)}
    mapping = mapping_with(tmp_path, NEEDED)
    ran = campfire("run", write_sheet(tmp_path / "e.csv", wishes), *OPTIONS, "--no-read", "--mapping", mapping)
    assert set(ran.statuses.values()) == {"invalid"}
    assert not server.log


def test_a_required_field_that_the_record_does_not_show_makes_the_row_invalid(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    record = customer(1)
    del record["customer"]
    server.reset([record, customer(2)])
    wishes = wishes_for((1, 2))
    sheet = write_sheet(tmp_path / "edits.csv", wishes)
    ran = campfire("run", sheet, *OPTIONS)
    judge(server, wishes, ran)
    assert ran.statuses == {1: "invalid", 2: "updated"}


# --- the world ---


def test_the_proxies_of_the_environment_do_not_see_the_key(
    server: FaultServer, campfire: Campfire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    wishes = wishes_for(range(1, 5))
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *OPTIONS)
    judge(server, wishes, ran)
    assert ran.exit_code == 0


@pytest.mark.usefixtures("short_pauses")
def test_a_server_that_is_down_for_a_while(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    """It refuses connections in the middle of the run, and comes back."""
    wishes = wishes_for(range(1, 21))
    sheet = write_sheet(tmp_path / "edits.csv", wishes)

    def hook(asked: object) -> None:
        if len(server.asked("PUT")) == 8:
            server.hook = lambda asked: None
            server.down()

    server.hook = hook
    ran = campfire("run", sheet, "--json", "--rate", "100", "--max-attempts", "2", "--stop-after", "3")
    assert ran.exit_code == 3
    updated = [told.customer for told in ran.told if told.status == "updated"]
    assert updated
    assert all(any(asked.applied for asked in server.asked("PUT", customer)) for customer in updated)
    server.up()
    server.settle()
    again = campfire("resume", *OPTIONS)
    judge_bodies(server, wishes)
    judge_records(server, wishes)
    assert again.exit_code == 0
    assert set(again.statuses.values()) == {"updated"}


def test_a_server_that_is_not_there_is_said_so(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    wishes = wishes_for(range(1, 4))
    sheet = write_sheet(tmp_path / "edits.csv", wishes)
    server.down()
    ran = campfire("run", sheet, *OPTIONS, "--max-attempts", "1", "--stop-after", "2")
    assert ran.exit_code == 3
    assert "no connection" in " ".join(told.message for told in ran.told)
