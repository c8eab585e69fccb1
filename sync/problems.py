"""Every kind of problem that a row can have: its name, what is said of it and how to mend it, in one place.

Written for somebody who knows Excel. `{value}` is the cell's text as the person sees it; other names are the details
that the finder of the problem hands over.
"""

from typing import NamedTuple

from sync.model import Problem
from sync.text import whole


class Kind(NamedTuple):
    """The two sentences of a kind of problem."""

    problem: str
    remedy: str


# --- cells that can't be read for certain ---
CELLS = {
    "formula_without_result": Kind(
        "the cell holds a formula whose result is not stored in the file.",
        "Open the file in Excel, let it calculate, and save it.",
    ),
    "error_cell": Kind("the cell shows the error {detail}.", "Correct the formula, or type the value."),
    "hashes": Kind(
        "the cell shows “#” signs alone, as Excel does where a column is too narrow.",
        "Widen the column, and type the value.",
    ),
    "apostrophe": Kind(
        "“{value}” begins with an apostrophe, which would be sent with it.",
        "Format the column as Text and type the value without the apostrophe.",
    ),
    "merged": Kind(
        "the cell is part of the merged cells {detail}, so it is not clear which rows the value is for.",
        "Unmerge the cells and fill in each row.",
    ),
    "long_number": Kind(
        "the cell is a number of more than 15 digits, and Excel has kept only the first 15.",
        "Format the column as Text and type the number again.",
    ),
    "unknown_format": Kind(
        "the number {detail} is shown in a format that can't be followed for certain.",
        "Format the cell as Text and type what you want sent.",
    ),
    "not_a_number": Kind("the cell is stored as a number, and “{detail}” is none.", "Type it again."),
    "bad_date": Kind("the date in the cell is outside what Excel can show ({detail}).", "Type the date again."),
    "csv_formula": Kind("the cell holds a formula, and a CSV has no result for it.", "Type the value instead."),
}

# --- rows as a whole ---
ROWS = {
    "ragged": Kind(
        "the row has {detail}.",
        "Excel leaves out empty cells at a row's end: open the file in Excel and save it as .xlsx. Otherwise look for "
        "a separator too many or too few, or for a text with a separator in it that needs quotes.",
    ),
    "text_after_quote": Kind(
        "a text goes on after its closing quote, so it is not clear what its cells hold.",
        "Put the whole text in quotes and double each quote inside it, or save the sheet as .xlsx.",
    ),
    "cell_too_long": Kind(
        "a cell has {detail} characters; a cell in Excel holds at most 32,767.",
        "Shorten it, or look for a quote that is missing.",
    ),
    "no_id": Kind("the row has data and no customer id.", "Fill in the id, or delete the row."),
    "duplicate_id": Kind(
        "customer {record_id} is also in row {others}, so it is not clear which of them counts.",
        "Keep one row for the customer.",
    ),
}

# --- texts that are no value of the field ---
VALUES = {
    "bad_id": Kind(
        "“{value}” is no customer id; an id is a whole number above 0, digits alone.",
        "Type the digits of the id.",
    ),
    "control_character": Kind(
        "the text holds the invisible control character {detail}.", "Delete the text and type it again."
    ),
    "e_notation": Kind(
        "“{value}” looks like a long number that was shortened.",
        "Format the column as Text and type the number again, all its digits.",
    ),
    "too_long": Kind(
        "the text has {length} characters; the field takes at most {maximum}.", "Shorten it to {maximum} characters."
    ),
    "longer_than_a_cell": Kind(
        "the text has {length} characters; a cell in Excel holds at most 32,767.", "Shorten it."
    ),
    "not_an_email": Kind("“{value}” is no e-mail address.", "Correct it, like name@example.com."),
    "not_a_choice": Kind("“{value}” is none of the field's choices.", "Use one of: {choices}."),
    "not_a_whole_number": Kind("“{value}” is not a whole number.", "Type digits alone."),
    "not_yes_or_no": Kind("“{value}” is neither yes nor no.", "Use yes or no."),
    "not_nullable": Kind("the field can't be emptied.", "Type a value."),
}

# --- what only the record as it is now can tell ---
_AS_TEXT = "Format the column as Text and type the value again."
RECORD = {
    "leading_zeros": Kind("“{value}” is “{before}” with its leading zeros or its plus sign lost.", _AS_TEXT),
    "trailing_zeros": Kind("“{value}” is “{before}” with zeros at its end lost.", _AS_TEXT),
    "digits_lost": Kind("“{value}” is “{before}” with digits lost; Excel keeps 15 digits of a number.", _AS_TEXT),
    "decimals_added": Kind("“{value}” is “{before}” with a decimal part added by a program.", _AS_TEXT),
    "number_from_code": Kind("“{value}” is what Excel makes of the code “{before}”, read as a number.", _AS_TEXT),
    "date_from_code": Kind("“{value}” is what Excel makes of the code “{before}”, read as a date.", _AS_TEXT),
    "apostrophe_added": Kind("“{value}” is “{before}” with an apostrophe added.", "Delete the apostrophe."),
    "letters_damaged": Kind(
        "“{value}” is “{before}” with letters damaged by a file in another encoding.",
        "Save the sheet as .xlsx or as CSV UTF-8, and type the value again.",
    ),
    "not_verified": Kind(
        "the sheet says “{value}”, and the record holds “{present}”, so this may be the wrong record.",
        "Check the id, or correct the cell.",
    ),
    "verify_unread": Kind(
        "the record is not read with --no-read, so this column cannot be verified.", "Run without --no-read."
    ),
    "no_match": Kind(
        "there is no {one} whose {field} is “{value}”, or this key may not see it.", "Correct the cell, or the record."
    ),
    "several_matches": Kind(
        "more than one {one} has the {field} “{value}”: {ids}.", "Give each of them a {field} of its own in Campfire."
    ),
    "item_gap": Kind(
        "the record has {count} {many}, so {one} {index} cannot be filled in before {one} {next}.",
        "Fill in {one} {next} first.",
    ),
    "list_unknown": Kind(
        "the API's record does not show its {many}, and sending some would replace them all.",
        "Leave the cells of the {one} empty, and change the {one} in Campfire.",
    ),
    "list_unread": Kind(
        "{many} cannot be sent with --no-read, since that would replace the whole list.",
        "Run without --no-read, or leave the cells of the {one} empty.",
    ),
    "required_missing": Kind(
        "the API needs {field}, and neither the record nor the row has it.",
        "Map a column to {field}, or give it under constants: in the mapping file.",
    ),
}

CATALOGUE = {**CELLS, **ROWS, **VALUES, **RECORD}


def problem(kind: str, row: int, column: str = "", value: str = "", **details: object) -> Problem:
    """A problem of this kind, told of this cell.

    Raises:
        KeyError: there is no such kind, or a detail that its sentences need is missing.
    """
    said = CATALOGUE[kind]
    words = {"value": value, **details}
    texts = said.problem.format(**words), said.remedy.format(**words)
    return Problem(row, whole(column), whole(value), kind, whole(texts[0]), whole(texts[1]))
