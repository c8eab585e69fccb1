"""The rules of the fields → a pandera schema, and what pandera finds wrong.

pandera is asked every rule of every column, lazily, and reports all that fails. It gets texts and nothing else (blanks,
the clear word and the spellings of the mapping file are settled before), so no coercion of its own can change a value.
"""

from collections.abc import Iterator
from typing import Any

from sync.contract.rules import Rule, Texts, rules
from sync.validation.columns import Reading


def failures(readings: list[Reading]) -> Iterator[tuple[int, int, str]]:
    """(row, index of the reading, rule) for all that fails, rows counted from 0."""
    import pandas as pd  # late: they take half a second
    import pandera.pandas as pa

    texts = {str(index): reading.texts.shown for index, reading in enumerate(readings)}
    try:
        schema(readings).validate(pd.DataFrame(texts, dtype=object), lazy=True)
    except pa.errors.SchemaErrors as e:
        cases = e.failure_cases
        for row, column, check in zip(cases["index"], cases["column"], cases["check"], strict=True):
            yield int(row), int(column), str(check)


def schema(readings: list[Reading]) -> Any:
    """The pandera schema of these columns: each rule of its field is a check of that name."""
    import pandera.pandas as pa

    columns = {}
    for index, reading in enumerate(readings):
        checks = [_check(name, rule, reading.texts) for name, rule in rules(reading.column.field).items()]
        columns[str(index)] = pa.Column(object, checks, nullable=True)  # no text is null: pandera need not look
    return pa.DataFrameSchema(columns)


def _check(name: str, rule: Rule, expected: Texts) -> Any:
    import pandera.pandas as pa

    def holds(column: Any) -> Any:
        shown = column.tolist()
        texts = expected if shown == expected.shown else Texts(shown)  # what several rules look at is made once
        if rule.all_hold(texts):
            return True
        return column.isin({text for text in texts.different if rule.holds(text)} | {""})  # a blank asks for nothing

    return pa.Check(holds, name=name, ignore_na=False)
