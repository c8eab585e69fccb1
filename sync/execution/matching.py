"""Which record a row means where the sheet does not give its id, but the text of another field (`match:`).

The whole list is read for it, by pages, and has to come out right: a record that it shows twice or never could make one
record of two, or none of one. So the ids must be as many as the list counts, or it is read again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from sync.api.api import NotSent
from sync.api.pages import MOST_RECORDS, WholeList
from sync.api.response import Outcome
from sync.errors import StoppedEarly
from sync.execution.decision import Decision, deleted, invalid
from sync.execution.run_in_progress import RunInProgress
from sync.model import Record, RowRecord
from sync.planning.comparison import seen
from sync.problems import problem
from sync.status import Stage

READINGS = 3  # of the list, before it is given up

Settle = Callable[[list[tuple[RowRecord, Decision]]], None]
Decide = Callable[[RowRecord, Record], Decision]


@dataclass(frozen=True, slots=True)
class Matching:
    """Finds the records of a run's rows by the text of a field."""

    run: RunInProgress
    settle: Settle
    decide: Decide
    is_reliable: Callable[[RowRecord, Record], bool]
    see: Callable[[Record], None]  # each record of the list

    def resolve(self, tick: Callable[[], None]) -> None:
        """Find the record of each row that has none yet; plan those that have one, and refuse the others.

        Raises:
            StoppedEarly: the list could not be read reliably.
        """
        rows = [row for row in self.run.journal.reader.rows(self.run.facts.id, Stage.READ) if row.record_id is None]
        if not rows:
            return
        records = self._records({seen(row.edit.match) for row in rows}, tick)
        if records is None:
            return
        id_field = self.run.resource.roles.id
        ids = [[int(record[id_field]) for record in records.get(seen(row.edit.match), [])] for row in rows]
        rows_of: dict[int, list[int]] = defaultdict(list)
        for row, matches in zip(rows, ids, strict=True):
            if len(matches) == 1:
                rows_of[matches[0]].append(row.row)
        decisions = [(row, self._decide(row, records.get(seen(row.edit.match), []), rows_of)) for row in rows]
        self.settle(decisions)  # in one commit: a resume would not know which rows have the same record
        tick()

    def _decide(self, row: RowRecord, records: list[Record], rows_of: dict[int, list[int]]) -> Decision:
        header, text = self.run.facts.options.id_header, row.edit.match
        noun = {"one": self.run.resource.noun.one, "many": self.run.resource.noun.many}
        field = self.run.resource.fields[self.run.facts.options.match].label
        if not records:
            return invalid((problem("no_match", row.row, header, text, field=field, **noun),))
        if len(records) > 1:
            ids = ", ".join(str(record[self.run.resource.roles.id]) for record in records[:10])
            return invalid((problem("several_matches", row.row, header, text, field=field, ids=ids, **noun),))
        record_id = int(records[0][self.run.resource.roles.id])
        others = [number for number in rows_of[record_id] if number != row.row]
        if others:
            rows = ", ".join(map(str, others[:10]))
            same = problem("duplicate_id", row.row, header, text, noun=noun["one"], identity=record_id, others=rows)
            return invalid((same,), record_id)
        known = replace(row, record_id=record_id)
        if not self.is_reliable(known, records[0]):
            return Decision(Stage.READ, record_id=record_id)  # it is read singly
        return replace(self.decide(known, records[0]), record_id=record_id)

    def _records(self, wanted: set[str], tick: Callable[[], None]) -> dict[str, list[Record]] | None:
        """The records, by the text of the field, that have one of these; None where the run is stopped."""
        for _ in range(READINGS):
            by_text, is_reliable = self._read_list(wanted, tick)
            if self.run.stop.is_set:
                return None
            if is_reliable:
                return by_text
        raise StoppedEarly(
            f"the list of {self.run.resource.noun.many} changed while it was read, {READINGS} times, so it cannot tell "
            "reliably which records are meant. Try again with resume"
        )

    def _read_list(self, wanted: set[str], tick: Callable[[], None]) -> tuple[dict[str, list[Record]], bool]:
        """Read the list once; returns the wanted records by their text, and whether the list came out whole.

        A page begins with the last record of the page before, as long as that costs no further page: where one record
        is deleted and another one created meanwhile, the count stays the same, and a record slips past unseen.
        """
        by_text: dict[str, list[Record]] = defaultdict(list)
        reading, shown, has_field, id_field = WholeList(), 0, False, self.run.resource.roles.id
        offset, size, last = 0, 0, None
        while not self.run.stop.is_set:
            page = self._page(offset)
            if page is None:
                break
            records = page["results"]
            offset += len(records)
            shown += len(records) - (last is not None)
            size = size or len(records)
            has_field = has_field or any(self.run.facts.options.match in record for record in records)
            identified = [record for record in records if type(record.get(id_field)) is int]
            new = reading.take([record[id_field] for record in identified], page["count"], last)
            self._keep((record for record in identified if record[id_field] in new), wanted, by_text)
            tick()
            if not new or not reading.steady or offset >= reading.count:
                if shown and not has_field:
                    raise self._without_field()
                return by_text, reading.is_whole and len(reading.ids) == shown
            last = identified[-1][id_field] if (reading.count - offset) % size else None
            offset -= last is not None
        return by_text, False

    def _without_field(self) -> StoppedEarly:
        """What the list does not show, it cannot deny: every row would be told that there is no such record."""
        name, many = self.run.facts.options.match, self.run.resource.noun.many
        return StoppedEarly(f"the list of {many} does not show {name}, so it cannot tell which records are meant")

    def _page(self, offset: int) -> Record | None:
        """A page of the list; None where the run was stopped."""
        try:
            answer = self.run.api.page(offset, patient=True)
        except NotSent:
            return None
        if answer.outcome is not Outcome.OK or answer.record is None:
            many = self.run.resource.noun.many
            raise StoppedEarly(f"the list of {many}, which tells the records apart, could not be read ({answer})")
        noun, count = self.run.resource.noun, answer.record["count"]
        if count > MOST_RECORDS:
            raise StoppedEarly(
                f"the list of {noun.many} counts {count:,}, and no more than {MOST_RECORDS:,} are read to find out "
                f"which {noun.one} a row means. Give their ids in the sheet instead"
            )
        return answer.record

    def _keep(self, records: Iterable[Record], wanted: set[str], by_text: dict[str, list[Record]]) -> None:
        for record in records:
            self.see(record)
            text = record.get(self.run.facts.options.match)
            if isinstance(text, str) and seen(text) in wanted and not deleted(record, self.run.resource):
                by_text[seen(text)].append(record)
