"""A record that a cache or a replica shows as it was before is not believed."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.api import clock
from sync.api.api import NotSent
from sync.api.response import Outcome, Response
from sync.contract.load import load
from sync.execution.freshness import Freshness, modified_at
from sync.stop import StopSignal
from tests.support.fault_server import Drift, FaultServer
from tests.support.product import FAST, Campfire
from tests.support.truth import judge, wishes_for, write_sheet

pytestmark = pytest.mark.usefixtures("short_pauses")
CUSTOMERS = load()
EARLY, LATE, LATER = "2026-11-01T10:00:00+0000", "2026-11-01T10:00:01+0000", "2026-11-01T11:00:01+0000"


class Readings:
    """An API that shows these states of a record, one after the other, and the last one from then on."""

    def __init__(self, modified: Iterable[str | None]) -> None:
        self.asked = 0
        self.stop = StopSignal(20)
        self.interrupts = False  # whether somebody presses Ctrl-C while a reading is on its way
        self.server_time: datetime | None = None
        self._states: Iterator[str | None] = iter(modified)
        self._last: str | None = None

    def get(self, record_id: int, first: bool = False) -> Response:
        if self.stop.is_set:
            raise NotSent("the run was stopped")
        self.asked += 1
        if self.interrupts:
            self.stop.interrupt()
        self._last = next(self._states, self._last)
        record: dict[str, Any] = {"id": record_id, "terms": f"as of {self._last}"}
        if self._last:
            record["last_modified_at"] = self._last
        return Response(Outcome.OK, 200, "", record)


def reader(
    *modified: str | None, known: dict[int, str] | None = None, last_body: str | None = None
) -> tuple[Freshness, Readings]:
    readings = Readings(modified)
    moments = {number: {text} for number, text in (known or {}).items()}
    return Freshness(readings, readings.stop, CUSTOMERS, moments, lambda number: last_body), readings  # type: ignore[arg-type]


def test_a_record_that_this_journal_has_not_written_is_believed() -> None:
    fresh, readings = reader(EARLY)
    assert fresh.read(7).record == {"id": 7, "terms": f"as of {EARLY}", "last_modified_at": EARLY}
    assert readings.asked == 1
    assert not fresh.may_be_old(7, {"last_modified_at": EARLY})


def test_a_record_older_than_this_journals_own_write_is_read_again() -> None:
    fresh, readings = reader(EARLY, EARLY, LATE, known={7: LATE})
    assert fresh.read(7).record == {"id": 7, "terms": f"as of {LATE}", "last_modified_at": LATE}
    assert readings.asked == 3
    assert fresh.may_be_old(7, {"last_modified_at": EARLY})
    assert not fresh.may_be_old(7, {"last_modified_at": LATER})
    assert fresh.may_be_old(7, {}), "the list does not say when: a single reading may"


@pytest.mark.parametrize("shown", ["2026-11-01T10:00:01+0000", "2026-11-01T10:00:01.987+0000"])
def test_a_record_whose_time_is_given_less_finely_than_in_the_answer_is_not_old(shown: str) -> None:
    fresh, readings = reader(shown, known={7: "2026-11-01T10:00:01.987654+0000"})
    assert (fresh.read(7).outcome, readings.asked) == (Outcome.OK, 1)
    assert not fresh.may_be_old(7, {"last_modified_at": shown})
    assert fresh.is_old(7, {"last_modified_at": EARLY})


def test_a_record_that_holds_what_this_journal_wrote_last_is_believed_whatever_its_time() -> None:
    """The answer may be dated by another clock than the record. A reading that was later counts all the same."""
    wrote = f'{{"terms": "as of {EARLY}", "notes": null}}'
    fresh, readings = reader(EARLY, known={7: LATER}, last_body=wrote)
    assert (fresh.read(7).outcome, readings.asked) == (Outcome.OK, 1)
    assert fresh.read(7, LATE).outcome is Outcome.TRANSIENT
    assert fresh.is_old(7, {"terms": "as of something else", "last_modified_at": EARLY})


def test_a_record_older_than_the_reading_before_is_read_again() -> None:
    fresh, readings = reader(EARLY, LATER)
    assert fresh.read(7, LATE).record is not None
    assert readings.asked == 2


def test_a_record_that_stays_old_is_not_taken_for_the_record() -> None:
    fresh, _ = reader(EARLY, known={7: LATE})
    response = fresh.read(7)
    assert (response.outcome, response.record) == (Outcome.TRANSIENT, None)
    assert "as it was before" in response.text


@pytest.mark.parametrize("look", ["first", "second"])
def test_an_old_state_is_not_believed_because_the_run_was_interrupted(look: str) -> None:
    """The row would be called unchanged, or rejected, for good."""
    fresh, readings = reader(EARLY, known={7: LATE})
    readings.interrupts = True
    with pytest.raises(NotSent):
        _ = fresh.read(7) if look == "first" else fresh.look_again(7, EARLY, None, lambda record: False)


def test_a_record_that_does_not_say_when_it_was_modified_is_believed() -> None:
    fresh, readings = reader(None, known={7: LATE})
    assert fresh.read(7).record is not None
    assert readings.asked == 1


@pytest.mark.parametrize("days", [2, 36_500])
def test_a_time_that_has_not_come_yet_is_no_time_to_hold_a_record_to(days: int) -> None:
    ahead = (datetime.now(UTC) + timedelta(days=days)).isoformat()
    fresh, readings = reader(EARLY, known={7: ahead})
    assert fresh.read(7, ahead).record is not None
    assert readings.asked == 1
    assert fresh.read(7, ahead, LATE).record is None, "the other times still count"


def test_where_this_computers_clock_is_behind_the_apis_tells_which_times_have_come() -> None:
    ahead = datetime.now(UTC) + timedelta(days=400)
    fresh, readings = reader(EARLY, known={7: ahead.isoformat()})
    readings.server_time = ahead
    assert fresh.read(7).record is None


def test_a_second_look_that_is_too_early_is_repeated() -> None:
    fresh, readings = reader(EARLY, EARLY, LATE)
    looked = fresh.look_again(7, EARLY, None, lambda record: record["last_modified_at"] == LATE)
    assert looked.record is not None and looked.record["last_modified_at"] == LATE
    assert readings.asked == 3


def test_a_second_look_at_a_later_state_is_believed_at_once() -> None:
    fresh, readings = reader(LATE)
    fresh.look_again(7, EARLY, None, lambda record: False)
    assert readings.asked == 1
    fresh, readings = reader(LATE)
    fresh.look_again(7, None, {"last_modified_at": LATE}, lambda record: False)
    assert readings.asked == 1


@pytest.mark.parametrize("text", ["2026-11-01T10:00:00+0000", "2026-11-01T10:00:00.000Z", "2026-11-01T11:00:00+01:00"])
def test_the_moments_of_the_api_are_compared_whatever_their_form(text: str) -> None:
    assert modified_at(text) == modified_at(EARLY)


@pytest.mark.parametrize("text", [None, "", "yesterday", 17, "2026"])
def test_what_is_not_a_moment_tells_nothing(text: object) -> None:
    assert modified_at(text) is None


@pytest.mark.usefixtures("late_when_told")
def test_a_record_from_the_future_is_sent_though_its_first_answer_was_lost(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """The PUT gives it a time of today, which is earlier than the one that was read before."""
    wishes = wishes_for(range(1, 6))
    server.records[3]["last_modified_at"] = "2999-01-01T00:00:00+0000"
    server.puts = {3: ["timeout-after-apply"]}
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), "--json", *FAST, "--timeout", "3600")
    judge(server, wishes, ran)
    assert set(ran.statuses.values()) == {"updated"}


@pytest.mark.parametrize("shown", ["{0:%Y-%m-%dT%H:%M:%S}+0000", "2026-01-01T00:00:01+0000"])
def test_a_run_is_undone_though_its_answers_were_dated_later_than_the_records_are(
    shown: str, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """An API may show whole seconds where it answers with parts of them, or date its answers by another clock."""
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for([2, 3, 4]))
    before = {number: record["terms"] for number, record in server.records.items()}
    ran = campfire("run", sheet, *FAST, "--json")
    for number in (2, 3, 4):
        answered = modified_at(server.records[number]["last_modified_at"])
        server.records[number]["last_modified_at"] = shown.format(answered)
    undone = campfire("undo", ran.run, *FAST, "--json")
    assert (undone.exit_code, set(undone.statuses.values())) == (0, {"updated"})
    assert {number: record["terms"] for number, record in server.records.items()} == before


def test_a_record_that_was_read_before_the_computer_slept_is_read_again(
    server: FaultServer, campfire: Campfire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    awake = clock.now

    def now() -> float:
        """The lid is closed for an hour once the record has been read to be planned, and again to be sent."""
        return awake() + (3600 if len(server.asked("GET", 1)) > 1 else 0)

    server.drift = {1: [Drift("GET", 3, {"city": "Jena"})]}  # meanwhile somebody else edits it
    monkeypatch.setattr(clock, "now", now)
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for([1]))
    assert campfire("run", sheet, *FAST, "--json").statuses == {1: "updated"}
    assert server.records[1]["city"] == "Jena"
