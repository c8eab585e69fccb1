"""Files in code pages other than Windows-1252: told by words that no language has, and refused."""

from pathlib import Path

import pytest

from sync.errors import FileRefused
from sync.model import Sheet
from sync.sheet import read
from sync.sheet.code_pages import foreign_word

POLISH = "Łódź Świętokrzyska Gdańsk Paweł Wiśniewski Michał Żółć Wrocław Kołobrzeg Dąbrowa spółka Łomża Łukasz"
CZECH = "Dvořák Jiří Příkop Němec Budějovice"
WESTERN = "Zürich München Straße Müller Schäfer Café naïve"
DOS = "Zürich München Müller Köln Göteborg Schäfer Café naïve façade Señor"


def sheet_of(path: Path, content: bytes) -> Sheet:
    path.write_bytes(b"Customer ID;City\n1;" + content + b"\n")
    return read(path, id_header="Customer ID")


@pytest.mark.parametrize(
    ("code_page", "word"),
    [
        *(("cp1250", word) for word in (POLISH + " " + CZECH).split()),
        *(("mac_roman", word) for word in WESTERN.split()),
        *((page, word) for page in ("cp437", "cp850") for word in DOS.split()),
        *((page, word) for page in ("cp1251", "koi8_r") for word in ["Москва", "Киев", "Новосибирск"]),
        *(("cp1253", word) for word in ["Αθήνα", "Θεσσαλονίκη"]),
        ("cp1255", "ירושלים"),
        ("cp1256", "القاهرة"),
        ("gb2312", "北京"),
        ("iso8859_2", "Žilina"),
        ("iso8859_2", "ŁÓDŹ"),
        ("iso8859_2", "ŁAŹ"),
        ("iso8859_15", "Šport"),
    ],
)
def test_words_of_other_code_pages_are_refused_with_the_remedy(tmp_path: Path, code_page: str, word: str) -> None:
    with pytest.raises(FileRefused, match="Save it again from Excel as “CSV UTF-8”"):
        sheet_of(tmp_path / "edits.csv", word.encode(code_page))


WORDS = (
    "Köln naïve 10€ € don’t It’s Café Ångström Müller-Lüdenscheidt L’Haÿ-les-Roses Škoda Tomáš Žižka cœur sœur œuvre "
    "Œuvres bœuf nœud Cœur CŒUR ¿Qué ¡Hola España Ñandú Peña Muñoz £5m £bn £12k 10£ 5€ m² m³ 30m³ km³ 3¹ Größe ÄÖÜ "
    "KOŠICE São Þór Ísland Føroyar Tórshavn Ærø Århus Smørrebrød “quoted” „quoted“ «x» wait… A–B 1º Nº 2ª §5 ½ 3½ ±5 "
    "100°C µm Foo™ Foo® © ‘single’ O‘Brien Brontë Zoë Noël crêpe fête Forlì città così più Übermut Genève Besançon "
    "ÄÖÜß äöüß Foo®bar ÇÃO Niccolò Plañ €uro Žilina žena Šibenik"
)


@pytest.mark.parametrize("word", WORDS.split())
def test_words_of_windows_1252_are_read_and_quoted(tmp_path: Path, word: str) -> None:
    assert foreign_word(word) == ""
    sheet = sheet_of(tmp_path / "edits.csv", f"Bonn, {word}".encode("cp1252"))
    assert sheet.rows[0].cells[1] == f"Bonn, {word}"
    (warning,) = sheet.warnings
    assert (warning.kind, sheet.encoding) == ("encoding_guessed", "cp1252")
    assert word.strip("“”„‘’«»…") in warning.message


def test_a_utf_8_file_may_hold_any_word_and_has_no_warning(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path / "edits.csv", "£ódŸ".encode())
    assert (sheet.rows[0].cells[1], sheet.warnings, sheet.encoding) == ("£ódŸ", (), "utf-8")


def test_many_words_are_not_all_quoted(tmp_path: Path) -> None:
    (warning,) = sheet_of(tmp_path / "edits.csv", " ".join(f"Köln{n}" for n in range(50)).encode("cp1252")).warnings
    assert "“Köln9” …" in warning.message
    assert "Köln10" not in warning.message
