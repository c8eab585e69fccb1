"""A plan file: what a preview showed, in one file that another machine can apply. docs/plan.md describes the format.

The file holds its own SHA-256, computed over all of its bytes with zeros in the hash's place. So a file that was
altered in any byte, blanks included, is refused. That guards against accidents; against forgery there are signatures.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sync.contract.load import resource_of_run
from sync.contract.resource import Resource
from sync.errors import CannotStart
from sync.files import new_file, opened
from sync.journal.reader import JournalReader
from sync.journal.steps import dumps
from sync.journal.transfer import (
    JsonRow,
    checked_memory,
    checked_problems,
    checked_rows,
    memory_out,
    problems_out,
    record_of,
    rows_out,
)
from sync.journal.unpack import facts_from_json
from sync.model import Mode, RowRecord, RunFacts, RunRecord, Target
from sync.status import Stage, Status, state_of, status_of

FORMAT = "campfire-sync plan"
VERSION = 1
LARGEST = 512 * 2**20  # bytes; 1,000,000 rows of a dozen columns
_UNKNOWN = "0" * 64
_HEAD = f'{{\n"format": "{FORMAT}",\n"version": {VERSION},\n"sha256": "'
_RUN_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{4}")


class PlanRefused(CannotStart):
    """The plan file is not a plan, or not as it was written."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan file that is intact."""

    path: Path
    content: bytes  # what signatures are made over
    sha256: str
    facts: RunFacts  # of the preview
    counts: Mapping[str, int]  # by status
    totals: Mapping[str, Mapping[str, str]]
    rows: list[JsonRow]
    problems: list[JsonRow]
    memory: list[JsonRow]  # what the exported workbook remembers of the rows


def write_plan(history: JournalReader, preview: RunRecord, totals: Mapping[str, Any], path: Path, group: str) -> None:
    """Write what a preview showed.

    Raises:
        CannotStart: the file cannot be written.
    """
    digest = hashlib.sha256()
    with new_file(path, group) as file:
        for part in _parts(history, preview, totals):
            data = part.encode("ascii")
            digest.update(data)
            file.write(data)
        file.seek(len(_HEAD))
        file.write(digest.hexdigest().encode("ascii"))


def _parts(history: JournalReader, preview: RunRecord, totals: Mapping[str, Any]) -> Iterator[str]:
    """The text, piece by piece, with zeros for the hash. ASCII: other characters are escaped."""
    facts = preview.facts
    yield f'{_HEAD}{_UNKNOWN}",\n'
    head = {
        "made_by": facts.by,
        "made_at": facts.started_at,
        "reason": facts.reason,
        "base_url": facts.base_url,
        "file": facts.file,
        "file_sha256": facts.file_sha256,
        "mapping": facts.mapping,
        "mapping_sha256": facts.mapping_sha256,
        "warnings": [asdict(warning) for warning in facts.warnings],
        "counts": {status.key: count for status, count in preview.counts.items()},
        "totals": totals,
        "facts": asdict(facts),
    }
    for name, value in head.items():
        yield f'"{name}": {dumps(value)},\n'
    yield '"rows": ['
    yield from _list({**row, "status": _status(row)} for row in rows_out(history, facts.id))
    yield '],\n"problems": ['
    yield from _list(problems_out(history, facts.id))
    yield '],\n"memory": ['
    yield from _list(memory_out(history, facts.id))
    yield "]\n}\n"


def _status(row: JsonRow) -> str:
    return status_of(state_of(row["state"]), dry_run=True).key


def _list(values: Iterable[JsonRow]) -> Iterator[str]:
    for n, value in enumerate(values):
        yield f"{',' if n else ''}\n{dumps(value)}"


def read_plan(path: Path) -> Plan:
    """Read a plan file, and see that it is as it was written.

    Raises:
        PlanRefused: it is missing, is not a plan, is of a newer version, or was altered.
    """
    content = _content(path)
    stated = content[len(_HEAD) : len(_HEAD) + len(_UNKNOWN)]
    if not content.startswith(_HEAD.encode("ascii")):
        raise PlanRefused(_not_a_plan(path, content))
    digest = hashlib.sha256(f"{_HEAD}{_UNKNOWN}".encode("ascii"))
    digest.update(memoryview(content)[len(_HEAD) + len(_UNKNOWN) :])
    if digest.hexdigest().encode("ascii") != stated:
        raise PlanRefused(f"{path} was altered since it was written, and is not used. Ask for the original file.")
    try:
        return _plan(path, content, stated.decode("ascii"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, CannotStart) as e:
        raise PlanRefused(f"{path} does not hold what a plan holds ({e}), and is not used.") from e


def _content(path: Path) -> bytes:
    try:
        with opened(path) as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError as e:
        raise PlanRefused(f"there is no file {path}.") from e
    except OSError as e:
        raise PlanRefused(f"{path} can't be read: {e.strerror or e}.") from e
    if len(content) > LARGEST:
        raise PlanRefused(f"{path} is larger than any plan ({LARGEST // 2**20} MB).")
    return content


def _not_a_plan(path: Path, content: bytes) -> str:
    known = content.startswith(f'{{\n"format": "{FORMAT}",\n"version": '.encode("ascii"))
    if known:
        return (
            f"{path} was altered, or written by a newer campfire-sync. Update this one, or ask for the original file."
        )
    return f"{path} is not a plan file. Make one with: campfire-sync run EDITS --dry-run --plan FILE"


def _plan(path: Path, content: bytes, sha256: str) -> Plan:
    read = json.loads(content)
    facts = facts_from_json(read["facts"])
    if not _RUN_ID.fullmatch(facts.id) or facts.mode is not Mode.PREVIEW:
        raise ValueError("the run is not a preview")
    if (facts.by, facts.base_url) != (read["made_by"], read["base_url"]):
        raise ValueError("its parts contradict each other")
    resource = resource_of_run(facts)
    if resource.text != facts.resource_text:
        raise ValueError("it names a resource file and does not hold it")
    checked_rows(read["rows"], len(facts.headers))
    _check_fields(read["rows"], resource)
    checked_problems(read["problems"])
    checked_memory(read["memory"], len(read["rows"]))
    _check_totals(read["totals"])
    counts = {str(name): int(count) for name, count in read["counts"].items()}
    if counts != _counted(read["rows"]):
        raise ValueError("its counts are not those of its rows")
    return Plan(path, content, sha256, facts, counts, read["totals"], read["rows"], read["problems"], read["memory"])


def _check_fields(rows: Iterable[JsonRow], resource: Resource) -> None:
    """See that the resource has every field that a row edits or changes."""
    for row in rows:
        for name in (*row["edits"], *(change[0] for change in row["changes"])):
            target = Target.parse(name)
            if target is None or target.field not in resource.fields:
                raise ValueError(f"a field of row {row['n']}")
            resource.field_of(target)


def _check_totals(totals: Mapping[str, Mapping[str, str]]) -> None:
    for currency, fields in totals.items():
        if not all(isinstance(text, str) for text in (currency, *fields, *fields.values())):
            raise TypeError("a total")


def _counted(rows: Iterable[JsonRow]) -> dict[str, int]:
    counts = {status.key: 0 for status in Status}
    for row in rows:
        counts[_status(row)] += 1
    return counts


def is_planned(row: JsonRow) -> bool:
    """Whether the plan sends this row."""
    return state_of(row["state"]) is Stage.PLANNED


def planned_rows(plan: Plan) -> Iterator[RowRecord]:
    """The rows that the plan sends, for whoever shows them."""
    return (record_of(row) for row in plan.rows if is_planned(row))
