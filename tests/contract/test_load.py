"""A resource from its YAML file: whole and checked, or refused in words that are not Python's."""

from pathlib import Path

import pytest

from sync.contract.load import load
from sync.errors import MappingRefused

BINS = """\
path: /api/bins
page_size: 50
noun: {one: bin, many: bins}
id_header: Bin
roles: {id: id, name: label}
totals: [worth]
fields:
  id: {type: integer, label: Bin, read_only: true}
  label: {type: string, label: Label, required: true}
  worth: {type: decimal, label: Worth, read_only: true}
"""


_ITEMS = "{id: {type: integer, label: Part}}"
_LIST = f"{{type: list, label: Parts, noun: {{one: part, many: parts}}, roles: {{id: id}}, items: {_ITEMS}}}"


def loaded(text: str, folder: Path) -> object:
    path = folder / "bins.yaml"
    path.write_text(text, encoding="utf-8")
    return load(str(path))


def test_a_resource_of_its_own_file_has_what_the_file_gives(tmp_path: Path) -> None:
    loaded(BINS, tmp_path)
    bins = load(str(tmp_path / "bins.yaml"))
    assert (bins.path, bins.page_size, bins.noun.many, bins.id_header) == ("/api/bins", 50, "bins", "Bin")
    assert (bins.nested, bins.counts, bins.roles.currency) == (None, (), "")
    assert [field.name for field in bins.totals] == ["worth"]
    assert [field.name for field in bins.needed] == ["label"]
    assert list(bins.targets) == ["label"]


WRONG = {
    "no path": (BINS.replace("path: /api/bins\n", ""), "“path” is missing"),
    "a type that there is not": (BINS.replace("type: decimal", "type: money"), "“money” is not a type of field"),
    "a role without its field": (BINS.replace("name: label", "name: title"), "“title” has a role and is not listed"),
    "two lists": (f"{BINS}  parts: {_LIST}\n  spares: {_LIST}\n", "more than one field of type list"),
    "a total that is a text": (BINS.replace("[worth]", "[label]"), "“label” is not of type decimal"),
    "a misspelt fact": (BINS.replace("required:", "requierd:"), "“requierd” is not known for the field “label”"),
    "a list of fields": (BINS.partition("fields:")[0] + "fields: [id]\n", "not written in the form of"),
    "no YAML": ("path: [", "is not YAML"),
    "a path that leads to another host": (BINS.replace("/api/bins", "'@example.com/bins'"), "“path” holds"),
    "a path that leads upwards": (BINS.replace("/api/bins", "/api/../bins"), "“path” holds"),
    "a page of no records": (BINS.replace("50", "0"), "“page_size” is not a number"),
    "a noun that is a list": (BINS.replace("one: bin", "one: [bin]"), "“noun” is not a text"),
    "a label that is a number": (BINS.replace("label: Worth", "label: 5"), "“label” of the field “worth”"),
    "a part that is repeated by an alias": (f"{BINS}more: [&a [x], *a]\n", "by an alias"),
    "brackets without end": ("path: " + "[" * 200_000, "nested too deeply"),
    "nothing": ("", "not written in the form of"),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_in_the_file_is_named(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(MappingRefused, match=said):
        loaded(text, tmp_path)


@pytest.mark.parametrize("reference", ["vendors", "../customers", "nowhere.yaml", ""])
def test_a_resource_that_does_not_exist_is_refused(reference: str) -> None:
    with pytest.raises(MappingRefused, match="there is no resource"):
        load(reference)


def test_a_text_that_was_kept_stands_for_the_file(tmp_path: Path) -> None:
    bins = load(str(tmp_path / "gone.yaml"), f"\ufeff{BINS}")
    assert (bins.noun.many, bins.text) == ("bins", f"\ufeff{BINS}")
    assert load("customers").text == ""
