"""The rules of the fields → a pandera schema, and what pandera finds wrong.

pandera is asked every rule of every column, lazily, and reports all that fails. It gets texts and nothing else (blanks,
the clear word and the spellings of the mapping file are settled before), so no coercion of its own can change a value.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sync.contract.rules import Rule, Texts, rules
from sync.validation.columns import MappedColumn, Reading


class Judge:
    """Asks pandera about the mapped columns of a sheet, batch by batch.

    The schema is made once: on 100,000 rows of 35 columns, making it for each batch took a tenth of the check's CPU.
    """

    def __init__(self, columns: Sequence[MappedColumn]) -> None:
        self._columns = [JudgedColumn(column) for column in columns]
        self._schema: Any = None

    def failures(self, readings: Sequence[Reading]) -> Iterator[tuple[int, int, str]]:
        """(row, index of the reading, rule) for all that fails, rows counted from 0.

        Args:
            readings: of each of the columns, in their order.
        """
        if not readings:
            return
        import pandas as pd  # late: they take half a second
        import pandera.pandas as pa

        for column, reading in zip(self._columns, readings, strict=True):
            column.expected = reading.texts
        if self._schema is None:
            self._schema = schema(self._columns)
        texts = {str(index): reading.texts.shown for index, reading in enumerate(readings)}
        try:
            self._schema.validate(pd.DataFrame(texts, dtype=object), lazy=True, inplace=True)
        except pa.errors.SchemaErrors as e:
            cases = e.failure_cases
            for row, column, check in zip(cases["index"], cases["column"], cases["check"], strict=True):
                yield int(row), int(column), str(check)


class JudgedColumn:
    """A column of which pandera is asked.

    Attributes:
        expected: the texts that it should be asked about.
    """

    def __init__(self, column: MappedColumn) -> None:
        self.rules = rules(column.field)
        self.expected = Texts([])
        self._asked: tuple[Any, Texts] = None, self.expected

    def holds(self, rule: Rule, column: Any) -> Any:
        """Whether the texts that pandera has in a column satisfy a rule: all of them, or which."""
        texts = self._texts(column)
        if rule.all_hold(texts):
            return True
        return column.isin({text for text in texts.different if rule.holds(text)} | {""})  # a blank asks for nothing

    def _texts(self, column: Any) -> Texts:
        """The texts of pandera's column; what several rules look at is made once."""
        asked, texts = self._asked
        if asked is not column:
            shown = column.tolist()
            texts = self.expected if shown == self.expected.shown else Texts(shown)
            self._asked = column, texts
        return texts


def schema(columns: Sequence[JudgedColumn]) -> Any:
    """The pandera schema of these columns: each rule of its field is a check of that name."""
    import pandera.pandas as pa

    # No type is asked for, and no text is null: pandera need not look.
    return pa.DataFrameSchema(
        {
            str(index): pa.Column(
                None, [_check(name, rule, column) for name, rule in column.rules.items()], nullable=True
            )
            for index, column in enumerate(columns)
        }
    )


def _check(name: str, rule: Rule, judged: JudgedColumn) -> Any:
    import pandera.pandas as pa

    return pa.Check(lambda column: judged.holds(rule, column), name=name, ignore_na=False)
