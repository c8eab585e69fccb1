"""The page: warnings and facts first, then counts, and a table with a block for each record, written row by row."""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from io import TextIOWrapper
from pathlib import Path
from typing import IO

from sync.contract.display import Display
from sync.contract.load import resource_of_run
from sync.files import new_file
from sync.journal.reader import JournalReader
from sync.model import Change, Mode, Problem, RowRecord, RunRecord, RunState
from sync.problems import remarks_of
from sync.report.names import names_of
from sync.report.page.escape import as_html, as_sentence, isolated, value_html
from sync.report.page.listed import Listed
from sync.scratch import scratch_file
from sync.settings import SANDBOX, place
from sync.status import STATES, Status
from sync.text import counted, listed, moment

LISTED = tuple(state for state in STATES if not (isinstance(state, Status) and state.facts.settled))
_ROW = "_row"  # the field filter's name for problems of a row as a whole


def write(history: JournalReader, run: str, path: Path, state_dir: str = "", group: str = "") -> None:
    """Draw a run as one self-contained HTML page, from the journal alone.

    `run` is the run's whole id. The page lists every row that would change or cannot be sent, with each field
    before and after. Rows that need nothing are only counted. Of more rows than a browser can show it lists those that
    went wrong and the first of the others, and says so. `state_dir` is the option by which `apply` finds the run
    (see `Settings.full_state_option`). Only its owner can read the page, and `group` where one is given.

    Raises:
        CannotStart: the file exists already or cannot be written, or there is no such run.
    """
    record = history.run(run)
    with new_file(path, group) as file:
        for piece in Page(history, record, state_dir).pieces():
            file.write(piece.encode())


