"""The page: head, facts, counts, a table with a block for each record, written row by row."""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from sync.files import new_file
from sync.journal.reader import JournalReader
from sync.model import Change, Mode, Problem, RowRecord, RunRecord, RunState
from sync.report.page.escape import isolated, sentence, shown, value
from sync.settings import SANDBOX
from sync.status import STATES, Status
from sync.text import counted

LISTED = tuple(state for state in STATES if not (isinstance(state, Status) and state.facts.settled))
_PROBLEMS = "_problems"  # the field filter's name for problems of a row as a whole
_NONE: tuple[int, Iterator[tuple[int, Problem]]] = (-1, iter(()))


def write(history: JournalReader, run: str, path: Path, state_dir: str, group: str = "") -> None:
    """See `sync.html.write`."""
    record = history.run(run)
    with new_file(path, group) as file:
        for piece in Page(history, record, state_dir).pieces():
            file.write(piece.encode())


class Page:
    """One run's page."""

    def __init__(self, history: JournalReader, record: RunRecord, state_dir: str) -> None:
        self._history = history
        self._record = record
        self._state_dir = state_dir
        names = record.facts.options.names
        self._header_of: dict[str, str] = {target: header for target, header in names.items() if target != "id"}
        self._target_of = {header: target for target, header in self._header_of.items()}

    def pieces(self) -> Iterator[str]:
        """The page's text, piece by piece."""
        yield from self._head()
        yield from self._facts()
        yield from self._counts()
        yield from self._next()
        yield from self._filter()
        yield _TABLE_HEAD
        listed = 0
        for row, found in self._rows():
            yield self._block(row, found)
            listed += 1
        yield "</table>\n"
        if not listed:
            yield "<p>No row would change, and none has a problem.</p>\n"
        yield f"</main>\n<script>{_part('script.js')}</script>\n</body>\n</html>\n"

    def _head(self) -> Iterator[str]:
        style, facts = style_sheet(), self._record.facts
        policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(_part('script.js'))}'"
        title = shown(f"{str(facts.mode).capitalize()} {facts.id}")
        name = Path(facts.file).name
        said = ": what would be sent to Campfire. Nothing has been sent yet." if facts.dry_run else ""
        yield (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f"<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}; base-uri 'none'; form-action 'none'\">\n"
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="referrer" content="no-referrer">\n'
            f"<title>{title} – {shown(name)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
            f"<header><h1>{title}</h1><p>{isolated(name)}{said}</p></header>\n<main>\n"
        )

    def _facts(self) -> Iterator[str]:
        facts = self._record.facts
        where = f"{facts.file} (sheet {facts.sheet})" if facts.sheet else facts.file
        address = "the local stand-in of the API" if facts.base_url == SANDBOX else facts.base_url
        lines = [
            ("Id", facts.id, ""),
            ("When", _moment(facts.started_at), ""),
            ("File", where, f"SHA-256 {facts.file_sha256}"),
            ("Mapping", facts.mapping, f"SHA-256 {facts.mapping_sha256}"),
            ("Goes to", address, ""),
            ("Version", f"campfire-sync {facts.version}", ""),
        ]
        yield '<dl class="facts">\n'
        for name, said, more in lines:
            small = f"<small><code>{shown(more)}</code></small>" if more else ""
            yield f"<dt>{name}</dt><dd>{isolated(said)}{small}</dd>\n"
        yield "</dl>\n"
        for warning in self._warnings():
            yield f'<p class="warning">{sentence(warning)}</p>\n'

    def _warnings(self) -> Iterator[str]:
        facts, record = self._record.facts, self._record
        if record.state is not RunState.COMPLETE:
            because = f": {record.stopped_because}" if record.stopped_because else ""
            yield f"This run did not come to its end ({record.state}){because}. The page does not show all of it."
        if facts.hidden_rows:
            yield f"Rows hidden in the sheet, by hand or by a filter: {facts.hidden_rows:,}. They count all the same."
        yield from facts.warnings

    def _counts(self) -> Iterator[str]:
        counts = self._record.counts
        yield '<ul class="counts">\n'
        yield f'<li class="unchanged"><b>{sum(counts.values()):,}</b>rows</li>\n'
        for status in Status:
            if counts[status]:
                yield f'<li class="{status.key}"><b>{counts[status]:,}</b>{status}</li>\n'
        yield "</ul>\n"

    def _next(self) -> Iterator[str]:
        record, facts = self._record, self._record.facts
        if facts.mode is not Mode.PREVIEW or record.state is not RunState.COMPLETE:
            return
        count = record.counts[Status.WOULD_UPDATE]
        if not count:
            yield '<p class="next">There is nothing to send.</p>\n'
            return
        yield (
            f'<div class="next">To send exactly this, {counted(count, "customers")} and nothing else, type: '
            f'<span class="command">campfire-sync apply {shown(facts.id + self._state_dir)}</span></div>\n'
        )

    def _filter(self) -> Iterator[str]:
        """The controls, hidden until the script is there to obey them."""
        fields: Counter[str] = Counter()
        for row in self._history.rows(self._record.facts.id, *LISTED):
            fields.update({change.field for change in row.changes})
        for _, found in self._history.problems(self._record.facts.id):
            fields.update({self._field_of(found)})
        yield '<div class="filter" id="filter" hidden>\n<label>Status<select id="status"><option value="">all</option>'
        for status in Status:
            if self._record.counts[status] and not status.facts.settled:
                yield f'<option value="{status.key}">{status} ({self._record.counts[status]:,})</option>'
        yield '</select></label>\n<label>Field<select id="field"><option value="">all</option>'
        for name in sorted(fields, key=lambda name: self._said_of(name).casefold()):
            yield f'<option value="{escape(name)}">{shown(self._said_of(name))} ({fields[name]:,})</option>'
        yield (
            '</select></label>\n<label>Search<input id="search" type="search" autocomplete="off"></label>\n</div>\n'
            f'<p class="shown" id="shown">{self._listed()}</p>\n'
        )

    def _listed(self) -> str:
        counts = self._record.counts
        listed = sum(count for status, count in counts.items() if not status.facts.settled)
        settled = [f"{count:,} {status}" for status, count in counts.items() if count and status.facts.settled]
        return f"{counted(listed, 'records')} listed. Not listed: {' and '.join(settled) or 'none'}."

    def _said_of(self, field: str) -> str:
        return "The row as a whole" if field == _PROBLEMS else self._header_of.get(field, field)

    def _field_of(self, found: Problem) -> str:
        """The field that a problem is about, as the filter names it."""
        return self._target_of.get(found.column, _PROBLEMS)

    def _rows(self) -> Iterator[tuple[RowRecord, list[Problem]]]:
        """The rows that are listed, each with its problems; both come in the input's order."""
        run = self._record.facts.id
        grouped = groupby(self._history.problems(run), key=itemgetter(0))
        n, found = next(grouped, _NONE)
        for row in self._history.rows(run, *LISTED):
            while -1 < n < row.n:
                n, found = next(grouped, _NONE)
            yield row, [problem for _, problem in found] if n == row.n else []

    def _block(self, row: RowRecord, found: list[Problem]) -> str:
        """A record: who it is, and a line for each change or problem."""
        lines = [*(self._change(change) for change in row.changes), *(_problem(one) for one in found)]
        if not found and row.message:
            lines.append(_message(row.message))
        lines = lines or [_message("No change, and nothing to say.")]
        fields = {change.field for change in row.changes} | {self._field_of(one) for one in found}
        span = f' rowspan="{len(lines)}"' if len(lines) > 1 else ""
        name = self._name(row)
        who = isolated(name) if name else '<span class="none">(no name)</span>'
        number = f"<small>{row.record_id}</small>" if row.record_id is not None else ""
        head = (
            f"<td{span}>{row.row}</td><td{span}>{who}{number}</td>"
            f'<td{span}><span class="status {row.status.key}">{row.status}</span></td>'
        )
        body = "".join(f"<tr>{head if not place else ''}{line}</tr>\n" for place, line in enumerate(lines))
        return (
            f'<tbody data-status="{row.status.key}" data-fields="{escape(" ".join(sorted(fields)))}">\n{body}</tbody>\n'
        )

    def _name(self, row: RowRecord) -> str:
        """The customer's name: as it was read, or as the sheet has it."""
        if row.before is not None and row.before.name:
            return row.before.name
        header, headers = self._header_of.get("name"), self._record.facts.headers
        place = headers.index(header) if header in headers else len(row.cells)
        return row.cells[place].strip() if place < len(row.cells) else ""

    def _change(self, change: Change) -> str:
        header = self._header_of.get(change.field)
        where = f"{isolated(header)}<small>{escape(change.field)}</small>" if header else _by_constant(change.field)
        before, after = value(change.before), value(change.after)
        return f'<td>{where}</td><td class="v before">{before}</td><td class="v after">{after}</td>'


