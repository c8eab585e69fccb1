"""Which pages of the list are asked for: as many as are worth it, several at once, and none too many."""

import threading
import time
from collections.abc import Collection
from pathlib import Path

import pytest

from sync.api.pages import Pages
from sync.model import Record
from tests.support.fault_http import Asked
from tests.support.fault_server import FaultServer
from tests.support.product import FAST, Campfire
from tests.support.truth import judge, wishes_for, write_sheet

SIZE = 10
AT_ONCE = (1, 2, 4, 16)


def page(offset: int, count: int) -> Record:
    return {"count": count, "results": [{"id": n} for n in range(offset + 1, min(offset + SIZE, count) + 1)]}


def asked_for(wanted: Collection[int], count: int, at_once: int) -> list[int]:
    """The offsets, where so many threads read the pages of so many customers for the rows of these."""
    pages, asked = Pages(len(wanted), "id"), []

    def take() -> None:
        for offset in pages:
            asked.append(offset)
            time.sleep(0.002)  # so that they overlap
            pages.done(len(pages.records_of(page(offset, count)).keys() & set(wanted)))

    threads = [threading.Thread(target=take) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(asked)


@pytest.mark.parametrize("at_once", AT_ONCE)
@pytest.mark.parametrize("count", [1, 9, 10, 12, 300])
def test_where_every_customer_is_named_each_page_is_asked_for_once(count: int, at_once: int) -> None:
    assert asked_for(range(1, count + 1), count, at_once) == list(range(0, count, SIZE))


@pytest.mark.parametrize("at_once", AT_ONCE)
def test_pages_end_where_reading_the_rest_one_by_one_is_cheaper(at_once: int) -> None:
    """After 12 pages 80 rows are left, and 88 pages."""
    assert asked_for(range(1, 201), 1_000, at_once) == list(range(0, 120, SIZE))


@pytest.mark.parametrize("at_once", AT_ONCE)
def test_pages_without_a_row_are_read_on_while_there_are_more_rows_than_pages(at_once: int) -> None:
    assert asked_for(range(901, 1_001), 1_000, at_once) == list(range(0, 1_000, SIZE))


def test_a_record_is_shown_once_however_the_ids_are_spread() -> None:
    pages, ids = Pages(100, "id"), [1, 2, 255, 256, 257, 511, 512, 10**12, 2**62, 2]
    answer: Record = {"count": 50, "results": [{"id": number} for number in ids]}
    next(pages)
    assert list(pages.records_of(answer)) == ids[:-1]
    assert pages.records_of({"count": 50, "results": [{"id": 257}, {"id": 258}]}).keys() == {258}
    assert not pages.records_of(answer)


def test_the_first_page_goes_alone() -> None:
    """It says how many there are."""
    pages = Pages(100, "id")
    assert next(pages) == 0
    second = threading.Thread(target=lambda: next(pages), daemon=True)
    second.start()
    second.join(0.1)
    assert second.is_alive()
    pages.done(len(pages.records_of(page(0, 100))))
    second.join(60)
    assert not second.is_alive()


def test_a_page_that_does_not_come_is_passed_over() -> None:
    """One record that cannot be trusted spoils its page, and must not cost a request for each row of the others."""
    pages = Pages(100, "id")
    asked = []
    for offset in pages:
        asked.append(offset)
        pages.done(len(pages.records_of(None if offset == 30 else page(offset, 100))))
    assert asked == list(range(0, 100, SIZE))


def test_after_two_pages_in_succession_that_do_not_come_there_is_no_third() -> None:
    pages = Pages(1000, "id")
    asked = []
    for offset in pages:
        asked.append(offset)
        pages.done(len(pages.records_of(page(offset, 1000) if offset < 20 else None)))
    assert asked == [0, 10, 20, 30]


@pytest.mark.parametrize("again", [page(0, 100), {"count": 100, "results": []}])
def test_a_page_with_nothing_new_is_the_last(again: Record) -> None:
    """The list is in no order: the rest is read one by one."""
    pages = Pages(100, "id")
    next(pages)
    pages.done(len(pages.records_of(page(0, 100))))
    next(pages)
    assert pages.records_of(again) == {}
    pages.done(0)
    assert list(pages) == []


def test_without_a_first_page_there_is_not_a_second() -> None:
    """Its thread was stopped by an exception, and nothing is known of the list."""
    pages = Pages(100, "id")
    next(pages)
    pages.done(0)
    assert list(pages) == []


def test_a_record_is_taken_from_one_page_only() -> None:
    pages = Pages(100, "id")
    next(pages)
    pages.done(len(pages.records_of(page(0, 100))))
    assert pages.records_of({"count": 100, "results": [{"id": 10}, {"id": 11}, {"id": True}, {}]}) == {11: {"id": 11}}


def test_pages_are_on_their_way_together(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    """A page of a real account takes seconds: one after the other they would take minutes."""
    together = threading.Barrier(3)

    def wait_for_the_others(asked: Asked) -> None:
        if asked.customer is None and "offset=0" not in asked.path:
            together.wait(timeout=60)

    server.page_size, server.hook = 10, wait_for_the_others
    wishes = wishes_for(range(1, 41))
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), "--dry-run", "--json", *FAST)
    judge(server, wishes, ran)
    assert not together.broken
    assert len(server.log) == 4
