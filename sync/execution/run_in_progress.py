"""What planning and sending need to know of the run that they work on."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from sync.api.api import Api
from sync.contract.load import resource_of_run
from sync.contract.resource import Resource
from sync.execution.build import Builder
from sync.execution.freshness import Freshness
from sync.execution.missing import MissingRecords
from sync.journal.writer import JournalWriter
from sync.model import RowRecord, RunFacts
from sync.settings import SANDBOX
from sync.status import State
from sync.stop import StopSignal

Tell = Callable[[RowRecord, State, str], None]  # a row has another state, and the message for it


@dataclass(frozen=True)
class RunInProgress:
    """A run whose rows are in the journal.

    Args:
        session: this process's number in the journal.
        tell: called from any thread.
    """

    facts: RunFacts
    session: int
    journal: JournalWriter
    api: Api
    tell: Tell

    @property
    def stop(self) -> StopSignal:
        """What ends the run early."""
        return self.api.stop

    @cached_property
    def resource(self) -> Resource:
        """What the rows are about."""
        return resource_of_run(self.facts)

    @cached_property
    def builder(self) -> Builder:
        """Builds the updates of this kind of run."""
        return Builder(self.facts, self.resource)

    @cached_property
    def freshness(self) -> Freshness:
        """Reads records, and knows what this journal has written lately. The sandbox may have begun anew since."""
        facts, history = self.facts, self.journal.reader
        written = facts.base_url, facts.resource, facts.resource_text
        known = {} if facts.base_url == SANDBOX else history.recent_writes(*written)
        return Freshness(
            self.api, self.stop, self.resource, known, lambda record_id: history.last_body(record_id, *written)
        )

    @cached_property
    def missing(self) -> MissingRecords:
        """Tells deleted records from unknown ones."""
        return MissingRecords(self.api, self.resource)
