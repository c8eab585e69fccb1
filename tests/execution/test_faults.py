"""Every fault alone, and every ordered pair of them. The server's log and state say what is true."""

import http
import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.support.fault_records import customer
from tests.support.fault_server import FaultServer
from tests.support.product import FAST, Campfire
from tests.support.truth import judge, wishes_for, write_sheet

pytestmark = pytest.mark.usefixtures("short_pauses", "quick_throttling", "late_when_told", "lasting_records")

OPTIONS = (*FAST, "--timeout", "3600", "--json", "--stop-after", "1000")
BATCH = 60  # customers of one run: two retries each stay within a run's budget

TRY_AGAIN = ["408", "425", "429", "429:1", "429:date:1", "429:soon", *(str(n) for n in range(500, 512)), "520", "599"]
NEVER_AGAIN = [str(status.value) for status in http.HTTPStatus if 400 <= status < 500]
NEVER_AGAIN = [status for status in NEVER_AGAIN if status not in (*TRY_AGAIN, "401", "403")]
REDIRECTS = [str(n) for n in range(300, 309)]
NOT_APPLIED = ["reset-before-read", "reset", "timeout", "html", "empty", "not-json"]
APPLIED = ["reset-after-apply", "timeout-after-apply", "cut-after-apply", "html-after-apply", "empty-after-apply"]
APPLIED += ["not-json-after-apply", "wrong-id-after-apply", "list-after-apply", "drip-long-after-apply", "drip"]
APPLIED += ["apply-500", "apply-502", "apply-503", "apply-504", "apply-408"]
NOT_TAKEN = ["ignore", "wrong-id", "twin", "list"]

SECOND_LOOK = ["wrong-id-after-apply", "list-after-apply"]

EVERY_PUT = [*TRY_AGAIN, *NEVER_AGAIN, *REDIRECTS, *NOT_APPLIED, *APPLIED, *NOT_TAKEN]
SOME_PUT = ["503", "429:0", "408", "400", "302", *NOT_APPLIED, *APPLIED[:10], "apply-502", *NOT_TAKEN]
LOST = [*NOT_APPLIED, *APPLIED, "503", "429"]
EVERY_GET = [*TRY_AGAIN, *NEVER_AGAIN, "403", *REDIRECTS, *NOT_APPLIED, "cut", "drip", "drip-long", "wrong-id", "list"]
SOME_GET = ["503", "429:0", "404", "403", "307", *NOT_APPLIED, "cut", "drip-long", "wrong-id", "list"]


def outcome(puts: Iterable[str]) -> str:
    """The status that a row has to have whose PUTs fare like this, its GETs being well."""
    for step in puts:
        if step in APPLIED:
            return "updated"
        if step in NEVER_AGAIN or step.startswith("ignore") or step in NOT_TAKEN:
            return "rejected"
        if step in REDIRECTS:
            return "failed"
    return "updated"


def batches(scripts: Iterable[tuple[str, ...]]) -> Iterator[dict[int, list[str]]]:
    """The scripts, each given to a customer; so many to a run as its budget of retries allows."""
    todo = iter(scripts)
    while batch := list(itertools.islice(todo, BATCH)):
        yield {number: list(script) for number, script in enumerate(batch, start=1)}


def set_up(server: FaultServer, numbers: Iterable[int]) -> dict[int, dict[str, object]]:
    numbers = list(numbers)
    server.reset(customer(number) for number in numbers)
    return wishes_for(numbers)


def named(script: list[str], edits: dict[str, object]) -> list[str]:
    """`ignore` is said of a field that the row edits."""
    return [f"ignore:{next(iter(edits)).partition('[')[0]}" if step == "ignore" else step for step in script]


def check_puts(server: FaultServer, campfire: Campfire, tmp_path: Path, scripts: Sequence[tuple[str, ...]]) -> None:
    for turn, batch in enumerate(batches(scripts)):
        wishes = set_up(server, batch)
        server.puts = {number: named(script, wishes[number]) for number, script in batch.items()}
        ran = campfire("run", write_sheet(tmp_path / f"{turn}.csv", wishes), *OPTIONS)
        judge(server, wishes, ran)
        found = {tuple(batch[number]): status for number, status in ran.statuses.items()}
        assert found == {tuple(script): outcome(script) for script in batch.values()}
        assert ran.exit_code == (0 if set(found.values()) == {"updated"} else 1)


