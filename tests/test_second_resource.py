"""A second resource of the API is a YAML file and a mapping, and no Python: warehouses go the whole way."""

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

import sync
from sync import errors
from sync.cli.commands import cli
from sync.commands.suggest import suggest
from sync.mapping.load import load as load_mapping
from sync.settings import Settings
from tests.support.warehouse_server import Warehouses

MAPPING = Path(__file__).parent / "support" / "second_resource" / "warehouses_mapping.yaml"
EDITS = """\
Warehouse,Label,Grade,Capacity,Heated,First shelf,Second shelf
1,Harbour Hall,Third,250,yes,,Q2
2,Warehouse 2,,,,,
3,,Fourth,,,,
4,Station Hall,,1.000,,,
5,,,,,Z9,
"""


@pytest.fixture
def options(warehouses: Warehouses, tmp_path: Path) -> dict[str, Any]:
    return {"mapping": MAPPING, "base_url": warehouses.url, "state_dir": tmp_path / "state", "rate": 500}


@pytest.fixture
def edits(tmp_path: Path) -> Path:
    path = tmp_path / "edits.csv"
    path.write_text(EDITS, encoding="utf-8")
    return path


def frozen(warehouses: Warehouses) -> dict[int, Any]:
    """What the server holds, but for the moments of change."""
    return {n: {k: v for k, v in record.items() if k != "changed"} for n, record in warehouses.records.items()}


def test_a_check_speaks_of_warehouses(edits: Path, tmp_path: Path) -> None:
    checked = sync.check(edits, mapping=MAPPING)
    found = {(row.Row, row.Column): row.Problem for row in checked.problems.itertuples()}
    assert "Third" not in str(found)
    assert "is not one of the choices" in found[4, "Grade"]
    assert "separators" in found[5, "Capacity"]
    (tmp_path / "bad.csv").write_text("Warehouse,Label\nW1,x\n", encoding="utf-8")
    (problem,) = sync.check(tmp_path / "bad.csv", mapping=MAPPING).problems["Problem"]
    assert "not a warehouse id" in problem


def test_the_sandbox_is_refused_for_records_that_it_does_not_have(edits: Path, tmp_path: Path) -> None:
    for command in sync.preview, sync.export:
        file = edits if command is sync.preview else tmp_path / "warehouses.xlsx"
        with pytest.raises(errors.CannotStart) as refused:
            command(file, mapping=MAPPING, sandbox=True, state_dir=tmp_path / "state")
        assert "the sandbox only has customers, and the mapping is for warehouses." in str(refused.value)
        assert "without “Try it with the sandbox”" in refused.value.in_app


def test_a_preview_sends_nothing_and_an_apply_exactly_that(
    edits: Path, warehouses: Warehouses, options: dict[str, Any]
) -> None:
    preview = sync.preview(edits, **options)
    assert preview.counts["would_update"] == 2
    assert warehouses.puts == []
    applied = sync.apply(preview.run, **options)
    assert applied.counts["updated"] == 2
    assert sorted(number for number, _ in warehouses.puts) == [1, 5]


def test_a_run_changes_what_the_sheet_names_and_an_undo_puts_it_back(
    edits: Path, warehouses: Warehouses, options: dict[str, Any]
) -> None:
    before = frozen(warehouses)
    done = sync.run(edits, **options)
    assert {name: count for name, count in done.counts.items() if count} == {"updated": 2, "unchanged": 1, "invalid": 2}
    first, fifth = warehouses.records[1], warehouses.records[5]
    assert (first["label"], first["grade"], first["capacity"], first["heated"]) == ("Harbour Hall", "c", 250, True)
    assert [(shelf["ref"], shelf["place"], shelf["levels"]) for shelf in first["shelves"]] == [
        (11, "P1", 1),
        (12, "Q2", 2),
    ]
    assert [shelf["place"] for shelf in fifth["shelves"]] == ["Z9", "P2"]
    assert (first["keeper_mail"], first["unknown_to_us"]) == ("keeper-1@example.com", "kept")
    assert all("unknown_to_us" not in body and "id" not in body for _, body in warehouses.puts)
    assert all(body["grade"] for _, body in warehouses.puts)  # what the server would reset is always sent
    assert done.totals == {"EUR": {"stock_value": "3001.50", "stock_reserved": "0.00"}}
    undone = sync.undo(done.run, **options)
    assert undone.counts["updated"] == 2
    assert frozen(warehouses) == before


