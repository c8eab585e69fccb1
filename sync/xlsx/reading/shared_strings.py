"""A workbook's shared texts: a sheet's cells refer to them by their position."""

import re

from sync.xlsx.reading.escapes import text_of, unescaped
from sync.xlsx.reading.package import Package
from sync.xlsx.reading.xml_chunks import XmlChunks, resolved
from sync.xlsx.reading.xml_stream import elements

# A text that says nothing but itself: no runs, no phonetic readings, no character that XML would change or refuse.
_PLAIN = re.compile(r'<si><t(?: xml:space="preserve")?>([^<\x00-\x08\x0b-\x1f\ufffe\uffff]*)</t></si>')
_TAGS = 4  # in a plain one


def shared_texts(package: Package, part: str) -> list[str]:
    """The shared texts in order.

    Raises:
        FileRefused: the part is damaged.
    """
    texts: list[str] = []
    with package.part(part) as file:
        pieces = XmlChunks(file, "sst", "sst", "si")
        for block in pieces.blocks():
            found = _PLAIN.findall(block)
            if len(found) * _TAGS == block.count("<") and (plain := _resolved(found, block)) is not None:
                texts += plain
            else:
                texts += [text_of(item) for item in pieces.parsed(block)]
        texts += [text_of(item) for item in elements(pieces.around(), frozenset({"si"}))]
    return texts


def _resolved(found: list[str], block: str) -> list[str] | None:
    """The texts with entities and escapes resolved, in this order; nothing if one holds an entity of its own."""
    texts = found
    if "&" in block:
        texts = [text for raw in found if (text := resolved(raw)) is not None]
    if "_x" in block:
        texts = [unescaped(text) for text in texts]
    return texts if len(texts) == len(found) else None
