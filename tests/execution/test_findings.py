"""What planning notices about the run as a whole, in little memory however long the list is."""

import tracemalloc
from dataclasses import replace

from sync.contract.load import load
from sync.execution.findings import Findings
from sync.model import Change, Mode, RunFacts, RunOptions
from sync.planning.update import PlannedUpdate
from tests.support.given import row_of

OPTIONS = RunOptions(id_header="Customer ID", names={"name": "Customer Name"})
FACTS = RunFacts("", Mode.PREVIEW, "", "", "", "", "", "", "", "", ("Customer ID", "Customer Name"), options=OPTIONS)


def findings(facts: RunFacts = FACTS) -> Findings:
    return Findings(facts, load())


def renamed(found: Findings, number: int, customer: int, name: str) -> None:
    change = Change("name", "Before", name)
    found.plan(row_of({"name": name}, number=number, customer=customer), PlannedUpdate({}, (change,)))


def warned(found: Findings) -> list[tuple[int, int]]:
    return [(warning.rows, warning.first_row) for warning in found.warnings()]


def test_a_name_that_another_customer_has_is_noticed_whichever_comes_first() -> None:
    found = findings()
    found.see({"id": 1, "name": "First Customer"})
    renamed(found, 5, 2, "first  customer")
    renamed(found, 4, 3, "Second Customer")
    found.see({"id": 9, "name": "Second Customer"})
    renamed(found, 3, 7, "A new name")
    assert warned(found) == [(2, 4)]


def test_a_customer_may_keep_its_name() -> None:
    found = findings()
    found.see({"id": 1, "name": "First Customer"})
    renamed(found, 2, 1, "First Customer")
    assert warned(found) == []


def test_the_name_that_was_read_last_counts() -> None:
    found = findings()
    found.see({"id": 1, "name": "First Customer"})
    found.see({"id": 1, "name": "Renamed meanwhile"})
    renamed(found, 2, 2, "First Customer")
    assert warned(found) == []


def test_a_record_without_a_usable_id_or_name_is_passed_over() -> None:
    found = findings()
    for record in (
        {"id": 10**30, "name": "A"},
        {"id": -1, "name": "A"},
        {"id": True, "name": "A"},
        {"id": 1, "name": None},
    ):
        found.see(record)
    renamed(found, 2, 2, "A")
    assert warned(found) == []


def test_a_record_that_came_by_takes_a_few_bytes() -> None:
    found = findings()
    tracemalloc.start()
    try:
        for number in range(10_000):
            found.see({"id": number, "name": f"Customer {number}"})
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 10_000 * 24


def test_a_sheet_without_names_keeps_nothing_of_the_records() -> None:
    found = findings(replace(FACTS, options=RunOptions(id_header="Customer ID")))
    found.see({"id": 1, "name": "First Customer"})
    renamed(found, 2, 2, "First Customer")
    assert warned(found) == []
