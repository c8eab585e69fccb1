"""The worked examples of mappings/, each with its sample, against the sandbox."""

from pathlib import Path
from typing import Any

import pytest

import sync
from sync.sandbox import RunningSandbox

ROOT = Path(__file__).resolve().parents[2]

Changes = dict[str, tuple[Any, Any]]

# By the sheet's row: the status, and under the sheet's own headers each field before and after.
EXPECTED: dict[str, dict[int, tuple[str, Changes]]] = {
    "by_external_id": {
        2: ("would update", {"Payment Terms": ("net_30", "net_45")}),
        3: (
            "would update",
            {"Billing Email": ("accounts@placeholder-foods.example.com", "ap@placeholder-foods.example.com")},
        ),
        4: ("invalid", {}),  # the legal name is another one
        5: ("invalid", {}),  # nobody has this number
        6: ("would update", {"Payment Terms": ("net_30", "due_on_receipt")}),
    },
    "addresses": {
        2: (
            "would update",
            {
                "Street": ("200 Placeholder Avenue", "15 Example Quay"),
                "Street 2": (None, "Floor 3"),
                "Postcode": ("02134", "02110"),
            },
        ),
        3: (
            "would update",
            {"Street": ("Calle Ficticia 9", "Calle Inventada 12"), "Postcode": ("28001", "28013")},
        ),
        4: ("invalid", {}),  # the name is not that of customer 1010
    },
    "contacts": {
        2: (
            "would update",
            {"Contact 2 Email": ("billing@example-widgets.example.com", "invoices@example-widgets.example.com")},
        ),
        3: (
            "would update",
            {
                "Contact 1 Name": ("Accounts Payable", "Accounts Payable Team"),
                "Contact 1 Phone": (None, "+1 617 555 0102"),
            },
        ),
        4: (
            "would update",
            {
                "Contact 1 Name": (None, "Rechnungseingang"),
                "Contact 1 Email": (None, "rechnung@placeholder-foods.example.com"),
            },
        ),
        5: (
            "would update",
            {
                "Contact 2 Name": (None, "Direction"),
                "Contact 2 Email": (None, "direction@specimen-logistics.example.com"),
            },
        ),
        6: ("invalid", {}),  # two addresses in one cell
    },
}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_sample_of_a_worked_example_would_change_what_it_should(
    name: str, sandbox: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMPFIRE_API_KEY", sandbox.key)
    done = sync.preview(
        ROOT / "samples" / f"{name}.csv",
        mapping=ROOT / "mappings" / f"{name}.yaml",
        base_url=sandbox.base_url,
        state_dir=tmp_path / "state",
        out=tmp_path / "results.xlsx",
        rate=500,
    )
    found: dict[int, tuple[str, Changes]] = {row.Row: (row.Status, {}) for row in done.rows.itertuples()}
    for change in done.changes.itertuples():
        found[change.Row][1][change.Field] = (change.Before, change.After)
    assert found == EXPECTED[name]
    assert done.warnings == ()


def test_every_worked_example_has_its_sample_and_names_it() -> None:
    examples = {path.stem for path in (ROOT / "mappings").glob("*.yaml")} - {"customers"}
    assert examples == EXPECTED.keys()
    for name in examples:
        assert f"samples/{name}.csv" in (ROOT / "mappings" / f"{name}.yaml").read_text(encoding="utf-8")
