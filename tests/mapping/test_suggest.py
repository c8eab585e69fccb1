"""Drafting a mapping from a sheet's headers: it loads, it says how sure it is, and it guesses no more than it may."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.contract.load import load as load_resource
from sync.contract.mapping import Mapping
from sync.errors import FileRefused, MappingRefused
from sync.mapping import load as mapping
from sync.mapping.draft import draft as written
from sync.mapping.suggest import suggest
from sync.model import Target
from sync.sheet import read
from sync.text import fold, normal


def sheet(folder: Path, *headers: str, rows: tuple[tuple[str, ...], ...] = ()) -> Path:
    path = folder / "edits.csv"
    lines = [",".join('"' + text.replace('"', '""') + '"' for text in cells) for cells in (headers, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    return path


def draft(path: Path, resource: str = "customers") -> str:
    sheet, known = read(path), load_resource(resource)
    return written(suggest(sheet, known), sheet, known)


def loaded(folder: Path, text: str) -> Mapping:
    path = folder / "drafted.yaml"
    path.write_text(text, encoding="utf-8")
    return mapping.load(path)


def drafted(folder: Path, *headers: str, rows: tuple[tuple[str, ...], ...] = ()) -> dict[str, str]:
    """What the draft maps each header to."""
    found = loaded(folder, draft(sheet(folder, "Customer ID", *headers, rows=rows)))
    return {column.header: str(column.target) for column in found.columns}


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("name", "name"), ("Customer Name", "name"), ("Customer", "name"), ("Cust Name", "name"), ("Zip", "zip_code"),
        ("Postcode", "zip_code"), ("POSTAL CODE", "zip_code"), ("zip_code", "zip_code"), ("ZipCode", "zip_code"),
        ("VAT no.", "vat_number"), ("Tax ID", "business_id_ssn"), ("E-Mail", "email"), ("Tel.", "phone_number"),
        ("Phone", "phone_number"), ("Street", "address_street_1"), ("Address Line 1", "address_street_1"),
        ("Net terms", "terms"), ("Payment Term", "terms"), ("Billing Contact Email", "contacts[1].email"),
        ("billing contact 2 phone", "contacts[2].phone_number"), ("Contact", "contacts[1].name"),
        ("Adress Line 1", "address_street_1"), ("Custmer Name", "name"), ("Contry", "country"), ("D.B.A.", "dba"),
        ("Tenant", "customer"), ("Billing City", "billing_city"), ("Customer Phone", "phone_number"),
        ("Pmt terms", "terms"), ("E-mail (billing)", "email"), ("Cust. Phone No.", "phone_number"),
        ("Addr. 1", "address_street_1"), ("Main e-mail", "email"), ("New City", "city"),
    ],
)  # fmt: skip
def test_a_header_finds_its_field(tmp_path: Path, header: str, target: str) -> None:
    assert drafted(tmp_path, header) == {header: target}


@pytest.mark.parametrize("header", ["Sales Rep", "Statu5x", "Nam", "Q3", "Number", "Discount", "Amount", "Date"])
def test_a_header_that_is_like_nothing_stays_a_comment(tmp_path: Path, header: str) -> None:
    text = draft(sheet(tmp_path, "Customer ID", header))
    found = loaded(tmp_path, text)
    assert found.columns == ()
    assert found.ignore == ()  # so that a run goes on to warn of it
    assert f"  # {header}:  # no field is like it" in text


def test_of_a_header_with_a_letter_that_only_looks_latin_it_is_said_which(tmp_path: Path) -> None:
    text = draft(sheet(tmp_path, "Customer ID", "N\u0430m"))
    assert "no field is like it, and “\u0430” (U+0430) is a Cyrillic letter, not a Latin one; nothing of it is" in text


@pytest.mark.parametrize("header", ["Cust. No.", "Cust No", "Customer ID", "Campfire-ID", "CustomerID"])
def test_own_names_for_the_id_are_recognised(tmp_path: Path, header: str) -> None:
    assert loaded(tmp_path, draft(sheet(tmp_path, header, "City", rows=(("7", "Springfield"),)))).id_header == header


def test_spellings_that_name_one_choice_are_translated_and_others_are_left_to_a_person(tmp_path: Path) -> None:
    rows = tuple((str(n), text) for n, text in enumerate(["30 days", "Net45", "n60", "someday", "Net 15"], start=1))
    found = loaded(tmp_path, draft(sheet(tmp_path, "Customer ID", "Payment terms", rows=rows)))
    assert found.columns[0].values == {"30 days": "net_30", "net45": "net_45", "n60": "net_60"}
    assert "someday" in draft(sheet(tmp_path, "Customer ID", "Payment terms", rows=rows))


def test_values_tell_what_a_column_is_for_where_its_header_does_not(tmp_path: Path) -> None:
    rows = tuple((str(n), text) for n, text in enumerate(["30 days", "Net 60", "60 days", "at once"], start=1))
    text = draft(sheet(tmp_path, "Customer ID", "Payment", rows=rows))
    (column,) = loaded(tmp_path, text).columns
    assert (str(column.target), column.values) == ("terms", {"30 days": "net_30", "60 days": "net_60"})
    assert "its values look like Payment Terms; check" in text


@pytest.mark.parametrize("texts", [["30", "60"], ["30 days", "soon", "later"], ["x"], [""]])
def test_values_that_are_no_choices_for_sure_tell_nothing(tmp_path: Path, texts: list[str]) -> None:
    rows = tuple((str(n), text) for n, text in enumerate(texts, start=1))
    assert loaded(tmp_path, draft(sheet(tmp_path, "Customer ID", "Payment", rows=rows))).columns == ()


SHELVES = """\
path: /api/shelves
page_size: 50
noun: {one: shelf, many: shelves}
id_header: Shelf
roles: {id: id, name: left_label}
fields:
  id: {type: integer, label: Shelf, read_only: true}
  left_label: {type: string, label: Label Left}
  right_label: {type: string, label: Label Reft}
  wood: {type: choice, label: Wood, choices: {oak: Oak, fir: Fir}}
  edge: {type: choice, label: Edge, choices: {oak: Oak, fir: Fir}}
