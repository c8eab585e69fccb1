"""What planning knows of the sheet: the header over a field, and the cell under it."""

from collections.abc import Callable

from sync.contract.display import Display, quoted
from sync.contract.resource import Resource
from sync.model import MISSING, Target

# The three values of a field that somebody has changed meanwhile, each with whose it is. `done`: read, or previewed.
SENDING = "{header} was {before} when {done}, is {after} in the {source} and {present} in Campfire now"
UNDOING = "{header} was {before} before the run, {after} after it, and is {present} in Campfire now"
EXPORTED = "{header} was {before} in the export, is {after} in the sheet and {present} in Campfire now"

HeaderLookup = Callable[[str], tuple[str, str]]  # a target's text → the sheet's header for it, and the row's cell there


def verifying(name: str) -> str:
    """What a HeaderLookup knows the column by that verifies this field: another column may edit the field."""
    return f"verify {name}"


def header_of(target: Target, resource: Resource, lookup: HeaderLookup) -> str:
    """The sheet's header for a field; its label where the sheet has no column for it."""
    header, _ = lookup(str(target))
    return " ".join(header.split()) or Display(resource).name(str(target))


def quoted_value(value: object, target: Target, resource: Resource) -> str:
    """A field's value within a sentence: in quotation marks, and the words for one that is not there without them."""
    text = Display(resource).value(str(target), value)
    return text if value is None or value is MISSING or value == "" else quoted(text)
