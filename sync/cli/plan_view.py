"""The rows of a run as lines for a person: the sheet's headers, the choices' labels, names, and no tax number."""

from collections import Counter
from collections.abc import Iterable, Iterator

from sync.cli.masking import masked, without, without_tax_numbers
from sync.contract.display import Display
from sync.contract.resource import Resource
from sync.model import Change, RowRecord, RunFacts
from sync.report.names import names_of
from sync.status import State
from sync.text import counted, visible_value

FEW = 5  # rows, and names of fields, that are shown of many


class RunView:
    """Puts the rows of one run into words."""

    def __init__(self, run: RunFacts, resource: Resource) -> None:
        self._noun = resource.noun
        self._display = Display.of_run(run, resource)
        self._name_of = names_of(run, resource)
        sensitive = [field for field in resource.fields.values() if field.sensitive]
        self._match = run.options.match
        columns = (*run.options.names.items(), *run.options.verified.items(), (self._match, run.options.id_header))
        headers = [header for target, header in columns if self._is_sensitive(target)]
        self._tax_number_names = [*(f.name for f in sensitive), *(f.label for f in sensitive), *headers]

    def plan(self, planned: Iterable[RowRecord], most: int | None = FEW) -> Iterator[str]:
        """A line for each planned row, for so many at most, and at the end how many records would change, by field."""
        fields: Counter[str] = Counter()
        count = 0
        for count, row in enumerate(planned, start=1):
            fields.update(self._display.name(change.field) for change in row.changes)
            if most is None or count <= most:
                yield f"  {self._row(row)}: {'; '.join(map(self._change, row.changes))}"
        if not count:
            yield "No changes to show."  # a row that could not be read might change
            return
        if most is not None and count > most:
            yield _more(count - most)
        often = [f"{visible_value(name)}: {times:,}" for name, times in fields.most_common(FEW)]
        others = [counted(len(fields) - FEW, "other fields")] if len(fields) > FEW else []
        yield f"{self._noun.counted(count)} would change ({'; '.join([*often, *others])})."

    def outcome(self, row: RowRecord, state: State, message: str) -> str:
        """How a row ended, in one line."""
        line = f"{self._row(row)}: {state.value}"
        if not message:
            return line
        text = without(" ".join(message.split()), self._tax_numbers(row))
        return f"{line}: {without_tax_numbers(text, self._tax_number_names)}"

    def _row(self, row: RowRecord) -> str:
        name = self._name_of(row)
        record = "" if row.record_id is None else f", {self._noun.one} {row.record_id}"  # none: nothing matched
        return f"row {row.row}{record} ({visible_value(name)})" if name else f"row {row.row}{record}"

    def _change(self, change: Change) -> str:
        """`Payment Terms: Net 30 → Net 45`, with tax numbers masked."""
        if not self._is_sensitive(change.field):
            return visible_value(self._display.change(change))
        before, after = (
            masked(value) if isinstance(value, str) and value else self._display.value(change.field, value)
            for value in (change.before, change.after)
        )
        return visible_value(f"{self._display.name(change.field)}: {before} → {after}")

    def _tax_numbers(self, row: RowRecord) -> set[str]:
        values = [*row.edits.items(), *row.edit.verify.items(), (self._match, row.edit.match)]
        for change in (*row.expected, *row.changes):
            values += [(change.field, change.before), (change.field, change.after)]
        return {value for target, value in values if isinstance(value, str) and value and self._is_sensitive(target)}

    def _is_sensitive(self, target: str) -> bool:
        field = self._display.field(target)
        return field is not None and field.sensitive


def shortened(lines: list[str]) -> list[str]:
    """All the lines of a plan → the first of them, and the last, which counts them."""
    rows = lines[:-1]
    return lines if len(rows) <= FEW else [*rows[:FEW], _more(len(rows) - FEW), lines[-1]]


def _more(count: int) -> str:
    return f"  … and {count:,} more"
