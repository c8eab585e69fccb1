"""A column of the sheet, read as the field that the mapping has it for.

Column by column and not row by row: a month's sheet has a hundred thousand rows and thirty columns.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sync.contract.mapping import Column, Mapping
from sync.contract.resource import Field
from sync.contract.rules import Texts, convert, faults, rules
from sync.model import Row, Target
from sync.text import are_normal, fold, normal


class _Silent:
    """What a cell says that asks for nothing."""

    def __repr__(self) -> str:
        return "SILENT"


SILENT = _Silent()


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rows say in one column."""

    place: int  # the column's
    about: Field
    values: Callable[[], Iterator[Any]]  # a JSON value for each row, or SILENT; for a row at fault it does not matter
    texts: Texts  # what the field's rules are asked of; empty where they are not
    found: dict[int, tuple[str, ...]]  # by row: what is wrong, where that was seen on reading

    def failures(self) -> Iterator[tuple[int, int, str]]:
        """(row, column, rule) for all that is wrong. What holds for all texts together need not be asked of each."""
        wrong = self.found
        if not wrong and not all(rule.all_hold(self.texts) for rule in rules(self.about).values()):
            wrong = {i: faults(self.about, text) for i, text in enumerate(self.texts.shown) if text}
        yield from ((i, self.place, kind) for i, kinds in wrong.items() for kind in kinds)


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A column of the mapping, found in the sheet."""

    column: Column
    place: int
    header: str  # as the sheet has it
    about: Field
    clear: str  # folded

    @property
    def target(self) -> Target:
        """The field that the column is for."""
        return self.column.target

    def read(self, shown: list[str]) -> Reading:
        """What the rows say. `shown` has a text for each row."""
        if self.about.type == "string" and not self.column.blank_clears:
            texts = Texts(shown)
            if are_normal(texts.filled, texts.together) and not self._have_words(texts):
                return Reading(self.place, self.about, partial(_themselves, shown), texts, {})
        return self._by_meaning(shown)

    def _have_words(self, texts: Texts) -> bool:
        """Whether one of these texts, which are normal, is a word that stands for something else."""
        words = {self.clear, *self.column.values}
        if any(" " in word for word in words) or not texts.together.isascii():
            return not words.isdisjoint(map(fold, texts.different))
        together = texts.together.lower()  # what folding leaves to be done
        return any(word in together for word in words) and not words.isdisjoint(map(str.lower, texts.filled))

    def _by_meaning(self, shown: list[str]) -> Reading:
        """Each different text is looked at once: a choice is said ten thousand times."""
        meanings = {text: self.meaning(normal(text)) for text in set(shown)}
        faulty = {text: kinds for text, (_, _, kinds) in meanings.items() if kinds}
        wrong = {i: faulty[text] for i, text in enumerate(shown) if text in faulty} if faulty else {}
        to_be_asked = {text: asked for text, (_, asked, _) in meanings.items() if asked != text}
        texts = [to_be_asked.get(text, text) for text in shown] if to_be_asked else shown
        return Reading(self.place, self.about, partial(_meant, shown, meanings), Texts(texts), wrong)

    def text_of(self, row: Row) -> str:
        """The row's text here; for a field that holds a whole number, the number that the cell holds, however shown."""
        cell_meta = row.cell_meta.get(self.place)
        if cell_meta and cell_meta.kind:
            return ""  # it can't be read, which is said elsewhere
        if cell_meta and cell_meta.number and self.about.type == "integer":
            return cell_meta.number
        return row.cells[self.place]

    def meaning(self, text: str) -> tuple[Any, str, tuple[str, ...]]:
        """What a text stands for, the text where the field's rules had to say so, and what is wrong with it."""
        if not text and not self.column.blank_clears:
            return SILENT, "", ()
        word = fold(text)
        if word in self.column.values:
            value = self.column.values[word]
        elif not text or word == self.clear:
            value = None
        else:
            wrong = faults(self.about, text)
            return SILENT if wrong else convert(self.about, text), text, wrong
        if value is None and not self.about.nullable:
            return SILENT, "", ("not_nullable",)
        return value, "", ()


def _themselves(texts: list[str]) -> Iterator[Any]:
    """The values of texts that stand for themselves."""
    return (text or SILENT for text in texts)


def _meant(texts: list[str], meanings: dict[str, tuple[Any, str, tuple[str, ...]]]) -> Iterator[Any]:
    """The values of texts that stand for something."""
    return (meanings[text][0] for text in texts)


def bind(mapping: Mapping, headers: Sequence[str], places: dict[str, int]) -> list[MappedColumn]:
    """The mapping's columns that the sheet has. `places` are the sheet's columns by folded header."""
    return [
        MappedColumn(column, place, headers[place], mapping.resource.field_of(column.target), fold(mapping.clear))
        for column in mapping.columns
        if (place := places.get(fold(column.header))) is not None
    ]
