"""Reads runs and their rows from the journal."""

import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from sync.errors import CannotStart
from sync.journal.database import Identity, JournalUnreadable, connect_for_reading, identity
from sync.journal.unpack import (
    COLUMNS,
    by_status,
    facts_of,
    remembered_of,
    row_of,
    run_state_of,
    status_as_of_now,
    unpack_summary,
)
from sync.model import Problem, RecordSummary, Requests, RowRecord, RunFacts, RunRecord
from sync.status import State, Status, state_of

SHORTEST_ID = 4
_AT_ONCE = 500
# The rows of a resource's records that the API has answered a write of: base URL, since when, resource, its text. Only
# runs that were at work since then are looked into; one that was killed has not written down its end.
_WRITTEN_LATELY = (
    "rows.run IN (SELECT id FROM runs WHERE base_url = ?1 AND (state = 'running' OR ended_at > ?2) "
    "AND (IFNULL(json_extract(facts, '$.resource'), 'customers') = ?3 "
    "OR NULLIF(json_extract(facts, '$.resource_text'), '') = ?4)) "
    "AND sent_at > ?2 AND after IS NOT NULL"
)
_NO_MORE: tuple[int, Iterator[tuple[int, Problem]]] = (-1, iter(()))


class LastSent(NamedTuple):
    """The last PUT of a row that may have arrived."""

    body: str
    http_status: int | None  # of its answer; None where none came


