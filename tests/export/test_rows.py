"""Rows of an export: running the sheet as it stands changes nothing."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sync.commands.run import run
from sync.contract.load import load as load_resource
from sync.contract.mapping import Mapping
from sync.mapping import load as mappings
from sync.model import Record
from sync.settings import Settings
from sync.sheet import read
from sync.status import Status
from sync.stop import StopSignal
from tests.support.exports import DEFAULT, OWN_WORDS, Silence, asks_for, cell_of, run_export, texts, written
from tests.support.fault_records import customer
from tests.support.fault_server import KEY, FaultServer

AWKWARD = [
    "", " ", "\u00a0", "02134", "00", "1234567890123456789", "0012345678901234567890", "1E5", "1.5e+10", "1,5E3",
    "=1+1", "=SUM(A1:A9)", "+44 555 0100", "-5", "@cmd", "'quoted", '"quoted"', "<clear>", " <CLEAR> ", "TRUE",
    "yes", "2026-01-31", "NA", "None", "null", "nan", "#N/A", "e\u0301te\u0301", "\u212b", "  outer blanks  ",
    "two\r\nlines", "two\nlines", "a\rb", "tab\there", "\x07bell", "nul\x00", "\x1f", "\x7f", "\x85", "\ufffe",
    "_x000D_", "_x005F_x000D_", "_x0041_", "😀" * 16_384, "x" * 250, "x" * 251, "x" * 32_767, "x" * 32_768,
    "é" * 250, 'a & b <c> "d"', "\u202eabc", "\u200bzero\u200b", "no at sign", "a@b", "name@example.com",
    "UPPER@EXAMPLE.COM", "Net 30", "net_30", "30 days", "Acme",
]  # fmt: skip
TEXT = st.sampled_from(AWKWARD) | st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
ANYTHING: st.SearchStrategy[Any] = (
    TEXT
    | st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(-1e9, 1e9).map(lambda number: round(number, 4))
    | st.just([])
    | st.just({"a": 1})
)


def values_of(name: str) -> st.SearchStrategy[Any]:
    field = load_resource().fields[name]
    if field.type == "choice":
        return st.sampled_from([*field.choices, *field.choices.values(), "of next year", "", None]) | ANYTHING
    return ANYTHING


CONTACT = st.fixed_dictionaries(
    {"id": st.integers(1, 99), "is_deleted": st.booleans()},
    optional=dict.fromkeys(("name", "first_name", "last_name", "email", "phone_number", "mobile_number"), ANYTHING),
)
MAPPED = [name for name, field in load_resource().fields.items() if field.mappable and field.source == "page"]
RECORD = st.fixed_dictionaries(
    {},
    optional={name: values_of(name) for name in MAPPED}
    | {"contacts": st.lists(CONTACT, max_size=3) | st.none() | st.just("?")},
)


@pytest.fixture(scope="module")
def listing() -> Iterator[FaultServer]:
    with FaultServer([]) as running:
        yield running


@pytest.fixture(scope="module", params=[None, OWN_WORDS], ids=["the default mapping", "one with words of its own"])
def any_mapping(request: pytest.FixtureRequest) -> Iterator[Mapping]:
    if request.param is None:
        yield mappings.load(DEFAULT)
    else:
        with TemporaryDirectory() as folder:
            yield written(Path(folder), request.param)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])
@given(records=st.lists(RECORD, min_size=1, max_size=8))
@example(records=[{"name": text, "notes": text, "city": text, "zip_code": text, "email": text} for text in AWKWARD])
@example(
    records=[{"contacts": [{"id": 1, "is_deleted": True, "name": "Gone"}, {"id": 2, "name": text}]} for text in AWKWARD]
)
@example(
    records=[
        {"terms": value, "status": "ACTIVE", "is_1099": value == "custom"}
        for value in load_resource().fields["terms"].choices
    ]
)
def test_running_an_export_as_it_stands_changes_nothing(
    listing: FaultServer, any_mapping: Mapping, records: list[Record]
) -> None:
    listing.reset({**record, "id": n} for n, record in enumerate(records, start=1))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "customers.xlsx"
        done = run_export(listing, path, any_mapping)
        assert done.rows == len(records)
        assert sorted(texts(path, any_mapping)) == sorted(listing.records)
        assert asks_for(path, any_mapping, json.loads(json.dumps(listing.records), object_hook=_whole_keys)) == []


def _whole_keys(record: dict[str, Any]) -> dict[Any, Any]:
    return {int(key) if key.isdigit() else key: value for key, value in record.items()}


def test_every_value_that_a_cell_can_show_is_shown(server: FaultServer, mapping: Mapping, tmp_path: Path) -> None:
    fields = {
        "name": "=1+1", "zip_code": "02134", "external_id": "1234567890123456789", "notes": "two\nlines", "city": None,
        "terms": "due_on_receipt", "vendor_type": "employee", "is_1099": True, "use_stripe_auto_bill": False,
        "parent": -5, "stripe_connection": 12345678901234567, "abbreviation": "TRUE", "company_name": "e\u0301",
    }  # fmt: skip
    server.reset([customer(7, **fields)])
    run_export(server, tmp_path / "c.xlsx", mapping)
    shown = texts(tmp_path / "c.xlsx", mapping)[7]
    assert {header: shown[header] for header in ("Customer Name", "Zip Code", "External ID", "Notes")} == {
        "Customer Name": "=1+1",
        "Zip Code": "02134",
        "External ID": "1234567890123456789",
        "Notes": "two\nlines",
    }
    assert (shown["Payment Terms"], shown["Vendor Type"]) == ("Due on Receipt", "Employee")
    assert (shown["Is 1099"], shown["Use Stripe Auto Bill"]) == ("yes", "no")
    assert (shown["Parent ID"], shown["Stripe Connection ID"]) == ("-5", "12345678901234567")
    assert (shown["City"], shown["Abbreviation"], shown["Company Name"]) == ("", "TRUE", "é")
    assert shown["Billing Contact Email"] == "contact1.7@example.com"


@pytest.mark.parametrize(
    ("field", "header", "value", "reason"),
    [
        ("name", "Customer Name", "<Clear>", "means something else"),
        ("notes", "Notes", "bell\x07", "U+0007"),
        ("zip_code", "Zip Code", "1E5", "number"),
        ("notes", "Notes", "#N/A", "error #N/A"),
        ("notes", "Notes", "'0123", "apostrophe"),
        ("notes", "Notes", "x" * 251, "at most 250"),
        ("email", "Email", "nobody", "e-mail"),
        ("terms", "Payment Terms", "net_33", "no text in this column"),
        ("zip_code", "Zip Code", 2134, "values of another type"),
        ("invoice_message", "Invoice Message", "😀" * 16_384, "at most 32,767"),
        ("is_1099", "Is 1099", None, ""),
    ],
)
def test_what_a_cell_cannot_show_is_left_empty_with_a_note(
    server: FaultServer, mapping: Mapping, tmp_path: Path, field: str, header: str, value: Any, reason: str
) -> None:
    server.reset([customer(1), customer(2, **{field: value})])
    done = run_export(server, tmp_path / "c.xlsx", mapping)
    assert texts(tmp_path / "c.xlsx", mapping)[2][header] == ""
    assert done.left_empty == bool(reason)
    cell = cell_of(openpyxl.load_workbook(tmp_path / "c.xlsx").active, header, 3)
    assert reason in (cell.comment.text if cell.comment else "")


def test_a_column_whose_empty_cells_would_clear_is_left_out_where_one_must_be_empty(
    server: FaultServer, tmp_path: Path
) -> None:
    mapping = written(tmp_path, "id: Customer ID\nblank: clear\ncolumns: {Notes: notes, City: city, Zip: zip_code}\n")
    server.reset([customer(1, city=None), customer(2, notes="bell\x07"), customer(3, zip_code="")])
    done = run_export(server, tmp_path / "c.xlsx", mapping)
    sheet = read(tmp_path / "c.xlsx", id_header="Customer ID")
    assert sheet.headers == ("Customer ID", "City")
    assert [row.cells for row in sheet.rows] == [("1", ""), ("2", "Springfield"), ("3", "Springfield")]
    assert asks_for(tmp_path / "c.xlsx", mapping, server.records) == []
    assert any("“Notes” is left out: customer 2" in remark for remark in done.remarks)
    assert any("“Zip” is left out: customer 3" in remark for remark in done.remarks)


def test_exported_and_run_every_row_is_unchanged(
    server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mapping: Mapping
) -> None:
    awkward = [customer(n, name=text, notes=text, zip_code=text) for n, text in enumerate(AWKWARD, start=100)]
    server.reset([customer(1), *awkward, customer(2, contacts=[]), customer(3, contacts=None)])
    path = tmp_path / "customers.xlsx"
    run_export(server, path, mapping, with_totals=True)
    monkeypatch.setenv("CAMPFIRE_API_KEY", KEY)
    chosen = Settings(base_url=server.url, state_dir=tmp_path / "state", rate=5000, mapping=DEFAULT)
    ended = run(path, chosen, False, StopSignal(20), Silence())
    assert ended.run.counts[Status.UNCHANGED] == len(server.records) == sum(ended.run.counts.values())
    assert ended.exit_code == 0
    assert server.asked("PUT") == []