def test_each_fault_of_a_put_alone_comes_to_the_true_status(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    check_puts(server, campfire, tmp_path, [(step,) for step in EVERY_PUT])


def pairs(steps: list[str], part: int, parts: int) -> Sequence[tuple[str, ...]]:
    """A part of all ordered pairs, mixed: a run of nothing but 429s would slow down to a crawl, as it should."""
    return list(itertools.product(steps, steps))[part::parts]


@pytest.mark.parametrize(
    "part", [pytest.param(part, marks=pytest.mark.sweep if part % 3 else ()) for part in range(11)]
)
def test_each_pair_of_faults_of_a_put_comes_to_the_true_status(
    part: int, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    check_puts(server, campfire, tmp_path, pairs(SOME_PUT, part, 11))


@pytest.mark.sweep
@pytest.mark.parametrize("part", range(101))
def test_every_pair_of_faults_of_a_put_comes_to_the_true_status(
    part: int, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    check_puts(server, campfire, tmp_path, pairs(EVERY_PUT, part, 101))


def read_as(gets: Iterable[str], puts: Iterable[str] = ()) -> str:
    """The status that a row has to have whose GETs fare like this, the first being well where there are PUTs."""
    doubt = any(step in LOST for step in puts)
    for step in gets:
        if step in NEVER_AGAIN or step == "403":
            return "failed" if doubt else "rejected"
        if step in REDIRECTS:
            return "failed"
    return outcome(puts)


def check_gets(server: FaultServer, campfire: Campfire, tmp_path: Path, scripts: Sequence[tuple[str, ...]]) -> None:
    """GETs go wrong while the records are read, and so the list is not to be had."""
    for turn, batch in enumerate(batches(scripts)):
        wishes = set_up(server, batch)
        server.list_as = "404"
        server.gets = batch
        ran = campfire("run", write_sheet(tmp_path / f"{turn}.csv", wishes), *OPTIONS)
        judge(server, wishes, ran)
        assert {tuple(batch[n]): status for n, status in ran.statuses.items()} == {
            s: read_as(s) for s in scripts_of(batch)
        }


def scripts_of(batch: dict[int, list[str]]) -> list[tuple[str, ...]]:
    return [tuple(script) for script in batch.values()]


def test_each_fault_of_a_get_alone_comes_to_the_true_status(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    check_gets(server, campfire, tmp_path, [(step,) for step in EVERY_GET])


@pytest.mark.parametrize("part", range(4))
def test_each_pair_of_faults_of_a_get_comes_to_the_true_status(
    part: int, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    check_gets(server, campfire, tmp_path, pairs(SOME_GET, part, 4))


@pytest.mark.sweep
@pytest.mark.parametrize("part", range(71))
def test_every_pair_of_faults_of_a_get_comes_to_the_true_status(
    part: int, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    check_gets(server, campfire, tmp_path, pairs(EVERY_GET, part, 71))


def check_looks(server: FaultServer, campfire: Campfire, tmp_path: Path, scripts: Sequence[tuple[str, ...]]) -> None:
    """A PUT is lost, and the GET that is to tell what became of it goes wrong too.

    Where the PUT was answered with another record, that GET is a second look, and there is a third.
    """
    for turn, batch in enumerate(batches(scripts)):
        wishes = set_up(server, batch)
        server.puts = {number: [script[0]] for number, script in batch.items()}
        server.gets = {number: ["ok", script[1]] for number, script in batch.items()}
        ran = campfire("run", write_sheet(tmp_path / f"{turn}.csv", wishes), *OPTIONS)
        judge(server, wishes, ran)
        found = {tuple(batch[n]): status for n, status in ran.statuses.items()}
        looks = {(put, get): [] if put in SECOND_LOOK else [get] for put, get in scripts_of(batch)}
        assert found == {(put, get): read_as(look, [put]) for (put, get), look in looks.items()}


SOME_LOST = ["reset", "reset-after-apply", "html-after-apply", "empty", "apply-502", "wrong-id-after-apply"]


def test_the_look_after_a_lost_put_may_go_wrong_too(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    check_looks(server, campfire, tmp_path, list(itertools.product(SOME_LOST, SOME_GET)))


@pytest.mark.sweep
@pytest.mark.parametrize("part", range(23))
def test_every_look_after_a_lost_put_may_go_wrong_too(
    part: int, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    every = [pair for pair in itertools.product(LOST, EVERY_GET) if pair[0] != "drip"]
    check_looks(server, campfire, tmp_path, every[part::23])
