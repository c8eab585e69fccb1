"""How a cell is corrected where the app shows it: what to do there, and what can be chosen."""

from collections.abc import Mapping

from sync.contract.display import Display
from sync.contract.load import resource_of_run
from sync.model import Problem, RunFacts
from sync.problems import CATALOGUE


def remedy_here(problem: Problem) -> str:
    """What to do about a problem in the app."""
    kind = CATALOGUE.get(problem.kind)
    return (kind.in_app if kind else "") or problem.remedy


def choices_of_cells(facts: RunFacts) -> dict[str, list[str]]:
    """By the sheet's header what its cells may hold, where the field has choices."""
    display = Display.of_run(facts, resource_of_run(facts))
    fields = {header: display.field(target) for target, header in facts.options.names.items()}
    choices = {header: _labels(field.type, field.choices) for header, field in fields.items() if field}
    return {header: labels for header, labels in choices.items() if labels}


def _labels(kind: str, choices: Mapping[str, str]) -> list[str]:
    return ["yes", "no"] if kind == "boolean" else list(choices.values())
