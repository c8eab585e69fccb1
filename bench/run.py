"""The benchmark: `python bench/run.py [--out FILE] [--only abc]`. Prints Markdown; POSIX only (see measure.py)."""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from measure import progress
from ours import Files
from sections import SECTIONS, Growth, Section


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
    """All that was asked for, line by line, as it is known."""
    yield machine()
    yield ""
    growth: Growth = {}
    with tempfile.TemporaryDirectory(prefix="campfire-bench-") as folder:
        for letter in only:
            for section in SECTIONS[letter](Files(Path(folder)), growth):
                yield from markdown(section)


def main() -> None:
    """Measure, print, and write."""
    if os.name != "posix":
        sys.exit("the benchmark needs a POSIX system")
    parser = argparse.ArgumentParser(description="Measure campfire-sync beside the alternatives.")
    parser.add_argument("--out", type=Path, help="write the Markdown here as well")
    parser.add_argument("--only", default="".join(SECTIONS), help="the sections to measure, by their letters")
    args = parser.parse_args()
    began = time.monotonic()
    lines = []
    for line in measured(args.only):
        print(line, flush=True)
        lines.append(line)
    if args.out:
        args.out.write_text("\n".join(lines), encoding="utf-8")
    progress(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
