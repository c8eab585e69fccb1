"""The mapping file: taken as it is written, checked against the contract, every mistake named with its line."""

import hashlib
from pathlib import Path

import pytest
import yaml

from sync.contract.load import load as load_resource
from sync.errors import MappingRefused
from sync.mapping import load as mapping
from sync.model import Target
from tests.support.given import mapping_of

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = ROOT / "mappings" / "customers.yaml"

WHOLE = """\
id: Customer ID                 # the column that holds {id}
sheet: Customers
columns:
  Customer Name: name
  Payment Terms: {field: terms, values: {"30 days": net_30}}
  Billing Contact Email: contacts[1].email
  Remarks: {field: notes, blank: clear}
constants: {customer: 42}
ignore: [Comments]
blank: keep
clear: "<clear>"
"""


def refused(text: str, folder: Path) -> list[tuple[int, str]]:
    """The mistakes of a mapping file with this text, each with its line."""
    with pytest.raises(MappingRefused) as e:
        mapping_of(text, folder)
    found = []
    for line in str(e.value).splitlines():
        where, _, said = line.removeprefix(f"{folder / 'mapping.yaml'}, line ").partition(": ")
        found.append((int(where), said))
    return found


def refusal(text: str, folder: Path) -> tuple[int, str]:
    """The one mistake of a mapping file."""
    found = refused(text, folder)
    assert len(found) == 1, found
    return found[0]


def columns(*lines: str) -> str:
    """A mapping file with these lines under `columns:`, the first of them in line 3."""
    return "id: Customer ID\ncolumns:\n" + "".join(f"  {line}\n" for line in lines)


# --- what a file says ---


def test_the_whole_file_of_the_product_page_is_understood(tmp_path: Path) -> None:
    found = mapping_of(WHOLE, tmp_path)
    assert (found.id_header, found.sheet, found.clear) == ("Customer ID", "Customers", "<clear>")
    assert {column.header: str(column.target) for column in found.columns} == {
        "Customer Name": "name",
        "Payment Terms": "terms",
        "Billing Contact Email": "contacts[1].email",
        "Remarks": "notes",
    }
    assert {column.header: dict(column.values) for column in found.columns if column.values} == {
        "Payment Terms": {"30 days": "net_30"}
    }
    assert [column.header for column in found.columns if column.blank_clears] == ["Remarks"]
    assert dict(found.constants) == {"customer": 42}
    assert found.ignore == ("Comments",)


def test_what_a_file_leaves_out_has_its_usual_value(tmp_path: Path) -> None:
    found = mapping_of(columns("Name: name"), tmp_path)
    assert (found.sheet, found.clear, found.ignore, dict(found.constants)) == ("", "<clear>", (), {})
    assert not found.columns[0].blank_clears


def test_an_empty_cell_clears_every_column_that_does_not_say_otherwise(tmp_path: Path) -> None:
    text = columns("Name: name", "Notes: {field: notes, blank: keep}") + "blank: clear\n"
    assert [column.blank_clears for column in mapping_of(text, tmp_path).columns] == [True, False]


@pytest.mark.parametrize(
    "word", ["No", "NO", "60", "012", "12:30:45", "1e3", "~", "null", "true", "0x1F", "2026-01-01"]
)
def test_a_header_is_the_text_that_is_written(word: str, tmp_path: Path) -> None:
    found = mapping_of(
        f"id: {word}\ncolumns:\n  {word}.: name\nignore: [{word}!]\nsheet: {word}\nclear: {word}\n", tmp_path
    )
    assert (found.id_header, found.columns[0].header, found.ignore) == (word, f"{word}.", (f"{word}!",))
    assert (found.sheet, found.clear) == (word, word)


@pytest.mark.parametrize("word", ["No", "NO", "60", "012", "12:30:45", "1e3", "~", "null"])
def test_a_spelling_of_a_value_is_the_text_that_is_written(word: str, tmp_path: Path) -> None:
    found = mapping_of(columns(f"Terms: {{field: terms, values: {{{word}: net_60}}}}"), tmp_path)
    assert dict(found.columns[0].values) == {word.casefold(): "net_60"}


def test_a_value_of_a_text_field_is_the_text_that_is_written(tmp_path: Path) -> None:
    lines = "Zip: {field: zip_code, values: {Boston: 02134, Nowhere: No, Noon: 12:00:00}}"
    assert dict(mapping_of(columns(lines), tmp_path).columns[0].values) == {
        "boston": "02134",
        "nowhere": "No",
        "noon": "12:00:00",
    }


