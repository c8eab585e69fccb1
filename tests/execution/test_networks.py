"""Runs where the network, a firewall or a limiter stands in the way: stopped in time, with the remedy, nothing lost."""

import signal
import threading
from pathlib import Path

import pytest

from tests.support.fault_http import Asked
from tests.support.fault_records import customer
from tests.support.fault_server import FaultServer
from tests.support.processes import CampfireProcess
from tests.support.product import FAST, Campfire, Ran
from tests.support.tls import Authority
from tests.support.truth import judge, judge_bodies, judge_records, wishes_for, write_sheet
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("short_pauses")

BLOCKED = (403, {"Content-Type": "text/html"}, b"<html><h1>Request blocked</h1></html>")
REFUSED = 9  # requests in succession
NO_PAGE = (404, {"Content-Type": "text/html"}, b"<html><h1>Not Found</h1></html>")


def sheet(tmp_path: Path, customers: int) -> Path:
    return write_sheet(tmp_path / "edits.csv", wishes_for(range(1, customers + 1)))


def test_a_certificate_that_is_not_trusted_stops_at_once_with_2_and_the_remedy(
    campfire: Campfire, tmp_path: Path
) -> None:
    tls = Authority(tmp_path).server_context("localhost")
    with FaultServer([customer(n) for n in range(1, 6)], tls=tls) as server:
        ran = campfire("run", sheet(tmp_path, 5), "--base-url", f"https://localhost:{server.port}", "--json", *FAST)
        assert ran.exit_code == 2 == ran.json["exit_code"]
        assert "SSL_CERT_FILE" in ran.stderr
        assert ran.json["requests"]["retries"] == ran.json["requests"]["PUT"] == 0
        assert server.log == []