def test_the_workbook_has_the_totals_and_counts_of_the_resource(
    edits: Path, warehouses: Warehouses, options: dict[str, Any]
) -> None:
    done = sync.run(edits, **options)
    book = openpyxl.load_workbook(done.results)
    headings = [cell.value for cell in book["Results"][1]]
    assert headings[1] == "Warehouse"
    assert {"Stock value", "Stock reserved", "Currency", "Shelves", "Last modified at"} <= set(headings)
    assert "Total revenue" not in headings
    row = dict(zip(headings, [cell.value for cell in book["Results"][2]], strict=True))
    assert (row["Name"], row["Stock value"], row["Shelves"]) == ("Harbour Hall", 1000.5, 2)
    assert "Second shelf: P2 → Q2" in row["Changes"]
    words = " ".join(str(cell.value) for sheet in book for cells in sheet.iter_rows() for cell in cells if cell.value)
    assert "customer" not in words.lower()


def test_a_run_that_stopped_is_resumed(edits: Path, warehouses: Warehouses, options: dict[str, Any]) -> None:
    stopped = sync.run(edits, **options, first=1)
    assert stopped.exit_code == 3
    assert len(warehouses.puts) == 1
    resumed = sync.resume(stopped.run, **options)
    assert resumed.counts["updated"] == 2
    assert len(warehouses.puts) == 2


