"""Which answers end a run: those after which each further request would fare the same."""

import threading
from http import HTTPStatus

from sync.api.response import Outcome, Response
from sync.errors import CampfireSyncError, CannotStart, KeyRefused, StoppedEarly

FIREWALL_LIMIT = 3  # refusals by a firewall in succession
THROTTLED_LIMIT = 600.0  # seconds of nothing but throttling


class NotTheApi(CannotStart):
    """Something else than the Campfire API answers below the base URL."""


class StopRules:
    """Looks at every answer of a run. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._api_answered = False  # with JSON, once at least
        self._blocked = {"GET": 0, "PUT": 0}  # by a firewall, in succession
        self._throttled_since: float | None = None

    def reason(self, response: Response, now: float) -> CampfireSyncError | None:
        """Why the run should stop after this answer, if it should. `now` is by the clock of `response.started`."""
        with self._lock:
            self._api_answered |= response.is_json
            return (
                _key_refused(response)
                or self._not_the_api(response)
                or self._firewall(response)
                or self._only_throttled(response, now)
            )

    def _not_the_api(self, response: Response) -> NotTheApi | None:
        """A wrong path in the base URL: a web server's 404, and no JSON ever."""
        if response.http_status != HTTPStatus.NOT_FOUND or self._api_answered or response.is_list:
            return None
        return NotTheApi(
            "this is not the Campfire API: the server at the base URL has no such page (404). Check the base URL; the "
            "API's own has no path after the host's name"
        )

    def _firewall(self, response: Response) -> StoppedEarly | None:
        """A 403 that is not the API's own. One may be the row's fault, a few in succession are not."""
        blocked = response.outcome is Outcome.BLOCKED
        self._blocked[response.method] = count = self._blocked[response.method] + 1 if blocked else 0
        if count < FIREWALL_LIMIT:
            return None
        return StoppedEarly(
            f"a firewall or a proxy in front of the API refused {count} requests in succession ({response}). "
            "Ask IT to let this computer reach the API"
        )

    def _only_throttled(self, response: Response, now: float) -> StoppedEarly | None:
        if response.outcome is not Outcome.THROTTLED:
            if not response.again:
                self._throttled_since = None
            return None
        self._throttled_since = self._throttled_since or response.started
        if now - self._throttled_since < THROTTLED_LIMIT:
            return None
        return StoppedEarly(f"the API has done nothing but ask for pauses for ten minutes (last: {response})")


def _key_refused(response: Response) -> KeyRefused | None:
    if response.outcome is not Outcome.KEY_REFUSED:
        return None
    needed = "one that may edit" if response.method == "PUT" else "a valid one"
    where = "in CAMPFIRE_API_KEY, with campfire-sync key set, or on the app's start page"
    return KeyRefused(f"the API does not take the key ({response}). Give {needed}, {where}")
