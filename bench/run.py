"""The benchmark: `python bench/run.py [--out FILE] [--only abc]`. Prints Markdown; POSIX only (see measure.py)."""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from aims import Figures, summary
from measure import progress
from ours import Files
from sections import Growth, Section
from suite import LONG, SECTIONS


def machine() -> str:
    """What it was measured on."""
    cpus = os.cpu_count() or 0
    load = os.getloadavg()[0]
    return (
        f"{platform.system()} {platform.machine()}, {cpus} cores, Python {platform.python_version()}; "
        f"load average at the start {load:.1f}. Ratios are of CPU seconds (user and system), pair by pair, "
        "and the medians of interleaved runs; absolute times do not carry over to another machine."
    )


def markdown(section: Section) -> Iterator[str]:
    """A section as a Markdown table."""
    yield f"### {section.title}"
    yield ""
    yield f"| {' | '.join(section.header)} |"
    yield f"| {' | '.join(['---', *['---:'] * (len(section.header) - 1)])} |"
    for line in section.lines:
        yield f"| {' | '.join(f'{cell:,}' if isinstance(cell, int) else str(cell) for cell in line)} |"
    yield ""
    for note in section.notes:
        yield note
        yield ""


def measured(only: str) -> Iterator[str]:
    """All that was asked for, what is aimed at first."""
    about = machine()
    figures: Figures = {}
    growth: Growth = {}
    sections: list[Section] = []
    with tempfile.TemporaryDirectory(prefix="campfire-bench-") as folder:
        for letter in only:
            for section in (SECTIONS | LONG)[letter](Files(Path(folder)), growth, figures):
                sections.append(section)
                progress("\n".join(markdown(section)))
    yield about
    yield ""
    yield from summary(figures)
    for section in sections:
        yield from markdown(section)


def main() -> None:
    """Measure, print, and write."""
    if os.name != "posix":
        sys.exit("the benchmark needs a POSIX system")
    parser = argparse.ArgumentParser(description="Measure campfire-sync beside the alternatives.")
    parser.add_argument("--out", type=Path, help="write the Markdown here as well")
    parser.add_argument(
        "--only", default="".join(SECTIONS), help=f"the sections to measure, by their letters; {''.join(LONG)} is long"
    )
    args = parser.parse_args()
    began = time.monotonic()
    text = "\n".join(measured(args.only))
    print(text)
    if args.out:
        args.out.write_text(text, encoding="utf-8")
    progress(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
