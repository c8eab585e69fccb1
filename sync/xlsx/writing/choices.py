"""Drop-down lists in cells."""

from collections.abc import Sequence

from openpyxl.worksheet.datavalidation import DataValidation

from sync.xlsx.writing.cells import LAST_ROW

LONGEST_LIST = 255  # characters in a list of choices; Microsoft, "Excel specifications and limits"


def drop_down(choices: Sequence[str], column: str, insist: bool) -> DataValidation | None:
    """A drop-down list with these texts for a whole column below its header; None where Excel cannot hold them.

    `insist`: Excel refuses any other text. Otherwise it warns, and a person may type one all the same.
    """
    joined = ",".join(choice.replace('"', '""') for choice in choices)
    if not choices or len(joined) > LONGEST_LIST or any("," in choice for choice in choices):
        return None
    found = DataValidation("list", f'"{joined}"', allow_blank=True, showErrorMessage=True)
    found.errorStyle = "stop" if insist else "warning"
    found.errorTitle = "Not in the list"
    found.error = "Choose from the list, or leave the cell empty."
    found.add(f"{column}2:{column}{LAST_ROW}")
    return found
