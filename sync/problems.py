"""Every kind of problem and warning, in one list: its name, what is wrong, and how to mend it.

Written for somebody who knows Excel. `{value}` is the cell's text as the person sees it; the other names are details
that the code which finds the problem hands over.
"""

from collections.abc import Iterable
from typing import NamedTuple

from sync.model import Problem, RunFacts, SheetWarning
from sync.text import counted, did_you_mean, listed, whole


class Kind(NamedTuple):
    """The sentences of a kind of problem, or of warning."""

    problem: str
    remedy: str = ""
    in_app: str = ""  # the remedy in the app, where a cell is text and a tick leaves out a row; empty: the same


# --- cells that cannot be read reliably ---
_AS_YOU_WANT_IT = ("Format the cell as Text and type what you want sent.", "Type what you want sent.")
_NUMBER_AS_TEXT = ("Format the cell as Text and type the number again.", "Type the number again.")
CELLS = {
    "formula_without_result": Kind(
        "the cell holds a formula whose result is not stored in the file.",
        "Open the file in Excel, let it calculate, and save it; or type the value.",
    ),
    "error_cell": Kind("the cell shows the error {detail}.", "Correct the formula, or type the value."),
    "hashes": Kind(
        "the cell shows nothing but “#” signs, as Excel does where a column is too narrow.",
        "Widen the column, and type the value.",
        "Type the value.",
    ),
    "apostrophe": Kind(
        "“{value}” begins with an apostrophe, which would be sent with it.",
        "Format the column as Text and type the value without the apostrophe.",
        "Type the value without the apostrophe.",
    ),
    "merged": Kind(
        "the cell is part of the merged cells {detail}, so it is not clear which rows the value belongs to.",
        "Unmerge the cells and fill in each row.",
    ),
    "long_number": Kind(
        "the cell is a number of more than 15 digits, and Excel has kept only the first 15.", *_NUMBER_AS_TEXT
    ),
    "unknown_format": Kind(
        "the cell holds {detail}, and its format does not tell reliably what you see.", *_AS_YOU_WANT_IT
    ),
    "conditional_format": Kind(
        "the cell holds {detail}, and a conditional format may show it otherwise.", *_AS_YOU_WANT_IT
    ),
    "not_a_number": Kind("the cell is stored as a number, but “{detail}” is not a number.", "Type it again."),
    "bad_date": Kind("the cell holds a date that Excel's calendar does not have ({detail}).", "Type the date again."),
    "csv_formula": Kind("the cell holds a formula, and a CSV file cannot hold its result.", "Type the value instead."),
}

# --- rows as a whole ---
_LOOK_AT_QUOTES = "Look for a missing or extra quotation mark. If there is none, save the sheet as .xlsx."
ROWS = {
    "ragged": Kind(
        "the row has {detail}.",
        "If only empty cells are missing at the end of the row, open the file in Excel and save it as .xlsx. Otherwise "
        "look for a separator too many or too few, or for a text with a separator in it that needs quotes.",
    ),
    "text_after_quote": Kind(
        "a text goes on after its closing quote, so it is not clear where its cell ends.",
        "Put the whole text in quotes and double each quote inside it, or save the sheet as .xlsx.",
    ),
    "rows_in_a_cell": Kind("a cell has a line that looks like a row, with the id {detail}.", _LOOK_AT_QUOTES),
    "cell_too_long": Kind(
        "a cell has {detail} characters; a cell in Excel holds at most 32,767.",
        "Shorten it, or look for a quote that is missing.",
    ),
    "no_id": Kind(
        "the row has data but no {noun} id.",
        "Fill in the id, or delete the row.",
        "Fill in the id, or tick “Leave out”.",
    ),
    "duplicate_id": Kind(
        "{noun} {identity} is also in {others}, so it is not clear which row counts{differences}.",
        "Keep one row for the {noun}.",
        "Tick “Leave out” in all of these rows but one.",
    ),
    "headers_again": Kind("the row repeats the headers.", "Delete the row.", "Tick “Leave out”."),
    "totals_row": Kind(
        "this looks like a totals row, not like a {noun}.",
        "Delete the row. If it is a {noun}, type its id as a number, and move the row away from the end.",
        "Tick “Leave out”.",
    ),
}

