"""A run's warnings as they are listed: in the Summary and on the page, before everything else."""

from typing import NamedTuple

from sync.model import RunFacts, SheetWarning


class ListedWarning(NamedTuple):
    """A warning: its kind in words, how many rows it concerns, the first of them, and the sentence."""

    kind: str
    rows: int  # 0 where it does not concern single rows
    first_row: int
    message: str


def warnings_of(facts: RunFacts) -> list[ListedWarning]:
    """The warnings of a run."""
    return [_listed(warning) for warning in facts.warnings]


def _listed(warning: SheetWarning | str) -> ListedWarning:
    if isinstance(warning, str):  # a run of version 0.1.0
        return ListedWarning("note", 0, 0, warning)
    return ListedWarning(warning.kind.replace("_", " "), warning.rows, warning.first_row, warning.message)