_TABLE_HEAD = (
    '<table>\n<colgroup><col class="c-row"><col class="c-who"><col class="c-status"><col class="c-field"><col><col>'
    "</colgroup>\n<thead><tr><th>Row</th><th>Customer</th><th>Status</th><th>Field</th><th>Before</th><th>After</th>"
    "</tr></thead>\n"
)


def _by_constant(field: str) -> str:
    return f"{escape(field)}<small>by constants: in the mapping file</small>"


def _problem(found: Problem) -> str:
    where = isolated(found.column) if found.column else '<span class="none">the row</span>'
    return (
        f'<td>{where}</td><td class="said" colspan="2">{sentence(found.problem)} <b>{sentence(found.remedy)}</b></td>'
    )


def _message(said: str) -> str:
    return f'<td></td><td class="said" colspan="2">{sentence(said)}</td>'


def _moment(at: str) -> str:
    """A time of the journal, to the second."""
    return f"{at[:10]} {at[11:19]} UTC" if len(at) >= 20 and at.endswith("Z") else at


def style_sheet() -> str:
    """The page's CSS. The colours of the statuses come from their table."""
    colours = "\n".join(
        f".{status.key} {{ color: #{status.facts.ink}; background: #{status.facts.fill}; }}" for status in Status
    )
    return _part("style.css").replace("/* statuses */", colours)


def _part(name: str) -> str:
    return files("sync.report.page").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