# --- texts that are not a value of the field ---
VALUES = {
    "bad_id": Kind("“{value}” is not a {noun} id; an id is a whole number above 0.", "Type the digits of the id."),
    "id_too_large": Kind(
        "“{value}” is not a {noun} id; no id is that large.", "Type the digits of the id, and nothing else."
    ),
    "separators": Kind("“{value}” has separators, which may mean thousands or decimals.", "Type only the digits."),
    "date_for_a_number": Kind("the cell holds the date {value}, but the field needs a whole number.", *_NUMBER_AS_TEXT),
    "shows_more_than_its_number": Kind(
        "the cell shows “{value}” but holds the number {number}, so it is not clear which is meant.",
        "Format the cell as Text and type the number.",
        "Type the number.",
    ),
    "placeholder": Kind(
        "“{value}” is not a value of this field.", "Leave the cell empty to keep the present value{or_clear}."
    ),
    "invisible_character": Kind(
        "the text holds an invisible character, {detail}.", "Delete the text and type it again."
    ),
    "replaced_character": Kind("the text holds {detail} in place of a lost character.", "Type the text again."),
    "e_notation": Kind(
        "“{value}” looks like a long number that was shortened.",
        "Format the column as Text and type the number again, with all its digits.",
        "Type the number again, with all its digits.",
    ),
    "too_long": Kind(
        "the text has {length} characters; the field takes at most {maximum}.", "Shorten it to {maximum} characters."
    ),
    "longer_than_a_cell": Kind(
        "the text has {length} characters; a cell in Excel holds at most 32,767.", "Shorten it."
    ),
    "not_an_email": Kind("“{value}” is not an e-mail address.", "Correct it; it should look like name@example.com."),
    "several_emails": Kind(
        "“{value}” holds more than one e-mail address, but the field takes only one.", "Keep one of them."
    ),
    "not_a_choice": Kind(
        "“{value}” is not one of the choices{probably}.", "Use one of: {choices}.", "Choose one from the list."
    ),
    "not_a_whole_number": Kind("“{value}” is not a whole number.", "Type only digits."),
    "not_yes_or_no": Kind("“{value}” is neither yes nor no.", "Use yes or no."),
    "not_nullable": Kind("the field cannot be emptied.", "Type a value, or leave the cell empty."),
    "must_not_be_blank": Kind("the cell is empty, but the field cannot be emptied.", "Type a value."),
}

# --- what only the record as it is now can tell ---
_AS_TEXT = ("Format the column as Text and type the value again.", "Type the value as it should be.")
RECORD = {
    "leading_zeros": Kind("“{value}” is Campfire's “{before}” without its leading zeros.", *_AS_TEXT),
    "plus_sign": Kind("“{value}” is Campfire's “{before}” without its plus sign.", *_AS_TEXT),
    "trailing_zeros": Kind("“{value}” is Campfire's “{before}” without the zeros at its end.", *_AS_TEXT),
    "digits_lost": Kind(
        "“{value}” is Campfire's “{before}” with some digits lost: Excel keeps only 15 digits of a number.", *_AS_TEXT
    ),
    "decimals_added": Kind("“{value}” is Campfire's “{before}” with decimals that a program has added.", *_AS_TEXT),
    "number_from_code": Kind(
        "“{value}” is what Excel makes of Campfire's “{before}” when it takes the code for a number.", *_AS_TEXT
    ),
    "date_from_code": Kind(
        "“{value}” is what Excel makes of Campfire's “{before}” when it takes the code for a date.", *_AS_TEXT
    ),
    "time_from_code": Kind(
        "“{value}” is what Excel makes of Campfire's “{before}” when it takes the code for a time.", *_AS_TEXT
    ),
    "apostrophe_added": Kind(
        "“{value}” is Campfire's “{before}” with an apostrophe in front.", "Delete the apostrophe."
    ),
    "letters_damaged": Kind(
        "“{value}” is Campfire's “{before}” with damaged letters: a file was opened or saved in another encoding.",
        "Save the sheet as .xlsx or as CSV UTF-8, and type the value again.",
        "Type the value as it should be.",
    ),
    "not_verified": Kind(
        "the sheet says {shown} but Campfire has {present}, so this may be the wrong record.",
        "Check the id, or correct the cell.",
    ),
    "verify_unread": Kind(
        "the record is not read with --no-read, so this column cannot be verified.", "Run without --no-read."
    ),
    "no_match": Kind(
        "there is no {one} whose {field} is “{value}”, or this key may not see it.",
        "Correct the cell, or the record in Campfire.",
    ),
    "several_matches": Kind(
        "more than one {one} has the {field} “{value}”: {ids}.", "Give each a different {field} in Campfire."
    ),
    "doubtful_match": Kind(
        "“{value}” is {one} {identity}'s {field}, but Excel also turns {one} {other}'s “{before}” into it.",
        "If “{before}” is meant, format the column as Text and type it; else run the row from a sheet with {one} ids.",
        "If “{before}” is meant, type it; else leave the row out, and run it from a sheet with {one} ids.",
    ),
    "item_gap": Kind(
        "the record has {counted}, so {one} {index} cannot be filled in before {one} {next}.",
        "Fill in {one} {next} first.",
    ),
    "list_unknown": Kind(
        "the {many} of this record cannot be seen, and sending some would replace them all.",
        "Leave the cells of the {one} empty, and change the {one} in Campfire.",
    ),
    "list_unread": Kind(
        "{many} cannot be sent with --no-read, because that would replace the whole list.",
        "Run without --no-read, or leave the cells of the {one} empty.",
    ),
    "required_missing": Kind(
        "every update needs a value for “{label}”, but neither the record nor the row has one.",
        "Map a column to {field}, or give {field} a value under constants: in the mapping file.",
    ),
}

