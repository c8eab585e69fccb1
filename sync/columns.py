"""A column of the sheet, read as the field that the mapping has it for.

Column by column and not row by row: a month's sheet has a hundred thousand rows and thirty columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sync.contract import Field, contract
from sync.model import Column, Mapping, Row, Target
from sync.text import are_normal, fold, normal
from sync.values import convert, faults, rules


class _Silent:
    """What a cell says that asks for nothing."""

    def __repr__(self) -> str:
        return "SILENT"


SILENT = _Silent()


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rows say in one column."""

    values: list[Any]  # a JSON value for each row, or SILENT
    texts: list[str]  # what the field's rules are asked of; empty where they are not
    faults: dict[int, tuple[str, ...]]  # by row: what is wrong


@dataclass(frozen=True, slots=True)
class Bound:
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

    def read(self, shown: Sequence[str]) -> Reading:
        """What the rows say. `shown` has a text for each row."""
        if self.about.type == "string" and not self.column.blank_clears:
            filled = [text for text in shown if text]
            if are_normal(filled) and not self._have_words(filled):
                return self._plain(shown, filled)
        return self._by_meaning(shown)

    def _have_words(self, texts: list[str]) -> bool:
        """Whether one of these texts, which are normal, is a word that stands for something else."""
        words = {self.clear, *self.column.values}
        if any(" " in word for word in words) or not "".join(texts).isascii():
            return not words.isdisjoint(map(fold, set(texts)))
        return not words.isdisjoint(map(str.lower, texts))  # what folding leaves to be done

    def _plain(self, shown: Sequence[str], filled: list[str]) -> Reading:
        """Texts that stand for themselves. What the field's rules say of all at once need not be asked of each."""
        reading = Reading([text or SILENT for text in shown], list(shown), {})
        if filled and not all(rule.all_hold(filled) for rule in rules(self.about).values()):
            for i, text in enumerate(shown):
                wrong = faults(self.about, text) if text else ()
                if wrong:
                    reading.values[i], reading.faults[i] = SILENT, wrong
        return reading

    def _by_meaning(self, shown: Sequence[str]) -> Reading:
        """Each different text is looked at once: a choice is said ten thousand times."""
        meanings = {text: self.meaning(normal(text)) for text in set(shown)}
        reading = Reading([meanings[text][0] for text in shown], [meanings[text][1] for text in shown], {})
        wrong = {text: meaning[2] for text, meaning in meanings.items() if meaning[2]}
        if wrong:
            reading.faults.update((i, wrong[text]) for i, text in enumerate(shown) if text in wrong)
        return reading

    def text_of(self, row: Row) -> str:
        """The row's text here; for a field that holds a whole number, the number that the cell holds, however shown."""
        special = row.special.get(self.place)
        if special and special.kind:
            return ""  # it can't be read, which is said elsewhere
        if special and special.number and self.about.type == "integer":
            return special.number
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


def bind(mapping: Mapping, headers: Sequence[str], places: dict[str, int]) -> list[Bound]:
    """The mapping's columns that the sheet has. `places` are the sheet's columns by folded header."""
    return [
        Bound(column, place, headers[place], contract().field_of(column.target), fold(mapping.clear))
        for column in mapping.columns
        if (place := places.get(fold(column.header))) is not None
    ]