def test_the_values_of_a_column_serve_every_kind_of_field(tmp_path: Path) -> None:
    lines = (
        "Active: {field: status, values: {ja: Active, nein: INACTIVE}}",
        "1099: {field: is_1099, values: {ja: yes, nein: 'no'}}",
        "Parent: {field: parent, values: {Example Widgets Ltd: 12, none: '<clear>'}}",
    )
    found = [dict(column.values) for column in mapping_of(columns(*lines), tmp_path).columns]
    assert found == [
        {"ja": "ACTIVE", "nein": "INACTIVE"},
        {"ja": True, "nein": False},
        {"example widgets ltd": 12, "none": None},
    ]


def test_a_column_can_be_for_any_contact(tmp_path: Path) -> None:
    found = mapping_of(columns("A: contacts[1].email", "B: contacts[2].email", "C: contacts[12].name"), tmp_path)
    assert [column.target for column in found.columns] == [
        Target("contacts", 1, "email"),
        Target("contacts", 2, "email"),
        Target("contacts", 12, "name"),
    ]


def test_constants_are_values_as_the_api_takes_them(tmp_path: Path) -> None:
    text = (
        columns("N: name")
        + "constants: {customer: 42, vendor_type: Customer, is_1099: no, parent: '<clear>', zip_code: 012}\n"
    )
    assert dict(mapping_of(text, tmp_path).constants) == {
        "customer": 42,
        "vendor_type": "customer",
        "is_1099": False,
        "parent": None,
        "zip_code": "012",
    }


def test_one_header_can_be_ignored_without_a_list(tmp_path: Path) -> None:
    assert mapping_of(columns("N: name") + "ignore: Comments\n", tmp_path).ignore == ("Comments",)


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    assert mapping_of("\ufeff" + columns("N: name"), tmp_path).id_header == "Customer ID"


# --- mistakes, each alone ---

MISTAKES = {
    "a field that the API does not have": ("Terms: term", "“term” is not a field of the API. Did you mean “terms”?"),
    "a field written in capitals": ("Terms: TERMS", "“TERMS” is not a field of the API. Did you mean “terms”?"),
    "a field that is like no other": ("Terms: qqqq", "“qqqq” is not a field of the API."),
    "a field that is only returned": (
        "Billed: total_billed",
        "“total_billed” is read-only: the API returns it and does not take it.",
    ),
    "the id as a field": ("Number: id", "“id” is read-only: the API returns it and does not take it."),
    "a contact's field that is only returned": (
        "Contact: contacts[1].id",
        "“contacts[1].id” is read-only: the API returns it and does not take it.",
    ),
    "a field of an unknown shape": (
        "Labels: invoice_labels",
        "“invoice_labels” cannot be mapped: the API does not say what its values look like.",
    ),
    "the contacts as a whole": (
        "Contact: contacts",
        "“contacts” is not a field of the API. A contact's field is written like contacts[1].name.",
    ),
    "a contact without a number": (
        "Contact: contacts.email",
        "“contacts.email” is not a field of the API. Did you mean “contacts[1].email”?",
    ),
    "a contact with the number 0": (
        "Contact: contacts[0].email",
        "“contacts[0].email” is not a field of the API. Did you mean “contacts[1].email”?",
    ),
    "a contact's field that there is not": (
        "Contact: contacts[1].emial",
        "“emial” is not a field of a contact. Did you mean “email”?",
    ),
    "another field in the place of the contacts": (
        "Contact: terms[1].email",
        "“terms[1].email” is not a field of the API. Did you mean “contacts[1].email”?",
    ),
    "a value that is no choice": (
        "Terms: {field: terms, values: {long: net_300}}",
        "“net_300” is not one of the choices. Use one of: Custom, Net 5, Net 7, Net 10, Net 15, Net 20, Net 30, "
        "Net 40, Net 45, Net 60, Net 90, Net 105, Net 120, Due on Receipt.",
    ),
    "a value that is no number": (
        "Parent: {field: parent, values: {main: twelve}}",
        "“twelve” is not a whole number. Type only digits.",
    ),
    "a value that is neither yes nor no": (
        "1099: {field: is_1099, values: {x: maybe}}",
        "“maybe” is neither yes nor no. Use yes or no.",
    ),
    "a value that empties what can't be emptied": (
        "Status: {field: status, values: {none: <clear>}}",
        "“status” cannot be emptied.",
    ),
    "a value that is null in YAML": (
        "Terms: {field: terms, values: {none: null}}",
        "“null” is not clear: write '<clear>' to empty the field, or put the text in quotes.",
    ),
    "no value at all": (
        "Terms: {field: terms, values: {none: }}",
        "“” is not clear: write '<clear>' to empty the field, or put the text in quotes.",
    ),
    "a key of a column that is misspelt": (
        "Terms: {field: terms, vales: {}}",
        "“vales” is not known here. Did you mean “values”?",
    ),
    "a column without a field": ("Terms: {values: {a: net_5}}", "“Terms” has no “field:”."),
    "a field that is a list": ("Terms: [terms]", "a text is expected here."),
    "a field that is empty": ("Terms:", "a text is expected here."),
    "a header without letters": ('" ": terms', "a header is expected before the colon."),
    "a blank of its own that is unknown": (
        "Notes: {field: notes, blank: empty}",
        "“empty” is not known here: an empty cell can “keep” or “clear” the field.",
    ),
    "a spelling given twice": (
        'Terms: {field: terms, values: {"30 days": net_30, "30  DAYS": net_60}}',
        "“30  DAYS” is given twice (line 3 has it too).",
    ),
    "a spelling that is another choice's name": (
        'Terms: {field: terms, values: {"NET  30": net_45}}',
        "“NET  30” always means Net 30, so it cannot stand for another value.",
    ),
    "a spelling that is the clear word": (
        "Terms: {field: terms, values: {<CLEAR>: net_45}}",
        "“<CLEAR>” is the word that empties a field, so it cannot stand for a value.",
    ),
    "a spelling for the empty cell": (
        "Terms: {field: terms, blank: clear, values: {' ': net_45}}",
        "a spelling is expected before the colon. “blank:” says what an empty cell means.",
    ),
    "a key given twice in one line": (
        "Terms: {field: terms, field: notes}",
        "“field” is given twice (line 3 has it too).",
    ),
}


