"""The API that a command talks to: the real one, or the sandbox for as long as the command runs."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from sync.api import clock
from sync.api.api import Api
from sync.api.pacing import Pacer
from sync.api.retry import Budget
from sync.contract.load import load as load_resource
from sync.contract.resource import Resource
from sync.errors import CannotStart
from sync.journal.run_lock import run_lock
from sync.settings import SANDBOX, Secret, Settings, api_key
from sync.stop import StopSignal

if TYPE_CHECKING:
    from sync.api.client import Client


@contextmanager
def connected(settings: Settings, resource: Resource, stop: StopSignal, fresh_sandbox: bool = False) -> Iterator[Api]:
    """The API behind the rate and the limits that the user has set.

    Raises:
        CannotStart: the key is missing, the proxy or the certificates of the environment cannot be used, or the sandbox
            does not start or has other records.
    """
    refuse_sandbox_for(resource, settings)
    with _client(settings, resource, stop, fresh_sandbox) as client:
        pacer = Pacer(settings.rate, clock.now, stop.sleep)
        yield Api(client, pacer, Budget(), stop, settings.max_attempts)


def refuse_sandbox_for(resource: Resource, settings: Settings) -> None:
    """Refuse to look for the records of another resource in the sandbox.

    Raises:
        CannotStart: the sandbox is asked for, and has none of them.
    """
    its_own = load_resource()
    if settings.sandbox and resource.path != its_own.path:
        problem = f"the sandbox only has {its_own.noun.many}, and the mapping is for {resource.noun.many}."
        raise CannotStart(
            f"{problem} Leave --sandbox out to use your account.",
            f"{problem} Choose the file again on the start page, without “Try it with the sandbox”.",
        )


def start_sandbox_over(settings: Settings) -> None:
    """Fill the sandbox with its original records.

    Raises:
        CannotStart: a run is in progress there, or the sandbox does not start.
    """
    from sync import sandbox

    with run_lock(settings.state, SANDBOX), sandbox.start(sandbox.Setup(settings.state / "sandbox", fresh=True)):
        return


@contextmanager
def _client(settings: Settings, resource: Resource, stop: StopSignal, fresh_sandbox: bool) -> "Iterator[Client]":
    from sync.api.client import Client  # late: httpx takes its time, and `check` does not need it

    with ExitStack() as stack:
        if settings.sandbox:
            from sync import sandbox

            setup = sandbox.Setup(settings.state / "sandbox", fresh_sandbox)
            running = stack.enter_context(sandbox.start(setup))
            base_url, key = running.base_url, Secret(running.key)
        else:
            base_url = settings.target_url
            key = api_key(base_url)
        client = Client(base_url, key, resource, settings.timeout, stop)
        stack.callback(client.close)
        yield client
