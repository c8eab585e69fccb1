"""A workbook's shared texts: a sheet's cells refer to them by their position."""

import re
from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from sync.scratch import Spool
from sync.xlsx.reading.escapes import is_struck, text_of, unescaped
from sync.xlsx.reading.package import Package
from sync.xlsx.reading.xml_chunks import XmlChunks, resolved
from sync.xlsx.reading.xml_stream import elements

# Measured on a workbook of 100,000 rows of 35 columns: reading takes 4 s with this pattern, and 7 s without.
# A text that says nothing but itself: no runs, no phonetic readings, no character that XML would change or refuse.
_PLAIN = re.compile(r'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')
_TAGS = 4  # in a plain one
_GROUP = 100  # texts: all whose positions differ in the last two digits alone
_POSITIONS = " ".join(f"#{number:02}" for number in range(_GROUP))  # of a group, without the digits that they share
_MOST_HELD = 10_000  # texts; more take longer to find, since they are too many for the processor's own memory


class SharedTexts(dict[str, str]):
    """The shared texts by their position, as the cells have it: in digits.

    A million rows have millions of texts. They are put aside in groups, and the dictionary holds those that were asked
    for last; when it is emptied, those that cells go on asking for are found in what it held before, which is 3 % of a
    check. A program writes texts in the order in which the cells need them, so a group is taken as a whole where the
    one before it was; in a sheet that was sorted since, single texts are.
    """

    def __init__(self) -> None:
        super().__init__()
        self._groups: Spool[list[str]] = Spool()
        self._filling: list[str] = []  # the group that is not full yet
        self._before: dict[str, str] = {}  # what was held until there were too many
        self._next = 0  # the group that follows the one that was taken last
        self.count = 0
        self.struck: set[int] = set()  # positions of texts that are struck through, wholly or partly

    def add(self, texts: Sequence[str]) -> None:
        """Take the next texts."""
        self.count += len(texts)
        self._filling += texts
        whole = len(self._filling) - len(self._filling) % _GROUP
        for start in range(0, whole, _GROUP):
            self._groups.add(self._filling[start : start + _GROUP])
        del self._filling[:whole]

    def __missing__(self, stored: str) -> str:
        if not stored.isdecimal() or int(stored) >= self.count:
            raise KeyError(stored)
        if len(self) > _MOST_HELD:
            self._before = dict(self)
            self.clear()
        if (text := self._before.get(stored)) is not None:
            self[stored] = text
            return text
        number, place = divmod(int(stored), _GROUP)
        group = self._groups[number] if number < len(self._groups) else self._filling
        if number == self._next:
            positions = _POSITIONS.replace("#", str(number)).split() if number else map(str, range(_GROUP))
            self.update(zip(positions, group, strict=False))
        self._next = number + 1
        self[stored] = text = group[place]
        return text


def shared_texts(package: Package, part: str) -> SharedTexts:
    """A workbook's shared texts.

    Raises:
        FileRefused: the part is damaged.
    """
    texts = SharedTexts()
    with package.part(part) as file:
        pieces = XmlChunks(file, "sst", "sst", "si")
        for block in pieces.blocks():
            plain = _PLAIN.findall(block)
            if (
                len(plain) * _TAGS == block.count("<")
                and "\r" not in block
                and ("]" not in block or "]]>" not in block)
                and (resolved_texts := _resolved(plain, block)) is not None
            ):
                texts.add(resolved_texts)
            else:
                _add(pieces.parsed(block), texts)
        _add(elements(pieces.around(), frozenset({"si"})), texts)
    return texts


def _add(items: Iterable[Element], texts: SharedTexts) -> None:
    for item in items:
        if is_struck(item):
            texts.struck.add(texts.count)
        texts.add([text_of(item)])


def _resolved(plain: list[str], block: str) -> list[str] | None:
    """The texts with entities and escapes resolved, in this order; None if one holds an entity of its own."""
    texts = plain
    if "&" in block:
        texts = [text for raw in plain if (text := resolved(raw)) is not None]
    if "_" in block and "_x" in block:
        texts = [unescaped(text) for text in texts]
    return texts if len(texts) == len(plain) else None
