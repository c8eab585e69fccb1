"""Reading the records: all of them, each once, or an error."""

from pathlib import Path
from typing import Any

import pytest

from sync.contract.mapping import Mapping
from sync.errors import CampfireSyncError
from sync.stop import Interrupted, StopSignal
from tests.support.exports import Silence, run_export, texts
from tests.support.fault_records import customer
from tests.support.fault_server import KEY, FaultServer


@pytest.mark.parametrize("page_size", [3, 7, 39, 40, 41])
def test_all_customers_are_read_by_pages(server: FaultServer, mapping: Mapping, tmp_path: Path, page_size: int) -> None:
    server.page_size = page_size
    progress = Silence()
    assert run_export(server, tmp_path / "c.xlsx", mapping, progress=progress).rows == 40
    assert sorted(texts(tmp_path / "c.xlsx", mapping)) == sorted(server.records)
    assert (progress.total, progress.advanced) == (40, 40)


def test_a_customer_deleted_behind_the_reader_hides_none(server: FaultServer, mapping: Mapping, tmp_path: Path) -> None:
    server.page_size = 10

    def another_writer(asked: Any) -> None:
        if "offset=9" in asked.path and 1 in server.records:  # one goes, one comes: the count is as before
            del server.records[1]
            server.records[500] = customer(500)

    server.hook = another_writer
    run_export(server, tmp_path / "c.xlsx", mapping)
    assert sorted(texts(tmp_path / "c.xlsx", mapping)) == sorted(server.records)


@pytest.mark.parametrize("number", [0, -5, 2**63])
def test_a_record_with_an_id_that_no_sheet_can_name_is_named_and_nothing_is_written(
    server: FaultServer, mapping: Mapping, tmp_path: Path, number: int
) -> None:
    server.records[number] = customer(number)
    with pytest.raises(CampfireSyncError, match=f"a record with the id {number}, which no sheet can name") as refused:
        run_export(server, tmp_path / "c.xlsx", mapping)
    assert "Export the other customers with --ids. No file was written." in str(refused.value)
    assert "on the command line: campfire-sync export FILE.xlsx --ids IDS. No file was written." in refused.value.in_app
    assert not (tmp_path / "c.xlsx").exists()


@pytest.mark.parametrize("kind", ["offset-ignored", "duplicates"])
def test_a_list_that_never_shows_all_is_refused_and_nothing_is_written(
    server: FaultServer, mapping: Mapping, tmp_path: Path, kind: str
) -> None:
    server.list_as, server.page_size = kind, 10
    with pytest.raises(CampfireSyncError, match="never the same twice"):
        run_export(server, tmp_path / "c.xlsx", mapping)
    assert list(tmp_path.iterdir()) == []


def test_a_list_without_an_order_gives_all_or_nothing(server: FaultServer, mapping: Mapping, tmp_path: Path) -> None:
    server.list_as, server.page_size = "no-order", 25
    try:
        run_export(server, tmp_path / "c.xlsx", mapping)
    except CampfireSyncError:
        assert not (tmp_path / "c.xlsx").exists()
    else:
        assert sorted(texts(tmp_path / "c.xlsx", mapping)) == sorted(server.records)


def test_a_list_that_shows_less_than_a_single_record_is_read_one_by_one(
    server: FaultServer, mapping: Mapping, tmp_path: Path
) -> None:
    server.list_as = "few-fields"
    run_export(server, tmp_path / "c.xlsx", mapping)
    assert texts(tmp_path / "c.xlsx", mapping)[9]["Zip Code"] == "02134"
    assert len(server.asked("GET")) >= 41


def test_a_page_that_fails_is_asked_for_again(
    server: FaultServer, mapping: Mapping, tmp_path: Path, short_pauses: None
) -> None:
    server.page_size, server.pages = 15, ["503", "ok", "429:0", "cut"]
    assert run_export(server, tmp_path / "c.xlsx", mapping).rows == 40


