"""What is measured. Each section returns its title, its table, and what is to be said of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from aims import Figures
from measure import Ran, interleaved, median, progress, ratio, run
from ours import ENVIRONMENT, PYTHON, Files, Sent, exported, first_release, product, rival, send
from sending import UNLIMITED, tables

SIZES = (1_000, 10_000, 100_000)

Growth = dict[str, dict[int, Ran]]  # what: by rows


class Section(NamedTuple):
    """A part of the report."""

    title: str
    header: Sequence[str]
    lines: Sequence[Sequence[object]]
    notes: Sequence[str] = ()


MEASURED = ("wall s", "CPU s", "peak MB", "ours, as a multiple")


def _lines(found: Mapping[str, list[Ran]]) -> list[Sequence[object]]:
    """The first one is ours."""
    ours = next(iter(found.values()))
    return [
        (name, *(f"{median(runs, what):.2f}" for what in ("wall", "cpu")), f"{median(runs, 'peak'):.0f}",
         "" if runs is ours else f"{ratio(ours, runs):.2f}")
        for name, runs in found.items()
    ]  # fmt: skip


def reading(files: Files, growth: Growth, figures: Figures) -> Iterable[Section]:
    """`check` beside the bare readers on the same files."""
    readers = {
        "xlsx": ("python-calamine alone", "pandas + calamine", "openpyxl read_only, values", "pandas + openpyxl"),
        "csv": ("csv module alone", "pandas.read_csv"),
    }
    commands = {
        "python-calamine alone": "read-calamine",
        "pandas + calamine": "read-pandas-calamine",
        "openpyxl read_only, values": "read-openpyxl",
        "pandas + openpyxl": "read-pandas-openpyxl",
        "csv module alone": "read-csv",
        "pandas.read_csv": "read-pandas-csv",
    }
    for ending, names in readers.items():
        for rows in (10_000, 100_000):
            sheet = files.sheet(ending, rows)
            progress(f"reading {sheet.name}")
            ours, slow = "campfire-sync check", names[2:]
            chosen = names if rows == 10_000 else names[:1]  # the slow ones are slow at 10,000 too
            rivals = {name: partial(rival, commands[name], sheet) for name in chosen}
            found = interleaved({ours: partial(product, "check", sheet), **rivals}, 3, once=slow)
            figures[f"check {ending}"] = ratio(found[ours], found[names[0]])  # the last is that of 100,000 rows
            growth.setdefault(f"check, {ending}", {})[rows] = sorted(found[ours], key=lambda ran: ran.cpu)[1]
            yield Section(f"Reading and checking {rows:,} rows x 35 columns, {ending}", ("", *MEASURED), _lines(found))


def writing(files: Files, growth: Growth, figures: Figures) -> Iterable[Section]:
    """The results workbook, beside workbooks of as many columns and cells."""
    for rows in (10_000, 30_000):
        progress(f"writing {rows:,} rows")
        sent = _dry_run(files, growth, rows)
        journal = ("--state-dir", sent.state)

        def report(run_id: str = sent.said["run"], journal: tuple[object, ...] = journal) -> Ran:
            return product("report", run_id, *journal, "--out", files.new(".xlsx"))

        def write(name: str, rows: int = rows) -> Ran:
            return rival(name, files.new(".xlsx"), rows)

        commands: dict[str, Callable[[], Ran]] = {
            "campfire-sync report": report,
            "XlsxWriter constant_memory": partial(write, "write-xlsxwriter"),
        }
        if rows == 10_000:
            commands["openpyxl write_only"] = partial(write, "write-openpyxl")
        found = interleaved(commands, 1 if rows > 10_000 else 3)
        ours, xlsxwriter, *openpyxl = found.values()
        figures["workbook"] = ratio(ours, xlsxwriter)
        if openpyxl:
            figures["workbook openpyxl"] = ratio(ours, openpyxl[0])
        yield Section(f"The results workbook of {rows:,} rows x 57 columns", ("", *MEASURED), _lines(found))
    fewer, more = growth["run --dry-run, xlsx"][10_000], _dry_run(files, growth, 100_000).ran
    figures["preview"], figures["preview peak"], figures["preview growth"] = more.cpu, more.peak, more.peak / fewer.peak


def _dry_run(files: Files, growth: Growth, rows: int) -> Sent:
    """A preview of a sheet of which one row in a hundred changes, of as many customers."""
    sent = send(files, files.sheet("xlsx", rows), rows, "--dry-run", *UNLIMITED)
    growth.setdefault("run --dry-run, xlsx", {})[rows] = sent.ran
    return sent


def preceding(files: Files, growth: Growth, figures: Figures) -> Iterable[Section]:
    """A preview beside one of version 0.1.0, once each."""
    rows, before = 100_000, files.new()  # of fewer rows the start, which is the same, counts for more
    progress(f"a preview of {rows:,} rows, beside one of version 0.1.0")
    if not first_release(before):
        return
    ours = growth.get("run --dry-run, xlsx", {}).get(rows) or _dry_run(files, growth, rows).ran
    theirs = send(files, files.sheet("xlsx", rows), rows, "--dry-run", *UNLIMITED, root=before).ran
    found = {"campfire-sync": [ours], "version 0.1.0": [theirs]}
    figures["preview before"] = ratio(*found.values())
    yield Section(f"A preview of {rows:,} rows x 35 columns, xlsx", ("", *MEASURED), _lines(found))


def sending(files: Files, growth: Growth, figures: Figures) -> Iterable[Section]:
    """Runs without a rate limit, beside bare loops."""
    header = ("", "requests/s", "CPU ms a request", "peak MB")
    for title, measure in tables():
        lines, said, share = measure(files)
        figures.setdefault("sending", 100 * share)  # the first is that of the default
        yield Section(title, header, lines, (said, "A row is a GET and a PUT, in our run and in the httpx loop."))


def paced(files: Files, growth: Growth, figures: Figures) -> Iterable[Section]:
    """At a rate, against a server that takes 100 ms."""
    lines: list[Sequence[object]] = []
    for rate, rows in ((20, 200), (100, 1_000)):
        progress(f"paced, {rate} a second")
        sheet = files.sheet("csv", rows, every=1, width="narrow")
        sent = send(files, sheet, rows, "--rate", rate, "--concurrency", rate // 5 + 4, delay=0.1)
        least, (alone, seconds) = (sent.requests - 1) / rate, sent.sending
        times = (f"{least:.2f}", f"{sent.seconds:.2f}", f"{sent.seconds / least:.3f}")
        figures[f"paced {rate}"], figures[f"burst {rate}"] = sent.seconds / least, sent.most_in_a_second
        multiple = f"{seconds / ((alone - 1) / rate):.3f}"
        lines.append(
            (f"{rate} requests/s", sent.requests, *times, multiple, f"{sent.ran.wall:.2f}", sent.most_in_a_second)
        )
    header = (
        "",
        "requests",
        "least possible s",
        "first to last s",
        "multiple",
        "of the sending alone",
        "whole command s",
    )
    notes = (
        "As requests come in, by the server's clock; a second is counted as 0.995 s, since not all take equally long.",
        "The first page goes alone, and the first row is sent when all are planned: at 100 requests/s it shows.",
    )
    yield Section("Paced, the server taking 100 ms", (*header, "most in any second"), lines, notes)


def starting(files: Files, growth: Growth, figures: Figures) -> Iterable[Section]:
    """How long nothing takes."""
    progress("start-up")
    sheet = files.sheet("xlsx", 10)
    imports = "import pandas, pandera.pandas"
    found = interleaved(
        {"campfire-sync --help": partial(product, "--help"),
         "python -c pass": partial(run, [PYTHON, "-c", "pass"], ENVIRONMENT),
         "campfire-sync check, 10 rows": partial(product, "check", sheet),
         imports: partial(run, [PYTHON, "-c", imports], ENVIRONMENT)}, 7,
    )  # fmt: skip
    help_, nothing, check, alone = found.values()
    figures["help"], figures["start"] = ratio(help_, nothing), ratio(check, alone)
    lines = [
        (n, *(f"{median(r, w):.3f}" for w in ("wall", "cpu")), f"{median(r, 'peak'):.0f}") for n, r in found.items()
    ]
    note = "As somebody has it who installed it: compiled to bytecode, and without hypothesis, which is for its tests."
    yield Section("Start-up", ("", "wall s", "CPU s", "peak MB"), lines, (note,))


def growing(files: Files, growth: Growth, figures: Figures) -> Iterable[Section]:
    """Time and memory by the number of rows."""
    for rows in SIZES:
        for ending in ("csv", "xlsx"):
            if rows not in growth.setdefault(f"check, {ending}", {}):
                growth[f"check, {ending}"][rows] = product("check", files.sheet(ending, rows))
        if rows not in growth.setdefault("run --dry-run, xlsx", {}):
            progress(f"a preview of {rows:,} rows")
            _dry_run(files, growth, rows)
    lines = [
        (what, *(f"{by[rows].cpu:.2f} s, {by[rows].peak:.0f} MB" for rows in SIZES),
         f"{by[100_000].cpu / by[10_000].cpu / 10:.2f}")
        for what, by in sorted(growth.items())
    ]  # fmt: skip
    header = ("CPU and peak memory", *(f"{rows:,} rows" for rows in SIZES), "a row at 100,000 ÷ at 10,000")
    yield Section("Growth", header, lines)


def counting(files: Files, growth: Growth, figures: Figures) -> Iterable[Section]:
    """Requests by how many rows change."""
    rows, lines = 5_000, []
    for share, every in (("0", 0), ("1 %", 100), ("10 %", 10), ("100 %", 1)):
        progress(f"counting, {share} change")
        sent = send(files, files.sheet("csv", rows, every, width="narrow"), rows, *UNLIMITED)
        changed = sent.said["counts"]["updated"]
        lines.append((share, changed, sent.requests, rows // 500 + 2 * changed, 2 * rows))
    header = ("rows that change", "updated", "requests", "pages + 2 x changed", "a GET and a PUT for each row")
    yield Section(f"Requests for {rows:,} rows, of {rows:,} customers", header, lines)


def remembering(files: Files, growth: Growth, figures: Figures) -> Iterable[Section]:
    """What it costs that an export remembers what it exported."""
    rows = 10_000
    progress(f"an export of {rows:,} rows, with and without its memory")
    path, without = exported(files, rows)
    ran = interleaved({"with": partial(product, "check", path), "without": partial(product, "check", without)}, 3)
    sizes = (path.stat().st_size, without.stat().st_size)
    lines = [
        ("size, kB", *(f"{size / 1000:,.0f}" for size in sizes), f"{sizes[0] / sizes[1] - 1:+.0%}", "+60%"),
        ("check, CPU s", *(f"{median(ran[name], 'cpu'):.2f}" for name in ran),
         f"{ratio(ran['with'], ran['without']) - 1:+.0%}", "+40%"),
    ]  # fmt: skip
    figures["memory"] = 100 * (ratio(ran["with"], ran["without"]) - 1)
    header = ("", "with the memory", "without", "cost", "at most")
    yield Section(f"An export of {rows:,} customers that remembers", header, lines)
