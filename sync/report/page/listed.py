"""Which rows a page lists: as many as a browser opens without trouble, those that need a person first."""

from collections.abc import Mapping

from sync.status import Status

MOST_RECORDS = 20_000
MOST_CHARACTERS = 30_000_000  # of their HTML


class Listed:
    """Decides row by row, in the input's order. Where there are too many, those that went wrong have the first claim.

    Args:
        counts: the run's rows by status.
    """

    def __init__(self, counts: Mapping[Status, int]) -> None:
        to_list = {status: count for status, count in counts.items() if not status.facts.settled}
        self.of = sum(to_list.values())
        self.counts = dict.fromkeys(Status, 0)  # what is listed
        bad = sum(count for status, count in to_list.items() if status.facts.bad)
        self._room = {True: min(bad, MOST_RECORDS), False: max(MOST_RECORDS - bad, 0)}
        self._characters = 0

    @property
    def left_out(self) -> int:
        """How many rows would be listed, and are not."""
        return self.of - sum(self.counts.values())

    def has_room(self, status: Status) -> bool:
        """Whether one more row of this status is to be listed."""
        return self._room[status.facts.bad] > 0 and self._characters < MOST_CHARACTERS

    def add(self, status: Status, html: str) -> None:
        """A row is listed."""
        self.counts[status] += 1
        self._room[status.facts.bad] -= 1
        self._characters += len(html)
