"""How a cell is corrected where the app shows it: what to do there, and what can be chosen."""

import re
from collections.abc import Mapping

from sync.contract.display import Display
from sync.contract.load import resource_of_run
from sync.model import Problem, RunFacts

_LEAVE_OUT = "“Leave out”"
_OTHERWISE = {  # what is done in a sheet otherwise than in the app, by the kind of the problem
    "hashes": "Type the value.",
    "no_id": f"Fill in the id, or tick {_LEAVE_OUT}.",
    "duplicate_id": f"Tick {_LEAVE_OUT} in all of these rows but one.",
    "totals_row": f"Tick {_LEAVE_OUT}.",
    "letters_damaged": "Type the value as it should be.",
}
_AS_TEXT = re.compile(r"^Format the (?:cell|column) as Text and type (?:the value again\.)?")


def remedy_here(problem: Problem) -> str:
    """What to do about a problem in the app, where what is typed is text already and a row is left out by a tick."""
    if problem.kind in _OTHERWISE:
        return _OTHERWISE[problem.kind]
    return _AS_TEXT.sub(_typed, problem.remedy)


def _typed(match: re.Match[str]) -> str:
    return "Type the value as it should be." if match[0].endswith("again.") else "Type "


def choices_of_cells(facts: RunFacts) -> dict[str, list[str]]:
    """By the sheet's header what its cells may hold, where the field has choices."""
    display = Display.of_run(facts, resource_of_run(facts))
    fields = {header: display.field(target) for target, header in facts.options.names.items()}
    choices = {header: _labels(field.type, field.choices) for header, field in fields.items() if field}
    return {header: labels for header, labels in choices.items() if labels}


def _labels(kind: str, choices: Mapping[str, str]) -> list[str]:
    return ["yes", "no"] if kind == "boolean" else list(choices.values())
