"""The fast way of reading rows and the plain way agree on any row, well-formed or not."""

import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest

from sync.errors import FileRefused
from sync.xlsx.reading.cell import CellReader
from sync.xlsx.reading.fast_row import FastRows
from sync.xlsx.reading.package import opened
from sync.xlsx.reading.raw_row import RawRow
from sync.xlsx.reading.workbook import read_workbook
from sync.xlsx.reading.worksheet import Worksheet
from tests.support.sheet_files import packed, parts_of

FEW = 1500
SHARED = (
    "<si><t>plain</t></si><si><t> x </t></si><si><t>R&amp;D</t></si><si/><si><t>_x000D_</t></si>"
    "<si><r><t>a</t></r><r><rPr><strike/></rPr><t>b</t></r></si>"
)
FORMATS = {164: "0.00", 165: "yyyy-mm-dd", 166: "00000", 167: "\\(@\\)", 168: "mmm-yy", 14: ""}
STORED = [
    "0", "5", "-1", "1.0", "45000", "1E5", "", " ", " 7 ", "x", "1_0", "&#55;", "&amp;", "12345678901234567", "\u0661",
    "99", "#N/A", "true", "a\nb", "a\r\nb", "]]>", "2024-02-29", "2024-02-29T10:00:00", "_x0041_", "caf\u00e9",
]  # fmt: skip
NUMBERS = ["0", "5", "-1", "1.0", "45000", "1E5", " 7 ", "0.5", "1234567890123"]
FITTING = {"s": ["0", "1", "2", "4", "5"], "b": ["0", "1"], "str": STORED[9:], "inlineStr": STORED[9:], "e": ["#N/A"]}
KINDS = ["", "", "", "n", "s", "s", "s", "str", "inlineStr", "b", "e", "d"] * 3 + ["x"]


def random_cell(dice: random.Random, letters: str, row: int) -> str:
    reference = dice.choices([f"{letters}{row}", f"{letters.lower()}{row}", f"{letters}{row + 1}"], [300, 1, 1])[0]
    style = dice.choice(["", "", ' s="0"', ' s="1"', ' s="2"', ' s="3"', ' s="4"', ' s="5"', ' s="99"', ' s="01"'])
    kind = dice.choice(KINDS)
    stored = dice.choice(FITTING.get(kind, NUMBERS) if dice.random() < 0.9 else STORED)
    value = dice.choices([f"<v>{stored}</v>", "", "<v/>", f"<v><![CDATA[{stored}]]></v>", f"<v>{stored}</v><v>2</v>"],
                         [90, 4, 1, 1, 1])[0]  # fmt: skip
    own = dice.choices(["", f"<is><t>{stored}</t></is>", '<is><t xml:space="preserve"> y </t></is>', "<is/>",
                        "<is><r><t>a</t></r><r><t>b</t></r></is>"], [200, 1, 1, 1, 1])[0]  # fmt: skip
    if kind == "inlineStr" and dice.random() < 0.9:
        own, value = f"<is><t>{stored}</t></is>", ""
    formula = dice.choices(["", "<f>A1*2</f>", "<f/>", '<f t="shared" si="0"/>', '<f t="array" ref="B2:C3">A1</f>'],
                           [30, 3, 1, 1, 1])[0]  # fmt: skip
    kind = f' t="{kind}"' if kind else ""
    inside = formula + value + own
    blank = dice.choices(["", " "], [20, 1])[0]
    return f'<c r="{reference}"{style}{kind}{blank}>{inside}</c>' if inside else f'<c r="{reference}"{style}{kind}/>'


def random_row(dice: random.Random, number: int) -> str:
    attributes = dice.choices(["", ' spans="1:5"', ' hidden="1"', ' ht="0" customHeight="1"', ' x:y="1"'],
                              [20, 5, 2, 1, 0])[0]  # fmt: skip
    columns = [letters for letters in "ABCDE" if dice.random() < 0.5]
    if dice.random() < 0.02:
        dice.shuffle(columns)
    if dice.random() < 0.01 and columns:
        columns.append(columns[-1])
    cells = "".join(random_cell(dice, letters, number) for letters in columns)
    extra = dice.choices(["", "<!-- c -->", "<extLst/>", "stray", "\n"], [60, 1, 1, 1, 1])[0]
    return f'<row r="{number}"{attributes}>{cells}{extra}</row>'


