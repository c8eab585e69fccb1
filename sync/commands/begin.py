"""A run in the journal, with all its rows, before anything else is done."""

import secrets
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from sync import __version__
from sync.commands.same_file import sha256
from sync.journal import input_rows, steps
from sync.journal.steps import Step
from sync.journal.writer import JournalWriter
from sync.model import Cell, Mode, Row, RunFacts, RunOptions
from sync.problems import message_of
from sync.settings import Settings
from sync.stop import StopSignal
from sync.text import normal, now
from sync.validation.validation import Validation


def begin(journal: JournalWriter, facts: RunFacts, rows: Iterable[Step], stop: StopSignal) -> None:
    """Begin a run: its facts and its rows. From here on it comes to an end in order, whatever interrupts it.

    Raises:
        CannotStart: the journal cannot be written.
        Interrupted, KeyboardInterrupt: before the run was in the journal.
    """
    if stop.reason:
        raise stop.reason
    try:
        journal.begin(facts, rows)
        stop.ends_in_order()
    except KeyboardInterrupt:
        stop.ends_in_order()
        if not journal.reader.has(facts.id):  # it may have come in the instant after the commit
            raise


def facts_of(validation: Validation, settings: Settings, mode: Mode, base_url: str) -> RunFacts:
    """The facts of a run that begins now."""
    sheet, mapping = validation.sheet, validation.mapping
    return RunFacts(
        id=new_id(),
        mode=mode,
        started_at=now(),
        file=str(sheet.path.absolute()),
        file_sha256=sheet.sha256 or sha256(sheet.path),
        sheet=sheet.name,
        mapping=str(mapping.path.absolute()),
        mapping_sha256=mapping.sha256,
        base_url=base_url,
        version=__version__,
        headers=sheet.headers,
        resource=mapping.resource.reference,
        resource_text=mapping.resource.text,
        hidden_rows=len(sheet.hidden_rows),
        warnings=validation.warnings,
        remarks=validation.remarks,
        dry_run=mode is Mode.PREVIEW,
        by=settings.by,
        reason=settings.reason,
        original_sha256=settings.original_sha256,
        corrections=settings.corrections,
        options=RunOptions(
            id_header=validation.id_header,
            names=validation.names,
            verified=validation.verified,
            constants=dict(mapping.constants),
            match=mapping.match,
            accept=tuple(sorted({*settings.accept, *mapping.accept})),
            no_read=settings.no_read,
            strict=settings.strict,
            max_changes=settings.max_changes,
            sheet=settings.sheet,
        ),
    )


def new_id() -> str:
    """A run's id: when it began by this machine's clock, and four characters that tell apart two of one second."""
    return f"{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def rows_as_read(run: str, validation: Validation) -> Iterator[Step]:
    """The steps by which the rows of a sheet come into the journal."""
    memory, codes = validation.sheet.memory, validation.codes
    for batch in validation.batches():
        edits = input_rows.packed_edits(batch.edits)
        parts = zip(batch.rows, batch.record_ids, edits, batch.contexts(), batch.problems(), strict=True)
        for n, (seen, record_id, asked, context, problems) in enumerate(parts, batch.start):
            row = seen if codes.isdisjoint(seen.numbers) else _with_numbers(seen, codes)
            if problems:
                yield input_rows.row(run, n, row, record_id, None, message=message_of(problems))
                yield from (steps.problem(run, n, problem) for problem in problems)
            else:
                yield input_rows.row(run, n, row, record_id, asked, context)
            key = _memory_key(seen, record_id, validation) if memory else None
            if memory and key is not None and (texts := memory.texts(key)) is not None:
                yield steps.remembered(run, n, texts, memory.item_ids(key))


def _with_numbers(row: Row, codes: Collection[int]) -> Row:
    """The row with its bare numbers in columns of codes marked as such.

    So “To fix” has a number there again, and whoever runs it is warned again that a zero may be lost.
    """
    numbers = {n: Cell(row.cells[n]) for n in row.numbers if n in codes and n not in row.cell_meta}
    return row._replace(cell_meta={**row.cell_meta, **numbers})


def _memory_key(row: Row, record_id: int | None, validation: Validation) -> int | str | None:
    """What the export remembers a row by: its id, or the text of the field that the mapping matches by."""
    memory = validation.sheet.memory
    if memory is None or not memory.key:
        return record_id
    return normal(row.cells[validation.sheet.headers.index(validation.id_header)])
