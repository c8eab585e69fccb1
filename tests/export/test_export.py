"""Export: the customers as a sheet that changes nothing when it is run as it stands."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sync import export
from sync.api.api import Api
from sync.api.client import Client
from sync.api.pacing import Pacer
from sync.api.retry import Budget
from sync.commands.run import run
from sync.contract.load import load as load_resource
from sync.contract.mapping import Mapping
from sync.errors import CampfireSyncError, CannotStart, FileRefused
from sync.export import Exported
from sync.export.cells import spellings
from sync.export.ids import ids_of
from sync.journal.writer import dumps
from sync.mapping import load as mappings
from sync.model import Record, RowRecord
from sync.planning.update import build_update
from sync.settings import Secret, Settings
from sync.sheet import read
from sync.status import Stage, Status
from sync.stop import Interrupted, StopSignal
from sync.validation.schema import Validation
from tests.support.fault_records import customer
from tests.support.fault_server import KEY, FaultServer
from tests.support.given import CUSTOMERS

DEFAULT = Path(__file__).parents[2] / "mappings" / "customers.yaml"


class Silence:
    """Somebody who watches, and says nothing."""

    def __init__(self) -> None:
        self.advanced = 0
        self.total = 0

    def run_begins(self, run: Any) -> None: ...

    def say(self, text: str) -> None: ...

    def warn(self, text: str) -> None: ...

    def problem(self, found: Any) -> None: ...

    def begin(self, what: str, total: int, api: Api) -> None:
        self.total = total

    def row(self, row: Any, state: Any, message: str) -> None: ...

    def advance(self, rows: int) -> None:
        self.advanced += rows

    def tick(self) -> None: ...

    def end(self) -> None: ...

    def agrees(self, run: Any, planned: Any) -> bool:
        return True


def run_export(server: FaultServer, path: Path, mapping: Mapping, **more: Any) -> Exported:
    brake = more.pop("brake", None) or StopSignal(20)
    watch = more.pop("watch", None) or Silence()
    client = Client(server.url, Secret(KEY), CUSTOMERS, 10.0, 4)
    try:
        api = Api(client, Pacer(5000.0, time.monotonic, brake.sleep), Budget(), brake, 3)
        return export.write(path, mapping, api, brake, watch, workers=4, **more)
    finally:
        client.close()


def written(folder: Path, text: str) -> Mapping:
    path = folder / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    return mappings.load(path)


@pytest.fixture
def mapping() -> Mapping:
    return mappings.load(DEFAULT)


def texts(path: Path, mapping: Mapping) -> dict[int, dict[str, str]]:
    """What the product itself reads in the sheet, by customer and header."""
    sheet = read(path, mapped_sheet=mapping.sheet, id_header=mapping.id_header)
    at = sheet.headers.index(mapping.id_header)
    return {int(row.cells[at]): dict(zip(sheet.headers, row.cells, strict=True)) for row in sheet.rows}


def asks_for(path: Path, mapping: Mapping, records: dict[int, Record]) -> list[str]:
    """What running the sheet would change, or find wrong with it."""
    said: list[str] = []
    sheet = read(path, mapped_sheet=mapping.sheet, id_header=mapping.id_header)
    for checked in Validation(sheet, mapping).rows():
        said += map(str, checked.problems)
        if checked.edit is not None:
            edits = {str(target): value for target, value in checked.edit.values.items()}
            row = RowRecord(
                0, 2, checked.record_id, checked.row.cells, {}, Stage.READ, Status.NOT_SENT, "", edits, (), (), None,
                None, None, 0, "",
            )  # fmt: skip
            draft = build_update(
                row, records[checked.edit.record_id], CUSTOMERS, mapping.constants, lambda target: (target, "")
            )
            said += [repr(change) for change in draft.changes] + [str(found) for found in draft.problems]
    return said


# --- what comes out of it changes nothing ---

AWKWARD = [
    "", " ", "\u00a0", "02134", "00", "1234567890123456789", "0012345678901234567890", "1E5", "1.5e+10", "1,5E3",
    "=1+1", "=SUM(A1:A9)", "+44 555 0100", "-5", "@cmd", "'quoted", '"quoted"', "<clear>", " <CLEAR> ", "TRUE",
    "yes", "2026-01-31", "NA", "None", "null", "nan", "#N/A", "e\u0301te\u0301", "\u212b", "  outer blanks  ",
    "two\r\nlines", "two\nlines", "a\rb", "tab\there", "\x07bell", "nul\x00", "\x1f", "\x7f", "\x85", "\ufffe",
    "_x000D_", "_x005F_x000D_", "_x0041_", "😀" * 16_384, "x" * 250, "x" * 251, "x" * 32_767, "x" * 32_768,
    "é" * 250, 'a & b <c> "d"', "\u202eabc", "\u200bzero\u200b", "no at sign", "a@b", "name@example.com",
    "UPPER@EXAMPLE.COM", "Net 30", "net_30", "30 days", "Acme", "\ud800",
]  # fmt: skip
TEXT = st.sampled_from(AWKWARD) | st.text(max_size=40)
ANYTHING: st.SearchStrategy[Any] = (
    TEXT
    | st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.just([])
    | st.just({"a": 1})
)


def values_of(name: str) -> st.SearchStrategy[Any]:
    about = load_resource().fields[name]
    if about.type == "choice":
        return st.sampled_from([*about.choices, *about.choices.values(), "of next year", "", None]) | ANYTHING
    return ANYTHING


CONTACT = st.fixed_dictionaries(
    {"id": st.integers(1, 99), "is_deleted": st.booleans()},
    optional=dict.fromkeys(("name", "first_name", "last_name", "email", "phone_number", "mobile_number"), ANYTHING),
)
MAPPED = [name for name, about in load_resource().fields.items() if about.mappable and about.source == "page"]
RECORD = st.fixed_dictionaries(
    {},
    optional={name: values_of(name) for name in MAPPED}
    | {"contacts": st.lists(CONTACT, max_size=3) | st.none() | st.just("?")},
)

OWN_WORDS = """
id: Customer ID
sheet: Meine Kunden
columns:
  Name: {field: name, values: {Acme: Another name, TRUE: "<clear>"}}
  Terms: {field: terms, values: {Net 30: net_45, 30 days: net_30}, blank: clear}
  Status: {field: status, values: {Active: INACTIVE}}
  Notes: {field: notes, blank: clear}
  Is 1099: {field: is_1099, values: {"yes": "no"}, blank: clear}
  Parent: {field: parent, values: {"5": 6}, blank: clear}
  Second Contact: contacts[2].email
  First Contact: {field: "contacts[1].name", blank: clear}
  =HYPERLINK("x"): city
