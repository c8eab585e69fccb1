"""The names of the files that the app makes stay readable, whatever round it is."""

import pytest

from sync.app.drafts import corrected_names, next_round

RUN = "20261127-143158-c1f6"


@pytest.mark.parametrize(
    ("name", "copy"),
    [
        ("edits.xlsx", "edits.corrected.xlsx"),
        ("Edits of May.TSV", "Edits of May.corrected.csv"),
        ("edits.corrected-3.xlsx", "edits.corrected.xlsx"),
        (f"edits.results.{RUN}.xlsx", "edits.corrected.xlsx"),
        ("edits.round-2.xlsx", "edits.round-2.corrected.xlsx"),
    ],
)
def test_a_corrected_copy_is_called_as_the_sheet_is(name: str, copy: str) -> None:
    assert next(corrected_names(name)) == copy


@pytest.mark.parametrize(
    ("name", "following"),
    [
        ("edits.csv", "edits.round-2.xlsx"),
        ("edits.corrected.csv", "edits.round-2.xlsx"),
        ("edits.round-2.corrected-2.xlsx", "edits.round-3.xlsx"),
        (f"edits.corrected.results.{RUN}-2.xlsx", "edits.round-2.xlsx"),
    ],
)
def test_the_next_round_is_counted(name: str, following: str) -> None:
    assert next_round(name) == following
