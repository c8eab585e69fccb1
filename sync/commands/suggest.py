"""`mapping suggest`: a mapping file drafted from a sheet's headers."""

from pathlib import Path

from sync.commands.output_names import refuse_shared
from sync.contract.load import load as load_resource
from sync.contract.resource import Resource
from sync.errors import MappingRefused
from sync.files import refuse_existing
from sync.mapping.draft import draft
from sync.mapping.load import default_path, load, resource_of
from sync.mapping.suggest import suggest as suggest_columns
from sync.settings import Settings
from sync.sheet import read
from sync.text import fold


def suggest(edits: Path, settings: Settings, file: Path | None = None) -> str:
    """The text of a mapping file for this sheet, and for what the mapping in force is for.

    Args:
        file: where the text will be written; None: it is printed.

    Raises:
        CannotStart: the file exists already, or is one that is read.
        FileRefused: the sheet can't be read, or a title stands above its headers.
        MappingRefused: the mapping that is given cannot be read.
    """
    if file is not None:
        refuse_shared({"--out": file}, {"EDITS": edits, "--mapping": settings.mapping})
        refuse_existing(file)
    sheet, resource = read(edits, sheet=settings.sheet), resource_in_force(settings)
    return draft(suggest_columns(sheet, resource), sheet, resource, reference_of(resource, file or Path("draft")))


def resource_in_force(settings: Settings) -> Resource:
    """What the mapping that is given is for, or the one of this folder. That one may be what a draft is to replace.

    Raises:
        MappingRefused: the mapping that is given cannot be read.
    """
    if settings.mapping:
        return resource_of(settings.mapping)
    try:
        return resource_of(default_path())
    except MappingRefused:
        return load_resource()


def ignored_in_force(settings: Settings) -> frozenset[str]:
    """The folded headers that the mapping ignores which a run without a mapping of its own would take."""
    try:
        return frozenset(map(fold, load(settings.mapping or default_path()).ignore))
    except MappingRefused:
        return frozenset()


def reference_of(resource: Resource, mapping: Path) -> str:
    """How a mapping in this file names the resource; empty where it need not."""
    if not resource.text:
        return "" if resource is load_resource() else resource.reference
    path, folder = Path(resource.reference), mapping.absolute().parent
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)
