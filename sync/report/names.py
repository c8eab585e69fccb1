"""The name of the customer that a row is for."""

from collections.abc import Callable, Mapping, Sequence

from sync.contract.resource import Resource
from sync.model import RowRecord, RunFacts


def names_of(facts: RunFacts, resource: Resource) -> Callable[[RowRecord], str]:
    """Gives the name of a row's record: as answered, as read, as the row sets it, or as the sheet has it.

    It is empty where none of these has a name.
    """
    position = name_position(facts.headers, facts.options.names, resource)

    def name_of(row: RowRecord) -> str:
        for summary in (row.after, row.before):
            if summary is not None and summary.name:
                return summary.name
        edited = row.edits.get(resource.roles.name)
        if isinstance(edited, str):
            return edited
        return row.cells[position].strip() if position is not None and position < len(row.cells) else ""

    return name_of


def name_position(headers: Sequence[str], mapped: Mapping[str, str], resource: Resource) -> int | None:
    """Where a sheet has the records' names: in the column that is mapped to them, else in one that is called so.

    Where none is, in one that is called like the records' other name.

    Args:
        headers: of the sheet.
        mapped: by field, the header of the column that writes it.
        resource: whose records they are.
    """
    roles = resource.roles
    if mapped.get(roles.name) in headers:
        return headers.index(mapped[roles.name])
    from sync.mapping.header_words import meanings  # late: most sheets map their names

    positions: dict[str, int] = {}
    for position, header in enumerate(headers):
        surest = next(iter(meanings(header, resource)), None) if header and header != mapped.get("id") else None
        if surest is not None and not surest.target.index:
            positions.setdefault(surest.target.field, position)
    return positions.get(roles.name, positions.get(roles.other_name))
