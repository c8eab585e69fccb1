"""Texts that nobody means as a value: the words of errors, # signs alone, an apostrophe before digits."""

from pathlib import Path

import pytest

from sync.model import Cell
from sync.problems import CELLS
from sync.sheet import read
from tests.support.sheet_files import packed, parts_of, text, with_cell

ERRORS = (
    "#N/A #REF! #VALUE! #NUM! #NAME? #DIV/0! #NULL! #SPILL! #CALC! #NV #BEZUG! #WERT! #ZAHL! #ÜBERLAUF! #VALEUR! "
    "#NOMBRE! #NOM? #NUL! #¡REF! #¡VALOR! #¿NOMBRE? #¡DIV/0! #RIF! #VALORE! #NOME? #N/D #WAARDE! #VERW! #SAKNAS! "
    "#VÆRDI! #PUUTTUU! #ARG! #ADR! #HODNOTA! #ÉRTÉK! #Н/Д #ССЫЛКА! #YOK #DEĞER! #Δ/Υ #n/a Err:502"
)


def csv_cell(path: Path, shown: str) -> Cell:
    path.write_text(f'Customer ID;City\n1;"{shown}"\n', encoding="utf-8")
    return read(path, id_header="Customer ID").rows[0].cell_meta.get(1, Cell())


def xlsx_cell(path: Path, cell: str) -> Cell:
    packed(path, parts_of(with_cell(cell)))
    return read(path, id_header="Customer ID").rows[0].cell_meta.get(1, Cell())


@pytest.mark.parametrize("word", ERRORS.split())
def test_the_word_of_an_error_is_a_problem_in_every_language_and_kind_of_file(tmp_path: Path, word: str) -> None:
    problem = Cell(kind="error_cell", detail=word)
    assert csv_cell(tmp_path / "edits.csv", f" {word} ") == problem
    assert xlsx_cell(tmp_path / "edits.xlsx", text("B2", word)) == problem
    result = f'<c r="B2" t="str"><f>A2</f><v>{word}</v></c>'
    assert xlsx_cell(tmp_path / "edits.xlsx", result) == problem


@pytest.mark.parametrize(("shown", "kind"), [("#", "hashes"), ("########", "hashes"), ("'02134", "apostrophe"),
                                             ("'+49 30 1", "apostrophe"), ("'12.50", "apostrophe")])  # fmt: skip
def test_hashes_alone_and_an_apostrophe_before_digits_are_problems(tmp_path: Path, shown: str, kind: str) -> None:
    assert csv_cell(tmp_path / "edits.csv", shown).kind == kind
    assert xlsx_cell(tmp_path / "edits.xlsx", text("B2", shown)).kind == kind
    assert kind in CELLS


@pytest.mark.parametrize(
    "shown",
    ["#1 Street", "# 5", "ask about #REF! in May", "#tag", "#N/A!", "O'Brien", "'90s Ltd", "'quoted'", "C#"],
)
def test_other_texts_with_these_signs_are_text(tmp_path: Path, shown: str) -> None:
    assert csv_cell(tmp_path / "edits.csv", shown) == Cell()
    assert xlsx_cell(tmp_path / "edits.xlsx", text("B2", shown)) == Cell()
