"""An export that remembers: what a run sends is what the person changed, whatever others have changed since.

The story is always the same: export, others edit in Campfire, the person edits the sheet, run. It is judged by the
server's records and its log alone.
"""

import copy
import random
import shutil
from collections.abc import Callable, Iterator
from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sync.commands.result import RunResult
from sync.commands.run import run
from sync.contract.mapping import Mapping
from sync.model import Record
from sync.settings import Settings
from sync.status import Status
from sync.stop import StopSignal
from tests.support.exports import DEFAULT, Silence, run_export
from tests.support.fault_records import customer
from tests.support.fault_server import KEY, FaultServer
from tests.support.office import saved_by_libreoffice

_TEXTS = [(text, text) for text in ("alpha", "beta", "gamma", "delta & sons", "ε-Straße", "=1+1")]
_CLEAR = ("<clear>", None)
# By header: the field, and what a cell may say with the value that it means.
FIELDS: ReadOnlyMapping[str, tuple[str, list[tuple[Any, Any]]]] = {
    "Customer Name": ("name", _TEXTS),
    "Notes": ("notes", [*_TEXTS, _CLEAR]),
    "City": ("city", [*_TEXTS, _CLEAR]),
    "Payment Terms": (
        "terms",
        [("Net 45", "net_45"), ("Net 60", "net_60"), ("due on receipt", "due_on_receipt"), _CLEAR],
    ),
    "Is 1099": ("is_1099", [("yes", True), ("no", False)]),
    "Parent ID": ("parent", [(5, 5), ("6", 6), _CLEAR]),
    "Billing Contact Email": ("contacts.email", [(f"{w}@example.com", f"{w}@example.com") for w in ("a", "b", "c")]),
    "Billing Contact Name": ("contacts.name", [*_TEXTS, _CLEAR]),
}
HEADERS = list(FIELDS)


def value_of(record: Record, header: str, contact_id: int) -> Any:
    name, _, item = FIELDS[header][0].partition(".")
    if not item:
        return record[name]
    return next((contact[item] for contact in record["contacts"] if contact["id"] == contact_id), "(no such contact)")


def set_value(record: Record, header: str, contact_id: int, value: Any) -> None:
    name, _, item = FIELDS[header][0].partition(".")
    if not item:
        record[name] = value
    for contact in record["contacts"] if item else ():
        if contact["id"] == contact_id:
            contact[item] = value


def same(one: Any, other: Any) -> bool:
    """Whether a cell shows both alike: null and an empty text are both an empty cell."""
    return one == other or (one in (None, "") and other in (None, ""))


def plain(records: ReadOnlyMapping[int, Record]) -> dict[int, Record]:
    """The records without the moment of their change, and their contacts in one order."""
    now = copy.deepcopy(dict(records))
    for record in now.values():
        del record["last_modified_at"]
        record["contacts"] = sorted(record["contacts"], key=lambda contact: int(contact["id"]))
    return now


