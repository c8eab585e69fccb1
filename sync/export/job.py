"""From the API to the sheet: read the records, make their rows, write the workbook."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from typing import Any
from zipfile import ZipFile

from sync.api.api import Api
from sync.contract.mapping import Mapping
from sync.errors import CannotStart
from sync.export import Exported, Job
from sync.export.fetch import PARTS_IN_APP, Fetch
from sync.export.rows import ExportedRow, RowMaker
from sync.export.workbook import ExportWorkbook
from sync.files import new_file
from sync.model import Record, RecordSummary
from sync.progress import Progress
from sync.scratch import Spool
from sync.text import listed
from sync.xlsx.reading.package import MOST_BYTES

_NAMED = 10  # records that a remark names
MOST = 999_999  # records; a sheet with more than 1,000,000 rows is not read


class _Collector:
    """Takes the records as they come, and puts the rows of those that are not deleted aside."""

    def __init__(self, row_maker: RowMaker) -> None:
        self.deleted: set[int] = set()
        # By record: what the id column shows, where the mapping matches by another field.
        self.keys: dict[int, str] = {}
        self._rows: Spool[tuple[Any, ...]] = Spool()
        self._latest: dict[int, int] = {}  # by record: where its row is among them
        self._row_maker = row_maker
        self._roles = row_maker.mapping.resource.roles

    def keep(self, records: list[Record]) -> int:
        """Keep a batch; returns how many of them are new."""
        before = len(self._latest) + len(self.deleted)
        deleted = {record[self._roles.id] for record in records if self._is_deleted(record)}
        self.deleted |= deleted
        rows = self._row_maker.rows([r for r in records if r[self._roles.id] not in deleted])
        if self._row_maker.mapping.match:
            self.keys |= {row.record_id: row.key for row in rows}
        for row in rows:
            self._latest[row.record_id] = len(self._rows)
            self._rows.add((row.texts, dict(row.reasons), row.items, tuple(row.summary), row.key, row.verified))
        return len(self._latest) + len(self.deleted) - before

    def rows(self, ids: Iterable[int]) -> Iterator[ExportedRow]:
        """The rows of these records, as far as they are here."""
        for record_id in ids:
            if record_id in self._latest:
                texts, reasons, items, summary, key, verified = self._rows[self._latest[record_id]]
                yield ExportedRow(record_id, texts, reasons, items, RecordSummary(*summary), key, verified)

    def ambiguous(self) -> set[int]:
        """The records that a row could not name: what the mapping matches by is empty, or another record has it too."""
        records = Counter(self.keys.values())
        return {record_id for record_id, key in self.keys.items() if not key or records[key] > 1}

    def _is_deleted(self, record: Record) -> bool:
        return bool(self._roles.deleted) and record.get(self._roles.deleted) is True


def write(job: Job, api: Api, progress: Progress, workers: int) -> Exported:
    """Write the records that a job is for.

    Args:
        workers: how many requests may be in flight where records are read one by one.

    Raises:
        CannotStart: the file exists already, or can't be written.
        CampfireSyncError: not every record could be read, or the reading was stopped. No file is written.
    """
    mapping, ids = job.mapping, job.ids
    row_maker = RowMaker(mapping)
    collector = _Collector(row_maker)
    fetch = Fetch(api, mapping.resource, progress, workers, _fields(job), MOST, collector.keep)
    api.stop.ends_in_order()
    try:
        missing = fetch.these(ids) if ids is not None else set()
        order = ids if ids is not None else sorted(fetch.everyone())
    finally:
        progress.end()
    ambiguous = collector.ambiguous()
    gone = missing | collector.deleted | ambiguous
    shown = [record_id for record_id in order if record_id not in gone]
    workbook = ExportWorkbook(mapping, row_maker, job.with_totals, job.base_url)
    with api.stop.at_once():
        _write(workbook, collector.rows(shown), len(shown), job)
    return Exported(
        job.path,
        mapping.resource,
        workbook.rows,
        not_found=tuple(sorted(missing)),
        deleted=tuple(record_id for record_id in ids or () if record_id in collector.deleted),
        left_empty=workbook.left_empty,
        remarks=(*workbook.remarks(), *_ambiguous(mapping, ambiguous.intersection(order))),
        requests=api.requests,
    )


def write_headers(job: Job) -> Exported:
    """Write the headers alone, ready to be filled in. No network.

    Raises:
        CannotStart: the file exists already, or can't be written.
    """
    workbook = ExportWorkbook(job.mapping, RowMaker(job.mapping), with_totals=False)
    _write(workbook, (), 0, job)
    return Exported(job.path, job.mapping.resource, 0, remarks=workbook.remarks())


def _fields(job: Job) -> frozenset[str]:
    """The record's fields that the sheet shows."""
    mapped = {column.target.field for column in job.mapping.columns}
    return frozenset(mapped | {total.name for total in job.mapping.resource.totals} if job.with_totals else mapped)


def _ambiguous(mapping: Mapping, records: Collection[int]) -> Iterator[str]:
    """What a person is told of records that the sheet can't name."""
    if records:
        label, noun = mapping.resource.fields[mapping.match].label, mapping.resource.noun
        some = listed(sorted(records)[:_NAMED], len(records) - _NAMED)
        yield (
            f"{noun.counted(len(records))} left out, since “{label}” is empty there or belongs to another "
            f"{noun.one} too: {some}."
        )


def _write(workbook: ExportWorkbook, rows: Iterable[ExportedRow], count: int, job: Job) -> None:
    """Write these rows, so many.

    Raises:
        CannotStart: the file can't be written, or could not be read again.
    """
    with closing(workbook), new_file(job.path, job.group) as file:
        for row in rows:
            workbook.add(row)
        if workbook.rows != count:
            raise AssertionError(f"{count} records were read, and {workbook.rows} written")
        workbook.save(file)
        file.flush()
        with ZipFile(file) as zipped:
            if sum(part.file_size for part in zipped.infolist()) > MOST_BYTES:
                problem = "the workbook would be too large to be read again."
                remedy = "Export fewer records with --ids, or fewer columns with --columns."
                raise CannotStart(f"{problem} {remedy}", f"{problem} {PARTS_IN_APP}")
