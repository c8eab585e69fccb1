"""Whether a record that the API shows is the record as it is now.

A cache or a replica may show an old state for a while after a write. The record's own time of its last modification
tells: one that is older than that of an earlier answer is not believed, and the record is read again.

The times need not be of one clock: the answer to a write may give a finer or a later one than a reading does. A record
that holds all that this journal wrote last is the one that is there now, whatever its time.

A time that has not come yet (an import, a clock that was wrong) is not a time to hold a record to: it would be older
until that day, and could never be sent.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sync.api.api import Api
from sync.api.response import Outcome, Response
from sync.contract.resource import Resource
from sync.model import Record
from sync.planning.comparison import side_effects
from sync.stop import StopSignal

PAUSES = [0.5, 1.0, 2.0]  # seconds before each further look at a record that is not up to date yet
_ZONES = timedelta(days=1)  # by which a time without a zone may lie ahead


@dataclass(slots=True)
class Freshness:
    """Reads records, and distrusts those that are older than what is known.

    Args:
        known: when a record was modified, by its id: what the API answered to this journal's own writes.
        last_body: the body of the last of these writes, by the record's id.
    """

    api: Api
    stop: StopSignal
    resource: Resource
    known: Mapping[int, Collection[str]]
    last_body: Callable[[int], str | None]

    def is_old(self, record_id: int, record: Record, *floors: str | None) -> bool:
        """Whether the record is older than this journal's last write of it, or than one of these moments.

        One of which the API does not say when it was modified is believed.
        """
        modified = self._modified(record)
        if modified is None:
            return False
        if any(_is_before(modified, at) for at in self._credible(floors)):
            return True
        known = self._credible(self.known.get(record_id, ()))
        return any(_is_before(modified, at) for at in known) and not self._holds_last_write(record_id, record)

    def _holds_last_write(self, record_id: int, record: Record) -> bool:
        body = self.last_body(record_id)
        return body is not None and not side_effects(json.loads(body, parse_float=Decimal), record, self.resource)

    def _modified(self, record: Record) -> datetime | None:
        role = self.resource.roles.last_modified
        return modified_at(record.get(role)) if role else None

    def _credible(self, texts: Iterable[str | None]) -> Iterator[datetime]:
        """Those of the moments that have come, by this computer's clock or by the API's."""
        now = max(filter(None, (datetime.now(UTC), self.api.server_time)))
        return (at for text in texts if (at := modified_at(text)) is not None and at <= now + _ZONES)

    def may_be_old(self, record_id: int, record: Record) -> bool:
        """Whether a record of a list should be read singly before it is believed."""
        if record_id not in self.known:
            return False
        known, modified = [modified_at(text) for text in self.known[record_id]], self._modified(record)
        return modified is None or any(at is None or _is_before(modified, at) for at in known)

    def read(self, record_id: int, *floors: str | None) -> Response:
        """Read a record; as long as it is old, look again. One that stays old is a response without a record.

        Raises:
            NotSent: the run was stopped. An old state is not believed for that.
        """
        response = self.api.get(record_id)
        for pause in PAUSES:
            if not self._shows_old(record_id, response, *floors):
                return response
            self.stop.sleep(pause)
            response = self.api.get(record_id, first=True)
        if self._shows_old(record_id, response, *floors):
            text = "the API still shows this record as it was before its last change"
            return Response(Outcome.TRANSIENT, response.http_status, text, started=response.started)
        return response

    def _shows_old(self, record_id: int, response: Response, *floors: str | None) -> bool:
        is_record = response.outcome is Outcome.OK and response.record is not None
        return is_record and self.is_old(record_id, response.record or {}, *floors)

    def look_again(
        self, record_id: int, before: str | None, answered: Record | None, is_right: Callable[[Record], bool]
    ) -> Response:
        """Read a record that was just written; while it may be from before the write and is not right, look again.

        Args:
            before: when the record had been modified, as it was read before the write.
            answered: the record in the answer to the write, if there was one.

        Raises:
            NotSent: the run was stopped.
        """
        response = self.api.get(record_id, first=True)
        for pause in PAUSES:
            if response.outcome is not Outcome.OK or response.record is None or is_right(response.record):
                return response
            if self._is_from_after(response.record, before, answered):
                return response
            self.stop.sleep(pause)
            response = self.api.get(record_id, first=True)
        return response

    def _is_from_after(self, record: Record, before: str | None, answered: Record | None) -> bool:
        modified, last, written = self._modified(record), modified_at(before), self._modified(answered or {})
        if modified is None:
            return False
        return (last is not None and modified > last) or (written is not None and not _is_before(modified, written))


def _is_before(modified: datetime, at: datetime) -> bool:
    """Whether one moment is before another, as finely as the first is given: to the second, say."""
    unit = next(unit for unit in (1_000_000, 1_000, 1) if modified.microsecond % unit == 0)
    return modified < at.replace(microsecond=at.microsecond // unit * unit)


def modified_at(text: object) -> datetime | None:
    """The time that the API gives for a modification; None where it is not one."""
    if not isinstance(text, str):
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