@dataclass
class Story:
    """An export, what others did since, and what the person did in the sheet."""

    server: FaultServer
    mapping: Mapping
    folder: Path
    chance: random.Random
    exported: dict[int, Record] = field(default_factory=dict)
    typed: dict[int, dict[str, Any]] = field(default_factory=dict)  # by customer and header: the value that it means

    def __post_init__(self) -> None:
        run_export(self.server, self.path, self.mapping)
        self.exported = copy.deepcopy(self.server.records)
        self.server.log.clear()

    @property
    def path(self) -> Path:
        return self.folder / "customers.xlsx"

    def others_edit(self, edits: int, contacts_go: bool = True) -> None:
        for _ in range(edits):
            number = self.chance.choice(list(self.server.records))
            record = self.server.records[number]
            match self.chance.randrange(12):
                case 0:
                    self.chance.shuffle(record["contacts"])
                case 1:
                    record["dba"] = self.chance.choice("xyz")  # a field that the sheet does not have
                case 2 if contacts_go:
                    record["contacts"] = [c for c in record["contacts"] if c["id"] != self.contact(number)]
                case _:
                    header = self.chance.choice(HEADERS)
                    values = [value for _, value in FIELDS[header][1]]
                    set_value(record, header, self.contact(number), self.chance.choice(values))

    def person_edits(self, edits: int) -> None:
        """Type into random cells, sort, delete rows and columns, and insert a column."""
        book = openpyxl.load_workbook(self.path)
        sheet = book.active
        assert sheet is not None
        rows: list[list[Any]] = [[cell.value for cell in row] for row in sheet.iter_rows()]
        header, lines = rows[0], rows[1:]
        self.chance.shuffle(lines)
        del lines[len(lines) - self.chance.randrange(3) :]
        for _ in range(edits):
            self._type(header, self.chance.choice(lines))
        touched = {name for typed in self.typed.values() for name in typed}
        unused = [n for n, name in enumerate(header) if n and name not in touched and self.chance.random() < 0.3]
        keep = [n for n in range(len(header)) if n not in unused]
        place = self.chance.randrange(1, len(keep))
        sheet.delete_rows(1, sheet.max_row)
        for row in [header, *lines]:
            cells = [row[n] for n in keep]
            cells.insert(place, "Remarks of mine" if row is header else "x")
            sheet.append(cells)
        for row_of_cells in sheet.iter_rows():
            for cell in row_of_cells:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
        book.save(self.path)

    def _type(self, header: list[Any], line: list[Any]) -> None:
        name = self.chance.choice(HEADERS)
        number = int(line[0])
        old = value_of(self.exported[number], name, self.contact(number))
        cell, value = self.chance.choice([pair for pair in FIELDS[name][1] if not same(pair[1], old)])
        line[header.index(name)] = cell
        self.typed.setdefault(number, {})[name] = value

    def contact(self, number: int) -> int:
        """The id of the contact that the sheet shows."""
        return min(contact["id"] for contact in self.exported[number]["contacts"])

    def run(self) -> RunResult:
        settings = Settings(
            base_url=self.server.url, state_dir=self.folder / "state", rate=5000, mapping=DEFAULT, yes=True,
            out=self.folder / f"results-{len(list(self.folder.iterdir()))}.xlsx",
        )  # fmt: skip
        return run(self.path, settings, False, StopSignal(1000), Silence())

    def expected(self) -> tuple[dict[int, Record], set[int]]:
        """The records that the server has to hold afterwards, and the customers whose rows are conflicts."""
        after, conflicts = copy.deepcopy(self.server.records), set()
        for number, typed in self.typed.items():
            now, before, contact = self.server.records[number], self.exported[number], self.contact(number)
            for header, value in typed.items():
                held = value_of(now, header, contact)
                if not same(held, value_of(before, header, contact)) and not same(held, value):
                    conflicts.add(number)
        for number, typed in self.typed.items():
            for header, value in typed.items() if number not in conflicts else ():
                if not same(value_of(after[number], header, self.contact(number)), value):
                    set_value(after[number], header, self.contact(number), value)
        return plain(after), conflicts


@pytest.fixture(scope="module")
def shared() -> Iterator[FaultServer]:
    with FaultServer([]) as running:
        yield running


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMPFIRE_API_KEY", KEY)


@pytest.fixture
def story(shared: FaultServer, mapping: Mapping, tmp_path: Path) -> Callable[[int], Story]:
    def begin(seed: int) -> Story:
        chance = random.Random(seed)
        shared.reset(_customer(number, chance) for number in range(1, 13))
        folder = tmp_path / str(seed)
        folder.mkdir()
        return Story(shared, mapping, folder, chance)

    return begin


def _customer(number: int, chance: random.Random) -> Record:
    record = customer(number)
    for header in HEADERS:
        if chance.random() < 0.5:
            set_value(record, header, number * 10 + 1, chance.choice(FIELDS[header][1])[1])
    chance.shuffle(record["contacts"])
    return record


