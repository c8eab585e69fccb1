"""From the API to the sheet: read the customers, make their rows, write the workbook."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sync.api.api import Api
from sync.contract.mapping import Mapping
from sync.export import Exported
from sync.export.cells import Shower
from sync.export.fetch import Fetch
from sync.export.row_store import RowStore
from sync.export.workbook import Book
from sync.files import new_file
from sync.model import Record
from sync.progress import Progress
from sync.stop import StopSignal

MOST = 999_999  # customers; a sheet with more than 1,000,000 rows is not read


def export(
    path: Path,
    mapping: Mapping,
    api: Api,
    brake: StopSignal,
    watch: Progress,
    *,
    workers: int,
    ids: Sequence[int] | None,
    with_totals: bool,
) -> Exported:
    """See `sync.export.write`."""
    shower = Shower(mapping)
    with closing(RowStore()) as spool:

        def keep(records: list[Record]) -> int:
            before = len(spool)
            spool.keep(shower.rows(records))
            return len(spool) - before

        fetch = Fetch(api, brake, watch, workers, _fields(mapping, with_totals), MOST, keep)
        try:
            gone = fetch.these(ids) if ids is not None else set()
            order = ids if ids is not None else sorted(fetch.everyone())
        finally:
            watch.end()
        book = Book(mapping, shower, with_totals)
        return _written(book, spool, path, [i for i in order if i not in gone], tuple(sorted(gone)))


def headers_alone(path: Path, mapping: Mapping) -> Exported:
    """See `sync.export.template`."""
    with closing(RowStore()) as spool:
        return _written(Book(mapping, Shower(mapping), False), spool, path, [], ())


def _fields(mapping: Mapping, with_totals: bool) -> frozenset[str]:
    """The record's fields that the sheet is to show."""
    mapped = {column.target.field for column in mapping.columns}
    return frozenset(mapped | {about.name for about in mapping.resource.totals} if with_totals else mapped)


def _written(book: Book, spool: RowStore, path: Path, ids: Sequence[int], gone: tuple[int, ...]) -> Exported:
    with closing(book), new_file(path) as file:
        for row in spool.rows(ids):
            book.add(row)
        if book.rows != len(ids):
            raise AssertionError(f"{len(ids)} customers were read, and {book.rows} written")
        book.save(file)
    return Exported(path, book.rows, gone, book.left_empty, book.remarks())
