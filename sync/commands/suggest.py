"""`mapping suggest`: a mapping file drafted from a sheet's headers."""

from pathlib import Path

from sync.contract.load import load as load_resource
from sync.mapping.suggest import draft
from sync.settings import Settings
from sync.sheet import read


def suggest(edits: Path, settings: Settings) -> str:
    """The text of a mapping file for this sheet.

    Raises:
        FileRefused: the sheet cannot be read.
    """
    return draft(read(edits, sheet=settings.sheet), load_resource())
