"""Which pages of the list are worth asking for, and which of them at once."""

import threading
from collections.abc import Iterator

from sync.model import Record


class Pages(Iterator[int]):
    """The offsets of the list's pages, for several threads, as long as pages cost fewer requests than single records.

    The first page goes alone: it says how many customers there are, and how many a page shows. Of the pages that are on
    their way as many rows are expected as the others had, so that none is asked for that would not have been asked for
    one after the other.

    Args:
        rows: that are still to be read.
    """

    def __init__(self, rows: int) -> None:
        self._rows = self._at_first = rows
        self._ids: set[int] = set()
        self._count = 0  # customers, as the API says
        self._size = 0  # records of a page
        self._next = 0
        self._came = self._on_their_way = 0
        self._over = False
        self._change = threading.Condition()

    def __next__(self) -> int:
        with self._change:
            self._change.wait_for(lambda: not self._on_their_way or self._over or self._is_worth_it())
            if self._over or not self._is_worth_it():
                raise StopIteration
            offset = self._next
            self._next += self._size
            self._on_their_way += 1
            return offset

    def _is_worth_it(self) -> bool:
        """Whether the next page saves requests."""
        if not self._came:
            return not self._on_their_way
        expected = self._on_their_way * (self._at_first - self._rows) / self._came
        pages_left = -(-(self._count - self._next) // self._size)
        return 0 < pages_left < self._rows - expected

    def new(self, page: Record | None) -> dict[int, Record]:
        """The records of a page that no other had, by their ids. A page without any ends it, and so does no page.

        The list is not in one order then, or is not to be had.
        """
        with self._change:
            shown = page["results"] if page else []
            records = {r["id"]: r for r in shown if type(r.get("id")) is int and r["id"] not in self._ids}
            self._ids |= records.keys()
            self._over |= not records
            if page and not self._came:
                self._count, self._size = page["count"], len(shown)
                self._next = self._size
            return records

    def came(self, rows: int) -> None:
        """A page that was asked for is done with, and had so many of the rows."""
        with self._change:
            self._came += 1
            self._on_their_way -= 1
            self._rows -= rows
            self._over |= not self._size  # not even the first page came
            self._change.notify_all()
