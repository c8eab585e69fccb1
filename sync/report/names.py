"""The name of the customer that a row is for."""

from collections.abc import Callable

from sync.contract.resource import Resource
from sync.model import RowRecord, RunFacts


def names_of(facts: RunFacts, resource: Resource) -> Callable[[RowRecord], str]:
    """Gives the name of a row's record: as answered, as read, as the row sets it, or as the sheet has it.

    It is empty where none of these has a name.
    """
    header = facts.options.names.get(resource.roles.name)
    position = facts.headers.index(header) if header in facts.headers else None

    def name_of(row: RowRecord) -> str:
        for summary in (row.after, row.before):
            if summary is not None and summary.name:
                return summary.name
        edited = row.edits.get(resource.roles.name)
        if isinstance(edited, str):
            return edited
        return row.cells[position].strip() if position is not None and position < len(row.cells) else ""

    return name_of
