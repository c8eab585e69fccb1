"""Rows on their way into the sheet: kept on disk, since they come in the order of the answers and may be many."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from os import SEEK_END
from typing import IO

from sync.export.rows import ExportedRow
from sync.files import scratch_file
from sync.model import RecordSummary


class RowStore:
    """The rows so far, the latest for each record."""

    def __init__(self) -> None:
        self._file: IO[bytes] = scratch_file()
        self._starts: dict[int, int] = {}  # by record: where its row begins in the file

    def __len__(self) -> int:
        return len(self._starts)

    def keep(self, rows: Iterable[ExportedRow]) -> None:
        """Add rows; one of a record that has a row already replaces it."""
        at = self._file.seek(0, SEEK_END)
        for row in rows:
            values = (row.texts, list(row.reasons.items()), row.items, asdict(row.summary), row.key, row.verified)
            # ASCII, so that half a character is kept as well as any other text.
            size = self._file.write(json.dumps(values).encode() + b"\n")
            self._starts[row.record_id] = at
            at += size

    def rows(self, ids: Iterable[int]) -> Iterator[ExportedRow]:
        """The rows of these records, as far as they are here."""
        for record_id in ids:
            if record_id in self._starts:
                self._file.seek(self._starts[record_id])
                texts, reasons, items, summary, key, verified = json.loads(self._file.readline())
                summary = RecordSummary(**summary)
                yield ExportedRow(record_id, texts, dict(reasons), tuple(items), summary, key, tuple(verified))

    def close(self) -> None:
        """Delete the temporary file."""
        self._file.close()