class JournalReader:
    """Past runs, read through a connection of its own.

    Args:
        written_as: the files that a writer has open. Others of the same name are refused.
        live: the run that is read is still in progress in another process.

    Raises:
        CannotStart: there is no such run.
        JournalUnreadable: the journal cannot be read. What cannot be read is never taken for “no rows”.
    """

    def __init__(self, path: Path, written_as: Identity | None = None, live: bool = False) -> None:
        self.path = path
        self._live = live
        self._written_as = written_as

    def select(self, sql: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """What a question to the tables answers. For this room alone."""
        try:
            if self._written_as is not None and identity(self.path) != self._written_as:
                raise JournalUnreadable(f"the journal {self.path} was replaced while it was in use.")
            if self._written_as is None and not os.path.lexists(self.path):
                return  # nothing has ever been run here
            with closing(connect_for_reading(self.path)) as db:
                yield from db.execute(sql, values)
        except FileNotFoundError as e:
            raise JournalUnreadable(f"the journal {self.path} was moved or removed while it was in use.") from e
        except (sqlite3.Error, OSError, UnicodeDecodeError) as e:  # the last: SQLite's message quotes damaged bytes
            raise JournalUnreadable(f"the journal {self.path} can't be read ({e}).") from e

    def runs(self) -> list[RunRecord]:
        """All runs, the oldest first."""
        return self._runs("ORDER BY rowid")

    def _runs(self, which: str, *values: Any) -> list[RunRecord]:
        requests = self._requests()
        columns = "facts, checksum, state, ended_at, counts, results, results_sha256, because, forgotten"
        runs = list(self.select(f"SELECT {columns} FROM runs {which}", *values))
        records = []
        for facts, seal, state, ended_at, counts, results, sha256, because, forgotten in runs:
            run_facts = facts_of(facts, seal)
            made = requests.get(run_facts.id, Requests())
            if not counts:  # in progress, or killed: then it could not say either how much it had sent
                counts, attempts = self._count_anew(run_facts.id)
                made = made._replace(put=max(made.put, attempts))
            rows, in_doubt = by_status(counts, run_facts, self._live)
            ended = (run_state_of(state), ended_at, made, rows)
            records.append(RunRecord(run_facts, *ended, results, sha256, because, forgotten, in_doubt))
        return records

    def find(self, name: str) -> RunRecord:
        """The run with this id, or with the only id that begins or ends so. At least four characters are needed."""
        if len(name) < SHORTEST_ID:
            raise CannotStart(f"“{name}” is too short for a run's id: type at least {SHORTEST_ID} characters of it.")
        sql = "SELECT id FROM runs WHERE substr(id, 1, ?) = ? OR substr(id, ?) = ?"
        ids = [row[0] for row in self.select(sql, len(name), name, -len(name), name)]
        if name in ids:
            return self.run(name)
        if len(ids) == 1:
            return self.run(ids[0])
        problem = "more than one run begins or ends with" if ids else "there is no run"
        raise CannotStart(f"{problem} “{name}” in {self.path.parent}. `campfire-sync runs` lists them.")

    def facts(self, run: str) -> RunFacts:
        """What is true of a run as a whole, without a look at its rows."""
        for row in self.select("SELECT facts, checksum FROM runs WHERE id = ?", run):
            return facts_of(*row)
        raise CannotStart(f"there is no run “{run}” in {self.path.parent}. `campfire-sync runs` lists them.")

    def run(self, run: str) -> RunRecord:
        """A run as a whole."""
        for record in self._runs("WHERE id = ?", run):
            return record
        raise CannotStart(f"there is no run “{run}” in {self.path.parent}. `campfire-sync runs` lists them.")

    def has(self, run: str) -> bool:
        """Whether the journal has this run."""
        return any(True for _ in self.select("SELECT 1 FROM runs WHERE id = ?", run))

    def _requests(self) -> dict[str, Requests]:
        """Each run's requests, over all of its sessions."""
        made: dict[str, Requests] = {}
        for run, text in self.select("SELECT run, requests FROM sessions"):
            try:
                made[run] = made.get(run, Requests()).plus(Requests(**json.loads(text)))
            except (ValueError, TypeError) as e:
                raise JournalUnreadable(f"the journal is damaged: the requests of {run} can't be read ({e}).") from e
        return made

    def _count_anew(self, run: str) -> tuple[str, int]:
        """Rows by state, as `runs.counts` has them once a run has ended, and the PUTs that were begun."""
        counted = list(self.select("SELECT state, COUNT(*), SUM(attempts) FROM rows WHERE run = ? GROUP BY state", run))
        return json.dumps({state: rows for state, rows, _ in counted}), sum(int(puts) for _, _, puts in counted)

    def count(self, run: str, *states: State) -> int:
        """How many of a run's rows stand in one of these states."""
        marks = ", ".join("?" * len(states))
        counts = self.select(f"SELECT COUNT(*) FROM rows WHERE run = ? AND state IN ({marks})", run, *states)
        return next((int(row[0]) for row in counts), 0)

    def row_numbers(self, run: str) -> list[int]:
        """The sheet's own numbers of a run's rows."""
        return [int(row[0]) for row in self.select("SELECT row FROM rows WHERE run = ? ORDER BY n", run)]

    def files(self, run: str) -> list[str]:
        """The files that hold a run's data beside its sheet: workbooks, pages, plans; some may be gone by now."""
        return [str(row[0]) for row in self.select("SELECT path FROM files WHERE run = ? ORDER BY rowid", run)]

    def has_sent(self, run: str) -> bool:
        """Whether anything was about to be sent in a run."""
        return any(self.select("SELECT 1 FROM intents WHERE run = ? LIMIT 1", run))

    def rows(self, run: str, *states: State) -> Iterator[RowRecord]:
        """A run's rows in the input's order; those in these states, or all.

        Read some hundred at a time, so that a long look does not hold up the journal's writer.
        """
        dry_run = self.facts(run).dry_run
        marks = ", ".join("?" * len(states))
        chosen = f" AND state IN ({marks})" if states else ""
        sql = f"SELECT {COLUMNS} FROM rows WHERE run = ? AND n > ?{chosen} ORDER BY n LIMIT {_AT_ONCE}"
        page = list(self.select(sql, run, -1, *states))
        while page:
            yield from (row_of(run, values, dry_run, self._live) for values in page)
            page = list(self.select(sql, run, page[-1][0], *states))

    def rows_with_memory(self, run: str, *states: State) -> Iterator[RowRecord]:
        """As `rows`, each with what the exported workbook remembers of it."""
        remembered = self.memory(run)
        n, texts, item_ids = next(remembered, (-1, None, {}))
        for row in self.rows(run, *states):
            while texts is not None and n < row.n:
                n, texts, item_ids = next(remembered, (-1, None, {}))
            known = texts is not None and n == row.n
            yield replace(row, exported=texts, item_ids=item_ids) if known else row

    def summaries(
        self, run: str, *states: State
    ) -> Iterator[tuple[Status, RecordSummary | None, RecordSummary | None]]:
        """For each row in one of these states its status, and its record before and after: what totals need."""
        dry_run = self.facts(run).dry_run
        marks = ", ".join("?" * len(states))
        sql = f"SELECT state, before, after FROM rows WHERE run = ? AND state IN ({marks})"
        for state, before, after in self.select(sql, run, *states):
            try:
                yield (
                    status_as_of_now(state_of(state), dry_run, self._live),
                    unpack_summary(before),
                    unpack_summary(after),
                )
            except (ValueError, TypeError) as e:
                raise JournalUnreadable(f"the journal is damaged: a row of the run {run} can't be read ({e}).") from e

    def rows_of(self, run: str, customers: Collection[int], state: State) -> Iterator[RowRecord]:
        """The rows of these customers that stand in this state, in no order: to sort them took a sixth of the reading.

        They are read some hundred at a time, since a database takes only so many values in one question.
        """
        dry_run = self.facts(run).dry_run
        left = iter(customers)
        while some := list(islice(left, _AT_ONCE)):
            marks = ", ".join("?" * len(some))
            # Left to itself, SQLite goes through all of the run's rows for each page of customers.
            table = "rows INDEXED BY rows_of_customer"
            sql = f"SELECT {COLUMNS} FROM {table} WHERE run = ? AND state = ? AND record_id IN ({marks})"
            yield from [row_of(run, values, dry_run, self._live) for values in self.select(sql, run, state, *some)]

    def last_sent(self, run: str, n: int) -> LastSent | None:
        """The last PUT of a row; None where none of its PUTs can have arrived: each was answered, and no answer leaves
        it open.
        """
        bodies = [
            body for (body,) in self.select("SELECT body FROM intents WHERE run = ? AND n = ? ORDER BY seq", run, n)
        ]
        sql = (
            "SELECT http_status, may_have_arrived FROM attempts WHERE run = ? AND n = ? AND method = 'PUT' "
            "ORDER BY rowid"
        )
        answers = list(self.select(sql, run, n))
        left_open = [status for status, may_have_arrived in answers if may_have_arrived]
        unanswered = len(bodies) > len(answers)
        if not left_open and not unanswered:
            return None
        return LastSent(bodies[-1], None if unanswered else left_open[-1])

    def recent_writes(self, base_url: str, resource: str, resource_text: str = "") -> dict[int, set[str]]:
        """By id, when the records of a resource that were written in the last hour had been modified, as answered.

        A resource with a file of its own is the same one wherever that file is.
        """
        sql = f"SELECT record_id, after FROM rows WHERE {_WRITTEN_LATELY} AND record_id IS NOT NULL"
        writes: dict[int, set[str]] = {}
        for record_id, after in self.select(sql, base_url, _an_hour_ago(), resource, resource_text):
            summary = unpack_summary(after)
            writes.setdefault(record_id, set()).add((summary.last_modified_at if summary else None) or "")
        return writes

    def last_body(self, record_id: int, base_url: str, resource: str, resource_text: str = "") -> str | None:
        """The body of the last of a record's writes that `recent_writes` tells of; None where there is none.

        The last is the one that was answered last: a run that is resumed may write after a run that began later. One
        without an answer was in doubt when its process ended, which is most likely the last that happened.
        """
        sql = (
            # Left to itself, SQLite goes through all that a run has sent.
            "SELECT body FROM rows INDEXED BY rows_of_customer JOIN intents USING (run, n) "
            "LEFT JOIN attempts AS answer ON (answer.run, answer.n, method) = (rows.run, rows.n, 'PUT') "
            f"WHERE {_WRITTEN_LATELY} AND record_id = ?5 "
            "ORDER BY answer.rowid DESC NULLS FIRST, rows.rowid DESC, seq DESC LIMIT 1"
        )
        found = self.select(sql, base_url, _an_hour_ago(), resource, resource_text, record_id)
        return next((str(row[0]) for row in found), None)

    def memory(self, run: str) -> Iterator[tuple[int, dict[str, str], dict[str, str]]]:
        """What the exported workbook remembers of a run's rows, in their order.

        Each with the row's position in the input, the exported text by header, and the API's id by item
        (`contacts[1]`). Rows of which nothing is remembered are missing.
        """
        sql = "SELECT n, texts, item_ids FROM memory WHERE run = ? ORDER BY n"
        for n, texts, item_ids in self.select(sql, run):
            yield n, *remembered_of(texts, item_ids)

    def problems(self, run: str) -> Iterator[tuple[int, Problem]]:
        """What is wrong with a run's rows, in their order, each with the row's place in the input."""
        sql = "SELECT n, row, col, value, kind, problem, remedy FROM problems WHERE run = ? ORDER BY n, rowid"
        for n, *values in self.select(sql, run):
            yield n, Problem(*values)

    def with_problems(self, run: str, rows: Iterable[RowRecord]) -> Iterator[tuple[RowRecord, list[Problem]]]:
        """Each of these rows of a run, which come in the input's order, with its problems."""
        grouped = groupby(self.problems(run), key=itemgetter(0))
        n, problems = next(grouped, _NO_MORE)
        for row in rows:
            while -1 < n < row.n:
                n, problems = next(grouped, _NO_MORE)
            yield row, [problem for _, problem in problems] if n == row.n else []


def _an_hour_ago() -> str:
    return (datetime.now(UTC) - timedelta(hours=1)).isoformat()