@pytest.mark.parametrize(("line", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_in_a_column_is_named_with_its_line(line: str, said: str, tmp_path: Path) -> None:
    assert refusal(columns(line), tmp_path) == (3, said)


@pytest.mark.parametrize(("word", "field"), [("custom", "terms"), ("net_30", "terms"), ("No", "is_1099")])
def test_a_clear_word_that_is_a_value_of_a_mapped_field_is_refused(word: str, field: str, tmp_path: Path) -> None:
    said = f"“{word}” is a value of {field}, so it cannot be the word that empties a field."
    assert refusal(columns("Terms: terms", "1099: is_1099") + f"clear: '{word}'\n", tmp_path) == (5, said)
    assert mapping_of(columns("Notes: notes") + f"clear: '{word}'\n", tmp_path).clear == word


def test_yes_and_no_can_be_turned_round(tmp_path: Path) -> None:
    found = mapping_of(columns("Exempt: {field: is_1099, values: {'yes': 'no', 'no': 'yes'}}"), tmp_path)
    assert dict(found.columns[0].values) == {"yes": False, "no": True}


def test_a_field_mapped_twice_names_both_lines(tmp_path: Path) -> None:
    text = columns("Terms: terms", "Notes: notes", "Payment Terms: {field: terms}")
    assert refusal(text, tmp_path) == (5, "“terms” is mapped twice (line 3 has it too).")


def test_a_field_mapped_twice_on_one_line_is_seen(tmp_path: Path) -> None:
    text = "id: Customer ID\ncolumns: {Terms: terms, Payment Terms: terms}\n"
    assert refusal(text, tmp_path) == (2, "“terms” is mapped twice (line 2 has it too).")


def test_a_contacts_field_mapped_twice_is_seen_and_that_of_another_contact_is_not(tmp_path: Path) -> None:
    text = columns("A: contacts[1].email", "B: contacts[2].email", "C: contacts[1].email")
    assert refusal(text, tmp_path) == (5, "“contacts[1].email” is mapped twice (line 3 has it too).")


def test_a_header_given_twice_is_seen_whatever_its_case_and_blanks(tmp_path: Path) -> None:
    text = columns("Payment Terms: terms", "payment  TERMS: notes")
    assert refusal(text, tmp_path) == (4, "“payment  TERMS” is given twice (line 3 has it too).")


def test_a_key_given_twice_is_seen(tmp_path: Path) -> None:
    text = "id: Customer ID\ncolumns: {Name: name}\nclear: x\ncolumns: {Terms: terms}\n"
    assert refusal(text, tmp_path) == (4, "“columns” is given twice (line 2 has it too).")


@pytest.mark.parametrize(("key", "near"), [("colums", "columns"), ("Clear", "clear"), ("constant", "constants")])
def test_a_misspelt_key_is_named_with_the_nearest_right_one(key: str, near: str, tmp_path: Path) -> None:
    said = refused(f"id: Customer ID\n{key}: x\ncolumns: {{Name: name}}\n", tmp_path)
    assert said == [(2, f"“{key}” is not known here. Did you mean “{near}”?")]


def test_a_column_for_the_ids_that_is_mapped_as_well_is_seen(tmp_path: Path) -> None:
    assert refusal(columns("customer id: external_id"), tmp_path) == (
        3,
        "the column “customer id” is already in line 1.",
    )


def test_a_column_that_is_mapped_and_ignored_is_seen(tmp_path: Path) -> None:
    text = columns("Notes: notes") + "ignore: [notes]\n"
    assert refusal(text, tmp_path) == (4, "the column “notes” is already in line 3.")


@pytest.mark.parametrize("key", ["id", "columns"])
def test_a_file_without_its_id_or_its_columns_is_refused(key: str, tmp_path: Path) -> None:
    lines = {"id": "id: Customer ID\n", "columns": "columns: {Name: name}\n"}
    assert refusal("".join(text for name, text in lines.items() if name != key), tmp_path) == (
        1,
        f"“{key}:” is missing.",
    )


@pytest.mark.parametrize("word", ["delete", "Keep", "no"])
def test_a_rule_for_empty_cells_that_is_unknown_is_named(word: str, tmp_path: Path) -> None:
    said = f"“{word}” is not known here: an empty cell can “keep” or “clear” the field."
    assert refusal(columns("N: name") + f"blank: {word}\n", tmp_path) == (4, said)


CONSTANTS = {
    "an unknown field": ("custmer: 42", "“custmer” is not a field of the API. Did you mean “customer”?"),
    "a read-only field": ("currency: USD", "“currency” is read-only: the API returns it and does not take it."),
    "a contact's field": ("contacts[1].email: a@example.com", "a field of a contact cannot be a constant."),
    "a field with a column": ("terms: net_30", "“terms” is mapped twice (line 3 has it too)."),
    "a value that is none": ("customer: forty-two", "“forty-two” is not a whole number. Type only digits."),
    "null": ("parent: null", "“null” is not clear: write '<clear>' to empty the field, or put the text in quotes."),
    "a tilde": ("parent: ~", "“~” is not clear: write '<clear>' to empty the field, or put the text in quotes."),
    "nothing": ("parent:", "“” is not clear: write '<clear>' to empty the field, or put the text in quotes."),
    "null for what can't be emptied": ("customer: <clear>", "“customer” cannot be emptied."),
    "a list": ("customer: [42]", "a text is expected here."),
}


@pytest.mark.parametrize(("line", "said"), CONSTANTS.values(), ids=CONSTANTS.keys())
def test_a_mistake_in_the_constants_is_named_with_its_line(line: str, said: str, tmp_path: Path) -> None:
    assert refusal(columns("Terms: terms") + f"constants:\n  {line}\n", tmp_path) == (5, said)


@pytest.mark.parametrize("text", ["columns: [name]", "columns: name", "columns:"])
def test_columns_that_are_no_list_of_names_and_fields_are_refused(text: str, tmp_path: Path) -> None:
    assert refusal(f"id: Customer ID\n{text}\n", tmp_path) == (2, "lines like “name: value” are expected here.")


def test_an_ignore_that_is_no_list_is_refused(tmp_path: Path) -> None:
    found = refusal(columns("N: name") + "ignore: {Comments: yes}\n", tmp_path)
    assert found == (4, "a list like [Comments, Checked by] is expected here.")


def test_all_mistakes_are_named_at_once_in_the_order_of_their_lines(tmp_path: Path) -> None:
    text = (
        "ident: Customer ID\n"  # 1: misspelt, and so the id is missing
        "columns:\n"
        "  Terms: term\n"  # 3: unknown
        "  Billed: total_billed\n"  # 4: read-only
        "  Notes: notes\n"
        "  Remarks: {field: notes}\n"  # 6: twice
        "  Status: {field: status, values: {on: Activ}}\n"  # 7: no choice
        "constants: {customer: x}\n"  # 8: no number
        "blank: never\n"  # 9
        "blank: keep\n"  # 10: given twice
        "ignore: {}\n"  # 11
    )
    assert [line for line, _ in refused(text, tmp_path)] == [1, 1, 3, 4, 6, 7, 8, 9, 10, 11]


# --- files that are no mapping at all ---


def test_what_is_not_yaml_is_refused_with_line_and_column(tmp_path: Path) -> None:
    with pytest.raises(MappingRefused, match=r"mapping\.yaml, line 3, column 10: this is not YAML"):
        mapping_of("id: Customer ID\ncolumns:\n  Name: *\n", tmp_path)
    with pytest.raises(MappingRefused, match=r"mapping\.yaml, line 2, column \d+: this is not YAML"):
        mapping_of("id: Customer ID\n\tcolumns: {}\n", tmp_path)


def test_two_documents_in_one_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingRefused, match="line 3"):
        mapping_of("id: Customer ID\ncolumns: {N: name}\n---\nid: Other\n", tmp_path)


def test_aliases_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingRefused, match="aliases"):
        mapping_of("id: &a Customer ID\ncolumns: {Name: name}\nsheet: *a\n", tmp_path)


