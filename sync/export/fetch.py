"""The customers from the API: all of them, or some. Never fewer than there are without a word.

A list by limit and offset can show a record twice and another one never, where somebody adds or deletes one meanwhile
or the list has no order of its own. So each page begins with the last record of the one before: where it does not, or a
record comes twice, or the count moves, or the records are not as many as the count, the list is read again.
"""

import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from sync.api import workers as pool
from sync.api.api import Api, NotSent
from sync.api.response import Outcome, Response, redirected
from sync.errors import CampfireSyncError
from sync.model import Record
from sync.progress import Progress
from sync.stop import Interrupted, StopSignal

READINGS = 3  # of the list, before it is given up
AT_ONCE = 500  # records that are handed on together

_NOTHING_WRITTEN = "No file was written."


class NotAll(CampfireSyncError):
    """Not every customer could be read."""


@dataclass(slots=True)
class _Reading:
    """The list, read once from its beginning to its end."""

    ids: set[int] = field(default_factory=set)
    count: int = 0  # what the API says of it
    steady: bool = True  # nothing in it has moved meanwhile

    @property
    def whole(self) -> bool:
        return self.steady and len(self.ids) == self.count


@dataclass(slots=True)
class Fetch:
    """Reads customers.

    `keep` gets the records as they come, and says how many of them it did not have yet: a customer may come again, read
    again.
    """

    api: Api
    brake: StopSignal
    watch: Progress
    workers: int
    fields: frozenset[str]  # that the sheet is to show: the list may have fewer of them than a single record
    most: int  # customers that a sheet can take
    keep: Callable[[list[Record]], int]
    _thin: dict[frozenset[str], bool] = field(
        default_factory=dict
    )  # fields not in the list: whether a single read has them
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _begun: bool = False

    def everyone(self) -> set[int]:
        """Read all customers; returns their ids.

        Raises:
            NotAll: they could not be read, or not for certain all of them.
            Interrupted: the user or the system stopped it.
        """
        known: set[int] = set()
        for _ in range(READINGS):
            reading = self._list()
            if reading.whole:
                return reading.ids
            known |= reading.ids
            # Each reading lacked some. Those not seen in this one are asked for: they may be gone.
            if reading.steady and len(known) == reading.count and not self.singly(known - reading.ids):
                return known
        raise NotAll(
            f"the list of customers is never the same twice: it counts {reading.count:,}, and {len(known):,} different "
            f"ones were seen in {READINGS} readings. Try again when nobody is changing customers. {_NOTHING_WRITTEN}"
        )

    def these(self, ids: Collection[int]) -> set[int]:
        """Read the customers with these ids, by pages where that takes fewer requests; returns those that do not exist.

        Raises:
            NotAll, Interrupted: see `everyone`.
        """
        left = set(ids)
        self._begin(len(left))

        def enough(reading: _Reading, page: list[Record]) -> bool:
            left.difference_update(reading.ids)
            return len(left) <= -(-(reading.count - len(reading.ids)) // len(page))

        if len(left) > 1:
            self._list(frozenset(ids), enough)
        return self.singly(left)

    def singly(self, ids: Iterable[int]) -> set[int]:
        """Read these customers one by one; returns those that do not exist."""
        gone: set[int] = set()
        found: list[Record] = []

        def one(record_id: int) -> None:
            record = self._one(record_id)
            with self._lock:
                if record is None:
                    gone.add(record_id)
                else:
                    found.append(record)
                if len(found) >= AT_ONCE:
                    self._hand_on(found)

        pool.each(sorted(ids), one, self.workers, self.brake, self.watch.tick)
        self._stop_if_pulled()
        self._hand_on(found)
        return gone

    def _begin(self, total: int) -> None:
        if not self._begun:
            self.watch.begin("reading", total, self.api)
        self._begun = True

    def _hand_on(self, records: list[Record]) -> None:
        self.watch.advance(self.keep(records) if records else 0)
        records.clear()

    def _list(
        self,
        wanted: Collection[int] | None = None,
        enough: Callable[[_Reading, list[Record]], bool] = lambda reading, page: False,
    ) -> _Reading:
        """Read the list, until its end or until it is enough; the records that are wanted are kept, or all."""
        reading = _Reading()
        offset, last = 0, None
        while True:
            count, page = self._page(offset)
            if wanted is None:
                self._refuse_too_many(count)
                self._begin(count)
            ids = [_id_of(record) for record in page]
            new = {i: record for i, record in zip(ids, page, strict=True) if i not in reading.ids}
            overlap = offset > 0
            reading.steady &= not overlap or (bool(ids) and ids[0] == last and count == reading.count)
            reading.steady &= len(new) == len(page) - overlap
            reading.count = count
            reading.ids.update(ids)
            self._pass_on([record for i, record in new.items() if wanted is None or i in wanted])
            self.watch.tick()
            if not new or offset + len(page) >= count or enough(reading, page):
                return reading
            offset, last = offset + len(page) - 1, ids[-1]

    def _pass_on(self, records: list[Record]) -> None:
        """Keep the records of a page; those of which the list shows less than there is are read one by one."""
        thin = [record for record in records if self._is_thin(record)]
        alone = {record["id"] for record in thin}
        self._hand_on([record for record in records if record["id"] not in alone])
        if alone:
            self.singly(alone)

    def _is_thin(self, record: Record) -> bool:
        lacking = self.fields.difference(record)
        if lacking and lacking not in self._thin:
            single = self._one(record["id"])
            self._thin[lacking] = single is not None and not lacking.isdisjoint(single)
        return bool(lacking) and self._thin[lacking]

    def _page(self, offset: int) -> tuple[int, list[Record]]:
        answer = self._ask(lambda: self.api.page(offset))
        if answer.outcome is not Outcome.OK or answer.record is None:
            raise NotAll(f"the list of customers could not be read. The API said {answer}. {_NOTHING_WRITTEN}")
        return answer.record["count"], answer.record["results"]

    def _refuse_too_many(self, count: int) -> None:
        if count > self.most:
            raise NotAll(
                f"there are {count:,} customers, and a sheet that can be read again takes {self.most:,}. "
                f"Export them in parts, with --ids. {_NOTHING_WRITTEN}"
            )

    def _one(self, record_id: int) -> Record | None:
        """A customer; None if there is none with this id."""
        answer = self._ask(lambda: self.api.get(record_id))
        if answer.outcome is Outcome.OK:
            return answer.record
        if answer.http_status == 404:
            return None
        said = redirected(answer) if answer.outcome is Outcome.REDIRECTED else f"The API said {answer}."
        raise NotAll(f"customer {record_id} could not be read. {said} {_NOTHING_WRITTEN}")

    def _ask(self, request: Callable[[], Response]) -> Response:
        """The answer to a request.

        Raises:
            NotAll, Interrupted: the reading was stopped, or the key is not taken.
        """
        try:
            answer = request()
        except NotSent:
            self._stop_if_pulled()
            raise
        self._stop_if_pulled()
        if answer.outcome is Outcome.KEY_REFUSED:
            raise NotAll(f"the API does not take the key ({answer}). Set CAMPFIRE_API_KEY to a valid one.")
        return answer

    def _stop_if_pulled(self) -> None:
        """Leave where the reading was stopped.

        Raises:
            NotAll, Interrupted: it was, for this reason.
        """
        reason = self.brake.reason if self.brake.is_set else None
        if isinstance(reason, Interrupted | NotAll):
            raise reason
        if reason:
            raise NotAll(f"{reason}. {_NOTHING_WRITTEN}")


def _id_of(record: Record) -> int:
    """A record's id.

    Raises:
        NotAll: it has none.
    """
    if type(record.get("id")) is not int:
        raise NotAll(f"the list of customers has a record without an id. {_NOTHING_WRITTEN}")
    return int(record["id"])
