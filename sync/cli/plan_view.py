"""What would be sent, as lines for a person: the sheet's headers, the choices' labels, the customer's name."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sync.cli.masking import masked
from sync.contract.resource import Field, Resource
from sync.model import Change, RowRecord, RunFacts, Target
from sync.planning.update import show, target_of
from sync.text import counted, visible_value

FEW = 5  # rows, and names of fields, that are shown of many


def plan_lines(
    run: RunFacts, planned: Iterable[RowRecord], resource: Resource, most: int | None = FEW
) -> Iterator[str]:
    """A line for each planned row, for so many at most, and at the end how many customers would change in what."""
    headers = {target: " ".join(header.split()) for target, header in run.options.names.items()}
    fields: Counter[str] = Counter()
    count = 0
    for count, row in enumerate(planned, start=1):
        fields.update(headers.get(change.field, change.field) for change in row.changes)
        if most is None or count <= most:
            changes = "; ".join(change_text(change, headers, resource) for change in row.changes)
            yield f"  row {row.row}, {customer(row)}: {changes}"
    if not count:
        yield "Nothing would change."
        return
    if most is not None and count > most:
        yield _more(count - most)
    often = ", ".join(f"{visible_value(name)} ({times:,})" for name, times in fields.most_common(FEW))
    yield f"{counted(count, 'customers')} would change. Changed most: {often}."


def shortened(lines: list[str]) -> list[str]:
    """All the lines of a plan → the first of them, and the last, which counts them."""
    rows = lines[:-1]
    return lines if len(rows) <= FEW else [*rows[:FEW], _more(len(rows) - FEW), lines[-1]]


def _more(count: int) -> str:
    return f"  … and {count:,} more"


def customer(row: RowRecord) -> str:
    """The customer of a row, by id and, where the record was read, by name."""
    name = row.before.name if row.before else None
    return f"customer {row.record_id} ({visible_value(name)})" if name else f"customer {row.record_id}"


def change_text(change: Change, headers: Mapping[str, str], resource: Resource) -> str:
    """`Payment Terms: Net 30 → Net 45`, with tax numbers masked."""
    field = resource.field_of(target_of(change))
    header = visible_value(headers.get(change.field, change.field))
    return f"{header}: {_value(field, change.before)} → {_value(field, change.after)}"


def _value(field: Field, value: Any) -> str:
    if isinstance(value, str) and value:
        if field.sensitive:
            return masked(value)
        return visible_value(field.choices.get(value, value))
    return visible_value(show(value))


def tax_numbers(row: RowRecord, resource: Resource) -> set[str]:
    """The values of the row, before and after, that are not printed."""
    values = list(row.edits.items())
    for change in (*row.expected, *row.changes):
        values += [(change.field, change.before), (change.field, change.after)]
    return {value for target, value in values if isinstance(value, str) and value and _is_sensitive(target, resource)}


def tax_number_names(resource: Resource, headers: Mapping[str, str]) -> list[str]:
    """What a message may call the fields that hold tax numbers: the API's names, the labels, the sheet's headers."""
    fields = [field for field in resource.fields.values() if field.sensitive]
    mapped = [header for target, header in headers.items() if _is_sensitive(target, resource)]
    return [*(field.name for field in fields), *(field.label for field in fields), *mapped]


def _is_sensitive(text: str, resource: Resource) -> bool:
    target = Target.parse(text)
    if target is None or target.field not in resource.fields:
        return False
    return resource.field_of(target).sensitive
