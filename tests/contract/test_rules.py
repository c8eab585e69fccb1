"""What a text means for a field of each kind, and when it means nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.contract.load import load
from sync.contract.resource import Field
from sync.contract.rules import choices_of, convert, details, fault, problem_kind, record_id, record_ids, rules
from sync.contract.words import is_placeholder

FIELDS = load().fields


def meaning(field: str, text: str) -> object:
    """The value, or the name of what is wrong."""
    about = FIELDS[field]
    return fault(about, text) or convert(about, text)


# --- ids ---


@pytest.mark.parametrize(("text", "number"), [("123", 123), ("007", 7), ("123.0", 123), ("1", 1)])
def test_an_id_is_digits(text: str, number: int) -> None:
    assert record_id(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "0", "000", "0.0", "-5", "+5", "1,234", "1.234,0", "1 234", "1E3", "1e3", "#12", "C-00115", "12.5", "12.",
     "１２３", "١٢٣",
     "1_001", "0x1F", "12\n", "twelve", "nan", "²", "12.0.0", "1" * 26],
)  # fmt: skip
def test_anything_else_is_no_id(text: str) -> None:
    assert record_id(text) is None


def test_a_number_larger_than_any_database_holds_is_not_an_id() -> None:
    assert record_id(str(2**63 - 1)) == 2**63 - 1
    assert record_id(str(2**63)) is None


@pytest.mark.parametrize("odd", ["12", "", "0", " 7 ", "7.0", "-7", "x", "１２", "²", "1" * 18, str(2**63), "1" * 26])
def test_the_ids_of_a_column_are_those_of_its_texts(odd: str) -> None:
    texts = ["1", odd, "007"]
    assert record_ids(texts) == [record_id(text.strip()) for text in texts]
    assert record_ids([]) == []


# --- yes and no ---


@pytest.mark.parametrize("text", ["TRUE", "True", "true", "yes", "YES", "Yes", "y", "Y", "1"])
def test_yes_has_five_spellings_in_any_case(text: str) -> None:
    assert meaning("is_1099", text) is True


@pytest.mark.parametrize("text", ["FALSE", "False", "false", "no", "NO", "No", "n", "N", "0"])
def test_no_has_five_spellings_in_any_case(text: str) -> None:
    assert meaning("is_1099", text) is False


@pytest.mark.parametrize("text", ["ja", "oui", "x", "2", "-1", "1.0", "yes!", "on", "off", "none"])
def test_other_spellings_of_yes_and_no_are_a_problem(text: str) -> None:
    assert meaning("is_1099", text) == "not_yes_or_no"


# --- choices ---


@pytest.mark.parametrize("field", [about for about in FIELDS.values() if about.choices], ids=lambda about: about.name)
def test_a_choice_is_the_apis_value_or_its_label_in_any_case(field: Field) -> None:
    for value, label in field.choices.items():
        for text in (value, label, value.upper(), label.upper(), label.lower(), label.replace(" ", "\u00a0")):
            assert meaning(field.name, text) == value


@pytest.mark.parametrize("text", ["Net 37", "net30", "30", "Net 30 days", "net_30,", "Vendor", "-"])
def test_what_is_no_choice_is_a_problem(text: str) -> None:
    assert meaning("terms", text) == "not_a_choice"


@pytest.mark.parametrize("field", [about for about in FIELDS.values() if about.choices], ids=lambda about: about.name)
def test_no_spelling_stands_for_two_choices(field: Field) -> None:
    assert set(choices_of(field).values()) == field.choices.keys()
    assert len(choices_of(field)) >= len(field.choices)


# --- whole numbers ---


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("007", 7), ("12.0", 12), ("-3", -3), ("+4", 4), ("0", 0)])
def test_a_whole_number_is_digits(text: str, number: int) -> None:
    assert meaning("parent", text) == number
    assert type(meaning("parent", text)) is int


@pytest.mark.parametrize(
    "text", ["1,234", "1.5", "1e3", "4.99E+11", "1_001", "１２", "twelve", "TRUE", "1 2", "--1", "12 %"]
)
def test_anything_else_is_no_whole_number(text: str) -> None:
    assert meaning("parent", text) == "not_a_whole_number"


# --- texts ---


@pytest.mark.parametrize(
    "text", ["NA", "None", "null", "NULL", "nan", "TRUE", "FALSE", "N/A", "-", "0", "1.50", "00501", "=1+1"]
)
def test_a_word_that_programs_take_for_something_is_that_word(text: str) -> None:
    assert meaning("country", text) == text


@pytest.mark.parametrize("text", ["4.99E+11", "1E3", "1e3", "5,5E+10", "-1E-5", "12E10"])
def test_e_notation_is_a_problem_in_a_text(text: str) -> None:
    assert meaning("vat_number", text) == "e_notation"


@pytest.mark.parametrize("text", ["E3", "3E", "1E", "NE10", "Net 1E3", "1E3 5AB", "SW1E 6LA"])
def test_what_only_looks_a_little_like_e_notation_is_a_text(text: str) -> None:
    assert meaning("zip_code", text) == text


def test_a_text_may_have_250_code_points() -> None:
    assert meaning("name", "😀" * 250) == "😀" * 250
    assert meaning("name", "é" * 251) == "too_long"


def test_an_invoice_message_is_as_long_as_a_cell_of_excel_can_be() -> None:
    assert meaning("invoice_message", "x" * 32_767) == "x" * 32_767
    assert meaning("invoice_message", "x" * 32_768) == "longer_than_a_cell"


def test_a_cell_is_measured_as_excel_does_which_counts_an_emoji_twice() -> None:
    assert meaning("invoice_message", "😀" * 16_383 + "x") == "😀" * 16_383 + "x"
    assert meaning("invoice_message", "😀" * 16_384) == "longer_than_a_cell"
    assert details(FIELDS["invoice_message"], "😀" * 16_384, "<clear>")["length"] == "32,768"


def test_a_text_that_is_too_long_for_its_field_is_told_of_with_both_lengths() -> None:
    about = details(FIELDS["name"], "x" * 1251, "<clear>")
    assert (about["length"], about["maximum"]) == ("1,251", "250")


@pytest.mark.parametrize("text", ["a\x00b", "a\x07", "a\rb", "a\x1fb", "\ud800"])
def test_a_control_character_is_a_problem(text: str) -> None:
    assert meaning("notes", text) == "invisible_character"


@pytest.mark.parametrize("text", ["a\u2028b", "a\u2029b", "a\u2063b", "a\ufff9b"])
def test_a_sign_that_only_programs_write_is_a_problem(text: str) -> None:
    assert meaning("notes", text) == "invisible_character"


@pytest.mark.parametrize(("text", "named"), [("K\ufffdln", "“\ufffd” (U+FFFD)"), ("a\ufffcb", "“\ufffc” (U+FFFC)")])
def test_a_character_in_the_place_of_one_that_a_program_could_not_show_is_a_problem(text: str, named: str) -> None:
    assert meaning("city", text) == "replaced_character"
    assert details(FIELDS["city"], text, "<clear>")["detail"] == named


def test_tabs_and_line_feeds_are_text() -> None:
    assert meaning("notes", "one\ttwo\nthree") == "one\ttwo\nthree"


@pytest.mark.parametrize("text", ["a@example.com", "a.b+c@mail.example.com", "é@exämple.com", "O'Neill@example.co.uk"])
def test_an_email_address_has_a_name_an_at_and_a_host(text: str) -> None:
    assert meaning("email", text) == text


@pytest.mark.parametrize(
    "text",
    ["example.com", "a@", "@example.com", "a@b", "a b@example.com", "a@example..com", "a@@example.com", "a@.com",
     "a@example.com;", "a@example.com,", "<a@example.com>", "[a@example.com]", "mailto:a@example.com", "a@example.com|",
     '"a@example.com"', ".a@example.com", "a.@example.com", "a..b@example.com",
     "a@example.com; b@example.com", "a@example.com,b@example.com", "Name <a@example.com", "a@example.", "mailto:"],
)  # fmt: skip
def test_anything_else_is_no_email_address(text: str) -> None:
    assert meaning("email", text) == "not_an_email"


def test_a_contacts_email_is_an_email_address_too() -> None:
    assert fault(FIELDS["contacts"].items["email"], "nobody") == "not_an_email"


@pytest.mark.parametrize("field", [about for about in FIELDS.values() if about.mappable], ids=lambda about: about.name)
@given(text=st.text(min_size=1, max_size=300))
def test_a_text_that_keeps_the_rules_of_its_field_has_a_value(field: Field, text: str) -> None:
    if not fault(field, text):
        value = convert(field, text)
        assert value is not None
        assert value == text or field.type != "string"
    assert (fault(field, text) == "") == all(rule.holds(text) for rule in rules(field).values())


# --- what was probably meant ---


def test_the_choice_that_was_probably_meant_is_named() -> None:
    assert details(FIELDS["terms"], "30 days", "<clear>")["probably"] == "; Net 30 was probably meant"
    letter = "its “\u0435” (U+0435) is a Cyrillic letter, not a Latin one"
    assert details(FIELDS["terms"], "N\u0435t 30", "<clear>")["probably"] == f"; {letter}; Net 30 was probably meant"
    assert details(FIELDS["terms"], "whenever", "<clear>")["probably"] == ""


@pytest.mark.parametrize(
    ("rule", "text", "kind"),
    [
        ("not_an_email", "a@example.com; b@example.com", "several_emails"),
        ("not_an_email", "a@example.com,b@example.com,", "several_emails"),
        ("not_an_email", "a@example.com b@example.com", "several_emails"),
        ("not_an_email", "a@@example.com", "not_an_email"),
        ("not_an_email", "N/A", "placeholder"),
        ("not_a_choice", "ditto", "placeholder"),
        ("not_a_whole_number", "-", "placeholder"),
        ("not_a_whole_number", "1.000", "separators"),
        ("not_a_whole_number", "1,234", "separators"),
        ("not_a_whole_number", "12.5", "not_a_whole_number"),
        ("too_long", "N/A", "too_long"),
    ],
)
def test_a_broken_rule_is_explained_by_what_was_probably_meant(rule: str, text: str, kind: str) -> None:
    assert problem_kind(rule, text) == kind


@pytest.mark.parametrize(
    "text",
    ["N/A", "n/a", "none", "NULL", "nil", "-", "--", ".", "?", "TBD", "ditto", '"', "see above", "See  Above", "same",
     "(blank)", "clear", "delete", "Nil", "(none)", "< clear >", "<clear", "[Cleared]", "{none}", "<n/a>"],
)  # fmt: skip
def test_a_word_that_means_nothing_is_a_placeholder(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text", ["NA", "See clause 4", "Null & Sons", "Clearwater", "0", "Nilsson", "-5", "x", "<x>", "()"]
)
def test_other_words_are_no_placeholders(text: str) -> None:
    assert not is_placeholder(text)
