"""The mapping in force, as a person reads it on a terminal."""

from pathlib import Path

import pytest

from sync.contract.load import load as load_resource
from sync.mapping import load as mapping
from sync.mapping.show import WIDTH, lines

DEFAULT = Path(__file__).parents[2] / "mappings" / "customers.yaml"


def shown(folder: Path, text: str) -> list[str]:
    path = folder / "m.yaml"
    path.write_text(text, encoding="utf-8")
    return lines(mapping.load(path))


def test_every_column_has_its_line_with_field_type_and_limit() -> None:
    found = lines(mapping.load(DEFAULT))
    for column in mapping.load(DEFAULT).columns:
        line = next(line for line in found if line.startswith(f"{column.header}  "))
        assert str(column.target) in line
        limit = load_resource().field_of(column.target).max_length
        assert limit is None or f" {limit} " in line
    assert any(line.startswith("Customer ID") and "whole number" in line for line in found)


def test_it_fits_a_terminal_and_its_columns_stand_under_one_another() -> None:
    found = lines(mapping.load(DEFAULT))
    assert max(map(len, found)) <= WIDTH
    at = found[0].index("Field")
    assert found[2][at - 2 : at + 2] == "  id"


def test_choices_are_given_with_label_and_value() -> None:
    text = "\n".join(lines(mapping.load(DEFAULT)))
    assert "Net 30 = net_30" in text
    assert "Active = ACTIVE; Inactive = INACTIVE" in text


def test_translations_blanks_and_the_clear_word_are_told(tmp_path: Path) -> None:
    found = shown(
        tmp_path,
        "id: Nr\nsheet: Kunden\ncolumns:\n"
        "  Terms: {field: terms, values: {30 days: net_30, none: leer}, blank: clear}\n"
        "  Status: {field: status, blank: clear}\n  City: city\nignore: [Comments]\n"
        "clear: leer\nconstants: {customer: 42}\n",
    )
    text = "\n".join(found)
    assert "and 30 days = net_30; none = (empties the field)" in text
    assert "leer, or no text" in next(line for line in found if line.startswith("Terms"))
    assert "nothing; needs a text" in next(line for line in found if line.startswith("Status"))
    assert next(line for line in found if line.startswith("City")).endswith("leer")
    assert "in these columns it empties it: Terms and Status" in text
    for said in ("  customer = 42", "Ignored columns:        Comments", "Sheet:                  Kunden", "m.yaml"):
        assert said in text


@pytest.mark.parametrize("header", ["a very long header " * 20, "tw\\no lines", "bell \\a", "esc \\e[31m red"])
def test_awkward_headers_neither_break_the_table_nor_reach_the_terminal(tmp_path: Path, header: str) -> None:
    found = shown(tmp_path, f'id: Nr\ncolumns:\n  "{header}": notes\n')
    row = next(line for line in found if " notes " in line)
    assert len(row) <= WIDTH
    assert all(line.isprintable() for line in found)


def test_a_constant_tax_number_is_not_printed(tmp_path: Path) -> None:
    text = "\n".join(shown(tmp_path, 'id: Nr\ncolumns: {}\nconstants: {vat_number: "GB123456789"}\n'))
    assert "GB123456789" not in text


def test_match_verify_and_accept_are_told(tmp_path: Path) -> None:
    found = shown(
        tmp_path,
        "id: {column: ERP No., match: external_id}\nverify: {Legal Name: name}\ncolumns: {City: city}\n"
        "accept: [hidden_rows]\n",
    )
    assert "matches external_id" in next(line for line in found if line.startswith("ERP No."))
    assert "  Legal Name = name" in found
    assert "Accepted warnings:      hidden_rows" in found
