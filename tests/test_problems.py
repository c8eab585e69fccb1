"""The catalogue of problems: a sentence of what is wrong and one of how to mend it, for somebody who knows Excel."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from sync.problems import CATALOGUE, CELLS, RECORD, REMARKS, ROWS, VALUES, WARNINGS, problem
from tests.support.source import SYNC, TREES

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("kind", CATALOGUE)
def test_a_problem_has_a_sentence_of_what_is_wrong_and_one_of_how_to_mend_it(kind: str) -> None:
    said = CATALOGUE[kind]
    assert said.problem.endswith(".")
    assert not said.problem[0].isupper()  # it follows the row and the column
    assert said.remedy.endswith(".")
    assert said.remedy[0].isupper()


@pytest.mark.parametrize("kind", CATALOGUE)
def test_a_problem_speaks_of_cells_and_not_of_the_program(kind: str) -> None:
    words = " ".join(CATALOGUE[kind]).lower().replace("null", "")
    assert not any(term in words for term in ("pandas", "pandera", "schema", "dtype", "nan", "regex", "python", "json"))


@pytest.mark.parametrize("kind", [kind for kind, said in WARNINGS.items() if said.in_app])
def test_the_remedy_of_a_warning_that_the_app_says_otherwise_is_the_same_for_every_sheet(kind: str) -> None:
    """Else the app would not find it in the warning."""
    assert "{" not in WARNINGS[kind].remedy + WARNINGS[kind].in_app


def test_no_kind_is_in_two_places() -> None:
    assert len(CATALOGUE) == len(CELLS) + len(ROWS) + len(VALUES) + len(RECORD)


def test_a_problem_is_told_of_its_cell() -> None:
    found = problem("not_a_choice", 12, "Payment Terms", "Net 37", choices="Net 30, Net 45")
    assert found.problem == "“Net 37” is not one of the choices."
    assert found.remedy == "Use one of: Net 30, Net 45."
    assert str(found).startswith("row 12, Payment Terms: “Net 37”")
    assert found.message.startswith("Payment Terms: “Net 37”")


def test_a_header_of_several_lines_is_named_in_one() -> None:
    found = problem("bad_id", 12, "Customer\r\nID\u00a0 ", "x", noun="customer")
    assert str(found).startswith("row 12, Customer ID: “x”")
    assert found.message.startswith("Customer ID: “x”")


def test_a_problem_of_a_row_as_a_whole_names_the_row_alone() -> None:
    found = problem("ragged", 3, detail="5 cells, and the header has 4")
    assert str(found).startswith("row 3: the row has 5 cells, and the header has 4.")
    assert found.message.startswith("The row has 5 cells")


def test_a_kind_that_is_not_in_the_catalogue_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        problem("no_such_kind", 1)
    with pytest.raises(KeyError):
        problem("duplicate_id", 1)  # its details are missing


def test_braces_in_a_cell_are_text() -> None:
    found = problem("bad_id", 2, "Customer ID", "{detail} {0} %s", noun="customer")
    assert "“{detail} {0} %s”" in found.problem


def test_every_kind_is_found_by_some_module() -> None:
    used = set()
    for path, tree in TREES.items():
        if path.name != "problems.py":
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    used.add(node.value)
    assert CATALOGUE.keys() <= used


def test_every_problem_and_warning_is_made_with_the_details_that_its_sentences_need() -> None:
    """Else a run would end in a KeyError. What is handed over as `**` is not followed."""
    sentences = {kind: " ".join(entry[:2]) for kind, entry in (CATALOGUE | WARNINGS | REMARKS).items()}
    made = list(_made())
    assert len({kind for kind, _, _ in made}) > 10
    for kind, given, where in made:
        needed = {name for _, name, _, _ in Formatter().parse(sentences[kind]) if name}
        assert needed <= given | {"value", "column", "probably", "or_clear"}, f"{where}: {kind}"


def _made() -> Iterator[tuple[str, set[str], str]]:
    """The kind of each problem or warning whose details stand in the source, with their names, and where that is."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
                continue
            kind, given = node.args[0], {keyword.arg for keyword in node.keywords}
            if node.func.id in ("problem", "warning") and isinstance(kind, ast.Constant) and None not in given:
                yield kind.value, {name for name in given if name}, f"{path.name}:{node.lineno}"


def test_every_kind_that_the_reader_marks_a_cell_with_is_in_the_catalogue() -> None:
    marked = set()
    readers = (SYNC / "sheet", SYNC / "xlsx" / "reading")
    for tree in (tree for path, tree in TREES.items() if any(room in path.parents for room in readers)):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Cell":
                given = {keyword.arg: keyword.value for keyword in node.keywords}
                kinds = [given.get("kind"), *node.args[2:3]]
                marked |= {kind.value for kind in kinds if isinstance(kind, ast.Constant)}
    assert len(marked) > 4
    assert marked <= CELLS.keys()