def test_an_export_that_nobody_edits_changes_nothing(
    warehouses: Warehouses, options: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "warehouses.xlsx"
    exported = sync.export(path, **options)
    assert list(exported.rows["Warehouse"].astype(str)) == ["1", "2", "3", "4", "5"]
    warehouses.records[3]["label"] = "Changed by a colleague"
    done = sync.run(path, **options)
    assert done.counts["unchanged"] == 5
    assert warehouses.puts == []
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    headers = [cell.value for cell in sheet[1]]
    sheet.cell(3, headers.index("First shelf") + 1).value = "N1"
    book.save(path)
    again = sync.run(path, **options)
    assert again.counts["updated"] == 1
    assert warehouses.records[2]["shelves"][0]["place"] == "N1"
    assert warehouses.records[3]["label"] == "Changed by a colleague"


def words_of(book: Path) -> str:
    cells = (cell for sheet in openpyxl.load_workbook(book) for row in sheet.iter_rows() for cell in row)
    return " ".join(str(cell.value) for cell in cells if cell.value)


def test_nothing_that_is_printed_or_written_speaks_of_customers(
    edits: Path, warehouses: Warehouses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command, as somebody types it."""
    monkeypatch.setenv("CAMPFIRE_BASE_URL", warehouses.url)
    monkeypatch.setenv("CAMPFIRE_SYNC_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    printed = []

    def campfire(*words: str, code: int = 0) -> dict[str, Any]:
        ran = CliRunner().invoke(cli, words)
        assert ran.exit_code == code, ran.output
        printed.append(ran.output)
        last = ran.stdout.strip().rpartition("\n")[2]
        return json.loads(last) if last.startswith("{") else {}

    mapping = ("--mapping", str(MAPPING))
    campfire("mapping", "show", *mapping)
    campfire("mapping", "suggest", "edits.csv", *mapping)
    campfire("doctor", *mapping)
    campfire("check", "edits.csv", *mapping, "--json", code=1)
    warehouses.stock_moves = True
    plan = campfire("run", "edits.csv", *mapping, "--dry-run", "--plan", "p.plan", "--html", "p.html", "--json", code=1)
    campfire("verify", "p.plan")
    applied = campfire("apply", "p.plan", "--first", "1", "--json", code=3)
    resumed = campfire("resume", applied["run"], "--json", code=1)
    undone = campfire("undo", applied["run"], "--json")
    campfire("runs")
    campfire("report", applied["run"], "--out", "again.xlsx", code=1)
    (tmp_path / "ids.csv").write_text("Warehouse\n1\n77\n", encoding="utf-8")
    campfire("export", "exported.xlsx", *mapping, "--ids", "ids.csv", code=1)
    warehouses.key = "another"
    campfire("doctor", *mapping, code=2)
    campfire("run", "edits.csv", *mapping, "--again", code=3)
    books = [Path(ended["results"]) for ended in (plan, resumed, undone)]
    written = [*map(words_of, (*books, tmp_path / "exported.xlsx")), (tmp_path / "p.html").read_text(encoding="utf-8")]
    assert "Totals that changed" in written[1]
    assert "Warehouse Warehouse Row" in written[1]
    for text in (*printed, *written):
        assert "customer" not in text.lower()


def test_a_noun_with_a_plural_of_its_own_is_counted_rightly(
    warehouses: Warehouses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(MAPPING.parent, tmp_path / "facilities")
    resource = tmp_path / "facilities" / "warehouses.yaml"
    text = resource.read_text(encoding="utf-8")
    nouns = "{one: facility, many: facilities}"
    resource.write_text(text.replace("{one: warehouse, many: warehouses}", nouns), encoding="utf-8")
    for name, value in (("CAMPFIRE_BASE_URL", warehouses.url), ("CAMPFIRE_SYNC_STATE", str(tmp_path / "state"))):
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    Path("edits.csv").write_text("Warehouse,Label\n1,Harbour Hall\n", encoding="utf-8")
    Path("ids.csv").write_text("Warehouse\n1\n", encoding="utf-8")
    options = ["--mapping", str(resource.with_name(MAPPING.name))]
    previewed = CliRunner().invoke(cli, ["run", "edits.csv", "--dry-run", *options])
    assert "1 facility would change" in previewed.output
    exported = CliRunner().invoke(cli, ["export", "one.xlsx", "--ids", "ids.csv", *options])
    assert "1 facility: one.xlsx" in exported.output


def test_the_tables_of_the_library_have_the_headings_of_the_workbook(
    edits: Path, warehouses: Warehouses, options: dict[str, Any]
) -> None:
    done = sync.run(edits, **options)
    book = openpyxl.load_workbook(done.results)
    for sheet, table in (("Results", done.rows), ("Changes", done.changes), ("Problems", done.problems)):
        headings = [cell.value for cell in book[sheet][1]]
        common = [heading for heading in table.columns if heading != "Target"]
        assert [heading.removesuffix(" (sheet)") for heading in common] == headings, sheet
    assert list(sync.check(edits, mapping=MAPPING).rows.columns)[:4] == ["Row", "Warehouse", "Status", "Message"]


def test_a_mapping_is_suggested_in_the_words_of_the_resource(edits: Path, tmp_path: Path) -> None:
    edits.write_text("WH no,Label,Quality,1st shelf,Shelf 2 place,Warehouse capacity,Stock value\n1,,,,,,\n")
    text = suggest(edits, Settings(mapping=MAPPING), tmp_path / "drafted.yaml")
    path = MAPPING.with_name("warehouses.yaml")
    assert f"resource: {json.dumps(str(path))}" in text
    (tmp_path / "drafted.yaml").write_text(text, encoding="utf-8")
    drafted = load_mapping(tmp_path / "drafted.yaml")
    assert (drafted.resource.path, drafted.id_header) == ("/stock/v1/warehouses", "WH no")
    found = {column.header: str(column.target) for column in drafted.columns}
    assert found == {
        "Label": "label",
        "Quality": "grade",
        "Shelf 2 place": "shelves[2].place",
        "Warehouse capacity": "capacity",
    }
    assert drafted.ignore == ("Stock value",)
    assert "customer" not in text.lower()
    edits.write_text("Label\nx\n")
    assert "the warehouses' ids" in suggest(edits, Settings(mapping=MAPPING))


def test_a_refused_warehouse_is_told_in_the_words_of_its_column(
    edits: Path, warehouses: Warehouses, options: dict[str, Any]
) -> None:
    warehouses.fail_next_puts = 1
    done = sync.run(edits, **options, concurrency=1)
    assert done.counts["rejected"] == 1
    rejected = [row for row in done.problems.itertuples() if "No such label." in row.Problem]
    assert [row.Column for row in rejected] == ["Label"]


def test_nothing_in_the_program_names_a_warehouse() -> None:
    program = Path(sync.__file__).parent
    assert [path for path in program.rglob("*.py") if "warehouse" in path.read_text(encoding="utf-8").lower()] == []
