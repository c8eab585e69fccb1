"""`mapping suggest`: a mapping file drafted from a sheet's headers."""

from pathlib import Path

from sync.contract.load import load as load_resource
from sync.mapping.draft import draft
from sync.mapping.suggest import suggest as suggest_columns
from sync.settings import Settings
from sync.sheet import read


def suggest(edits: Path, settings: Settings) -> str:
    """The text of a mapping file for this sheet.

    Raises:
        FileRefused: the sheet can't be read, or a title stands above its headers.
    """
    sheet = read(edits, sheet=settings.sheet)
    return draft(suggest_columns(sheet, load_resource()), sheet)
