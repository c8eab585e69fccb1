"""Drop-down lists in cells."""

from collections.abc import Sequence

from openpyxl.worksheet.datavalidation import DataValidation

from sync.xlsx.writing.cells import LAST_ROW

LONGEST_LIST = 255  # characters in a list of choices; Microsoft, "Excel specifications and limits"


def list_formula(choices: Sequence[str]) -> str | None:
    """The formula of a drop-down list with these texts; None where Excel's own form of it cannot hold them."""
    joined = ",".join(choice.replace('"', '""') for choice in choices)
    if not choices or len(joined) > LONGEST_LIST or any("," in choice for choice in choices):
        return None
    return f'"{joined}"'


def drop_down(choices: Sequence[str], column: str) -> DataValidation | None:
    """A drop-down list with these texts for a whole column below its header; None where Excel cannot hold them.

    Where somebody types another text, Excel warns and takes it if they insist.
    """
    formula = list_formula(choices)
    if formula is None:
        return None
    validation = DataValidation("list", formula, allow_blank=True, showErrorMessage=True)
    validation.errorStyle = "warning"
    validation.errorTitle = "Not in the list"
    validation.error = "Choose from the list, or leave the cell empty."
    validation.add(f"{column}2:{column}{LAST_ROW}")
    return validation
