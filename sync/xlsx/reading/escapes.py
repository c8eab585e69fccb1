"""Texts as a workbook's XML holds them."""

import re
from xml.etree.ElementTree import Element

from sync.xlsx.reading.xml_stream import local_name

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def unescaped(text: str) -> str:
    """A text with its `_x000D_` escapes decoded (ECMA-376, part 1, 22.9.2.19); `_x005F_` is an underscore."""
    if "_x" not in text:
        return text
    decoded = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)
    return _PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), decoded)


def text_of(item: Element) -> str:
    """The text of a shared or inline string: its runs joined, its phonetic readings left out."""
    parts = []
    for child in item:
        match local_name(child):
            case "t":
                parts.append(child.text or "")
            case "r":
                parts += [run.text or "" for run in child if local_name(run) == "t"]
    return unescaped("".join(parts))


def is_struck(item: Element) -> bool:
    """Whether a run of a shared or inline string is struck through."""
    return any(
        local_name(part) == "strike" and part.get("val", "1") not in {"0", "false"}
        for run in item
        if local_name(run) == "r"
        for properties in run
        if local_name(properties) == "rPr"
        for part in properties
    )