def outcome(path: Path) -> tuple[list[RawRow], str]:
    """The rows up to the first that is refused, and why it is."""
    rows: list[RawRow] = []
    try:
        with opened(path) as package:
            workbook = read_workbook(package)
            rows += Worksheet(package, workbook.sheets[0], CellReader(workbook)).rows()
    except FileRefused as refused:
        return rows, str(refused)
    return rows, ""


def sheets(dice: random.Random, rows: int) -> Iterator[str]:
    """Sheets of a few rows each: a refusal ends a sheet."""
    for _ in range(rows // 4):
        yield "".join(random_row(dice, number) for number in range(1, 5))


def assert_ways_agree(seed: int, rows: int) -> None:
    dice = random.Random(seed)
    taken = 0
    with TemporaryDirectory() as folder:
        path = Path(folder) / "edits.xlsx"
        for content in sheets(dice, rows):
            workbook = dice.choice(["", '<calcPr fullCalcOnLoad="1"/>'])
            packed(path, parts_of(content, shared=SHARED, formats=FORMATS, workbook=workbook))
            fast = outcome(path)
            with patch.object(FastRows, "row", lambda *_: None):
                plain = outcome(path)
            assert fast == plain, content
            taken += len(fast[0])
    assert taken > rows // 3


def test_the_fast_way_and_the_plain_way_read_the_same_rows() -> None:
    assert_ways_agree(1, FEW)


@pytest.mark.sweep
@pytest.mark.parametrize("seed", range(10))
def test_the_two_ways_agree_on_a_hundred_thousand_rows(seed: int) -> None:
    assert_ways_agree(100 + seed, 10_000)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B1" t="inlineStr"><v>1.0</v><is><t>text</t></is></c>',
        '<c r="B1"><v>1</v><v>2</v></c>',
        '<c r="B1"><v><![CDATA[1</v>2]]></v></c>',
        '<c r="B1"><v>1</v></c><c r="C1"/>text',
        '<c r="B1"></v></c>12</v></c>',
        '<c r="B1" t="str"><v>a<b>c</b></v></c>',
        '<c r="B1" t="str"><v>a<v>b</v></c>',
        '<c r="B1" t="s"><f/><v></v></c>',
        '<c r="B1"><v xml:space="preserve">1</v></c>',
        '<c r="B1"><v>1</v> </c>',
    ],
)
def test_a_cell_whose_tags_only_count_up_is_not_dropped(tmp_path: Path, cell: str) -> None:
    content = f'<row r="1"><c r="A1"><v>7</v></c>{cell}</row>'
    path = packed(tmp_path / "edits.xlsx", parts_of(content, shared=SHARED))
    with patch.object(FastRows, "row", lambda *_: None):
        plain = outcome(path)
    assert outcome(path) == plain
    assert plain[1] or "B" in {*plain[0][0].letters, *plain[0][0].cell_meta}


@pytest.mark.parametrize("shared", [False, True], ids=["in a cell", "in a shared text"])
@pytest.mark.parametrize("code", [*range(32), 0xFFFE, 0xFFFF])
def test_a_character_is_refused_where_xml_does_not_allow_it_and_read_where_it_does(
    tmp_path: Path, code: int, shared: bool
) -> None:
    text = f"a{chr(code)}b"
    own = '<c r="A1" t="s"><v>0</v></c>' if shared else f'<c r="A1" t="inlineStr"><is><t>{text}</t></is></c>'
    content = f'<row r="1">{own}</row>'
    path = packed(tmp_path / "edits.xlsx", parts_of(content, shared=f"<si><t>{text}</t></si>" if shared else ""))
    rows, refusal = outcome(path)
    if chr(code) in "\t\n\r":
        assert [row.texts for row in rows] == [[text.replace("\r", "\n")]]
    else:
        assert "damaged" in refusal
