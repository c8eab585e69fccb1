"""The first three stages: a file of edits and a mapping → validated rows."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

from sync import sheet
from sync.contract.load import load as load_resource
from sync.errors import FileRefused
from sync.mapping import load as mapping
from sync.progress import Progress
from sync.settings import Settings, is_local, place, sending_to
from sync.text import counted, listed, sentence, typed, visible_value
from sync.validation.validation import Validation

FEW = 8  # names in a line, problems on a terminal
_LOOKED_AT = 1000  # rows whose values tell what a column may be for
_MAPPED_OTHERWISE = (
    "This results workbook is from a run with another mapping, so some of its columns may not be sent, or be sent to "
    "another field."
)


def read_edits(path: Path, settings: Settings, progress: Progress) -> Validation:
    """Read the sheet, map its columns, and prepare the check of its rows.

    Raises:
        MappingRefused, FileRefused: one of the two files cannot be used.
    """
    chosen = mapping.load(settings.mapping or mapping.default_path())
    with gc_pause():
        edits = sheet.read(path, sheet=settings.sheet, mapped_sheet=chosen.sheet, id_header=chosen.id_header)
        progress.sheet_is_read(edits.sha256)
        validation = Validation(edits, chosen, settings.accept)
        if not validation.is_mapped:
            raise _no_mapped_column(validation, settings)
        _describe(validation, path.name, settings, progress)
    return validation


def refuse_export_from_elsewhere(validation: Validation, base_url: str) -> None:
    """Refuse a sheet that remembers the records of another base URL: the same ids may be other records here.

    A stand-in for the API on this computer takes every sheet: it is there to try things.

    Raises:
        FileRefused: its records were read elsewhere.
    """
    memory = validation.sheet.memory
    there = memory.base_url if memory else ""
    if not there or there == base_url or is_local(base_url):
        return
    name, many = visible_value(validation.sheet.path.name), validation.mapping.resource.noun.many
    problem = (
        f"{name}: it holds the {many} of {place(there)}, and this run would send to {base_url}, where the same ids "
        "may belong to others."
    )
    anew = f"export the {many} of {base_url} and make the changes there."
    option = " ".join(sending_to(there))
    first = f"Add {option}" if option else "Leave --base-url out"
    raise FileRefused(f"{problem} {first}, or {anew}", f"{problem} {sentence(anew)}")


@contextmanager
def gc_pause() -> Iterator[None]:
    """No search for garbage meanwhile: rows are tuples by the million, and none is part of a cycle.

    On 100,000 rows of 35 columns the search took a sixth of the check's CPU.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            _count_as_old()
            gc.enable()


def _count_as_old() -> None:
    """Keep what was made so far, which is mostly pandas, from the next search: it took a twentieth of a small check."""
    if not gc.get_freeze_count():  # a program that uses this as a library has done so itself, and is not to lose it
        gc.freeze()
        gc.unfreeze()  # into the oldest generation


def _describe(validation: Validation, file: str, settings: Settings, progress: Progress) -> None:
    """Say what was read, and what a person should know before anything is sent."""
    edits = validation.sheet
    name = f"{file}, sheet “{edits.name}”" if edits.name else file
    progress.say(
        f"{visible_value(name)}: {counted(validation.count, 'rows')}, read with the mapping {validation.mapping.path}"
    )
    if path := _mapping_of_run(validation):
        progress.warn(_MAPPED_OTHERWISE)
        in_app = "Look at each field in the step Columns."
        progress.hint(f"To read them as that run did: --mapping {typed(path)}", in_app)
    for warning in validation.warnings:
        progress.doubt(warning, warning.with_place)
    if any(warning.kind == "unmapped_column" for warning in validation.warnings) and (guesses := _guesses(validation)):
        progress.hint(f"{' '.join(guesses)} To draft a mapping that sends them: {_draft(validation, settings)}")
    if validation.read_only:
        progress.say(f"Read-only in Campfire, so nothing in them is sent: {_few(validation.read_only)}.")
    if validation.missing:
        progress.say(f"Not in the sheet, so left as they are: {_few(validation.missing)}.")


def _mapping_of_run(validation: Validation) -> str:
    """The mapping file of a results workbook's run, where it is read under another one; else empty.

    A file that has changed since under its own name was corrected, which is meant.
    """
    chosen, (path, sha256) = validation.mapping, validation.sheet.mapping_of_run
    return "" if sha256 == chosen.sha256 or path == str(chosen.path.absolute()) else path


def _no_mapped_column(validation: Validation, settings: Settings) -> FileRefused:
    """The refusal of a sheet of which nothing would be sent, with the fields that its headers may be for."""
    path, chosen = validation.sheet.path, validation.mapping
    problem = f"{path}: no column but the id is in the mapping {chosen.path}, so nothing would be sent."
    add = f"Add the columns under columns: in the mapping file, or draft one: {_draft(validation, settings)}"
    in_app = f"{path.name}: no column has a field, so nothing would be sent. Choose the fields in the step Columns."
    return FileRefused(" ".join([problem, *_guesses(validation), add]), in_app)


def _guesses(validation: Validation) -> list[str]:
    """Which fields the columns that are not mapped are probably for, in sentences; no field that has a column."""
    from sync.mapping.suggest import suggest  # late: few sheets need it

    resource, edits = validation.mapping.resource, validation.sheet
    first_rows = replace(edits, rows=list(islice(edits.rows, _LOOKED_AT)))
    return [
        f"“{' '.join(header.split())}” is probably {guess.target} ({resource.field_of(guess.target).label})."
        for header, guess in suggest(first_rows, resource).columns.items()
        if header in validation.unmapped and str(guess.target) not in validation.names
    ][:FEW]


def _draft(validation: Validation, settings: Settings) -> str:
    """The command that drafts a mapping of this very sheet, and for what it was read as."""
    edits, chosen = validation.sheet, validation.mapping
    words = [str(edits.path)]
    if edits.name and (settings.sheet or chosen.sheet):
        words += ["--sheet", edits.name]
    if settings.mapping and chosen.resource is not load_resource():
        words += ["--mapping", str(settings.mapping)]
    return f"campfire-sync mapping suggest {' '.join(map(typed, words))} --out mapping.yaml"


def _few(names: Sequence[str]) -> str:
    """Names for a line of text: all, or the first of many. `mapping show` lists them all."""
    return listed(names[:FEW], len(names) - FEW)


def show_first_problems(validation: Validation, progress: Progress) -> None:
    """Show the first few problems. The workbook has them all."""
    for problem in islice(validation.problems(), FEW):
        progress.problem(problem)
    if validation.invalid > FEW:
        progress.say(f"{validation.invalid:,} rows are invalid; the results workbook will name them all.")