class Page:
    """One run's page."""

    def __init__(self, history: JournalReader, record: RunRecord, state_dir: str) -> None:
        facts = record.facts
        self._history = history
        self._record = record
        self._state_dir = state_dir
        resource = resource_of_run(facts)
        headers = {target: header for target, header in facts.options.names.items() if target != "id"}
        self._nouns = resource.noun
        self._display = Display.of_run(facts, resource)
        self._target_of = {header: target for target, header in headers.items()}
        self._name = names_of(facts, resource)
        self._listed = Listed(record.counts)
        self._fields: Counter[str] = Counter()  # of the rows that are listed

    def pieces(self) -> Iterator[str]:
        """The page's text, piece by piece."""
        with TextIOWrapper(scratch_file(), encoding="utf-8", newline="") as blocks:
            self._write_blocks(blocks)  # first, since what is above them counts them
            yield from self._head()
            yield from self._warnings()
            yield from self._facts()
            yield from self._counts()
            yield from self._next()
            yield from self._filter()
            yield _TABLE_HEAD.format(record=as_html(self._nouns.one.capitalize()))
            blocks.seek(0)
            yield from iter(lambda: blocks.read(1 << 20), "")
        yield "</table>\n"
        if not self._listed.of:
            yield "<p>No row would change, and none has a problem.</p>\n"
        yield f"</main>\n<script>{_part('script.js')}</script>\n</body>\n</html>\n"

    def _head(self) -> Iterator[str]:
        style, facts = style_sheet(), self._record.facts
        policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(_part('script.js'))}'"
        title = as_html(f"{str(facts.mode).capitalize()} {facts.id}")
        name = Path(facts.file).name
        target = "the sandbox" if facts.base_url == SANDBOX else "Campfire"
        lead = f": what would be sent to {target}. Nothing has been sent yet." if facts.dry_run else ""
        yield (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f"<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}; base-uri 'none'; form-action 'none'\">\n"
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="referrer" content="no-referrer">\n'
            f"<title>{title} – {as_html(name)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
            f"<header><h1>{title}</h1><p>{isolated(name)}{lead}</p></header>\n<main>\n"
        )

    def _warnings(self) -> Iterator[str]:
        """What a person should look at first."""
        facts, record = self._record.facts, self._record
        if record.state is not RunState.COMPLETE:
            because = f": {record.stopped_because}" if record.stopped_because else ""
            text = f"This run did not reach its end ({record.state}){because}. The page does not show all of it."
            yield f'<p class="warning">{as_sentence(text)}</p>\n'
        warned = any(warning.kind == "hidden_rows" for warning in facts.warnings)
        if facts.hidden_rows and not warned:
            text = f"Rows hidden in the sheet, by hand or by a filter: {facts.hidden_rows:,}. They are read too."
            yield f'<p class="warning">{as_sentence(text)}</p>\n'
        for warning in (*facts.warnings, *remarks_of(facts)):
            small = f"<small>{as_html(warning.its_rows)}</small>" if warning.its_rows else ""
            kind = as_sentence(warning.kind_in_words)
            yield f'<p class="warning"><b>{kind}:</b> {as_sentence(warning.message)}{small}</p>\n'

    def _facts(self) -> Iterator[str]:
        facts = self._record.facts
        where = f"{facts.file} (sheet {facts.sheet})" if facts.sheet else facts.file
        lines = [
            ("Run", facts.id, ""),
            ("When", moment(facts.started_at), ""),
            ("By", facts.by, ""),
            ("Reason", facts.reason, ""),
            ("Approved by", ", ".join(facts.approved_by), ""),
            ("File", where, f"SHA-256 {facts.file_sha256}"),
            ("Mapping", facts.mapping, f"SHA-256 {facts.mapping_sha256}"),
            ("Goes to", place(facts.base_url), ""),
            ("Version", f"campfire-sync {facts.version}", ""),
        ]
        yield '<dl class="facts">\n'
        for name, text, detail in lines:
            small = f"<small><code>{as_html(detail)}</code></small>" if detail else ""
            if text:
                yield f"<dt>{name}</dt><dd>{isolated(text)}{small}</dd>\n"
        yield "</dl>\n"

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
        records = f"{count:,} {self._nouns.one if count == 1 else self._nouns.many}"
        yield (
            f'<div class="next">To send exactly this, {as_html(records)} and nothing else, type: '
            f'<span class="command">campfire-sync apply {as_html(facts.id + self._state_dir)}</span></div>\n'
        )

    def _filter(self) -> Iterator[str]:
        """The controls. They are hidden until the script runs."""
        fields, counts = self._fields, self._listed.counts
        yield '<div class="filter" id="filter" hidden>\n<label>Status<select id="status"><option value="">all</option>'
        for status in Status:
            if counts[status]:
                yield f'<option value="{status.key}">{status} ({counts[status]:,})</option>'
        yield '</select></label>\n<label>Field<select id="field"><option value="">all</option>'
        for name in sorted(fields, key=lambda name: self._field_name(name).casefold()):
            yield f'<option value="{escape(name)}">{as_html(self._field_name(name))} ({fields[name]:,})</option>'
        yield (
            '</select></label>\n<label>Search<input id="search" type="search" autocomplete="off"></label>\n</div>\n'
            f'<p class="shown" id="shown" role="status">{self._how_many()}</p>\n'
        )
        if self._listed.left_out:
            yield f'<p class="warning">{as_sentence(self._where_the_rest_is())}</p>\n'

    def _how_many(self) -> str:
        counts = self._record.counts
        shown = sum(self._listed.counts.values())
        others = [f"{count:,} {status}" for status, count in counts.items() if count and status.facts.settled]
        others += [f"{self._listed.left_out:,} more"] if self._listed.left_out else []
        not_listed = f" Not listed: {listed(others)}." if others else ""
        return f"{counted(shown, 'records')} listed.{not_listed}"

    def _where_the_rest_is(self) -> str:
        """Words for a page that is not the whole."""
        return (
            f"{self._listed.left_out:,} of {self._listed.of:,} records are not on this page: a browser could not show "
            "them all. The page takes those that went wrong first, then the others in the sheet's order. The results "
            "workbook has all of them, in the sheets Changes and Problems. The counts above are of all."
        )

    def _write_blocks(self, file: IO[str]) -> None:
        run = self._record.facts.id
        for row, problems in self._history.with_problems(run, self._history.rows(run, *LISTED)):
            if self._listed.has_room(row.status):
                block = self._block(row, problems)
                self._listed.add(row.status, block)
                self._fields.update({change.field for change in row.changes} | set(map(self._field_of, problems)))
                file.write(block)

    def _field_name(self, field: str) -> str:
        return "The row as a whole" if field == _ROW else self._display.name(field)

    def _field_of(self, problem: Problem) -> str:
        """The field that a problem concerns, as the filter names it."""
        return self._target_of.get(problem.column, _ROW)

    def _block(self, row: RowRecord, problems: list[Problem]) -> str:
        """A record: who it is, and a line for each change or problem."""
        lines = [*(self._change(change) for change in row.changes), *(_problem(problem) for problem in problems)]
        if not problems and row.message:
            lines.append(_message(row.message))
        lines = lines or [_message("No change.")]
        fields = {change.field for change in row.changes} | {self._field_of(problem) for problem in problems}
        span = f' rowspan="{len(lines)}"' if len(lines) > 1 else ""
        name = self._name(row)
        who = isolated(name) if name else '<span class="none">(no name)</span>'
        number = f"<small>{row.record_id}</small>" if row.record_id is not None else ""
        head = (
            f'<td class="row"{span}>{row.row}</td><td class="who"{span}>{who}{number}</td>'
            f'<td{span}><span class="status {row.status.key}">{row.status}</span></td>'
        )
        body = "".join(f"<tr>{head if not n else ''}{line}</tr>\n" for n, line in enumerate(lines))
        return (
            f'<tbody data-status="{row.status.key}" data-fields="{escape(" ".join(sorted(fields)))}">\n{body}</tbody>\n'
        )

    def _change(self, change: Change) -> str:
        small = _BY_CONSTANT if change.field in self._record.facts.options.constants else ""
        before, after = map(value_html, (change.before, change.after), self._display.before_after(change))
        return (
            f'<td class="field">{isolated(self._display.name(change.field))}{small}</td>'
            f'<td class="v before">{before}</td><td class="v after">{after}</td>'
        )


_BY_CONSTANT = "<small>set by constants: in the mapping file</small>"
_TABLE_HEAD = (
    '<table>\n<colgroup><col class="c-row"><col class="c-who"><col class="c-status"><col class="c-field"><col><col>'
    "</colgroup>\n<thead><tr><th>Row</th><th>{record}</th><th>Status</th><th>Field</th><th>Before</th><th>After</th>"
    "</tr></thead>\n"
)


def _problem(problem: Problem) -> str:
    where = isolated(problem.header) if problem.column else '<span class="none">the row</span>'
    text = f"{as_sentence(problem.problem)} <b>{as_sentence(problem.remedy)}</b>"
    return f'<td class="field">{where}</td><td class="message" colspan="2">{text}</td>'


def _message(text: str) -> str:
    return f'<td class="field"></td><td class="message" colspan="2">{as_sentence(text)}</td>'


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