def check(story: Story) -> None:
    """Run, and compare the server with what it has to hold."""
    expected, conflicts = story.expected()
    before = plain(story.server.records)
    ended = story.run()
    assert plain(story.server.records) == expected
    counts = {status: count for status, count in ended.run.counts.items() if count}
    changed = sum(expected[number] != before[number] for number in expected)
    assert counts.get(Status.CONFLICT, 0) == len(conflicts)
    assert counts.get(Status.UPDATED, 0) == changed
    assert set(counts) <= {Status.CONFLICT, Status.UPDATED, Status.UNCHANGED}
    assert {asked.customer for asked in story.server.asked("PUT")} == {
        number for number in expected if expected[number] != before[number]
    }


def test_an_export_that_nobody_edited_sends_nothing_after_a_thousand_edits_by_others(
    story: Callable[[int], Story],
) -> None:
    told = story(0)
    told.others_edit(1000)
    before = plain(told.server.records)
    ended = told.run()
    assert told.server.asked("PUT") == []
    assert plain(told.server.records) == before
    assert {status: n for status, n in ended.run.counts.items() if n} == {Status.UNCHANGED: 12}


@pytest.mark.parametrize("seed", range(1, 9))
def test_exactly_the_cells_that_the_person_changed_are_sent_or_are_conflicts(
    story: Callable[[int], Story], seed: int
) -> None:
    told = story(seed)
    told.person_edits(told.chance.randrange(12))
    told.others_edit(told.chance.randrange(30))
    check(told)


@pytest.mark.sweep
@pytest.mark.parametrize("block", range(100, 140))
def test_exactly_the_cells_that_the_person_changed_are_sent_many_times(
    story: Callable[[int], Story], block: int
) -> None:
    for seed in range(block * 25, block * 25 + 25):
        told = story(seed)
        told.person_edits(told.chance.randrange(12))
        told.others_edit(told.chance.randrange(30))
        check(told)


def test_saved_by_libreoffice_the_workbook_still_remembers(story: Callable[[int], Story]) -> None:
    told = story(50)
    told.person_edits(8)
    told.others_edit(30)
    saved_by_libreoffice(told.path).replace(told.path)
    check(told)


@pytest.mark.parametrize("seed", [60, 61, *(pytest.param(seed, marks=pytest.mark.sweep) for seed in range(62, 262))])
def test_to_fix_run_again_sends_what_the_person_confirmed(story: Callable[[int], Story], seed: int) -> None:
    """To fix remembers the records as they are by now: a conflict that is run again is meant."""
    told = story(seed)
    told.person_edits(10)
    told.others_edit(60, contacts_go=False)
    expected, conflicts = told.expected()
    if not conflicts:
        return
    results = told.run().results
    assert results is not None
    assert plain(told.server.records) == expected
    shutil.copy(results, told.path)
    told.exported = copy.deepcopy(told.server.records)
    told.typed = {number: typed for number, typed in told.typed.items() if number in conflicts}
    expected, again = told.expected()
    assert again == set()
    ended = told.run()
    assert plain(told.server.records) == expected
    assert ended.run.counts[Status.CONFLICT] == 0


def test_to_fix_of_an_invalid_row_still_knows_which_cells_nobody_touched(story: Callable[[int], Story]) -> None:
    told = story(70)
    type_into(told.path, 3, "Payment Terms", "Net 33")
    told.server.records[3]["notes"] = "changed by a colleague"
    results = told.run().results
    assert results is not None
    assert told.server.asked("PUT") == []
    type_into(results, 3, "Payment Terms", "Net 60")
    shutil.move(results, told.path)
    before = plain(told.server.records)[3]
    told.run()
    assert plain(told.server.records)[3] == before | {"terms": "net_60"}


def type_into(path: Path, number: int, header: str, text: str) -> None:
    """Type into a cell of the sheet, or of To fix."""
    book = openpyxl.load_workbook(path)
    sheet = book["To fix"] if "To fix" in book.sheetnames else book.active
    headers = [cell.value for cell in sheet[1]]
    id_column = headers.index("Customer ID")
    row = next(row for row in sheet.iter_rows(min_row=2) if str(row[id_column].value) == str(number))
    row[headers.index(header)].value = text
    book.save(path)
