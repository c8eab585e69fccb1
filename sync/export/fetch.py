"""Reads the records from the API: all of them, or some. Either every one of them, or an error.

A list by limit and offset can show a record twice and another one never, where somebody adds or deletes one meanwhile
or the list has no order of its own. So each page begins with the last record of the page before. Where it does not, or
a record comes twice, or the count moves, or the records are not as many as the count, the list is read again.
"""

import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus

from sync.api import workers as pool
from sync.api.api import Api, NotSent
from sync.api.pages import WholeList
from sync.api.response import Outcome, Response, redirected
from sync.contract.resource import Resource
from sync.contract.rules import is_id
from sync.errors import CampfireSyncError
from sync.model import Record
from sync.progress import Progress
from sync.stop import Interrupted
from sync.text import ended

READINGS = 3  # of the list, before it is given up
BATCH = 500  # records that are handed on together

_NOTHING_WRITTEN = "No file was written."
_OTHERS_IN_APP = "The others can be exported on the command line: campfire-sync export FILE.xlsx --ids IDS."
PARTS_IN_APP = "They can be exported in parts on the command line: campfire-sync export FILE.xlsx --ids IDS."


class NotAll(CampfireSyncError):
    """Not every record could be read."""


@dataclass(slots=True)
class Fetch:
    """Reads records, and hands them on as they come.

    `keep` gets them in batches, and returns how many of a batch it did not have yet: a record may come twice.
    """

    api: Api
    resource: Resource
    progress: Progress
    workers: int
    fields: frozenset[str]  # that the sheet shows: the list may have fewer of them than a single record
    most: int  # records that a sheet can take
    keep: Callable[[list[Record]], int]
    # By fields that a record of the list lacks: whether a single read has them.
    _single_has_more: dict[frozenset[str], bool] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _begun: bool = False

    def everyone(self) -> set[int]:
        """Read all records; returns their ids.

        Raises:
            NotAll: they could not be read, or it is not certain that these are all.
            Interrupted: the user or the system stopped it.
        """
        known: set[int] = set()
        for _ in range(READINGS):
            reading = self._list()
            if reading.is_whole:
                return reading.ids
            known |= reading.ids
            # Each reading lacked some. Those that this one lacks are read singly: they may be gone.
            if reading.steady and len(known) == reading.count and not self.singly(known - reading.ids):
                return known
        raise self._not_all(
            f"the list of {self.resource.noun.many} is never the same twice: it counts {reading.count:,}, and "
            f"{len(known):,} different ones appeared in {READINGS} readings. Try again when nobody is changing them."
        )

    def these(self, ids: Collection[int]) -> set[int]:
        """Read the records with these ids, by pages where that takes fewer requests; returns the ids that do not exist.

        Raises:
            NotAll, Interrupted: see `everyone`.
        """
        left = set(ids)
        self._begin(len(left))

        def is_enough(reading: WholeList, page: list[Record]) -> bool:
            left.difference_update(reading.ids)
            pages_left = -(-(reading.count - len(reading.ids)) // len(page))
            return len(left) <= pages_left

        if len(left) > 1:
            self._list(frozenset(ids), is_enough)
        return self.singly(left)

    def singly(self, ids: Iterable[int]) -> set[int]:
        """Read these records one by one; returns the ids that do not exist."""
        missing: set[int] = set()
        batch: list[Record] = []

        def read_one(record_id: int) -> None:
            record = self._one(record_id)
            with self._lock:
                if record is None:
                    missing.add(record_id)
                else:
                    batch.append(record)
                if len(batch) >= BATCH:
                    self._hand_on(batch)

        pool.each(sorted(ids), read_one, self.workers, self.api.stop, self.progress.tick)
        self._raise_if_stopped()
        self._hand_on(batch)
        return missing

    def _begin(self, total: int) -> None:
        if not self._begun:
            self.progress.begin("reading", total, self.api)
        self._begun = True

    def _hand_on(self, records: list[Record]) -> None:
        self.progress.advance(self.keep(records) if records else 0)
        records.clear()

    def _list(
        self,
        wanted: Collection[int] | None = None,
        is_enough: Callable[[WholeList, list[Record]], bool] = lambda reading, page: False,
    ) -> WholeList:
        """Read the list until its end, or until it is enough; keep the records that are wanted, or all."""
        reading = WholeList()
        offset, last = 0, None
        while True:
            count, page = self._page(offset)
            if wanted is None:
                self._refuse_too_many(count)
                self._begin(count)
            ids = [self._id_of(record) for record in page]
            new = reading.take(ids, count, last)
            records = {record_id: record for record_id, record in zip(ids, page, strict=True) if record_id in new}
            self._keep_page([record for i, record in records.items() if wanted is None or i in wanted])
            self.progress.tick()
            if not new or offset + len(page) >= count or is_enough(reading, page):
                return reading
            offset, last = offset + len(page) - 1, ids[-1]

    def _keep_page(self, records: list[Record]) -> None:
        """Keep a page's records; read singly those of which the list shows only a part."""
        partial = {self._id_of(record) for record in records if self._is_partial(record)}
        self._hand_on([record for record in records if self._id_of(record) not in partial])
        if partial:
            self.singly(partial)

    def _is_partial(self, record: Record) -> bool:
        lacking = self.fields.difference(record)
        if lacking and lacking not in self._single_has_more:
            single = self._one(self._id_of(record))
            self._single_has_more[lacking] = single is not None and not lacking.isdisjoint(single)
        return bool(lacking) and self._single_has_more[lacking]

    def _page(self, offset: int) -> tuple[int, list[Record]]:
        response = self._response(lambda: self.api.page(offset, patient=True))
        if response.outcome is not Outcome.OK or response.record is None:
            many = self.resource.noun.many
            if response.http_status == HTTPStatus.OK:  # half a character or a key twice in one of a page's records
                reason = response.fault or "what the API sent is not valid JSON"
                raise self._not_all(
                    f"the list of {many} could not be read from record {offset + 1:,} on: {reason}.",
                    f"Export the other {many} with --ids, and correct the faulty one in Campfire.",
                    f"Correct the faulty one in Campfire. {_OTHERS_IN_APP}",
                )
            raise self._not_all(f"the list of {many} could not be read. The API said {ended(str(response))}")
        return response.record["count"], response.record["results"]

    def _refuse_too_many(self, count: int) -> None:
        if count > self.most:
            raise self._not_all(
                f"there are {count:,} {self.resource.noun.many}, and a sheet that can be read again takes "
                f"{self.most:,}.",
                "Export them in parts, with --ids.",
                PARTS_IN_APP,
            )

    def _one(self, record_id: int) -> Record | None:
        """A record; None if there is none with this id."""
        response = self._response(lambda: self.api.get(record_id))
        if response.outcome is Outcome.OK:
            return response.record
        if response.http_status == HTTPStatus.NOT_FOUND:
            return None
        reason = redirected(response) if response.outcome is Outcome.REDIRECTED else f"The API said {response}"
        raise self._not_all(f"{self.resource.noun.one} {record_id} could not be read. {ended(reason)}")

    def _response(self, request: Callable[[], Response]) -> Response:
        """The response to a request.

        Raises:
            NotAll, Interrupted: the reading was stopped.
        """
        try:
            response = request()
        except NotSent:
            self._raise_if_stopped()
            raise
        self._raise_if_stopped()
        return response

    def _raise_if_stopped(self) -> None:
        """End where the reading was stopped.

        Raises:
            NotAll, Interrupted: it was, for this reason.
        """
        reason = self.api.stop.reason if self.api.stop.is_set else None
        if isinstance(reason, Interrupted | NotAll):
            raise reason
        if reason:
            raise self._not_all(ended(str(reason)))

    def _id_of(self, record: Record) -> int:
        """A record's id.

        Raises:
            NotAll: it has none, or one that is refused in a sheet.
        """
        record_id = record.get(self.resource.roles.id)
        if type(record_id) is not int:
            raise self._not_all(f"the list of {self.resource.noun.many} has a record without an id.")
        if not is_id(record_id):
            raise self._not_all(
                f"the list of {self.resource.noun.many} has a record with the id {record_id}, which no sheet can name.",
                f"Export the other {self.resource.noun.many} with --ids.",
                _OTHERS_IN_APP,
            )
        return record_id

    def _not_all(self, reason: str, remedy: str = "", in_app: str = "") -> NotAll:
        text, said_in_app = (" ".join(filter(None, (reason, each, _NOTHING_WRITTEN))) for each in (remedy, in_app))
        return NotAll(text, said_in_app)
