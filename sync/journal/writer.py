"""The journal: every step of every run, on disk before it is acted on.

`sync.journal.steps` makes the steps; the writer commits them.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Self

from sync import __version__
from sync.errors import CannotStart, StoppedEarly
from sync.journal.database import connect, identity
from sync.journal.reader import JournalReader
from sync.journal.steps import Step, dumps
from sync.journal.tables import checksum
from sync.model import RunFacts, RunState
from sync.text import now, whole

SENT_NO_MORE = "Nothing more was sent."

# A process that was killed could not say how much it had sent. Each PUT has an intent, so those are counted.
_COUNT_KILLED = """
UPDATE sessions SET requests = json_set(requests, '$.put', COALESCE(json_extract(requests, '$.put'), 0) + (
    SELECT MAX(0, (SELECT COUNT(*) FROM intents WHERE run = :run) - COALESCE(SUM(json_extract(requests, '$.put')), 0))
    FROM sessions WHERE run = :run
)) WHERE id = (SELECT MAX(id) FROM sessions WHERE run = :run)
"""


class JournalFailed(StoppedEarly):
    """The journal cannot be written: a full disk, a missing right, a lost file. Nothing is sent after that."""


class IllegalMove(AssertionError):
    """A row cannot move to this state: a fault of this program, so nothing more is sent."""


@dataclass(slots=True)
class _Work:
    steps: tuple[Step, ...]
    then: Callable[[], None] | None = None
    turn: "threading.Lock | None" = None  # released when the steps are written, or when their thread is to write
    done: bool = False
    error: Exception | None = None


class JournalWriter:
    """The journal of a state directory: SQLite, readable by its owner only, and never holding the key.

    Any number of threads may commit; those that come while another's commit is on its way share the next one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = connect(path)
        self._files = identity(path)
        self.reader = JournalReader(path, self._files)
        self._queue: deque[_Work] = deque()
        self._queue_lock = threading.Lock()
        self._is_writing = False  # one of the threads; those that come meanwhile wait

    def commit(self, steps: Iterable[Step]) -> None:
        """Put these steps on disk, all or none. When it returns they are there, and so is all that was to follow soon.

        Raises:
            JournalFailed: the disk is full, or the file can't be written.
            IllegalMove: a row can't become what a step says.
        """
        turn = threading.Lock()
        turn.acquire()
        work = _Work(tuple(steps), turn=turn)
        with self._queue_lock:
            self._queue.append(work)
            waits, self._is_writing = self._is_writing, True
        if waits:
            turn.acquire()
        if not work.done:
            self._write()
        if work.error:
            raise work.error

    def commit_soon(self, steps: Iterable[Step], then: Callable[[], None]) -> None:
        """Put these steps on disk with the next commit of any thread, and call `then` when they are there.

        For what has happened already: until it is on disk the row is in doubt, which is true. What goes wrong is raised
        to the thread that commits next.
        """
        with self._queue_lock:
            self._queue.append(_Work(tuple(steps), then))

    def flush(self) -> None:
        """Put on disk what was to follow soon.

        Raises:
            JournalFailed, IllegalMove: as for `commit`.
        """
        if self._queue:
            self.commit([])

    def _write(self) -> None:
        """One transaction for all waiting steps. If it fails, it fails for all of them, so nobody continues."""
        with self._queue_lock:
            batch, self._queue = self._queue, deque()
        error: Exception | None = JournalFailed(f"the journal {self.path} was not written. {SENT_NO_MORE}")
        try:
            error = self._transaction([step for work in batch for step in work.steps])
        finally:
            for work in batch:
                work.done, work.error = True, error
            self._hand_over(batch)
        for work in batch:
            if work.then and not error:
                work.then()

    def _hand_over(self, batch: Iterable[_Work]) -> None:
        """Let one of those that came meanwhile write, and those go on whose steps are written, all at once.

        With a lock around each commit, whose steps were written long ago waited for the next commit as well.
        """
        with self._queue_lock:
            successor = next((work for work in self._queue if work.turn), None)
            self._is_writing = successor is not None
        for work in (successor, *batch):
            if work and work.turn:
                work.turn.release()

    def _transaction(self, steps: list[Step]) -> Exception | None:
        try:
            if identity(self.path) != self._files:  # SQLite would write on, into a file that nobody will see again
                return JournalFailed(f"the journal {self.path} was replaced while it was in use. {SENT_NO_MORE}")
            with self._db:
                for (sql, moves), alike in groupby(steps, key=attrgetter("sql", "moves")):
                    values = [step.values for step in alike]
                    changed = self._db.executemany(sql, values).rowcount
                    if moves and changed != len(values):
                        raise IllegalMove(f"illegal move in the journal, of these rows: {values[:3]!r}")
        except FileNotFoundError:
            return JournalFailed(f"the journal {self.path} was moved or removed while it was in use. {SENT_NO_MORE}")
        except (sqlite3.Error, OSError) as e:
            return JournalFailed(f"the journal {self.path} can't be written ({e}). {SENT_NO_MORE}")
        except Exception as e:  # an illegal move, a value that SQLite does not take: all who share the commit hear it
            return e
        return None

    def begin(self, facts: RunFacts, rows: Iterable[Step]) -> None:
        """A run and its rows, in one transaction: a run is in the journal with all its rows or not at all."""
        sql = "INSERT INTO runs (id, mode, state, base_url, started_at, facts, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)"
        text = dumps(asdict(facts))
        values = (facts.id, facts.mode, RunState.RUNNING, facts.base_url, facts.started_at, text, checksum(text))
        try:
            with self._db:
                self._db.execute(sql, values)
                for sql, alike in groupby(rows, key=attrgetter("sql")):
                    self._db.executemany(sql, (step.values for step in alike))
        except sqlite3.Error as e:
            raise CannotStart(f"the journal {self.path} can't be written ({e}). Nothing was sent.") from e

    def session(self, run: str, by: str = "", reason: str = "") -> int:
        """A process begins to work on a run. Returns its number.

        Raises:
            CannotStart: the journal cannot be written.
        """
        try:
            with self._db:
                self._db.execute(
                    "UPDATE runs SET state = ?, because = '', counts = '' WHERE id = ?", (RunState.RUNNING, run)
                )
                self._db.execute(_COUNT_KILLED, {"run": run})
                sql = "INSERT INTO sessions (run, started_at, by, reason, version) VALUES (?, ?, ?, ?, ?)"
                return int(self._db.execute(sql, (run, now(), by, whole(reason), __version__)).lastrowid or 0)
        except sqlite3.Error as e:
            raise CannotStart(f"the journal {self.path} can't be written ({e}). Nothing was sent.") from e

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
