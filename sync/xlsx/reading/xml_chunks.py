"""The long list of a part (rows, shared texts), cut into its pieces without an XML parser's work for each tag.

A piece in the plain form that most producers use can be read by a pattern, at several times a parser's speed; any
other piece goes through the parser, alone. What stands around the list goes through the parser as a whole. A part that
does not look the usual way from its start (another encoding, prefixes, comments) is not cut at all.
"""

import re
from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element, fromstring

from sync.xlsx.reading.xml_stream import MOST_UNFINISHED, Readable, UnreadableXML

_BLOCK = 1 << 18
_LONGEST_HEAD = 1 << 20
_ENCODING = re.compile(rb"""<\?xml[^<>]*?\sencoding\s*=\s*["']([A-Za-z0-9_-]+)["']""")
_NAMESPACE = re.compile(
    rb'\sxmlns="http://(?:schemas\.openxmlformats\.org/spreadsheetml/2006|purl\.oclc\.org/ooxml/spreadsheetml)/main"'
)
_FIRST_SEEN = ord(" ")  # what is before it are controls
_ILLEGAL = bytes(code for code in range(_FIRST_SEEN) if chr(code) not in "\t\n\r")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


class XmlChunks:
    """A part that is being cut.

    Args:
        part: the part, unpacked.
        root: its outermost element.
        container: the element that holds the list; it may be the root.
        piece: the elements of the list.

    Attributes:
        head: what stands before the list; empty where the part is not cut.
    """

    def __init__(self, part: IO[bytes], root: str, container: str, piece: str) -> None:
        self._part = part
        self._root = root
        self._container_end = f"</{container}>".encode()
        self._piece_end = f"</{piece}>".encode()
        self._buffer = b""
        self.head, self._root_tag = self._find_head(f"<{root}[\\s>][^<>]*".encode(), f"<{container}[\\s>]".encode())

    def _find_head(self, root: bytes, container: bytes) -> tuple[bytes, str]:
        """What stands before the list; empty where the part is not to be cut."""
        while not (tag := re.search(container + rb"[^<>]*>?", self._buffer)) or tag.end() == len(self._buffer):
            chunk = self._part.read(_BLOCK)
            self._buffer += chunk
            if not chunk or len(self._buffer) > _LONGEST_HEAD:
                return b"", ""
        head, rest = self._buffer[: tag.end()], self._buffer[tag.end() :]
        outermost = re.search(root, head)
        encoding = _ENCODING.search(head)
        usual = (encoding is None or encoding[1].lower() == b"utf-8") and b"<!" not in head and head.isascii()
        if not (
            usual and outermost and _NAMESPACE.search(outermost[0]) and head.endswith(b">") and not head.endswith(b"/>")
        ):
            return b"", ""
        self._buffer = rest
        return head, outermost[0].decode().rstrip(">") + ">"

    def blocks(self) -> Iterator[str]:
        """The list, some whole pieces at a time; nothing where the part is not cut.

        Raises:
            UnreadableXML: a piece does not end, or is not in UTF-8.
        """
        searched = 0
        while self.head:
            end = self._buffer.find(self._container_end, max(searched, 0))
            last = self._buffer.rfind(self._piece_end, 0, end if end >= 0 else len(self._buffer))
            if last >= 0:
                whole = last + len(self._piece_end)
                yield _decoded(self._buffer[:whole])
                self._buffer = self._buffer[whole:]
            if end >= 0:
                return
            if len(self._buffer) > MOST_UNFINISHED:
                raise UnreadableXML("one element of it is too large")
            searched = len(self._buffer) - len(self._container_end)
            chunk = self._part.read(_BLOCK)
            if not chunk:
                raise UnreadableXML("it is cut off")
            self._buffer += chunk

    def parsed(self, pieces: str) -> Iterator[Element]:
        """Pieces that a pattern can't read, by way of the parser.

        Raises:
            ParseError: they are not well-formed.
        """
        yield from fromstring(f"{self._root_tag}{pieces}</{self._root}>")  # noqa: S314 (no document type can be in it)

    def around(self) -> Readable:
        """The part without what `blocks` has given."""
        return _Joined(self.head + self._buffer, self._part)


class _Joined:
    """Some bytes, and then what follows them in a file."""

    def __init__(self, first: bytes, then: IO[bytes]) -> None:
        self._first = first
        self._then = then

    def read(self, size: int, /) -> bytes:
        first, self._first = self._first[:size], self._first[size:]
        return first or self._then.read(size)


def resolved(text: str) -> str | None:
    """A text with XML's five named entities resolved; nothing if it holds any other."""
    if "&" not in text:
        return text
    if text.count("&") != sum(text.count(entity) for entity, _ in _ENTITIES):
        return None
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text


def _decoded(block: bytes) -> str:
    """The text of a block, checked for characters that XML does not allow: patterns need not look at each one."""
    import numpy as np  # late, though a check needs it anyway: its loops over bytes are the quickest by far

    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableXML("it is not in UTF-8") from error
    has_controls = np.frombuffer(block, np.uint8).min() < _FIRST_SEEN
    if (has_controls and block.translate(None, _ILLEGAL) != block) or "\ufffe" in text or "\uffff" in text:
        raise UnreadableXML("it holds a character that XML does not allow")
    return text