@pytest.mark.parametrize("content", ["", "\n\n", "# nothing\n", "- a\n- b\n", "just a text\n"])
def test_an_empty_file_or_one_of_another_form_is_refused(content: str, tmp_path: Path) -> None:
    with pytest.raises(MappingRefused, match="a mapping file begins with lines like"):
        mapping_of(content, tmp_path)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_bytes("id: Kundennummer für Umsätze\n".encode("cp1252"))
    with pytest.raises(MappingRefused, match="not UTF-8"):
        mapping.load(path)


def test_a_control_character_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingRefused, match="not YAML"):
        mapping_of("id: Customer\x07 ID\n", tmp_path)


def test_a_file_nested_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingRefused, match="YAML"):
        mapping_of("id: " + "[" * 5000 + "]" * 5000, tmp_path)


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingRefused, match="cannot be read: No such file"):
        mapping.load(tmp_path / "none.yaml")
    with pytest.raises(MappingRefused, match="cannot be read"):
        mapping.load(tmp_path)


# --- which file, and the one that is installed ---


def test_the_mapping_of_the_folder_goes_before_the_installed_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    elsewhere = mapping.default_path()
    assert mapping.load(elsewhere).id_header == "Customer ID"
    here = tmp_path / "mappings" / "customers.yaml"
    here.parent.mkdir()
    here.write_text(columns("N: name").replace("Customer ID", "Nr"), encoding="utf-8")
    assert mapping.default_path().resolve() == here
    assert mapping.load(mapping.default_path()).id_header == "Nr"


