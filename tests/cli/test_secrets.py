"""The key is in no file and in no stream, whatever happens; tax numbers are masked in what is printed."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from zipfile import BadZipFile, ZipFile

import pytest

from sync.settings import Secret, api_key
from tests.support.fault_server import FaultServer
from tests.support.launcher import Launcher
from tests.support.product import environment
from tests.support.truth import wishes_for, write_sheet

PLANTED = "pla/nted+key=7f%3e9&Zq~4b1"  # every form of it is another text

# Where the program falls over: the name of a function, and where it is called by that name.
STAGES = {
    "reading the sheet": ("sync.sheet", "read"),
    "entering the rows": ("sync.commands.run", "begin"),
    "opening the journal": ("sync.journal.writer", "connect"),
    "writing the journal": ("sync.journal.writer:JournalWriter", "_transaction"),
    "making the client": ("sync.api.client:Client", "__init__"),
    "asking the API": ("sync.api.client:Client", "_ask"),
    "sending the request": ("sync.api.transport:Transport", "handle_request"),
    "reading the answer": ("sync.api.client:Client", "_text"),
    "classifying": ("sync.api.client", "classify"),
    "planning": ("sync.execution.plan_rows", "decide_plan"),
    "concluding": ("sync.execution.send_row:RowWork", "_conclude"),
    "ending": ("sync.commands.carry_out", "end"),
    "drawing the workbook": ("sync.report.workbook.workbook", "write"),
    "saying how it ended": ("sync.cli.terminal:Console", "close"),
}


def forms(key: str) -> dict[str, bytes]:
    """The key as it might turn up: raw, URL-encoded, in base64 at each of its three offsets, in hexadecimal."""
    raw = key.encode()
    found = {
        "raw": raw,
        "url": quote(key, safe="").encode(),
        "hex": raw.hex().encode(),
        "escaped": repr(key)[1:-1].encode(),
    }
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + raw)
        found[f"base64 at {offset}"] = coded[4 if offset else 0 : len(coded) // 4 * 4 - 4]
    return found


def leaks(folder: Path, *streams: str) -> list[str]:
    """Where the key is: in every file under the folder, inside of zip files too, and in these streams."""
    texts = {f"stream {n}": stream.encode() for n, stream in enumerate(streams)}
    for path in folder.rglob("*"):
        if path.is_file():
            texts[str(path)] = path.read_bytes()
            texts |= unpacked(path)
    return [
        f"{form} in {where}" for where, text in texts.items() for form, key in forms(PLANTED).items() if key in text
    ]


def unpacked(path: Path) -> dict[str, bytes]:
    try:
        with ZipFile(path) as zipped:
            return {f"{path}/{name}": zipped.read(name) for name in zipped.namelist()}
    except (BadZipFile, OSError):
        return {}


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    output: str  # both streams


Launch = Callable[..., Done]


@pytest.fixture
def launch(server: FaultServer, state: Path, tmp_path: Path, launcher: Launcher) -> Launch:
    """The command; with `falls` it falls over in a function of the product or of a library."""
    server.keys = {PLANTED: "admin"}

    def run(*args: object, falls: tuple[str, ...] = (), key: str = PLANTED) -> Done:
        env = environment(server, state, key) | {"TMPDIR": str(tmp_path)}
        ended = launcher.run([str(arg) for arg in args], env, tmp_path, falls=falls)
        return Done(ended.code, ended.stdout + ended.stderr)

    return run


def test_the_search_finds_a_key_that_is_planted(tmp_path: Path) -> None:
    """Else the other tests would show nothing."""
    coded = base64.b64encode(f"Authorization: Token {PLANTED}".encode()).decode()
    for text in (
        PLANTED,
        quote(PLANTED, safe=""),
        coded,
        base64.b64encode(PLANTED.encode()).decode(),
        PLANTED.encode().hex(),
    ):
        (tmp_path / "file.txt").write_text(f"…{text}…", encoding="utf-8")
        assert leaks(tmp_path), text
        assert leaks(tmp_path / "nothing", f"…{text}…"), text
    (tmp_path / "file.txt").unlink()
    with ZipFile(tmp_path / "book.xlsx", "w", compression=8) as zipped:
        zipped.writestr("xl/sheet.xml", f"<v>{PLANTED}</v>")
    assert leaks(tmp_path)
    (tmp_path / "book.xlsx").unlink()
    assert not leaks(tmp_path, "nothing")


def test_a_run_that_goes_well_writes_the_key_nowhere(launch: Launch, server: FaultServer, tmp_path: Path) -> None:
    server.puts = {2: ["400"], 3: ["html"], 4: ["reset-after-apply"]}
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 9)))
    done = launch("run", sheet, "--verbose", "--json", "--rate", "500")
    assert done.code == 1, done.output
    assert len(server.asked("PUT")) >= 8
    assert list(tmp_path.rglob("*.xlsx"))
    assert list(tmp_path.rglob("journal.sqlite3"))
    assert not leaks(tmp_path, done.output)


@pytest.mark.parametrize("how", ["raise", pytest.param("abort", marks=pytest.mark.sweep)])
@pytest.mark.parametrize("stage", STAGES)
def test_wherever_the_program_fails_the_key_is_not_printed(
    stage: str, how: str, launch: Launch, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 4)))
    done = launch("run", sheet, "--verbose", "--rate", "500", falls=(*STAGES[stage], how))
    assert done.code not in (0, 2), done.output
    assert "fallen over" in done.output or how == "abort", "it has to fall over there"
    assert not leaks(tmp_path, done.output)


@pytest.mark.parametrize("spoilt", ["{}\nX-Header: 1", "{}é", "Token {}", "{}\x07", "{}\u200b", "{} "])
def test_a_malformed_key_is_not_repeated(spoilt: str, launch: Launch, server: FaultServer, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 4)))
    done = launch("run", sheet, "--verbose", "--rate", "500", key=spoilt.format(PLANTED))
    if spoilt == "{} ":
        assert done.code == 0, "a blank or a line break at the end is no part of the key"
    else:
        assert done.code == 2
        assert "CAMPFIRE_API_KEY" in done.output
        assert "Traceback" not in done.output
        assert not server.log
    assert not leaks(tmp_path, done.output)


def test_a_refused_key_is_not_printed(launch: Launch, server: FaultServer, tmp_path: Path) -> None:
    """A refused key is not told by the product itself."""
    server.keys = {}
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 4)))
    done = launch("run", sheet, "--verbose", "--rate", "500")
    assert done.code == 3
    assert not leaks(tmp_path, done.output)


def test_the_key_does_not_print_compare_or_pickle(monkeypatch: pytest.MonkeyPatch) -> None:
    import pickle

    monkeypatch.setenv("CAMPFIRE_API_KEY", PLANTED + "\r\n")
    key = api_key()
    assert key.reveal() == PLANTED
    assert PLANTED not in f"{key} {key!r} {[key]} {vars(Secret)}"
    assert not hasattr(key, "__dict__")
    with pytest.raises(TypeError):
        pickle.dumps(key)


def test_the_key_goes_to_the_configured_host_alone(launch: Launch, server: FaultServer, tmp_path: Path) -> None:
    with FaultServer([]) as elsewhere:
        server.page_size = 2
        server.puts = {n: ["302"] for n in (1, 2)}
        sheet = write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 9)))
        launch("run", sheet, "--rate", "500")
        assert server.log
        assert not elsewhere.log
    assert all("elsewhere" not in asked.path for asked in server.log)


def test_a_base_url_that_would_send_the_key_in_clear_is_refused(launch: Launch, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 4)))
    for url in ("http://api.example.com", "http://127.0.0.1.example.com", f"https://user:{PLANTED}@example.com"):
        done = launch("run", sheet, "--base-url", url)
        assert done.code == 2
        assert not leaks(tmp_path, done.output)


@pytest.mark.parametrize("command", ["check", "run"])
def test_tax_numbers_are_masked_in_what_is_printed(
    command: str, launch: Launch, server: FaultServer, tmp_path: Path
) -> None:
    number, longer = "078-05-1120", "GB" + "123456789" * 40
    sheet = tmp_path / "edits.csv"
    sheet.write_text(f"Customer ID,Business ID or SSN,VAT Number\n1,{number},{longer}\n2,{number}\x07,\n3,{number},\n")
    server.puts = {3: ["502"] * 9}
    done = launch(command, sheet, "--verbose", *(["--max-attempts", "1", "--rate", "500"] if command == "run" else []))
    assert done.code == 1
    for text in (number, longer, longer[:250]):
        assert text not in done.output
    assert not re.search(r"078-05|123456789123", done.output)
