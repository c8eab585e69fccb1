"""A run's warnings as they are listed: in the Summary and on the page, before everything else."""

from sync.model import RunFacts, SheetWarning
from sync.problems import warning
from sync.text import counted


def kind_in_words(warning: SheetWarning) -> str:
    """`hidden_rows` as `hidden rows`; a warning of version 0.1.0 has no kind."""
    return warning.kind.replace("_", " ") or "note"


def remarks_of(facts: RunFacts) -> tuple[SheetWarning, ...]:
    """What a person should know of a run beside its warnings."""
    if not facts.left_alone:
        return facts.remarks
    was, are = ("was", "is") if facts.left_alone == 1 else ("were", "are")
    cells = f"{counted(facts.left_alone, 'cells')} {was}"
    return (warning("changed_since_export", counted=cells, are=are), *facts.remarks)
