"""Which pages of the list are worth asking for, and which of them at once."""

import threading
from collections.abc import Iterator

from sync.model import Record


class Pages(Iterator[int]):
    """The offsets of the list's pages, for several threads, as long as pages cost fewer requests than single records.

    Each offset that is taken is answered by `records_of` and then by `done`, or by `done` alone where no page came.

    The first page goes alone: it says how many customers there are, and how many a page shows. Of the pages that are on
    their way as many rows are expected as the others had, so that none is asked for that would not have been asked for
    one after the other.

    Args:
        rows: that are still to be read.
    """

    def __init__(self, rows: int) -> None:
        self._rows_at_first = rows
        self._rows_left = rows
        self._customers = 0  # as the first page says
        self._size = 0  # records of the first page; 0 until it is there
        self._next_offset = 0
        self._pages_done = 0
        self._pages_on_their_way = 0
        self._ids: set[int] = set()
        self._over = False
        self._change = threading.Condition()

    def __next__(self) -> int:
        with self._change:
            self._change.wait_for(lambda: not self._pages_on_their_way or self._over or self._is_worth_it())
            if self._over or not self._is_worth_it():
                raise StopIteration
            offset = self._next_offset
            self._next_offset += self._size
            self._pages_on_their_way += 1
            return offset

    def _is_worth_it(self) -> bool:
        """Whether the next page saves requests: rows are left for more than the pages that are left."""
        if not self._pages_done:
            return not self._pages_on_their_way
        rows_of_a_page = (self._rows_at_first - self._rows_left) / self._pages_done
        rows_then_left = self._rows_left - self._pages_on_their_way * rows_of_a_page
        pages_left = -(-(self._customers - self._next_offset) // self._size)
        return 0 < pages_left < rows_then_left

    def records_of(self, page: Record | None) -> dict[int, Record]:
        """The records of a page that no page before it had, by their ids.

        Where there are none, or no page came, no further one is asked for: the list has no order, or is not to be had.
        """
        with self._change:
            shown = page["results"] if page else []
            records = {r["id"]: r for r in shown if type(r.get("id")) is int and r["id"] not in self._ids}
            self._ids |= records.keys()
            self._over |= not records
            if page and not self._pages_done:
                self._customers = page["count"]
                self._size = self._next_offset = len(shown)
            return records

    def done(self, rows: int) -> None:
        """Nothing more comes of a page that was asked for, which had so many of the rows."""
        with self._change:
            self._pages_done += 1
            self._pages_on_their_way -= 1
            self._rows_left -= rows
            self._over |= not self._size  # not even the first page came
            self._change.notify_all()