@pytest.mark.parametrize("step", ["502", "401", "403", "301", "html"])
def test_nothing_is_written_where_the_list_cannot_be_read(
    server: FaultServer, mapping: Mapping, tmp_path: Path, short_pauses: None, step: str
) -> None:
    server.always = {"GET": step}
    with pytest.raises(CampfireSyncError) as caught:
        run_export(server, tmp_path / "c.xlsx", mapping)
    assert caught.value.exit_code == 2
    assert KEY not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_interrupted_it_writes_nothing(server: FaultServer, mapping: Mapping, tmp_path: Path) -> None:
    server.page_size = 10
    stop = StopSignal(20)
    server.hook = lambda asked: stop.interrupt() if "offset=9" in asked.path else None
    with pytest.raises(Interrupted):
        run_export(server, tmp_path / "c.xlsx", mapping, stop=stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("count", [1, 2, 30])
def test_the_customers_asked_for_come_in_the_order_of_the_list(
    server: FaultServer, mapping: Mapping, tmp_path: Path, count: int
) -> None:
    server.page_size = 10
    asked = list(range(40, 40 - count, -1))
    done = run_export(server, tmp_path / "c.xlsx", mapping, ids=asked)
    assert list(texts(tmp_path / "c.xlsx", mapping)) == asked
    assert done.not_found == ()
    assert len(server.asked("GET")) <= count + 1


def test_an_id_that_no_customer_has_is_named(server: FaultServer, mapping: Mapping, tmp_path: Path) -> None:
    done = run_export(server, tmp_path / "c.xlsx", mapping, ids=[3, 999])
    assert (done.rows, done.not_found) == (1, (999,))


def test_a_customer_that_cannot_be_read_is_not_left_out_silently(
    server: FaultServer, mapping: Mapping, tmp_path: Path, short_pauses: None
) -> None:
    server.gets = {3: ["502"] * 9}
    with pytest.raises(CampfireSyncError, match="customer 3 could not be read"):
        run_export(server, tmp_path / "c.xlsx", mapping, ids=[3])
    assert list(tmp_path.iterdir()) == []


def test_deleted_customers_are_not_exported(server: FaultServer, mapping: Mapping, tmp_path: Path) -> None:
    server.records[5]["is_deleted"] = True
    done = run_export(server, tmp_path / "c.xlsx", mapping)
    assert (done.rows, done.deleted) == (39, ())
    assert 5 not in texts(tmp_path / "c.xlsx", mapping)


@pytest.mark.parametrize("asked", [[5, 6], [5]])
def test_a_deleted_customer_that_was_asked_for_is_named(
    server: FaultServer, mapping: Mapping, tmp_path: Path, asked: list[int]
) -> None:
    server.records[5]["is_deleted"] = True
    done = run_export(server, tmp_path / "c.xlsx", mapping, ids=asked)
    assert (done.rows, done.deleted, done.not_found) == (len(asked) - 1, (5,), ())


def test_a_page_that_is_not_valid_json_is_refused_with_a_way_round_it(
    server: FaultServer, mapping: Mapping, tmp_path: Path, short_pauses: None
) -> None:
    server.records[7]["notes"] = "half a character: \ud83d"
    with pytest.raises(CampfireSyncError, match="not valid JSON"):
        run_export(server, tmp_path / "c.xlsx", mapping)
    assert run_export(server, tmp_path / "c.xlsx", mapping, ids=[1]).rows == 1


def test_a_value_that_spoils_a_page_is_named(server: FaultServer, mapping: Mapping, tmp_path: Path) -> None:
    server.raw["page"] = 200, {}, b'{"count": 40, "results": [{"id": 1}, {"id": 2, "total_mrr": NaN}]}'
    server.pages = ["raw:page"]
    with pytest.raises(CampfireSyncError, match=r"record 1 on: results\[1\]\.total_mrr is NaN\. Export the other"):
        run_export(server, tmp_path / "c.xlsx", mapping)
    assert len(server.log) == 1


def test_a_list_that_the_api_refuses_is_told_in_whole_sentences(
    server: FaultServer, mapping: Mapping, tmp_path: Path
) -> None:
    server.list_as = "404"
    with pytest.raises(CampfireSyncError, match=r"The API said 404: Not found\. No file was written\.$"):
        run_export(server, tmp_path / "c.xlsx", mapping)
