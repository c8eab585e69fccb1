"""Conditional formats: which cells they may show otherwise than their own number format does."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from sync.xlsx.reading.workbook import has_number_format, is_true
from sync.xlsx.reading.xml_stream import local_name


@dataclass(frozen=True, slots=True)
class ConditionalFormat:
    """What a sheet lays over the look of some cells as long as a condition holds.

    Whether it holds is not known here: conditions are formulas.
    """

    ranges: tuple[str, ...]
    styles: frozenset[str]  # numbers of the workbook's styles for conditional formats
    hides_numbers: bool  # it has a number format of its own, or shows a bar or an icon in a number's place

    @classmethod
    def of(cls, element: Element) -> "ConditionalFormat":
        """The conditional format of this element, in the form of Excel 2007 or in that of its successors."""
        ranges = element.get("sqref") or "".join(part.text or "" for part in element if local_name(part) == "sqref")
        rules = [part for part in element if local_name(part) == "cfRule"]
        hides = any(_hides_numbers(part) for rule in rules for part in rule)
        return cls(tuple(ranges.split()), frozenset(rule.get("dxfId", "") for rule in rules), hides)


def _hides_numbers(part: Element) -> bool:
    name = local_name(part)
    return (name in {"dataBar", "iconSet"} and not is_true(part.get("showValue", "1"))) or (
        name == "dxf" and has_number_format(part)
    )
