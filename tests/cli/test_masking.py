"""What is printed does nothing to a terminal, and tells no tax number."""

import json
from pathlib import Path

import pytest

from sync.cli.masking import escaped_json, masked, without, without_tax_numbers
from tests.support.fault_records import customer
from tests.support.fault_server import FaultServer
from tests.support.product import FAST, Campfire
from tests.support.truth import write_sheet

HOSTILE = "\x1b[2J\x1b]0;title\x07\r\u202e\u2066\x9b\u200eHidden\u2028Ltd"
NAMES = ["vat_number", "VAT Number", "Steuernummer"]


def test_a_record_cannot_act_on_the_terminal(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    server.reset(
        [customer(number, name=HOSTILE, notes=HOSTILE + "\n  row 9, customer 9: nothing") for number in (1, 2)]
    )
    sheet = write_sheet(tmp_path / "edits.csv", {1: {"notes": "new"}, 2: {"notes": "new"}})
    for words in (["--dry-run", "--json"], ["--json", "--verbose"]):
        ran = campfire("run", sheet, *words, *FAST)
        assert ran.exit_code == 0
        printed = ran.stdout + ran.stderr
        assert not [character for character in printed if character != "\n" and not character.isprintable()]
        assert "[U+001B][2J" in ran.stderr
        assert "\n  row 9" not in ran.stderr


def test_json_holds_what_would_act_on_a_terminal_as_escapes_of_the_same_value() -> None:
    text = json.dumps({"name": HOSTILE + "\U000e0041 Łódź 例"}, ensure_ascii=False)
    escaped = escaped_json(text)
    assert escaped.isprintable()
    assert json.loads(escaped) == json.loads(text)
    assert "Łódź 例" in escaped


@pytest.mark.parametrize(
    ("message", "printed"),
    [
        ("vat_number: DE123456789 is already in use.", "vat_number: ••••••••789 is already in use."),
        ("The Steuernummer 12/345/67890 is not valid.", "The Steuernummer •••••••••890 is not valid."),
        ("name: SSN 078-05-1120 belongs elsewhere.", "name: SSN ••••••••120 belongs elsewhere."),
        ("EIN 12-3456789, VAT GB123456789", "EIN •••••••789, VAT ••••••••789"),
        ("Ensure this field has no more than 250 characters.", "Ensure this field has no more than 250 characters."),
        ("The API said 503: try again in 17 seconds.", "The API said 503: try again in 17 seconds."),
    ],
)
def test_tax_numbers_in_somebody_elses_message_are_masked(message: str, printed: str) -> None:
    assert without_tax_numbers(message, NAMES) == printed


def test_a_short_number_is_masked_whole_and_the_longest_value_first() -> None:
    assert (masked("123456"), masked("1234567")) == ("•••", "••••567")
    assert without("DE123456789 and 123456", {"123456", "DE123456789"}) == "••••••••789 and •••"