"""


def test_values_that_two_fields_take_tell_nothing(tmp_path: Path) -> None:
    (tmp_path / "shelves.yaml").write_text(SHELVES, encoding="utf-8")
    rows = (("1", "Oak"), ("2", "Fir"))
    text = draft(sheet(tmp_path, "Shelf", "Stuff", rows=rows), str(tmp_path / "shelves.yaml"))
    assert "  # Stuff:  # no field is like it" in text


def test_a_header_that_two_fields_are_as_like_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "shelves.yaml").write_text(SHELVES, encoding="utf-8")
    text = draft(sheet(tmp_path, "Shelf", "Label Zeft"), str(tmp_path / "shelves.yaml"))
    assert "  # Label Zeft:  # no field is like it" in text


def test_values_give_no_field_that_a_header_has_already(tmp_path: Path) -> None:
    path = sheet(tmp_path, "Customer ID", "Old", "Payment Terms", rows=(("1", "30 days", "60 days"),))
    assert [column.header for column in loaded(tmp_path, draft(path)).columns] == ["Payment Terms"]


def test_each_line_says_how_sure_it_is(tmp_path: Path) -> None:
    text = draft(sheet(tmp_path, "Customer ID", "City", "Postcode", "Contry"))
    lines = {line.split(":")[0].strip(): line.partition("# ")[2] for line in text.splitlines() if "# " in line}
    assert lines["id"] == "exact"
    assert lines["City"] == "exact"
    assert lines["Postcode"] == "a synonym of Zip Code"
    assert lines["Contry"].startswith("looks like Country; check")


def test_no_field_is_drafted_twice_and_the_surest_header_gets_it(tmp_path: Path) -> None:
    path = sheet(tmp_path, "Customer ID", "Telephone", "Phone", "Phone Number")
    text = draft(path)
    assert [(c.header, str(c.target)) for c in loaded(tmp_path, text).columns] == [("Phone Number", "phone_number")]
    assert "# Telephone:  # like phone_number, which “Phone Number” already has" in text


def test_the_api_s_totals_are_ignored(tmp_path: Path) -> None:
    found = loaded(tmp_path, draft(sheet(tmp_path, "Customer ID", "Total revenue", "Currency")))
    assert found.ignore == ("Total revenue", "Currency")


def test_the_advice_of_to_fix_is_nothing_to_decide_about(tmp_path: Path) -> None:
    text = draft(sheet(tmp_path, "What is wrong", "What to do", "Customer ID", "Notes"))
    assert [column.header for column in loaded(tmp_path, text).columns] == ["Notes"]
    assert "What" not in text


@pytest.mark.parametrize("header", ["Remarks", "Comments", "Checked by", "Done"])
def test_what_people_often_keep_for_themselves_is_left_to_them(tmp_path: Path, header: str) -> None:
    """It may be meant for Campfire. A run warns of it until somebody has decided, whatever its values look like."""
    text = draft(sheet(tmp_path, "Customer ID", header, rows=(("7", "Net 30"),)))
    found = loaded(tmp_path, text)
    assert (found.columns, found.ignore) == ((), ())
    assert f"  # {header}:  # people often keep this for themselves; nothing of it is sent. Give it a field," in text


def test_choices_that_the_api_does_not_know_are_named(tmp_path: Path) -> None:
    rows = (("1", "Net 30"), ("2", "when we feel like it"), ("3", "<clear>"), ("4", ""))
    text = draft(sheet(tmp_path, "Customer ID", "Terms", rows=rows))
    assert "translate these with values: when we feel like it" in text


# --- the ids ---


@pytest.mark.parametrize("header", ["Customer ID", "ID", "record_id", "Customer Number", "Cust. No.", "Customer"])
def test_the_ids_are_found(tmp_path: Path, header: str) -> None:
    found = loaded(tmp_path, draft(sheet(tmp_path, "Name", header, rows=(("Example", "7"),))))
    assert found.id_header == normal(header)


def test_a_number_of_one_s_own_is_to_be_checked(tmp_path: Path) -> None:
    text = draft(sheet(tmp_path, "Customer Number", "Name", rows=(("7", "Example"), ("C-8", "Other"))))
    assert "check that these are the ids of Campfire" in text
    assert "C-8" in text


def test_a_column_without_an_id_in_it_is_not_the_ids(tmp_path: Path) -> None:
    path = sheet(tmp_path, "Customer", "Customer Number", rows=(("Example Widgets Ltd", "7"),))
    found = loaded(tmp_path, draft(path))
    assert found.id_header == "Customer Number"
    assert [(c.header, str(c.target)) for c in found.columns] == [("Customer", "name")]


def test_without_ids_the_draft_says_so_and_does_not_load(tmp_path: Path) -> None:
    text = draft(sheet(tmp_path, "Name", "City", rows=(("Example", "Springfield"),)))
    assert "No column of the sheet seems to hold the customers' ids" in text
    with pytest.raises(MappingRefused, match=r"line 5: “id:” is missing\. Take the # away from this line"):
        loaded(tmp_path, text)
    assert text.splitlines()[4] == "# id: Customer ID"


@pytest.mark.parametrize(
    ("headers", "column", "is_taken"),
    [
        (("Account no.", "Name"), "Account no.", False), (("Account no.", "City"), "Account no.", False),
        (("ERP No.", "City"), "ERP No.", False), (("Cust No", "City"), "Cust No", True),
        (("Customer ID", "Client No.", "City"), "Client No.", True), (("Customer ID", "External ID", "City"), "", True),
        (("Name", "City"), "", False),
    ],
)  # fmt: skip
def test_a_number_of_one_s_own_is_drafted_as_another_way_to_say_whose_row_it_is(
    headers: tuple[str, ...], column: str, is_taken: bool, tmp_path: Path
) -> None:
    """A comment, which a person may take instead of the line above it."""
    text = draft(sheet(tmp_path, *headers, rows=(("1001", "7", "x")[: len(headers)],)))
    others = [line.removeprefix("# ") for line in text.splitlines() if line.startswith("# id: {")]
    assert (len(others), "\nid: " in text) == (bool(column), is_taken)
    for line in others:
        chosen = [each for each in text.splitlines() if not each.startswith(("id:", "  ERP", '  "ERP'))]
        found = loaded(tmp_path, "\n".join([line, *chosen]))
        assert (found.id_header, found.match) == (column, "external_id")
        assert column not in [each.header for each in found.columns]


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused):
        draft(tmp_path / "nothing.xlsx")


# --- whatever the headers are ---

HEADER = st.text(min_size=1, max_size=30).filter(lambda text: normal(text) and "\0" not in text) | st.sampled_from(
    ["yes", "No", "null", "~", "- a", "a: b", "a # b", "'", '"', "{x}", "[x]", "&a", "*a", "!a", "%a", "@a", "`a",
     "12:30", "0x10", "line\nbreak", "tab\there", "\u2028", "é", "😀", "x" * 2_000, "<<", "=", "?", "? a", "...", "---",
     "\x85a"]
)  # fmt: skip


@settings(max_examples=60)
@given(headers=st.lists(HEADER, min_size=1, max_size=6, unique_by=fold))
def test_every_draft_loads_and_is_for_this_very_sheet(
    tmp_path_factory: pytest.TempPathFactory, headers: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("draft")
    try:
        path = sheet(folder, "Customer ID", *headers)
        known = {fold(header) for header in read(path).headers}
    except (FileRefused, UnicodeEncodeError):
        return
    found = loaded(folder, draft(path))
    assert found.id_header == "Customer ID"
    assert {fold(column.header) for column in found.columns} <= known
    assert {fold(header) for header in found.ignore} <= known


def test_every_synonym_is_for_a_field_of_the_contract_and_for_one_alone() -> None:
    customers = load_resource()
    about = customers.synonyms
    assert set(about.fields) <= {name for name, field in customers.fields.items() if field.mappable}
    words = [word for name in about.fields for word in about.fields[name]]
    assert sorted(words) == sorted(set(words))
    assert set(about.item_fields) <= set(customers.fields["contacts"].items)
    assert Target.parse("contacts[1].name")