def test_a_company_certificate_is_trusted_by_the_whole_command(
    campfire: Campfire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with FaultServer([customer(n) for n in range(1, 6)], tls=authority.server_context("localhost")) as server:
        ran = campfire("run", sheet(tmp_path, 5), "--base-url", f"https://localhost:{server.port}", "--json", *FAST)
        judge(server, wishes_for(range(1, 6)), ran)
    assert ran.exit_code == 0, ran.stderr


@pytest.mark.parametrize("customers", [1, 5])
def test_a_wrong_path_in_the_base_url_stops_at_once_and_rejects_no_row(
    customers: int, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.raw = {"no page": NO_PAGE}
    server.always = {"GET": "raw:no page"}
    ran = campfire("run", sheet(tmp_path, customers), "--json", *FAST, "--concurrency", "1")
    assert ran.exit_code == 2, ran.stderr
    assert "not the Campfire API" in ran.stderr
    assert set(ran.statuses.values()) == {"not sent"}
    assert len(server.log) <= 2
    server.always = {}
    assert set(campfire("resume", "--json", *FAST).statuses.values()) == {"updated"}


def test_a_firewall_that_does_not_like_a_row_rejects_that_row(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.raw = {"blocked": BLOCKED}
    server.puts = {n: ["raw:blocked"] for n in (2, 4)}
    ran = campfire("run", sheet(tmp_path, 5), "--json", *FAST, "--concurrency", "1")
    judge(server, wishes_for(range(1, 6)), ran)
    assert ran.exit_code == 1
    assert ran.statuses == {n: "rejected" if n in (2, 4) else "updated" for n in range(1, 6)}


@pytest.mark.parametrize("last", ["raw:blocked", "400"])
@pytest.mark.usefixtures("short_pauses")
def test_a_row_that_is_refused_after_a_lost_answer_says_that_it_had_been_sent_before(
    last: str, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.raw = {"blocked": BLOCKED}
    server.puts = {2: ["reset", last], 3: [last]}
    ran = campfire("run", sheet(tmp_path, 3), "--json", *FAST)
    assert ran.statuses == {1: "updated", 2: "rejected", 3: "rejected"}
    told = {each.customer: each.message for each in ran.told}
    assert told[2] == f"{told[3]} A request of this run had been sent before, and its answer was lost."


def test_a_firewall_that_lets_no_put_through_stops_the_run(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.raw = {"blocked": BLOCKED}
    server.always = {"PUT": "raw:blocked"}
    ran = campfire("run", sheet(tmp_path, 20), "--json", *FAST, "--concurrency", "1")
    assert ran.exit_code == 3
    assert "firewall" in ran.stderr
    assert list(ran.statuses.values()) == ["rejected"] * 3 + ["not sent"] * 17
    assert len(server.asked("PUT")) == 3
    messages = [told.message for told in ran.told[:3]]
    assert all("firewall" in message and "The API said" not in message for message in messages), messages


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("customers", [3, 6])
def test_resume_sends_the_rows_that_a_firewall_has_kept_from_the_api(
    customers: int, method: str, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """They are among the last of the run, too: then nothing else is left to do."""
    server.raw = {"blocked": BLOCKED}
    server.always = {method: "raw:blocked"}
    wishes = wishes_for(range(1, customers + 1))
    ran = campfire("run", sheet(tmp_path, customers), "--json", *FAST, "--concurrency", "1")
    judge(server, wishes, ran)
    assert ran.exit_code == 3
    assert ran.json["next"].startswith("campfire-sync resume")
    server.always = {}
    again = campfire("resume", "--json", *FAST)
    judge_bodies(server, wishes)
    judge_records(server, wishes)
    assert set(again.statuses.values()) == {"updated"}
    assert again.exit_code == 0
    assert "firewall" not in " ".join(told.message for told in again.told)


def test_nobody_who_does_not_name_a_run_means_one_that_a_firewall_stopped_and_another_has_overtaken(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """Its rows are all rejected, none is left to do, and still resume would send them."""
    server.raw = {"blocked": BLOCKED}
    server.always = {"PUT": "raw:blocked"}
    stopped = campfire("run", sheet(tmp_path, 3), "--json", *FAST, "--concurrency", "1")
    server.always = {}
    newer = write_sheet(tmp_path / "newer.csv", {1: {"notes": "newer"}})
    assert campfire("run", newer, "--json", *FAST).exit_code == 0
    puts = len(server.asked("PUT"))
    refused = campfire("resume", "--json", *FAST)
    assert (refused.exit_code, len(server.asked("PUT"))) == (2, puts)
    assert f"campfire-sync resume {stopped.run}" in refused.json["error"]


def test_resume_leaves_a_row_that_the_api_itself_rejected(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.raw = {"blocked": BLOCKED}
    server.puts = {1: ["400"]}
    server.always = {"PUT": "raw:blocked"}
    campfire("run", sheet(tmp_path, 6), "--json", *FAST, "--concurrency", "1")
    server.always = {}
    again = campfire("resume", "--json", *FAST)
    assert again.statuses == {1: "rejected"} | dict.fromkeys(range(2, 7), "updated")
    assert len(server.asked("PUT", 1)) == 1


class NginxLimit(FaultServer):
    """Answers 503 without Retry-After to everybody for a while, as nginx by default does to what comes too fast."""

    def note(self, asked: Asked) -> str:
        with self._lock:
            step = super().note(asked)
            if 5 <= len(self.log) < 5 + REFUSED:
                asked.did = step = "503"
            return step


@pytest.mark.usefixtures("quick_throttling")
def test_a_limiter_that_answers_503_to_everybody_fails_no_row(campfire: Campfire, tmp_path: Path) -> None:
    with NginxLimit(customer(n) for n in range(1, 7)) as server:
        options = ("--rate", "60", "--concurrency", "4", "--max-attempts", "3")
        ran = campfire("run", sheet(tmp_path, 6), "--json", "--base-url", server.url, *options)
        judge(server, wishes_for(range(1, 7)), ran)
        assert set(ran.statuses.values()) == {"updated"}, ran.stderr
        assert len([asked for asked in server.log if asked.status == 503]) == REFUSED
        assert ran.json["requests"]["throttled"] == 0, "those are the 429s"


@pytest.mark.usefixtures("lasting_records")
@pytest.mark.parametrize("step", ["429:0", "503:0"])
def test_a_put_that_is_throttled_costs_no_reading_while_the_record_is_fresh(
    step: str, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.puts = {3: [step] * 4}
    ran = campfire("run", sheet(tmp_path, 5), "--json", "--rate", "500", "--concurrency", "2", "--max-attempts", "9")
    judge(server, wishes_for(range(1, 6)), ran)
    assert set(ran.statuses.values()) == {"updated"}
    assert len(server.asked("PUT", 3)) == 5
    assert len(server.asked("GET", 3)) <= 1


def test_a_row_that_alone_is_throttled_for_ever_fails_and_the_others_go_on(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """No run is blocked by one row for ever, not even with one thread."""
    server.puts = {2: ["429:0"] * 1000}
    ran = campfire("run", sheet(tmp_path, 5), "--json", "--rate", "500", "--concurrency", "1", "--max-attempts", "2")
    judge(server, wishes_for(range(1, 6)), ran)
    assert ran.statuses == {n: "failed" if n == 2 else "updated" for n in range(1, 6)}


@pytest.mark.parametrize("how", [s for s in signal.Signals if s.name in ("SIGINT", "SIGTERM", "SIGHUP")])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_an_interrupt_does_not_wait_for_an_answer_that_does_not_come(
    method: str,
    how: signal.Signals,
    server: FaultServer,
    campfire: Campfire,
    campfire_process: CampfireProcess,
    state: Path,
    tmp_path: Path,
) -> None:
    """The server holds the answer until the process has ended, or for a time that no process should need for that."""
    server.list_as = "404"
    (server.puts, server.gets)[method == "GET"][3] = ["hold"]  # type: ignore[index]
    options = ("--rate", "500", "--concurrency", "1", "--timeout", "3600")
    process = campfire_process("run", sheet(tmp_path, 5), "--json", *options)
    until(lambda: bool(server.asked(method, 3)))
    gone = threading.Timer(50, server.release.set)
    gone.start()
    process.send_signal(how)
    ran = Ran.ended(process.wait(60) and process.returncode, *process.communicate(), state)
    assert not server.release.is_set(), "it waited for the answer"
    gone.cancel()
    server.release.set()
    server.settle()
    assert ran.exit_code == 130
    assert Path(ran.json["results"]).exists()
    server.puts, server.gets = {}, {}
    again = campfire("resume", "--json", *FAST)
    judge(server, wishes_for(range(1, 6)), again)
    assert set(again.statuses.values()) == {"updated"}
