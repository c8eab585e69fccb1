"""A page of a run's rows, chosen by SQLite: somebody who looks at 200 of 100,000 rows does not wait for the others."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sync.journal.reader import JournalReader
from sync.journal.unpack import COLUMNS, row_of
from sync.model import Problem, RowRecord
from sync.status import State

_FIELD = "EXISTS (SELECT 1 FROM json_each(changes) WHERE json_extract(value, '$[0]') = ?)"
_TEXT = "row_has_text(?, ?, row, record_id, message, cells, changes, before, after)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows somebody wants to see."""

    states: tuple[State, ...]
    field: str = ""  # only rows that change this field, a Target's text
    text: str = ""  # only rows with this text in their number, id, name, message, cells or changes, in any case
    values: tuple[str, ...] = ()  # or with one of these values before or after a change: choices whose label has `text`


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the wanted rows, and how many there are in all."""

    rows: list[RowRecord]
    count: int


class RowPages:
    """The rows of one run, a page at a time.

    Args:
        live: the run is still in progress in another process.
    """

    def __init__(self, journal: JournalReader, run: str, live: bool = False) -> None:
        self._journal = journal
        self._run = run
        self._live = live
        self._dry_run = journal.facts(run).dry_run

    def page(self, wanted: Wanted, first: int, most: int) -> Page:
        """At most so many of the wanted rows in the input's order, from the one at the position `first` (from 0) on."""
        where, values = self._where(wanted)
        # The places of all alone: what is not on the page is not unpacked.
        places = [row[0] for row in self._journal.select(f"SELECT n FROM rows WHERE {where} ORDER BY n", *values)]
        shown = places[first : first + most]
        marks = ", ".join("?" * len(shown))
        sql = f"SELECT {COLUMNS} FROM rows WHERE run = ? AND n IN ({marks}) ORDER BY n"
        rows = self._journal.select(sql, self._run, *shown)
        return Page([row_of(self._run, row, self._dry_run, self._live) for row in rows], len(places))

    def problems(self, rows: Iterable[RowRecord]) -> dict[int, list[Problem]]:
        """What is wrong with each of these rows, by its place in the input."""
        places = [row.n for row in rows]
        marks = ", ".join("?" * len(places))
        sql = (
            "SELECT n, row, col, value, kind, problem, remedy FROM problems "
            f"WHERE run = ? AND n IN ({marks}) ORDER BY n, rowid"
        )
        problems: dict[int, list[Problem]] = {}
        for n, *values in self._journal.select(sql, self._run, *places):
            problems.setdefault(n, []).append(Problem(*values))
        return problems

    def numbers(self, *states: State) -> list[int]:
        """The sheet's own numbers of the rows in these states."""
        marks = ", ".join("?" * len(states))
        sql = f"SELECT row FROM rows WHERE run = ? AND state IN ({marks}) ORDER BY n"
        return [int(row[0]) for row in self._journal.select(sql, self._run, *states)]

    def fields(self) -> dict[str, int]:
        """The fields that change, a Target's text each, and in how many rows."""
        sql = "SELECT json_extract(value, '$[0]'), COUNT(*) FROM rows, json_each(changes) WHERE run = ? GROUP BY 1"
        return dict(self._journal.select(sql, self._run))

    def of_sheet_rows(self, numbers: Iterable[int], state: State) -> list[RowRecord]:
        """The rows with these numbers in the sheet that stand in this state."""
        sql = f"SELECT {COLUMNS} FROM rows WHERE run = ? AND state = ? AND row IN (SELECT value FROM json_each(?))"
        rows = self._journal.select(f"{sql} ORDER BY n", self._run, state, json.dumps(list(numbers)))
        return [row_of(self._run, row, self._dry_run, self._live) for row in rows]

    def _where(self, wanted: Wanted) -> tuple[str, list[Any]]:
        marks = ", ".join("?" * len(wanted.states))
        conditions, values = [f"run = ? AND state IN ({marks})"], [self._run, *wanted.states]
        if wanted.field:
            conditions.append(_FIELD)
            values.append(wanted.field)
        if wanted.text:
            conditions.append(_TEXT)
            values += [wanted.text.casefold(), json.dumps(wanted.values)]
        return " AND ".join(conditions), values
