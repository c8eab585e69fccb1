"""One run as its page shows it: read from the journal, under the sheet's own headers."""

from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from sync.app.drafts import Draft
from sync.app.preview_files import preview_file
from sync.app.run_rows import RunRows
from sync.app.run_words import Sent, Share, headline, sent_already, title_of
from sync.commands.runs import is_live
from sync.commands.same_file import changed_files
from sync.commands.sendings import rows_done, sendings_of, undos_of, undos_of_all
from sync.contract.load import resource_of_run
from sync.journal.reader import JournalReader
from sync.model import Mode, RunRecord, RunState
from sync.report.workbook.messages import means
from sync.settings import SANDBOX, Settings, place
from sync.status import Status
from sync.text import minute

_IN_DOUBT = "Its request was on its way when the program ended. Resume first finds out whether it arrived."


class Outcome(NamedTuple):
    """How many rows have a status, and what that means."""

    status: Status
    rows: int
    word: str
    meaning: str


class Fact(NamedTuple):
    """A line about a run."""

    name: str
    text: str
    address: str = ""  # of a page that shows more


class RunView:
    """A run, and what its page needs to know of it."""

    def __init__(self, journal: JournalReader, record: RunRecord, live: bool = False) -> None:
        self._journal = journal
        self.record = record
        self.live = live
        resource = resource_of_run(record.facts)
        self.noun = resource.noun  # what its records are called
        self.table = RunRows(journal, record, resource, live)

    @classmethod
    def of(cls, settings: Settings, name: str) -> "RunView":
        """The run with this id.

        Raises:
            CannotStart: there is none.
        """
        journal = JournalReader(settings.journal)
        record = journal.find(name)
        if not is_live(record, settings):
            return cls(journal, record)
        live = JournalReader(settings.journal, live=True)
        return cls(live, live.run(record.facts.id), live=True)

    @property
    def id(self) -> str:
        """The run's id."""
        return self.record.facts.id

    @property
    def title(self) -> str:
        """What the page is called."""
        return title_of(self.record)

    @property
    def headline(self) -> str:
        """What happened, in one or two sentences."""
        return headline(self.record, self.noun, self.live, bool(self.sent_already.run), self._left_the_sandbox)

    @property
    def parent(self) -> str:
        """The run that it sends or puts back; empty where there is none, or another journal has it, as with a plan."""
        parent = self.record.facts.parent
        return parent if parent and self._journal.has(parent) else ""

    @property
    def is_undo(self) -> bool:
        """Whether it puts back what another run has sent, or would."""
        return self.record.facts.mode is Mode.UNDO

    @property
    def is_look(self) -> bool:
        """Whether it sends nothing: a preview, or a look at an undo."""
        return self.record.facts.dry_run

    @property
    def in_sandbox(self) -> bool:
        """Whether it sends to the sandbox alone."""
        return self.record.facts.base_url == SANDBOX

    @property
    def target(self) -> str:
        """Where it sends."""
        return place(self.record.facts.base_url)

    @property
    def origin(self) -> str:
        """From which file it came, where it goes, who began it and when."""
        facts = self.record.facts
        who = f"by {facts.by}, {minute(facts.started_at)}."
        if not self.is_undo:
            return f"From {Path(facts.file).name} to {self.target}, {who}"
        return f"Undo of the {facts.undone} ({Path(facts.file).name}, in {self.target}), {who}"

    @property
    def _left_the_sandbox(self) -> bool:
        """Whether the run that this one puts back went to the sandbox, and nobody has put it back."""
        return self.is_undo and self.in_sandbox and not undos_of(self._journal, self.record.facts.parent)

    @cached_property
    def sent_already(self) -> Sent:
        """That what is shown was sent or put back before."""
        facts, journal = self.record.facts, self._journal
        if not self.is_look:
            sendings = undos_of(journal, self.id)
        elif self.is_undo:
            sendings = undos_of(journal, facts.parent, since=facts.id)
        else:
            sendings = sendings_of(journal, facts.id)
        undos = undos_of(journal, sendings[-1].facts.id) if sendings else []
        return sent_already(sendings, undos, self._share(sendings, undos), self.noun)

    def _share(self, sendings: list[RunRecord], undos: list[RunRecord]) -> Share:
        """Of how many rows that this page shows what was sent, or put back."""
        shown = set(self.table.numbers()) if sendings else set()
        sent = shown & rows_done(self._journal, sendings)
        return Share(len(shown), len(sent), len(sent & rows_done(self._journal, undos)))

    def is_outdated_by(self, draft: Draft | None) -> bool:
        """Whether its sheet was corrected, or other columns chosen, after this preview was made."""
        if draft is None or not self.is_look or self.is_undo:
            return False
        made_from = Path(self.record.facts.file), Path(self.record.facts.mapping)
        return made_from != (draft.path.absolute(), Path(draft.mapping).absolute())

    def changed_files(self) -> str:
        """What has changed on disk since the run began, so that only `as started` resumes it; empty if nothing has."""
        return changed_files(self.record.facts) if self.can_resume and not self.is_undo else ""

    def outcomes(self) -> list[Outcome]:
        """The statuses that rows have, each with what it means; last those that need no attention."""
        counts, in_doubt = dict(self.record.counts), self.record.in_doubt
        counts[Status.FAILED] -= in_doubt
        outcomes = [
            Outcome(status, counts[status], self.record.facts.word(status), self._meaning(status)) for status in Status
        ]
        doubtful = Outcome(Status.FAILED, in_doubt, "in doubt", _IN_DOUBT)
        some = [outcome for outcome in (*outcomes, doubtful) if outcome.rows]
        return sorted(some, key=lambda outcome: outcome.status.facts.settled)

    def _meaning(self, status: Status) -> str:
        if status is Status.NOT_SENT and self.live:
            return "Not reached yet."
        if status is Status.WOULD_UPDATE and self.sent_already.run:
            return "That was so when this was worked out. What has happened since is said above."
        return means(status, self.record.facts)

    @property
    def sendable(self) -> int:
        """How many rows would be sent."""
        return self.record.counts[Status.WOULD_UPDATE]

    @property
    def can_send(self) -> bool:
        """Whether this is a preview that came to its end and would change something."""
        ended = self.record.state in (RunState.COMPLETE, RunState.HELD_BACK)
        return self.is_look and ended and self.sendable > 0 and self.sent_already.is_whole

    @property
    def can_resume(self) -> bool:
        """Whether rows are left that `resume` would try."""
        if self.live or self.record.state is RunState.HELD_BACK or self.record.facts.mode is Mode.CHECK:
            return False
        left = any(self.record.counts[status] for status in Status if status.facts.resumable)
        left |= self.record.state is RunState.STOPPED  # by a firewall, say, which refused its last rows
        return left and not (self.record.facts.dry_run and self.record.state is RunState.COMPLETE)

    @property
    def can_fix(self) -> bool:
        """Whether the results have rows to correct, and not only some that `resume` would try."""
        if self.live or self.record.facts.mode is Mode.UNDO:
            return False
        to_fix = [status for status in Status if status.facts.fixable]
        return any(self.record.counts[s] for s in to_fix if not (self.can_resume and s.facts.resumable))

    @property
    def has_conflicts(self) -> bool:
        """Whether rows are in conflict: no cell of theirs is wrong, so the page has nothing to correct there."""
        return self.record.counts[Status.CONFLICT] > 0

    @property
    def can_undo(self) -> bool:
        """Whether something was sent that is not put back yet."""
        if self.live or self.is_look or not self._journal.has_sent(self.id):
            return False
        return not undos_of_all(self._journal, self.id)

    def facts(self) -> list[Fact]:
        """Who, when, from what, with which requests."""
        facts, requests = self.record.facts, self.record.requests
        parent = f"/runs/{self.parent}" if self.parent else ""
        lines = [
            Fact("Run", facts.id),
            Fact("Puts back" if self.is_undo else "Preview", facts.parent, parent),
            Fact("Began", minute(facts.started_at)),
            Fact("Ended", minute(self.record.ended_at) if self.record.ended_at else ""),
            Fact("By", facts.by),
            Fact("Reason", facts.reason),
            Fact("Previewed by", facts.previewed_by),
            Fact("Approved by", ", ".join(facts.approved_by)),
            Fact("File", Path(facts.file).name),
            Fact("Corrections", facts.corrections),
            Fact("Goes to", self.target),
            Fact("Requests", f"{requests.get:,} to read, {requests.put:,} to change, {requests.retries:,} tried again"),
        ]
        return [fact for fact in lines if fact.text]

    def written(self, kind: str) -> Path | None:
        """The file of this kind (`html`, `plan`) that the app wrote with the preview; None if there is none."""
        path = preview_file(Path(self.record.facts.file).parent, self.id, kind)
        return path if path.is_file() else None
