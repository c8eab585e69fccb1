"""The rows of a run on their way out of a journal, as JSON values, and into another one. Used for plan files."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple
from typing import Any

from sync.journal.database import JournalUnreadable
from sync.journal.reader import JournalReader
from sync.journal.steps import SEALED, Step, dumps
from sync.journal.tables import checksum
from sync.journal.unpack import COLUMNS, row_of
from sync.model import Cell, RowRecord, Target
from sync.status import STATES, State, state_of
from sync.text import whole

# A row's columns: those that hold a text or a number, and those that hold JSON. `state` goes by a parameter of its own.
PLAIN = {"n": int, "row": int, "record_id": int, "message": str, "http_status": int}
JSON = {
    "cells": list,
    "cell_meta": dict,
    "edits": dict,
    "witnesses": dict,
    "present": dict,
    "changes": list,
    "before": list,
}
NULLABLE = {"record_id", "http_status", "before"}
PROBLEM = {"n": int, "row": int, "col": str, "value": str, "kind": str, "problem": str, "remedy": str}

JsonRow = dict[str, Any]


def rows_out(reader: JournalReader, run: str) -> Iterator[JsonRow]:
    """A run's rows: PLAIN, JSON and `state`, each under its column's name.

    Raises:
        JournalUnreadable: the journal is lost or damaged.
    """
    names = (*PLAIN, "state", *JSON)
    for values in reader.select(f"SELECT {', '.join(names)} FROM rows WHERE run = ? ORDER BY n", run):
        row = dict(zip(names, values, strict=True))
        try:
            yield row | {name: None if row[name] is None else json.loads(row[name]) for name in JSON}
        except ValueError as e:
            raise JournalUnreadable(f"the journal is damaged: a row of the run {run} can't be read ({e}).") from e


def problems_out(reader: JournalReader, run: str) -> Iterator[JsonRow]:
    """A run's problems, each under its column's name."""
    sql = f"SELECT {', '.join(PROBLEM)} FROM problems WHERE run = ? ORDER BY n, rowid"
    for values in reader.select(sql, run):
        yield dict(zip(PROBLEM, values, strict=True))


def memory_out(reader: JournalReader, run: str) -> Iterator[JsonRow]:
    """What the exported workbook remembers of a run's rows."""
    for n, texts, item_ids in reader.memory(run):
        yield {"n": n, "texts": texts, "item_ids": item_ids}


def checked_rows(rows: Iterable[Any], columns: int) -> None:
    """Refuse rows that no journal has written.

    Args:
        columns: how many cells a row has.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: a column is missing, or holds something else.
        JournalUnreadable: a column's JSON is not what it holds in a journal.
    """
    for n, row in enumerate(rows):
        for name, kind in (PLAIN | JSON).items():
            value = row[name]
            if not (value is None and name in NULLABLE) and type(value) is not kind:
                raise TypeError(f"{name} of row {n}")
        if row["n"] != n or state_of(row["state"]) not in STATES or len(row["cells"]) != columns:
            raise ValueError(f"row {n}")
        _check_values(record_of(row))


def record_of(row: Mapping[str, Any]) -> RowRecord:
    """A row as the journal will read it once it is there."""
    empty = {"expected": "[]", "after": None, "attempts": 0, "sent_at": "", "checksum": None}
    columns = {name: row[name] for name in (*PLAIN, "state")} | empty
    columns |= {name: None if row[name] is None else dumps(row[name]) for name in JSON}
    return row_of("", tuple(columns[name] for name in COLUMNS.split(", ")), dry_run=True)


def _check_values(row: RowRecord) -> None:
    targets = (*row.edits, *row.context.exported, *(change.field for change in row.changes))
    if not all(Target.parse(target) for target in targets):
        raise ValueError(f"a field of row {row.n}")
    texts: list[object] = [*row.cells, *row.context.verify.values(), *map(str, row.context.items.values())]
    if row.before is not None:
        texts += [part for pair in row.before.totals.items() for part in pair]
        texts += [t for t in (row.before.name, row.before.currency, row.before.last_modified_at) if t is not None]
        if not all(type(count) is int for count in row.before.counts.values()):
            raise TypeError(f"a count of row {row.n}")
    parts = [part for cell in row.cell_meta.values() for part in zip(astuple(cell), astuple(Cell()), strict=True)]
    if not all(isinstance(text, str) for text in texts) or not all(type(part) is type(plain) for part, plain in parts):
        raise TypeError(f"a text of row {row.n}")


def checked_problems(problems: Iterable[Any]) -> None:
    """The same for problems."""
    for problem in problems:
        for name, kind in PROBLEM.items():
            if type(problem[name]) is not kind:
                raise TypeError(f"{name} of a problem")


def checked_memory(memory: Iterable[Any], rows: int) -> None:
    """The same for what is remembered."""
    for remembered in memory:
        if type(remembered["n"]) is not int or not 0 <= remembered["n"] < rows:
            raise ValueError("a remembered row")
        for texts in (remembered["texts"], remembered["item_ids"]):
            if not all(isinstance(part, str) for pair in texts.items() for part in pair):
                raise TypeError("a remembered text")


def row_in(run: str, row: Mapping[str, Any], state: State, held_to_changes: bool) -> Step:
    """A row that a run takes over from a plan file. Like `carried`, which takes it from a run of the same journal."""
    changes = dumps(row["changes"]) if held_to_changes else "[]"
    columns: dict[str, Any] = {name: whole(row[name]) if kind is str else row[name] for name, kind in PLAIN.items()}
    columns |= {name: None if row[name] is None else dumps(row[name]) for name in JSON}
    columns |= {"run": run, "state": state, "changes": changes, "expected": changes}
    columns["checksum"] = checksum(*(columns[name] for name in SEALED))
    marks = ", ".join("?" * len(columns))
    return Step(f"INSERT INTO rows ({', '.join(columns)}) VALUES ({marks})", tuple(columns.values()))


def problem_in(run: str, problem: Mapping[str, Any]) -> Step:
    """A problem of such a row."""
    names = ("run", *PROBLEM)
    values = (run, *(problem[name] for name in PROBLEM))
    return Step(f"INSERT INTO problems ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", values)
