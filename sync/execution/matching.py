"""Which record a row means where the sheet does not give its id, but the text of another field (`match:`).

The whole list is read for it, by pages, and has to come out right: a record that it shows twice or never could make one
record of two, or none of one. So the ids must be as many as the list counts, or it is read again.

A match is exact. But a number may stand in the sheet for a text of which Excel has made it (123 of 00123), and be the
text of another record as well: then a person has to say which of the two is meant.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from sync.api.api import NotSent
from sync.api.pages import MOST_RECORDS, WholeList
from sync.api.response import Outcome
from sync.contract.rules import is_id
from sync.errors import StoppedEarly
from sync.execution.decision import Decision, deleted, invalid
from sync.execution.run_in_progress import RunInProgress
from sync.model import Problem, Record, RowRecord, Target
from sync.planning.comparison import seen
from sync.planning.losses import as_number, loss
from sync.problems import problem
from sync.status import Stage
from sync.text import listed, normal, rows_listed
from sync.validation.repeats import Compared, differing

READINGS = 3  # of the list, before it is given up
_NAMED = 10  # records, or rows, that a problem names

Settle = Callable[[list[tuple[RowRecord, Decision]]], None]
Decide = Callable[[RowRecord, Record], Decision]


@dataclass(slots=True)
class Found:
    """The records that a text may mean."""

    exact: list[Record] = field(default_factory=list)  # those whose field holds it
    damaged: list[Record] = field(default_factory=list)  # those of whose text Excel makes this one


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
        by_text = self._records({seen(row.edit.match) for row in rows}, tick)
        if by_text is None:
            return
        found = [by_text.get(seen(row.edit.match), Found()) for row in rows]
        rows_of: dict[int, list[RowRecord]] = defaultdict(list)
        for row, of_row in zip(rows, found, strict=True):
            if len(of_row.exact) == 1:
                rows_of[self._id_of(of_row.exact[0])].append(row)
        decisions = [(row, self._decide(row, of_row, rows_of)) for row, of_row in zip(rows, found, strict=True)]
        self.settle(decisions)  # in one commit: a resume would not know which rows have the same record
        tick()

    def _decide(self, row: RowRecord, found: Found, rows_of: dict[int, list[RowRecord]]) -> Decision:
        if doubt := self._doubt(row, found):
            return invalid((doubt,))
        record = found.exact[0]
        record_id = self._id_of(record)
        if others := [other for other in rows_of[record_id] if other.row != row.row]:
            return invalid((self._repeated(row, others, record_id),), record_id)
        known = replace(row, record_id=record_id)
        if not self.is_reliable(known, record):
            return Decision(Stage.READ, record_id=record_id)  # it is read singly
        return replace(self.decide(known, record), record_id=record_id)

    def _doubt(self, row: RowRecord, found: Found) -> Problem | None:
        """Why it is not clear which record the row means; None where it is.

        An export remembers the text that it gave the row, so that a program has not made it of another.
        """
        header, text, match = self.run.facts.options.id_header, row.edit.match, self.run.facts.options.match
        words = {"one": self.run.resource.noun.one, "many": self.run.resource.noun.many}
        words["field"] = self.run.resource.fields[match].label
        exact, damaged = found.exact, found.damaged
        if len(exact) > 1:
            ids = listed(map(self._id_of, exact[:_NAMED]), len(exact) - _NAMED)
            return problem("several_matches", row.row, header, text, **words, ids=ids)
        if not exact:
            before = damaged[0][match] if len(damaged) == 1 else ""
            return problem(loss(before, text) or "no_match", row.row, header, text, **words, before=before)
        if not damaged or row.edit.exported:
            return None
        words |= {"identity": str(self._id_of(exact[0])), "other": str(self._id_of(damaged[0]))}
        return problem("doubtful_match", row.row, header, text, **words, before=damaged[0][match])

    def _repeated(self, row: RowRecord, others: list[RowRecord], record_id: int) -> Problem:
        """The problem of a row that is for the same record as others."""
        facts, some = self.run.facts, others[:_NAMED]
        fields = {header: self.run.resource.fields[name] for name, header in facts.options.verified.items()}
        for name, header in facts.options.names.items():
            target = Target.parse(name)
            if target is not None and name != "id":
                fields[header] = self.run.resource.field_of(target)
        at = [n for n, header in enumerate(facts.headers) if header in fields]
        columns = [Compared(facts.headers[n], fields[facts.headers[n]].sensitive) for n in at]
        here, *there = ([normal(each.cells[n]) for n in at] for each in (row, *some))
        return problem(
            "duplicate_id",
            row.row,
            facts.options.id_header,
            row.edit.match,
            noun=self.run.resource.noun.one,
            identity=record_id,
            others=rows_listed([other.row for other in some], len(others) - _NAMED),
            differences=differing(columns, here, dict(zip((other.row for other in some), there, strict=True))),
        )

    def _id_of(self, record: Record) -> int:
        return int(record[self.run.resource.roles.id])

    def _records(self, wanted: set[str], tick: Callable[[], None]) -> dict[str, Found] | None:
        """The records that one of these texts may mean, by the text; None where the run is stopped."""
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

    def _read_list(self, wanted: set[str], tick: Callable[[], None]) -> tuple[dict[str, Found], bool]:
        """Read the list once; returns the wanted records by their text, and whether the list came out whole.

        A page begins with the last record of the page before: where one record is deleted and another one created
        meanwhile, the count stays the same, and a record slips past unseen.
        """
        by_text: dict[str, Found] = defaultdict(Found)
        reading, shown, has_field, id_field = WholeList(), 0, False, self.run.resource.roles.id
        offset, last = 0, None
        while not self.run.stop.is_set:
            page = self._page(offset)
            if page is None:
                break
            records = page["results"]
            offset += len(records)
            shown += len(records) - (last is not None)
            has_field = has_field or any(self.run.facts.options.match in record for record in records)
            identified = [record for record in records if type(record.get(id_field)) is int]
            new = reading.take([record[id_field] for record in identified], page["count"], last)
            self._keep((record for record in identified if record[id_field] in new), wanted, by_text)
            tick()
            if not new or not reading.steady or offset >= reading.count:
                if shown and not has_field:
                    raise self._without_field()
                return by_text, reading.is_whole and len(reading.ids) == shown
            offset, last = offset - 1, identified[-1][id_field]
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

    def _keep(self, records: Iterable[Record], wanted: set[str], by_text: dict[str, Found]) -> None:
        for record in records:
            self.see(record)
            text = record.get(self.run.facts.options.match)
            can_be_meant = is_id(record[self.run.resource.roles.id]) and not deleted(record, self.run.resource)
            if not isinstance(text, str) or not can_be_meant:
                continue
            shown = seen(text)
            if shown in wanted:
                by_text[shown].exact.append(record)
            if (number := as_number(shown)) != shown and number in wanted:
                by_text[number].damaged.append(record)
