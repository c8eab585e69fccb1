"""Which pages of the list to ask for, which of them at once, and whether what they showed is the whole list."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from sync.contract.rules import is_id
from sync.model import Record

MOST_RECORDS = 1_000_000  # of a list that is read from its beginning to its end: as many as a sheet has rows


class Pages(Iterator[int]):
    """The offsets of the list's pages, for several threads, as long as pages cost fewer requests than single records.

    Whoever takes an offset calls `records_of` and then `done`, or `done` alone where no page came.

    The first page goes alone: it tells how many records there are, and how many a page shows. A page in flight is
    expected to hold as many rows as the others did, so no page is asked for that would not have been asked for if they
    had been read one after another.

    Args:
        rows: how many are still to be read.
        id_field: the field that holds a record's id.
    """

    def __init__(self, rows: int, id_field: str) -> None:
        self._id_field = id_field
        self._rows_at_first = rows
        self._rows_left = rows
        self._records = 0  # according to the first page
        self._size = 0  # records of the first page; 0 until it is there
        self._next_offset = 0
        self._pages_done = 0
        self._pages_in_flight = 0
        self._seen = _Ids()
        self._finished = False
        self._failed = 0  # pages in succession that did not come
        self._change = threading.Condition()

    def __next__(self) -> int:
        with self._change:
            self._change.wait_for(lambda: not self._pages_in_flight or self._finished or self._saves_requests())
            if self._finished or not self._saves_requests():
                raise StopIteration
            offset = self._next_offset
            self._next_offset += self._size
            self._pages_in_flight += 1
            return offset

    def _saves_requests(self) -> bool:
        """Whether the rest of the pages costs fewer requests than reading the rest of the rows one by one."""
        if not self._pages_done:
            return not self._pages_in_flight
        rows_of_a_page = (self._rows_at_first - self._rows_left) / self._pages_done
        rows_then_left = self._rows_left - self._pages_in_flight * rows_of_a_page
        pages_left = -(-(self._records - self._next_offset) // self._size)
        return 0 < pages_left < rows_then_left

    def records_of(self, page: Record | None) -> dict[int, Record]:
        """The records of a page that no earlier page had, by their ids.

        Where there are none, no further page is asked for: the list has no order. A page that did not come is passed
        over, and its records are read one by one. If the first page fails, or two in a row, all records are.
        """
        with self._change:
            if page is None:
                self._failed += 1
                self._finished |= self._failed > 1  # without the first page, `done` ends it
                return {}
            self._failed = 0
            shown = page["results"]
            records = {r[self._id_field]: r for r in shown if is_id(r.get(self._id_field))}
            records = {number: record for number, record in records.items() if self._seen.add(number)}
            self._finished |= not records
            if not self._pages_done:
                self._records = page["count"]
                self._size = self._next_offset = len(shown)
            return records

    def done(self, rows: int) -> None:
        """A page is dealt with; it held so many of the rows."""
        with self._change:
            self._pages_done += 1
            self._pages_in_flight -= 1
            self._rows_left -= rows
            self._finished |= not self._size  # not even the first page came
            self._change.notify_all()


@dataclass(slots=True)
class WholeList:
    """The list, read once from its beginning to its end, page after page: whether each record came, and came once."""

    ids: set[int] = field(default_factory=set)
    count: int = 0  # as the API states it
    steady: bool = True  # nothing in it has moved meanwhile

    @property
    def is_whole(self) -> bool:
        """Whether these are all the records that there are."""
        return self.steady and len(self.ids) == self.count

    def take(self, ids: list[int], count: int, last_of_page_before: int | None = None) -> set[int]:
        """One more page; returns the ids that are new. A page that has none is the last: no further one need have any.

        Args:
            ids: of the page's records, in their order.
            count: of all records, by this page.
            last_of_page_before: the id with which this page has to begin, where it was asked for with an overlap.
        """
        new = set(ids) - self.ids
        overlap = last_of_page_before is not None
        self.steady &= count == self.count or not self.ids
        self.steady &= not overlap or (bool(ids) and ids[0] == last_of_page_before)
        self.steady &= len(new) == len(ids) - overlap
        self.count = count
        self.ids |= new
        return new


class _Ids:
    """A set of ids, one bit each where they stand close together: as a set of numbers, a million take 70 MB."""

    def __init__(self) -> None:
        self._bits: dict[int, int] = {}  # by the id without its last eight bits: which of the 256 are there

    def add(self, number: int) -> bool:
        """Whether it is new."""
        place, bit = number >> 8, 1 << (number & 255)
        bits = self._bits.get(place, 0)
        self._bits[place] = bits | bit
        return not bits & bit
