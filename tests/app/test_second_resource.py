"""The app takes its words for a record from the resource: warehouses go through all pages."""

from pathlib import Path

from sync.settings import Settings
from tests.app.conftest import serving_app
from tests.support.app_client import AppClient
from tests.support.warehouse_server import Warehouses

MAPPING = Path(__file__).parents[1] / "support" / "second_resource" / "warehouses_mapping.yaml"
EDITS = "Warehouse,Label,Grade,Capacity\n1,Harbour Hall,Third,250\n2,,Fourth,\nTotal,,,250\n"


def test_no_page_speaks_of_customers(warehouses: Warehouses, tmp_path: Path) -> None:
    (tmp_path / "edits.csv").write_text(EDITS, encoding="utf-8")
    settings = Settings(state_dir=tmp_path / "state", base_url=warehouses.url, mapping=MAPPING, rate=500.0)
    with serving_app(settings) as address:
        client = AppClient(address)
        pages = [client.page("/")]
        assert "Bring your warehouses up to date" in pages[0]
        columns, fields = client.columns(tmp_path / "edits.csv")
        pages.append(client.page(columns))
        assert "Column with the warehouse's id" in pages[-1]
        assert "Shelf 2: Place" in pages[-1]
        pages.append(client.answer(columns, (fields | {"id": "Label"}).items()))
        assert "does not seem to hold warehouse ids" in pages[-1]
        problems = client.post(columns, fields.items())
        pages.append(client.page(problems))
        assert "not like a warehouse" in pages[-1]
        preview = client.post(problems.replace("/problems", "/preview"))
        pages.append(client.page(preview))
        assert "1 warehouse would change" in pages[-1]
        run = client.send(preview)
        pages += [client.page(run), client.page(client.post(f"{run}/undo")), client.page("/runs")]
        next_round = client.post(f"{run}/fix")
        assert next_round.endswith("/problems")
        pages += [client.page(next_round), client.page(next_round.replace("/problems", "/columns"))]
        assert "Column with the warehouse's id" in pages[-1]
        made = client.post("/template")
        pages.append(client.page(made))
        assert "Download warehouses-template.xlsx" in pages[-1]
    assert [number for number, _ in warehouses.puts] == [1]
    assert [page for page in pages if "customer" in page.lower()] == []
