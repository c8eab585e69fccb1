"""Which column of the sheet is which line of the mapping."""

from dataclasses import dataclass

from sync.contract.mapping import Mapping
from sync.errors import FileRefused
from sync.model import ADVICE_HEADERS, Sheet
from sync.text import fold
from sync.validation.columns import MappedColumn


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a sheet, by position in its headers."""

    id: int
    mapped: tuple[MappedColumn, ...]  # in the order of the mapping
    verified: tuple[tuple[int, str], ...]  # each with the field that must hold the cell's text
    ignored: frozenset[int]
    read_only: tuple[int, ...]  # neither mapped nor ignored: fields that Campfire takes from nobody
    unmapped: tuple[int, ...]  # neither mapped nor ignored, and not read-only
    missing: tuple[str, ...]  # headers of the mapping that the sheet does not have


def layout_of(sheet: Sheet, mapping: Mapping) -> Layout:
    """Match the headers of a sheet with those of a mapping, whatever their case and blanks.

    Raises:
        FileRefused: a column that the mapping verifies is missing, so that nothing could be verified.
    """
    positions = {fold(header): position for position, header in enumerate(sheet.headers) if header}
    for header in mapping.verify:
        if fold(header) not in positions:
            raise FileRefused(
                f"{sheet.path}: the column “{header}” is missing, and the mapping file verifies it. "
                "Add the column, or remove it from verify: in the mapping file."
            )
    verified = tuple((positions[fold(header)], name) for header, name in mapping.verify.items())
    mapped = tuple(
        MappedColumn(
            column=column,
            position=positions[fold(column.header)],
            header=sheet.headers[positions[fold(column.header)]],
            field=mapping.resource.field_of(column.target),
            clear=mapping.clear,
        )
        for column in mapping.columns
        if fold(column.header) in positions
    )
    id_position = positions[fold(mapping.id_header)]
    ignored = {positions[fold(header)] for header in (*mapping.ignore, *ADVICE_HEADERS) if fold(header) in positions}
    ignored -= {column.position for column in mapped}  # a mapped column may be called like our advice
    known = {id_position, *(c.position for c in mapped), *(position for position, _ in verified), *ignored}
    returned = {fold(f.label) for f in mapping.resource.fields.values() if f.read_only}
    rest = [position for header, position in positions.items() if position not in known]
    return Layout(
        id=id_position,
        mapped=mapped,
        verified=verified,
        ignored=frozenset(ignored),
        read_only=tuple(position for position in rest if fold(sheet.headers[position]) in returned),
        unmapped=tuple(position for position in rest if fold(sheet.headers[position]) not in returned),
        missing=tuple(column.header for column in mapping.columns if fold(column.header) not in positions),
    )
