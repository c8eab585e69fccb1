"""A run's warnings as they are listed: in the Summary and on the page, before everything else."""

from sync.model import SheetWarning


def kind_in_words(warning: SheetWarning) -> str:
    """`hidden_rows` as `hidden rows`; a warning of version 0.1.0 has no kind."""
    return warning.kind.replace("_", " ") or "note"
