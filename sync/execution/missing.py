"""Why the API does not know a record: it was deleted, or it never existed, or this key may not see it.

The list shows deleted records where it is asked to (`only_deleted` of the resource), which is done once for a run, and
again for records that were there when the run read them: they have been deleted since.
"""

import threading
from http import HTTPStatus

from sync.api.api import Api
from sync.api.pages import MOST_RECORDS
from sync.api.response import Outcome, Response
from sync.contract.resource import Resource
from sync.execution.decision import deleted
from sync.model import Record

_READINGS = 20  # of the list of deleted records


class MissingRecords:
    """Tells what has happened to records that the API answers 404 for. Safe to use from several threads."""

    def __init__(self, api: Api, resource: Resource) -> None:
        self._api = api
        self._resource = resource
        self._lock = threading.Lock()
        self._deleted: dict[int, Record] = {}
        self._readings = 0

    def deleted_record(self, record_id: int, answer: Response, existed: bool = False) -> Record | None:
        """The record, where the API answers that it does not know it and it was deleted.

        `existed`: it has been there in this run, or in the one that this run follows.
        """
        if answer.http_status != HTTPStatus.NOT_FOUND or not self._resource.only_deleted:
            return None
        with self._lock:
            may_be_new = existed and record_id not in self._deleted and self._readings < _READINGS
            if not self._readings or may_be_new:
                self._readings += 1
                self._deleted |= self._read()
            record = self._deleted.get(record_id)
        role = self._resource.roles.deleted
        if record is None or record.get(role) is False:  # an API that is not asked for them in this way shows others
            return None
        return record | {role: True}

    def explain(self, record_id: int, answer: Response, existed: bool = False) -> str:
        """Words for a person; empty where the answer is something else than “not known”. See `deleted_record`."""
        if answer.http_status != HTTPStatus.NOT_FOUND:
            return ""
        if record := self.deleted_record(record_id, answer, existed):
            return deleted(record, self._resource)
        unknown = f"There is no {self._resource.noun.one} {record_id}, or this key may not see it: check the id."
        return f"{unknown} The API said {answer}"

    def _read(self) -> dict[int, Record]:
        """All deleted records that the list shows, by their ids; what it does not show stays unknown."""
        known: dict[int, Record] = {}
        while True:
            page = self._api.page(len(known), deleted=True, patient=True)
            if page.outcome is not Outcome.OK or page.record is None:
                return known
            records = {record.get(self._resource.roles.id): record for record in page.record["results"]}
            new = {key: r for key, r in records.items() if isinstance(key, int) and key not in known}
            known |= new
            if not new or not len(known) < page.record["count"] <= MOST_RECORDS:
                return known
