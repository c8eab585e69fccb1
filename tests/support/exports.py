"""Exports against the fault server, and what the product itself reads in their sheets."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from sync.api import clock
from sync.api.api import Api
from sync.api.client import Client
from sync.api.pacing import Pacer
from sync.api.retry import Budget
from sync.contract.mapping import Mapping
from sync.export import Exported, Job
from sync.export.job import write
from sync.mapping import load as mappings
from sync.model import Record
from sync.planning.update import build_update
from sync.progress import Meter, Progress
from sync.settings import Secret
from sync.sheet import read
from sync.stop import StopSignal
from sync.validation.validation import Validation
from tests.support.fault_server import KEY, FaultServer
from tests.support.given import CUSTOMERS

DEFAULT = Path(__file__).parents[2] / "mappings" / "customers.yaml"
OWN_WORDS = """
id: Customer ID
sheet: Meine Kunden
columns:
  Name: {field: name, values: {Acme: Another name, TRUE: "<clear>"}}
  Terms: {field: terms, values: {30 days: net_30}, blank: clear}
  Status: {field: status, values: {aktiv: ACTIVE}}
  Notes: {field: notes, blank: clear}
  Is 1099: {field: is_1099, values: {"yes": "no"}, blank: clear}
  Parent: {field: parent, values: {"5": 6}, blank: clear}
  Second Contact: contacts[2].email
  First Contact: {field: "contacts[1].name", blank: clear}
  =HYPERLINK("x"): city
constants: {customer: 42}
clear: leer
"""


class Silence(Progress):
    """Shows nothing, and counts."""

    def __init__(self) -> None:
        self.advanced = 0
        self.total = 0

    def begin(self, what: str, total: int, meter: Meter) -> None:
        """How many there are."""
        self.total = total

    def advance(self, rows: int) -> None:
        """How many are done."""
        self.advanced += rows


def run_export(server: FaultServer, path: Path, mapping: Mapping, **more: Any) -> Exported:
    stop = more.pop("stop", None) or StopSignal(20)
    progress = more.pop("progress", None) or Silence()
    client = Client(server.url, Secret(KEY), CUSTOMERS, 10.0)
    try:
        api = Api(client, Pacer(5000.0, clock.now, stop.sleep), Budget(), stop, 3)
        return write(Job(path=path, mapping=mapping, **more), api, progress, workers=4)
    finally:
        client.close()


def written(folder: Path, text: str) -> Mapping:
    path = folder / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    return mappings.load(path)


def texts(path: Path, mapping: Mapping) -> dict[int, dict[str, str]]:
    """What the product itself reads in the sheet, by customer and header."""
    sheet = read(path, mapped_sheet=mapping.sheet, id_header=mapping.id_header)
    at = sheet.headers.index(mapping.id_header)
    return {int(row.cells[at]): dict(zip(sheet.headers, row.cells, strict=True)) for row in sheet.rows}


def asks_for(path: Path, mapping: Mapping, records: dict[int, Record]) -> list[str]:
    """What running the sheet would change or refuse, if it did not remember that nobody has touched it."""
    asked: list[str] = []
    sheet = replace(read(path, mapped_sheet=mapping.sheet, id_header=mapping.id_header), memory=None)
    for checked in Validation(sheet, mapping).rows():
        asked += map(str, checked.problems)
        if checked.edit is not None:
            record = records[checked.edit.record_id or 0]
            draft = build_update(checked.edit, record, CUSTOMERS, mapping.constants, lambda target: (target, ""))
            asked += [repr(change) for change in draft.changes] + [str(problem) for problem in draft.problems]
    return asked


def cell_of(sheet: Any, header: str, row: int) -> Any:
    return sheet.cell(row, next(cell.column for cell in sheet[1] if cell.value == header))
