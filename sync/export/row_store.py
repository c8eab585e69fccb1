"""Rows on their way into the sheet: kept on disk, since they come in the order of the answers and may be many."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from os import SEEK_END
from tempfile import TemporaryFile
from typing import IO

from sync.export.cells import Shown
from sync.model import RecordSummary


class RowStore:
    """The rows so far, the latest for each customer."""

    def __init__(self) -> None:
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115 (closed with the spool)
        self._places: dict[int, int] = {}  # customer: where the row begins in the file

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, record_id: object) -> bool:
        return record_id in self._places

    def keep(self, rows: Iterable[Shown]) -> None:
        """More rows; one of a customer that has a row already takes its place."""
        at = self._file.seek(0, SEEK_END)
        for row in rows:
            about = (row.texts, list(row.reasons.items()), asdict(row.seen))
            # ASCII, so that half a character is kept as well as any other text.
            at_end = self._file.write(json.dumps(about).encode() + b"\n")
            self._places[row.record_id] = at
            at += at_end

    def drop(self, record_id: int) -> None:
        """A customer that does not exist after all."""
        self._places.pop(record_id, None)

    def ids(self) -> list[int]:
        """The customers, from the lowest id on."""
        return sorted(self._places)

    def rows(self, ids: Iterable[int]) -> Iterator[Shown]:
        """The rows of these customers, those that there are."""
        for record_id in ids:
            if record_id in self._places:
                self._file.seek(self._places[record_id])
                texts, reasons, seen = json.loads(self._file.readline())
                yield Shown(record_id, texts, dict(reasons), RecordSummary(**seen))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