constants: {customer: 42}
clear: leer
"""


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


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])
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


def _whole_keys(found: dict[str, Any]) -> dict[Any, Any]:
    return {int(key) if key.isdigit() else key: value for key, value in found.items()}


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
    ("field", "header", "value", "said"),
    [
        ("name", "Customer Name", "<Clear>", "stands for something else"),
        ("notes", "Notes", "bell\x07", "invisible control character U+0007"),
        ("zip_code", "Zip Code", "1E5", "long number that was shortened"),
        ("notes", "Notes", "x" * 251, "at most 250"),
        ("email", "Email", "nobody", "no e-mail address"),
        ("terms", "Payment Terms", "net_33", "no text in this column"),
        ("zip_code", "Zip Code", 2134, "no value of the kind"),
        ("invoice_message", "Invoice Message", "😀" * 16_384, "at most 32,767"),
        ("is_1099", "Is 1099", None, ""),
    ],
)
def test_what_a_cell_cannot_show_is_left_empty_with_a_note(
    server: FaultServer, mapping: Mapping, tmp_path: Path, field: str, header: str, value: Any, said: str
) -> None:
    server.reset([customer(1), customer(2, **{field: value})])
    done = run_export(server, tmp_path / "c.xlsx", mapping)
    assert texts(tmp_path / "c.xlsx", mapping)[2][header] == ""
    assert done.left_empty == bool(said)
    cell = cell_of(openpyxl.load_workbook(tmp_path / "c.xlsx").active, header, 3)
    assert said in (cell.comment.text if cell.comment else "")


def cell_of(sheet: Any, header: str, row: int) -> Any:
    return sheet.cell(row, next(cell.column for cell in sheet[1] if cell.value == header))


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
    assert any("“Notes” is left out: customer 2" in said for said in done.remarks)
    assert any("“Zip” is left out: customer 3" in said for said in done.remarks)


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


# --- all of them, each once ---


@pytest.mark.parametrize("page_size", [3, 7, 39, 40, 41])
def test_all_customers_are_read_by_pages(server: FaultServer, mapping: Mapping, tmp_path: Path, page_size: int) -> None:
    server.page_size = page_size
    watch = Silence()
    assert run_export(server, tmp_path / "c.xlsx", mapping, watch=watch).rows == 40
    assert sorted(texts(tmp_path / "c.xlsx", mapping)) == sorted(server.records)
    assert (watch.total, watch.advanced) == (40, 40)


def test_a_customer_deleted_behind_the_reader_hides_none(server: FaultServer, mapping: Mapping, tmp_path: Path) -> None:
    server.page_size = 10

    def another_writer(asked: Any) -> None:
        if "offset=9" in asked.path and 1 in server.records:  # one goes, one comes: the count is as before
            del server.records[1]
            server.records[500] = customer(500)

    server.hook = another_writer
    run_export(server, tmp_path / "c.xlsx", mapping)
    assert sorted(texts(tmp_path / "c.xlsx", mapping)) == sorted(server.records)


@pytest.mark.parametrize("kind", ["offset-ignored", "duplicates"])
def test_a_list_that_never_shows_all_is_refused_and_nothing_is_written(
    server: FaultServer, mapping: Mapping, tmp_path: Path, kind: str
) -> None:
    server.list_as, server.page_size = kind, 10
    with pytest.raises(CampfireSyncError, match="never the same twice"):
        run_export(server, tmp_path / "c.xlsx", mapping)
    assert list(tmp_path.iterdir()) == []


def test_a_list_without_an_order_gives_all_or_nothing(server: FaultServer, mapping: Mapping, tmp_path: Path) -> None:
    server.list_as, server.page_size = "no-order", 25
    try:
        run_export(server, tmp_path / "c.xlsx", mapping)
    except CampfireSyncError:
        assert not (tmp_path / "c.xlsx").exists()
    else:
        assert sorted(texts(tmp_path / "c.xlsx", mapping)) == sorted(server.records)


def test_a_list_that_shows_less_than_a_single_record_is_read_one_by_one(
    server: FaultServer, mapping: Mapping, tmp_path: Path
) -> None:
    server.list_as = "few-fields"
    run_export(server, tmp_path / "c.xlsx", mapping)
    assert texts(tmp_path / "c.xlsx", mapping)[9]["Zip Code"] == "02134"
    assert len(server.asked("GET")) >= 41


def test_a_page_that_fails_is_asked_for_again(
    server: FaultServer, mapping: Mapping, tmp_path: Path, short_pauses: None
) -> None:
    server.page_size, server.pages = 15, ["503", "ok", "429:0", "cut"]
    assert run_export(server, tmp_path / "c.xlsx", mapping).rows == 40


@pytest.mark.parametrize("step", ["503", "401", "403", "301", "html"])
def test_where_the_list_is_not_to_be_had_nothing_is_written(
    server: FaultServer, mapping: Mapping, tmp_path: Path, short_pauses: None, step: str
) -> None:
    server.always = {"GET": step}
    with pytest.raises(CampfireSyncError) as caught:
        run_export(server, tmp_path / "c.xlsx", mapping)
    assert caught.value.exit_code == 2
    assert KEY not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_interrupted_it_writes_nothing(server: FaultServer, mapping: Mapping, tmp_path: Path) -> None:
    server.page_size = 10
    brake = StopSignal(20)
    server.hook = lambda asked: brake.interrupt() if "offset=9" in asked.path else None
    with pytest.raises(Interrupted):
        run_export(server, tmp_path / "c.xlsx", mapping, brake=brake)
    assert list(tmp_path.iterdir()) == []


# --- some of them ---


@pytest.mark.parametrize("count", [1, 2, 30])
def test_those_that_are_asked_for_come_in_the_order_of_the_list(
    server: FaultServer, mapping: Mapping, tmp_path: Path, count: int
) -> None:
    server.page_size = 10
    asked = list(range(40, 40 - count, -1))
    done = run_export(server, tmp_path / "c.xlsx", mapping, ids=asked)
    assert list(texts(tmp_path / "c.xlsx", mapping)) == asked
    assert done.not_found == ()
    assert len(server.asked("GET")) <= count + 1


def test_an_id_that_no_customer_has_is_named(server: FaultServer, mapping: Mapping, tmp_path: Path) -> None:
    done = run_export(server, tmp_path / "c.xlsx", mapping, ids=[3, 999])
    assert (done.rows, done.not_found) == (1, (999,))


def test_a_customer_that_cannot_be_read_is_no_missing_row(
    server: FaultServer, mapping: Mapping, tmp_path: Path, short_pauses: None
) -> None:
    server.gets = {3: ["503"] * 9}
    with pytest.raises(CampfireSyncError, match="customer 3 could not be read"):
        run_export(server, tmp_path / "c.xlsx", mapping, ids=[3])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "ids"),
    [
        ("ids.txt", "7\n8\n\n 007 \n", [7, 8]),
        ("ids.csv", "\ufeffCustomer ID\r\n7\r\n9\r\n", [7, 9]),
        ("ids.csv", "Name,customer id\nExample,7\nOther,12.0\n", [7, 12]),
        ("ids.tsv", "Name\tCustomer ID\nExample\t7\nAgain\t7\n", [7]),
    ],
)
def test_ids_are_a_list_or_a_sheet(mapping: Mapping, tmp_path: Path, name: str, content: str, ids: list[int]) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8", newline="")
    assert ids_of(tmp_path / name, mapping) == ids


def test_the_ids_of_a_workbook_are_read(mapping: Mapping, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Customer ID", "x"], [5, "a"], ["0012", None]):
        book.active.append(row)
    book.save(tmp_path / "ids.xlsx")
    assert ids_of(tmp_path / "ids.xlsx", mapping) == [5, 12]


@pytest.mark.parametrize(
    "content", ["", "Customer ID\n", "Customer ID,Name\n7,a\n1E3,b\n", "Customer ID,Name\n,a\n", "7\nx\n"]
)
def test_what_is_no_id_is_refused(mapping: Mapping, tmp_path: Path, content: str) -> None:
    (tmp_path / "ids.csv").write_text(content)
    with pytest.raises(FileRefused):
        ids_of(tmp_path / "ids.csv", mapping)


# --- the sheet ---


@pytest.fixture
def sheet(server: FaultServer, mapping: Mapping, tmp_path: Path) -> Any:
    run_export(server, tmp_path / "c.xlsx", mapping, with_totals=True)
    return openpyxl.load_workbook(tmp_path / "c.xlsx").active


def test_ids_are_locked_and_grey_and_everything_else_can_be_edited(sheet: Any) -> None:
    assert sheet.protection.sheet
    assert not sheet.protection.password
    assert sheet["A2"].protection.locked
    assert sheet["A2"].fill.fgColor.rgb != "00000000"
    assert not cell_of(sheet, "Notes", 2).protection.locked
    assert not sheet.column_dimensions["T"].protection.locked  # empty cells, and rows to come
    assert not sheet.protection.autoFilter
    assert not sheet.protection.formatColumns  # openpyxl: False is allowed


def test_text_columns_are_text_and_the_header_is_frozen_and_filtered(sheet: Any) -> None:
    assert cell_of(sheet, "Zip Code", 2).number_format == "@"
    assert sheet.column_dimensions["C"].number_format == "@"
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref.startswith("A1:")


def test_choices_are_lists_and_limits_are_kept_by_excel(sheet: Any, mapping: Mapping) -> None:
    rules = {next(iter(rule.sqref.ranges)).min_col: rule for rule in sheet.data_validations.dataValidation}
    for place, column in enumerate(mapping.columns, start=2):
        about = load_resource().field_of(column.target)
        if about.choices:
            assert set(about.choices.values()) <= set(rules[place].formula1.strip('"').split(","))
            assert rules[place].error
        if about.type == "boolean":
            assert rules[place].formula1.startswith('"yes,no')
        if about.type == "string" and about.max_length:
            assert (rules[place].type, rules[place].formula1) == ("textLength", str(about.max_length))


def test_a_choice_is_never_shown_in_a_word_that_the_mapping_reads_otherwise(tmp_path: Path) -> None:
    found = spellings(written(tmp_path, OWN_WORDS))
    assert found[1, "net_30"] == "net_30"
    assert found[1, "net_60"] == "Net 60"
    assert (2, "ACTIVE") not in found
    assert found[4, True] == "true"


def test_headers_carry_what_the_field_takes(sheet: Any) -> None:
    assert "at most 250 characters" in cell_of(sheet, "Customer Name", 1).comment.text
    assert "<clear> empties it" in cell_of(sheet, "Notes", 1).comment.text


def test_totals_stand_on_the_right_locked_and_as_numbers(sheet: Any) -> None:
    cell = cell_of(sheet, "Total revenue", 2)
    assert (cell.value, cell.number_format, cell.protection.locked) == (1001.25, "#,##0.00", True)
    assert cell_of(sheet, "Total deferred revenue", 2).value is None  # the API does not say it: empty, never 0
    assert cell_of(sheet, "Currency", 2).value == "USD"


def test_a_template_has_the_headers_and_needs_no_network(mapping: Mapping, tmp_path: Path) -> None:
    done = export.template(tmp_path / "t.xlsx", mapping)
    sheet = read(tmp_path / "t.xlsx", id_header=mapping.id_header)
    assert (done.rows, sheet.rows) == (0, [])
    assert sheet.headers == ("Customer ID", *(column.header for column in mapping.columns))
    assert not openpyxl.load_workbook(tmp_path / "t.xlsx").active.column_dimensions["A"].protection.locked


@pytest.mark.parametrize(
    "write",
    [
        lambda path, mapping, server: export.template(path, mapping),
        lambda path, mapping, server: run_export(server, path, mapping),
    ],
)
def test_a_file_that_is_there_is_never_written_over(
    server: FaultServer, mapping: Mapping, tmp_path: Path, write: Callable[..., Any]
) -> None:
    (tmp_path / "c.xlsx").write_text("mine")
    with pytest.raises(CannotStart, match="exists already"):
        write(tmp_path / "c.xlsx", mapping, server)
    assert (tmp_path / "c.xlsx").read_text() == "mine"
    assert server.log == []


def test_the_file_is_readable_by_its_owner_alone(mapping: Mapping, tmp_path: Path) -> None:
    export.template(tmp_path / "t.xlsx", mapping)
    assert (tmp_path / "t.xlsx").stat().st_mode & 0o077 == 0


def test_a_name_that_excel_does_not_take_for_a_sheet_is_refused(tmp_path: Path) -> None:
    mapping = written(tmp_path, "id: Customer ID\nsheet: a/b\ncolumns: {Notes: notes}\n")
    with pytest.raises(CannotStart, match="name of a sheet"):
        export.template(tmp_path / "t.xlsx", mapping)
    assert dumps(sorted(path.name for path in tmp_path.iterdir())) == '["mapping.yaml"]'
