"""A million rows, and a journal with many runs."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from aims import Figures
from measure import interleaved, least, median, progress
from ours import Files, product, send
from sections import Growth, Section
from sending import UNLIMITED

MANY, FEW, START = 1_000_000, 100_000, 10
RUNS, ROWS = 100, 5_000


def checking_a_million(files: Files, growth: Growth, figures: Figures) -> Iterable[Section]:
    """`check` of a million rows beside a hundred thousand. What a start costs is not counted as the rows' own."""
    lines: list[Sequence[object]] = []
    starts = []
    for ending in ("csv", "xlsx"):
        none, few, many = (files.sheet(ending, rows, width="twelve") for rows in (START, FEW, MANY))
        progress(f"checking {MANY:,} rows, {ending}")
        # In turns, and often: a tenth of a second more or less of a start is a tenth of what the few rows cost.
        found = interleaved({"start": partial(product, "check", none), "few": partial(product, "check", few)}, 5)
        start, fewer = least(found["start"]), found["few"]
        starts.append(f"{start:.2f} s ({ending})")
        more = [product("check", many), product("check", many)]
        cost = (least(fewer) - start) / FEW, (least(more) - start) / MANY
        peaks = median(fewer, "peak"), median(more, "peak")
        figures[f"row {ending}"], figures[f"growth {ending}"] = cost[1] / cost[0], peaks[1] / peaks[0]
        figures[f"peak {ending}"] = peaks[1]
        lines += [
            (f"{rows:,} rows, {ending}", f"{cpu:.1f}", f"{each * 1e6:.1f}", f"{peak:.0f}")
            for rows, cpu, each, peak in zip((FEW, MANY), (least(fewer), least(more)), cost, peaks, strict=True)
        ]
        many.unlink()
    note = f"The least of five and of two runs. Without the start: `check` of ten rows, {' and '.join(starts)}."
    yield Section("Checking a million rows x 12 columns", ("", "CPU s", "µs a row", "peak MB"), lines, (note,))


def previewing_a_million(files: Files, growth: Growth, figures: Figures) -> Iterable[Section]:
    """A preview of a million rows with its workbook, and that workbook once more. Some ten minutes."""
    lines: list[Sequence[object]] = []
    for rows in (FEW, MANY):
        progress(f"a preview of {rows:,} rows x 12 columns")
        sent = send(files, files.sheet("csv", rows, width="twelve"), rows, "--dry-run", *UNLIMITED)
        report = product("report", sent.said["run"], "--state-dir", sent.state, "--out", files.new(".xlsx"))
        lines.append((f"{rows:,} rows", f"{sent.ran.cpu:.0f}", f"{sent.ran.peak:.0f}", f"{report.peak:.0f}"))
        figures["million peak"] = sent.ran.peak
    header = ("", "CPU s", "peak MB of the preview", "of `report` alone")
    yield Section("A preview of a million rows x 12 columns", header, lines)


def sending_a_million(files: Files, growth: Growth, figures: Figures) -> Iterable[Section]:
    """A run of a million rows, of which every tenth changes a record, with its workbook. Some twenty minutes."""
    lines: list[Sequence[object]] = []
    for rows in (FEW, MANY):
        progress(f"a run of {rows:,} rows x 12 columns, every tenth of which changes a record")
        sent = send(files, files.sheet("csv", rows, every=10, width="twelve"), rows, *UNLIMITED)
        cpu = sent.ran.cpu
        size = (f"{sent.journal / 1e9:.2f}", f"{sent.journal / rows / 1e3:.1f}")
        lines.append((f"{rows:,} rows", f"{cpu:.0f}", f"{1e3 * cpu / rows:.2f}", f"{sent.ran.peak:.0f}", *size))
        figures["million sent"] = sent.ran.peak
    header = ("", "CPU s", "ms a row", "peak MB", "journal, GB", "kB a row")
    yield Section("A run of a million rows x 12 columns, every tenth of which changes a record", header, lines)


def journal(files: Files, growth: Growth, figures: Figures) -> Iterable[Section]:
    """The size of the journal, and how long `runs` takes with many runs in it."""
    progress(f"a journal of {RUNS} runs")
    wide = send(files, files.sheet("csv", ROWS), ROWS, "--dry-run", *UNLIMITED)
    sent = send(files, files.sheet("csv", ROWS, width="narrow"), ROWS, "--dry-run", *UNLIMITED)
    one = sent.journal
    _copy_the_run(sent.state / "journal.sqlite3", sent.said["run"])
    many = sent.journal
    state = ("--state-dir", sent.state)
    found = interleaved(
        {"--help": lambda: product("--help"),
         f"runs, of {RUNS} runs of {ROWS:,} rows": lambda: product("runs", "--json", *state)}, 5,
    )  # fmt: skip
    forget = product("forget", "--before", "2999-01-01", *state)
    lines = [(name, f"{median(ran, 'cpu'):.3f}", f"{median(ran, 'peak'):.0f}") for name, ran in found.items()]
    lines.append((f"forget of all of them, {many / 1e6:.0f} MB", f"{forget.cpu:.3f}", f"{forget.peak:.0f}"))
    help_, runs = (median(ran, "cpu") for ran in found.values())
    figures["runs"], figures["journal"] = runs - help_, wide.journal / ROWS
    yield Section("The journal", ("", "CPU s", "peak MB"), lines, (
        f"A row takes {wide.journal / ROWS:,.0f} bytes with 35 columns and {one / ROWS:,.0f} with 5; what is forgotten "
        f"leaves {sent.journal / many:.0%} of the file, of which the counts are drawn.",
    ))  # fmt: skip


def _copy_the_run(path: Path, run: str) -> None:
    """Put the run into the journal as often as there are to be runs, each with its rows and its counts."""
    with closing(sqlite3.connect(path)) as db, db:
        for table, key in (("runs", "id"), ("sessions", "run"), ("rows", "run")):
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            chosen = [column for column in columns if (table, column) != ("sessions", "id")]
            new = {key: ":new", "facts": "json_set(facts, '$.id', :new)", "checksum": "NULL"}
            shown = ", ".join(new.get(column, column) for column in chosen)
            for n in range(1, RUNS):
                sql = f"INSERT INTO {table} ({', '.join(chosen)}) SELECT {shown} FROM {table} WHERE {key} = :run"
                db.execute(sql, {"run": run, "new": f"{run[:-4]}{n:04}"})