def test_the_installed_mapping_has_a_column_for_every_writable_field_of_the_page() -> None:
    mapped = {str(column.target) for column in mapping.load(INSTALLED).columns}
    items = load_resource().fields["contacts"].items
    page = {about.name for about in load_resource().writable if about.source == "page" and about.type != "list"}
    assert mapped == page | {f"contacts[1].{name}" for name, about in items.items() if not about.read_only}


def test_the_installed_mappings_headers_are_the_contracts_labels() -> None:
    text = yaml.safe_load(INSTALLED.read_text(encoding="utf-8"))
    for header, target in text["columns"].items():
        found = Target.parse(target)
        assert found is not None
        label = load_resource().field_of(found).label
        assert header == (f"Billing Contact {label}" if found.index else label)


# --- whose row it is: match and verify; what is meant: accept ---


def test_the_id_column_can_hold_another_field(tmp_path: Path) -> None:
    text = "id: {column: ERP No., match: external_id}\ncolumns: {Name: name}\n"
    found = mapping_of(text, tmp_path)
    assert (found.id_header, found.match) == ("ERP No.", "external_id")
    assert mapping_of(columns("Name: name"), tmp_path).match == ""
    assert mapping_of("id: {column: Nr}\ncolumns: {Name: name}\n", tmp_path).id_header == "Nr"


