"""A Sheet under a Mapping → Edits, Problems and warnings.

A row is good only if its field's rules hold for its texts and pandera finds nothing: what one of the two leaves out is
not lost. Every filled row comes out of `rows()`, and of `batches()`, exactly once.
"""

from collections.abc import Collection, Iterator
from functools import cached_property

from sync.contract.mapping import Mapping
from sync.errors import FileRefused, file_refused
from sync.model import Problem, Sheet, SheetWarning
from sync.validation.findings import Findings
from sync.validation.layout import layout_of
from sync.validation.validated import ValidatedBatch, ValidatedRow


class Validation:
    """What a sheet asks for under a mapping, what is wrong with it, and what a person should look at first.

    Args:
        accept: kinds of warnings that are meant, beside those of the mapping.

    Raises:
        FileRefused: a column that the mapping verifies is missing, or the sheet's export goes by another id column.
    """

    def __init__(self, sheet: Sheet, mapping: Mapping, accept: Collection[str] = ()) -> None:
        self.sheet = sheet
        self.mapping = mapping
        self._accept = {*accept, *mapping.accept}
        self._layout = layout_of(sheet, mapping)
        if sheet.memory is not None and sheet.memory.key != mapping.match:
            raise _exported_otherwise(sheet, sheet.memory.key, mapping)

    @cached_property
    def _findings(self) -> Findings:
        return Findings(self.sheet, self.mapping, self._layout)

    @property
    def id_header(self) -> str:
        """The id column, as the sheet has it."""
        return self.sheet.headers[self._layout.id]

    @property
    def is_mapped(self) -> bool:
        """Whether the sheet has a column that writes a field."""
        return bool(self._layout.mapped)

    @property
    def codes(self) -> frozenset[int]:
        """The positions of the mapped columns in whose texts a leading zero counts."""
        return frozenset(column.position for column in self._layout.mapped if column.field.code)

    @property
    def names(self) -> dict[str, str]:
        """The sheet's own header for each field that it has a column for, and for `id`."""
        return {str(c.target): c.header for c in self._layout.mapped} | {"id": self.id_header}

    @property
    def verified(self) -> dict[str, str]:
        """The sheet's own header for each field that tells whether a row is for the right record."""
        return {name: self.sheet.headers[position] for position, name in self._layout.verified}

    @property
    def missing(self) -> tuple[str, ...]:
        """Headers of the mapping that the sheet does not have: their fields stay as they are."""
        return self._layout.missing

    @property
    def read_only(self) -> tuple[str, ...]:
        """Headers of fields that Campfire takes from nobody: nothing in them is sent."""
        return tuple(self.sheet.headers[position] for position in self._layout.read_only)

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Headers that are neither mapped nor ignored."""
        return tuple(self.sheet.headers[position] for position in self._layout.unmapped)

    @cached_property
    def warnings(self) -> tuple[SheetWarning, ...]:
        """What a person should look at first; without the kinds that are accepted."""
        every = (*self._findings.warnings, *self.sheet.warnings)
        return tuple(warning for warning in every if warning.kind not in self._accept)

    @property
    def remarks(self) -> tuple[SheetWarning, ...]:
        """What a person should know of the sheet, and no reason to hold anything back."""
        return self._findings.remarks

    @property
    def count(self) -> int:
        """How many rows come out of `rows()`."""
        return self._findings.count

    @property
    def invalid(self) -> int:
        """How many of them have a problem."""
        return self._findings.invalid

    def problems(self) -> Iterator[Problem]:
        """Everything that is wrong, row by row."""
        return self._findings.problems()

    def batches(self) -> Iterator[ValidatedBatch]:
        """Every filled row, some thousand at a time. Each call reads the sheet's rows once more."""
        findings = self._findings
        for number, batch in enumerate(findings.batches()):
            yield ValidatedBatch(batch, self.mapping, findings.problems_of(number, batch))

    def rows(self) -> Iterator[ValidatedRow]:
        """Every filled row with what it asks for, or with what is wrong. Each call reads the sheet's rows once more."""
        for batch in self.batches():
            yield from batch.each()


def _exported_otherwise(sheet: Sheet, key: str, mapping: Mapping) -> FileRefused:
    """The refusal of an export whose rows are known by something else than this mapping's id column holds."""
    fields, many = mapping.resource.fields, mapping.resource.noun.many
    was, is_now = (fields[name].label if name in fields else "id" for name in (key, mapping.match))
    return file_refused(
        sheet.path,
        f"the sheet was exported with the {many} known by their {was}, and the mapping file knows them by their "
        f"{is_now}, so it cannot be told which cells somebody has edited since.",
        "Run it with the mapping file that it was exported with, or export again with this one.",
    )
