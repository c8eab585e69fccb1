"""The table of the statuses, and the places that read it."""

from pathlib import Path

import pytest

from sync.report.page.page import style_sheet
from sync.status import Status

DOCS = Path(__file__).parents[2] / "docs" / "outcomes.md"


def test_the_docs_have_the_table_word_for_word() -> None:
    lines = [line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    remedies = {status: status.facts.remedy.format(run="RUN", here="in To fix") or "Nothing." for status in Status}
    assert lines[: len(Status)] == [
        f"| `{status}` | {status.facts.meaning} | {remedies[status]} |" for status in Status
    ]


def test_the_docs_list_every_key_of_the_counts() -> None:
    counts = next(line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith('  "counts"'))
    assert counts.split('"')[3::2] == [status.key for status in Status]


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_its_colours_in_the_style_sheet(status: Status) -> None:
    rule = f".{status.key} {{ color: #{status.facts.ink}; background: #{status.facts.fill}; }}"
    assert rule in style_sheet()


@pytest.mark.parametrize("status", [status for status in Status if status.facts.bad])
def test_every_bad_status_says_what_to_do(status: Status) -> None:
    assert status.facts.remedy


@pytest.mark.parametrize("status", list(Status))
def test_a_colour_is_readable_on_its_background(status: Status) -> None:
    """A contrast of 4.5 to 1: WCAG 2.2, 1.4.3."""
    light, dark = sorted((_luminance(status.facts.fill), _luminance(status.facts.ink)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
