"""Runs through a real nginx, with its own error pages, limits and timeouts. Skipped where nginx is not installed."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.fault_server import FaultServer
from tests.support.nginx_server import PROGRAM, Nginx
from tests.support.product import FAST, Campfire, Ran
from tests.support.truth import judge_bodies, judge_records, wishes_for, write_sheet

pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="nginx is not installed"),
    pytest.mark.usefixtures("short_pauses"),
]

ROWS = range(1, 13)
ZONE = "limit_req_zone $server_name zone=all:1m rate={}r/s;"
Run = Callable[..., Ran]


@pytest.fixture
def run(server: FaultServer, campfire: Campfire, tmp_path: Path) -> Run:
    """A run of 12 rows through nginx with these directives; judged by the server behind it."""

    def call(*options: str, path: str = "", **directives: str) -> Ran:
        with ExitStack() as stack:
            upstream = directives.pop("upstream", server.url)
            nginx = stack.enter_context(Nginx(tmp_path, upstream, **directives))
            sheet = write_sheet(tmp_path / "edits.csv", wishes_for(ROWS))
            ran = campfire("run", sheet, "--base-url", nginx.url + path, "--json", *FAST, "--timeout", "5", *options)
        server.release.set()
        server.settle()
        judge_bodies(server, wishes_for(ROWS))
        judge_records(server, wishes_for(ROWS))
        assert ran.json["counts"]["updated"] <= len({a.customer for a in server.asked("PUT") if a.applied})
        return ran

    return call


def statuses(ran: Ran, **other: str) -> bool:
    """Whether every row is updated but for these: `row3="failed"`."""
    return ran.statuses == {n: other.get(f"row{n}", "updated") for n in ROWS}


def test_a_run_goes_through_with_packed_answers_and_connections_that_end(run: Run) -> None:
    ran = run(http="gzip on; gzip_types application/json; gzip_proxied any; gzip_min_length 1; keepalive_requests 3;")
    assert (ran.exit_code, statuses(ran)) == (0, True), ran.stderr


@pytest.mark.parametrize("status", ["", "limit_req_status 429;"])
def test_its_limiter_slows_the_run_and_fails_no_row(status: str, run: Run) -> None:
    """It answers 503 unless it is told otherwise; its page is HTML, without Retry-After."""
    ran = run(http=ZONE.format(2) + status, inner="limit_req zone=all burst=2 nodelay;")
    assert (ran.exit_code, statuses(ran)) == (0, True), ran.stderr


@pytest.mark.parametrize("fault", ["reset", "reset-after-apply", "reset-before-read"])
def test_a_502_is_looked_up(fault: str, run: Run, server: FaultServer) -> None:
    server.puts = {3: [fault], 7: [fault, fault]}
    ran = run(inner="proxy_next_upstream off;")
    assert (ran.exit_code, statuses(ran)) == (0, True), ran.stderr


@pytest.mark.parametrize("fault", ["timeout", "timeout-after-apply"])
def test_a_504_is_looked_up(fault: str, run: Run, server: FaultServer) -> None:
    server.puts = {3: [fault]}
    ran = run(inner="proxy_read_timeout 1s;")
    assert (ran.exit_code, statuses(ran)) == (0, True), ran.stderr


def test_a_413_rejects_its_row_and_says_so(run: Run, server: FaultServer) -> None:
    server.records[3]["invoice_message"] = "long " * 2000
    server.at_first[3]["invoice_message"] = "long " * 2000
    ran = run(inner="client_max_body_size 4k;")
    assert (ran.exit_code, statuses(ran, row3="rejected")) == (1, True), ran.stderr
    [told] = [told for told in ran.told if told.customer == 3]
    assert told.message.startswith("The API said: 413 Request Entity Too Large nginx")


def test_a_path_that_it_does_not_pass_on_is_not_the_api(run: Run, server: FaultServer, tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    ran = run(server=f"location /api/ {{ root {tmp_path}/root; }}", path="/api")
    assert ran.exit_code == 2, ran.stderr
    assert "not the Campfire API" in ran.stderr
    assert not server.log


def test_its_403_for_one_row_rejects_that_row(run: Run, server: FaultServer) -> None:
    ran = run(server='location ~ "/customers/3$" { limit_except GET { deny all; } proxy_pass ' + server.url + "; }")
    assert (ran.exit_code, statuses(ran, row3="rejected")) == (1, True), ran.stderr


def test_while_the_server_behind_it_is_down_nothing_is_claimed(run: Run, server: FaultServer) -> None:
    with FaultServer([]) as gone:
        pass
    ran = run("--max-attempts", "2", upstream=gone.url)
    assert ran.exit_code in (1, 3), ran.stderr
    assert set(ran.statuses.values()) <= {"failed", "not sent"}
    assert server.log == []