CATALOGUE = {**CELLS, **ROWS, **VALUES, **RECORD}


def problem(kind: str, row: int, column: str = "", value: str = "", **details: object) -> Problem:
    """A problem of this kind, with this cell.

    Raises:
        KeyError: there is no such kind, or a detail that its sentences need is missing.
    """
    words = {"value": value, "probably": "", "or_clear": "", "differences": "", **details}
    wrong, remedy = (whole(text.format(**words)) for text in CATALOGUE[kind][:2])
    return Problem(row, whole(column), whole(value), kind, wrong, remedy)


def message_of(problems: Iterable[Problem]) -> str:
    """What is said of a row with these problems; empty where it has none."""
    return " ".join(problem.message for problem in problems)


# --- what a person should look at first, before it is sent ---
WARNINGS = {
    "unmapped_column": Kind(
        "the column “{column}” is not mapped, so nothing in it is sent.{hint}",
        "Give it a field under columns: in the mapping file, or list it under ignore: so that no run warns of it.",
    ),
    "hidden_column": Kind(
        "the column “{column}” is hidden in the sheet, but what it holds would be sent.",
        "Unhide it and look through it, or delete it.",
        "Look through what would change in it, or choose “Do not send, no warning” for it in the step Columns.",
    ),
    "placeholder_text": Kind(
        "the column “{column}” holds words that often stand for “nothing” ({texts}). They would be sent as text.",
        "To keep the present value, leave the cell empty; to empty the field, type {clear}.",
    ),
    "number_in_text_column": Kind(
        "the column “{column}” holds {counted} stored as a number ({texts}), so a leading zero or a plus sign may be "
        "lost.",
        "Compare with your source, and format the column as Text.",
        "Compare with your source. Untick in the preview a row that has lost one, or type it in Excel with the column "
        "formatted as Text, and choose the file again.",
    ),
    "hidden_rows": Kind(
        "{counted} hidden or filtered out in the sheet and {are} read all the same.",
        "Show all rows and look at them, or delete them.",
        "Show all rows in Excel and look at them, and untick in the preview those that should not be sent.",
    ),
    "struck_through": Kind(
        "{counted} struck-through cells, but would be sent all the same.",
        "Delete the rows that should not be sent.",
        "Untick in the preview the rows that should not be sent.",
    ),
    "name_of_another": Kind(
        "the new name “{name}” is the present name of another {noun}.", "The ids may have slipped by a row."
    ),
}
# --- what a person should know; none of it holds a run back ---
REMARKS = {
    "emptied_since_export": Kind(
        "{counted} emptied since the export. An empty cell leaves its field as it is; to empty a field, type {clear}."
    ),
    "changed_since_export": Kind("{counted} changed in Campfire since the export and {are} left alone{first}."),
    "two_fields": Kind(
        "“{column}” is edited where Campfire also holds “{other}”. The API's documentation does not say which of the "
        "two counts, so look at one such {noun} in Campfire afterwards."
    ),
}
WARNING_KINDS = (*WARNINGS, "encoding_guessed", "memory_missing", "other_sheets", "sent_before")  # words of --accept


def unknown_kinds(kinds: Iterable[str]) -> str:
    """What is wrong with these words of --accept, in a sentence; empty where all of them are kinds of warning."""
    unknown = [kind for kind in kinds if kind not in WARNING_KINDS]
    if not unknown:
        return ""
    hint = did_you_mean(unknown[0], WARNING_KINDS) or f" The kinds are: {listed(WARNING_KINDS)}."
    return f"“{unknown[0]}” is not a kind of warning.{hint}"


def warning(kind: str, column: str = "", rows: int = 0, first_row: int = 0, **details: object) -> SheetWarning:
    """A warning or a remark of this kind.

    Args:
        kind: a name in `WARNINGS` or `REMARKS`.
        column: the sheet's own header, where one column is concerned.
        rows: how many rows are concerned.
        first_row: the first of them, by the sheet's own number.

    Raises:
        KeyError: there is no such kind, or a detail that its sentence needs is missing.
    """
    words = {"column": " ".join(column.split()), **details}
    message = " ".join((WARNINGS | REMARKS)[kind][:2]).rstrip().format(**words)
    return SheetWarning(kind, whole(message), whole(column), rows, first_row)


def remarks_of(facts: RunFacts) -> tuple[SheetWarning, ...]:
    """What a person should know of a run beside its warnings."""
    if not facts.left_alone:
        return facts.remarks
    was, are = ("was", "is") if facts.left_alone == 1 else ("were", "are")
    cells = f"{counted(facts.left_alone, 'cells')} {was}"
    first = f": {listed(facts.first_left_alone, facts.left_alone - len(facts.first_left_alone))}"
    return (warning("changed_since_export", counted=cells, are=are, first=first), *facts.remarks)