def test_columns_can_be_verified_and_are_not_sent(tmp_path: Path) -> None:
    found = mapping_of(columns("City: city") + "verify: {Legal Name: name, Terms: terms}\n", tmp_path)
    assert dict(found.verify) == {"Legal Name": "name", "Terms": "terms"}
    assert [str(column.target) for column in found.columns] == ["city"]


def test_kinds_of_warnings_can_be_accepted(tmp_path: Path) -> None:
    text = columns("City: city") + "accept: [hidden_rows, other_sheets]\n"
    assert mapping_of(text, tmp_path).accept == {"hidden_rows", "other_sheets"}
    assert mapping_of(columns("City: city") + "accept: hidden_rows\n", tmp_path).accept == {"hidden_rows"}


IDENTITY = {
    "a number as the field to match": (
        "id: {column: Nr, match: parent}",
        "“parent” is not a text field, and “match:” needs one.",
    ),
    "a misspelt field to match": (
        "id: {column: Nr, match: externalid}",
        "“externalid” is not a field of the API. Did you mean “external_id”?",
    ),
    "an id without its column": ("id: {match: external_id}", "“id:” has no “column:”."),
    "a misspelt key of the id": (
        "id: {column: Nr, mach: name}",
        "“mach” is not known here. Did you mean “match”?",
    ),
    "a field to verify that there is not": (
        "verify: {Legal Name: nam}",
        "“nam” is not a field of the API. Did you mean “name”?",
    ),
    "a field that cannot be verified": ("verify: {Contact: contacts}", "“contacts” cannot be verified."),
    "a header that is mapped and verified": ("verify: {city: name}", "the column “city” is already in line 2."),
    "an unknown kind of warning": (
        "accept: [hiden_rows]",
        "“hiden_rows” is not a kind of warning. Did you mean “hidden_rows”?",
    ),
    "a list that is none": ("accept: {a: b}", "a list like [hidden_rows, hidden_column] is expected here."),
}


@pytest.mark.parametrize(("line", "said"), IDENTITY.values(), ids=IDENTITY.keys())
def test_a_mistake_in_match_verify_or_accept_is_named_with_its_line(line: str, said: str, tmp_path: Path) -> None:
    if line.startswith("id:"):
        assert refusal(f"columns: {{City: city}}\n\n{line}\n", tmp_path) == (3, said)
    else:
        assert refusal(f"id: Nr\ncolumns: {{City: city}}\n{line}\n", tmp_path) == (3, said)


def test_the_hash_is_of_the_bytes_that_were_read(tmp_path: Path) -> None:
    found = mapping_of(columns("City: city"), tmp_path)
    assert found.sha256 == hashlib.sha256(found.path.read_bytes()).hexdigest()


# --- another resource ---


def test_a_mapping_names_its_resource_by_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "bins.yaml").write_text(BINS, encoding="utf-8")
    found = mapping_of("resource: bins.yaml\nid: Bin\ncolumns: {Label: label, Box: 'boxes[2].size'}\n", tmp_path)
    assert found.resource.path == "/api/bins"
    assert found.resource.reference == str(tmp_path / "bins.yaml")
    assert [str(column.target) for column in found.columns] == ["label", "boxes[2].size"]
    assert refusal("resource: bins.yaml\nid: Bin\ncolumns: {Label: name}\n", tmp_path) == (
        3,
        "“name” is not a field of the API.",
    )


def test_a_resource_that_does_not_exist_is_named_with_the_line(tmp_path: Path) -> None:
    with pytest.raises(MappingRefused, match=r"mapping\.yaml, line 1: there is no resource “bins”"):
        mapping_of("resource: bins\nid: Bin\ncolumns: {}\n", tmp_path)
    with pytest.raises(MappingRefused, match=r"line 1: there is no resource"):
        mapping_of("resource: nowhere.yaml\nid: Bin\ncolumns: {}\n", tmp_path)


BINS = """\
path: /api/bins
page_size: 50
noun: {one: bin, many: bins}
id_header: Bin
roles: {id: id, name: label}
fields:
  id: {type: integer, label: Bin, read_only: true}
  label: {type: string, label: Label, max_length: 20}
  boxes:
    type: list
    label: Box
    noun: {one: box, many: boxes}
    roles: {id: id}
    items:
      id: {type: integer, label: ID, read_only: true}
      size: {type: integer, label: Size}
"""
