"""XML read as a stream: the elements that somebody wants, each whole, and nothing else kept.

The tree is built by the standard library's C code, and what is finished is taken out of it between two chunks. That is
faster than handlers for each tag in Python, and as sparing.
"""

from collections.abc import Iterator
from typing import Protocol
from xml.etree.ElementTree import Element, TreeBuilder, XMLParser
from xml.parsers import expat

CHUNK = 1 << 16
# An element that does not end within so many bytes is not a row or a text that a person has made.
MOST_UNFINISHED = 24 * 1024**2
MOST_DEPTH = 64


class Readable(Protocol):
    """Something that bytes can be read from."""

    def read(self, size: int, /) -> bytes: ...


class UnreadableXML(Exception):
    """XML that no spreadsheet program writes."""


def elements(part: Readable, wanted: frozenset[str]) -> Iterator[Element]:
    """The elements of these local names, in order, as they are finished.

    Raises:
        UnreadableXML: it has a document type (the door to entity expansion), or is nested or swollen beyond reason.
        ParseError: it is not well-formed.
    """
    builder = TreeBuilder()
    outside = builder.start("outside", {})
    parser = XMLParser(target=builder)  # noqa: S314 (a document type is refused below)
    prolog = _Prolog()
    unfinished = 0
    while chunk := part.read(CHUNK):
        prolog.feed(chunk)
        parser.feed(chunk)
        taken: list[Element] = []
        removed = _take(outside, wanted, taken, finished=False)
        unfinished = 0 if removed else unfinished + len(chunk)
        if unfinished > MOST_UNFINISHED:
            raise UnreadableXML("one element of it is too large")
        yield from taken
    parser.close()
    taken = []
    _take(outside, wanted, taken, finished=True)
    yield from taken


def local_name(element: Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def namespace(element: Element) -> str:
    """An element's namespace in the form that stands before local names: `{…}`, or empty."""
    return element.tag[: element.tag.rfind("}") + 1]


def _take(parent: Element, wanted: frozenset[str], taken: list[Element], finished: bool, depth: int = 0) -> int:
    """Takes everything that is finished out of the tree: all but the last child, which may still grow.

    Returns how many elements went.
    """
    if depth > MOST_DEPTH:
        raise UnreadableXML("its elements are nested too deeply")
    children = list(parent)
    last = len(children) - 1
    removed = len(children) if finished else max(last, 0)
    for index, child in enumerate(children):
        whole = finished or index < last
        if local_name(child) not in wanted:
            removed += _take(child, wanted, taken, whole, depth + 1)
        elif whole:
            taken.append(child)
    del parent[: last + finished]
    return removed


class _Prolog:
    """Watches what comes before the first element."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._leave
        self._over = False

    def feed(self, chunk: bytes) -> None:
        if self._over:
            return
        try:
            self._parser.Parse(chunk)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise UnreadableXML("it is not well-formed XML") from error

    def _refuse(self, *_: object) -> None:
        raise UnreadableXML("it has a document type, as no workbook does")

    def _leave(self, *_: object) -> None:
        self._over = True
        self._parser.StartElementHandler = None
        self._parser.StartDoctypeDeclHandler = None
