"""`check`: every problem, without a key or a network."""

from pathlib import Path

from openpyxl import Workbook, load_workbook

from tests.support.command import Command, edits

SECOND_RESOURCE = Path(__file__).parents[1] / "support" / "second_resource"


def test_a_check_needs_no_key_and_no_network_and_keeps_no_journal(command: Command, tmp_path: Path) -> None:
    done = command("check", edits(tmp_path, "1,Net 45,x", "2,,y"), "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["edits.csv"]


def test_a_check_reports_every_problem_with_its_row_column_and_value(command: Command, tmp_path: Path) -> None:
    path = edits(tmp_path, "1,Net 37,x", "", "2,Net 38,y", "#3,,z", "1,,w")
    done = command("check", path)
    assert done.returncode == 1
    lines = [line for line in done.stdout.splitlines() if line.startswith("row ")]
    assert [line.partition(": ")[0] for line in lines] == [
        "row 2, Customer ID",
        "row 2, Payment Terms",
        "row 4, Payment Terms",
        "row 5, Customer ID",
        "row 6, Customer ID",
    ]
    assert all(value in line for value, line in zip(["row 6", "Net 37", "Net 38", "#3", "row 2"], lines, strict=True))


def test_a_header_of_several_lines_is_named_in_one(command: Command, tmp_path: Path) -> None:
    path = edits(tmp_path, "1,Net 37", "2,Net 30", header='Customer ID,"Payment\r\n Terms "')
    done = command("check", path, "--out", "checked.xlsx")
    assert "row 2, Payment Terms: “Net 37”" in done.stdout
    written = load_workbook(tmp_path / "checked.xlsx")
    assert written["Problems"]["D2"].value == "Payment Terms"
    assert str(written["To fix"]["A2"].value).startswith("Row 2: Payment Terms: “Net 37”")


def test_a_check_writes_a_workbook_if_asked(command: Command, tmp_path: Path) -> None:
    done = command("check", edits(tmp_path, "1,Net 37,x"), "--out", "checked.xlsx")
    assert done.returncode == 1
    assert "checked.xlsx" in done.stdout
    problems = load_workbook(tmp_path / "checked.xlsx")["Problems"]
    assert [cell.value for cell in problems[2]][:5] == [2, 1, None, "Payment Terms", "Net 37"]


def test_a_tax_number_is_not_printed(command: Command, tmp_path: Path) -> None:
    path = edits(tmp_path, "1,123456789E4", header="Customer ID,VAT Number")
    done = command("check", path)
    assert done.returncode == 1
    assert "row 2, VAT Number: " in done.stdout
    assert "123456789E4" not in done.stdout + done.stderr


def test_what_columns_without_a_field_are_probably_for_is_said_once_with_the_command_that_drafts_it(
    command: Command, tmp_path: Path
) -> None:
    path = edits(tmp_path, "1,Ulm,30 days,call", header="Customer ID,City,Terms,Remarks")
    said = command("check", path).stderr
    draft = f"campfire-sync mapping suggest {path} --out mapping.yaml"
    assert said.count(f"“Terms” is probably terms (Payment Terms). To draft a mapping that sends them: {draft}\n") == 1
    assert "“Remarks” is probably" not in said
    assert draft not in command("check", path, "--accept", "unmapped_column").stderr


def test_the_command_that_drafts_a_mapping_is_for_the_sheet_and_the_resource_that_were_read(
    command: Command, tmp_path: Path
) -> None:
    book, mapping, path = Workbook(), tmp_path / "own.yaml", tmp_path / "edits.xlsx"
    book.create_sheet("Depots").append(["Warehouse", "Label", "Capacity"])
    book["Depots"].append([7, "North", 12])
    book.save(path)
    resource = f"resource: {SECOND_RESOURCE / 'warehouses.yaml'}"
    for columns in "Label: label", "Grade: grade":  # the second is not in the sheet, which is refused
        mapping.write_text(f"{resource}\nid: Warehouse\ncolumns: {{{columns}}}\n", encoding="utf-8")
        said = command("check", path, "--sheet", "Depots", "--mapping", mapping).stderr
        assert f"mapping suggest {path} --sheet Depots --mapping {mapping} --out mapping.yaml" in said


def test_a_warning_names_its_rows_and_the_word_that_accepts_it(command: Command, tmp_path: Path) -> None:
    path = edits(tmp_path, "1,,x", "2,,n/a", "3,,N/A")
    done = command("check", path)
    assert "2 rows, the first is row 3. (If it is meant: --accept placeholder_text)" in done.stderr
    assert "placeholder_text" not in command("check", path, "--accept", "placeholder_text").stderr
