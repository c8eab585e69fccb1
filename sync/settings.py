"""What the user asked for: options, environment, and the key, which nothing prints."""

import getpass
import os
import re
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from platformdirs import user_state_path

from sync import keychain
from sync.errors import CannotStart
from sync.text import typed

BASE_URL = "https://api.meetcampfire.com"
KEY_VARIABLE = "CAMPFIRE_API_KEY"
_LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_PATH = re.compile("[A-Za-z0-9/._~%-]*")
SANDBOX = "sandbox"  # what the journal calls the stand-in, which has another port each time


class Secret:
    """The API key, in a type that does not print, compare or pickle."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The key itself, for the header of a request."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> Any:
        raise TypeError("a key is not to be pickled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options of a command. See `campfire-sync run --help` for what each is for."""

    mapping: Path | None = None
    sheet: str = ""
    out: Path | None = None
    rate: float = 5.0  # requests per second
    concurrency: int = 4
    max_attempts: int = 5
    timeout: float = 30.0  # seconds
    strict: bool = False
    max_changes: int | None = None
    first: int | None = None
    stop_after: int = 20
    html: Path | None = None
    no_read: bool = False
    sandbox: bool = False
    keep_sandbox: bool = False  # a run goes on with the sandbox as it is; the app starts it over itself
    base_url: str | None = None  # None: the real one, or that of the run that is taken up again
    state_dir: Path | None = None
    rows: str = ""  # only these sheet rows, as typed: 2-40,57
    except_rows: str = ""  # all but these
    plan: Path | None = None  # where a preview is written as a plan file
    require_approval: Path | None = None  # who may sign: an OpenSSH allowed_signers file
    or_resume: bool = False  # continue or report the run, or the apply, of the same file, if there is one
    again: bool = False  # send a file that has been sent before
    as_started: bool = False  # resume with the sheet as it was read, though the file has changed
    reason: str = ""  # why, in the words of the person who runs it
    original_sha256: str = ""  # of the file that the sheet is a corrected copy of; the app makes such copies
    corrections: str = ""  # what was corrected in that copy, in words
    accept: tuple[str, ...] = ()  # kinds of warning that are meant
    group: str = ""  # who may read the workbooks and pages besides their owner
    yes: bool = False
    json: bool = False
    quiet: bool = False
    verbose: bool = False

    @property
    def by(self) -> str:
        """Who runs this command: user@host, by the system's own account and not by the environment."""
        return user_at_host()

    @property
    def target_url(self) -> str:
        """The base URL as the journal has it. The sandbox listens on another port each time, so it goes by its name."""
        return SANDBOX if self.sandbox else self.base_url or BASE_URL

    @property
    def journal(self) -> Path:
        """Where the journal of these settings is."""
        return self.state / "journal.sqlite3"

    @property
    def state(self) -> Path:
        """The state directory."""
        return self.state_dir or user_state_path("campfire-sync", appauthor=False)

    @property
    def state_option(self) -> str:
        """The option by which a next command finds this one's run, where the environment does not say it."""
        if self.state_dir is None or os.environ.get("CAMPFIRE_SYNC_STATE") == str(self.state_dir):
            return ""
        return self.full_state_option

    @property
    def full_state_option(self) -> str:
        """The option by which a command finds the run from any folder, and whatever the environment says."""
        return f" --state-dir {typed(str(self.state.absolute()))}"


def place(base_url: str) -> str:
    """Where a run goes, as a person reads it."""
    return "the sandbox" if base_url == SANDBOX else base_url


def is_local(base_url: str) -> bool:
    """Whether it is this computer: the sandbox, or another stand-in for the API."""
    return base_url == SANDBOX or is_loopback(urlsplit(base_url).hostname or "")


def sending_to(base_url: str) -> list[str]:
    """The options by which a next command sends there, where the environment does not: else it goes to the real API.

    Nothing for a check, which has no base URL.
    """
    if base_url == SANDBOX:
        return ["--sandbox"]
    try:
        default = checked_base_url(os.environ.get("CAMPFIRE_BASE_URL") or BASE_URL)
    except CannotStart:  # the environment does not hold a base URL, so the option is needed
        default = None
    return ["--base-url", base_url] if base_url and base_url != default else []


def user_at_host() -> str:
    """Who is running this, by the system's own account and not by the environment."""
    return f"{_user()}@{socket.gethostname()}"


def _user() -> str:
    try:
        import pwd

        return pwd.getpwuid(os.geteuid()).pw_name
    except ImportError:  # Windows
        return getpass.getuser()
    except KeyError:  # a container whose user has no name
        return str(os.geteuid())


def checked_base_url(text: str) -> str:
    """The base URL without a slash at its end.

    Raises:
        CannotStart: it is not https (loopback excepted), or no URL of a host alone.
    """
    if "@" in text:
        raise CannotStart("the base URL holds a name or a password. Give the key in CAMPFIRE_API_KEY instead.")
    try:
        url = urlsplit(text.strip())
        host, port = url.hostname, url.port
    except ValueError:
        host, port, url = None, None, urlsplit("")
    known = url.scheme in ("http", "https") and _PATH.fullmatch(url.path) and not url.query and not url.fragment
    if host is None or not known or not (_HOST.fullmatch(host) or _is_address(host)):
        raise CannotStart(f"“{text}” is not a base URL. A base URL looks like {BASE_URL}.")
    if url.scheme == "http" and not is_loopback(host):
        raise CannotStart(f"“{text}” would send the key and the data in clear. Use https://.")
    where = f"[{host}]" if ":" in host else host
    return f"{url.scheme}://{where}{f':{port}' if port else ''}{url.path.rstrip('/')}"


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether a host is this computer."""
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)


def api_key(base_url: str = BASE_URL) -> Secret:
    """The key: that of the environment, or else the one that the keychain keeps for this base URL.

    Raises:
        CannotStart: it is missing, or holds characters that keys never have. The text does not show it.
    """
    return checked_key(*find_key(base_url))


def find_key(base_url: str) -> tuple[str, str]:
    """The key as it is written, and where it comes from, in words for a message.

    Raises:
        CannotStart: there is none.
    """
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if key:
        return key, KEY_VARIABLE
    missing = f"the API key is missing. Set the environment variable {KEY_VARIABLE}"
    in_app = "the API key is missing. Enter it on the start page, under “Your account”."
    try:
        key = keychain.read(base_url)
    except keychain.KeychainTrouble as e:
        raise CannotStart(f"{missing}; {e}.", in_app) from e
    if not key:
        keep_it = "or keep the key in the keychain of this computer with: campfire-sync key set"
        raise CannotStart(f"{missing}, {keep_it}", in_app)
    return key, f"the key that the keychain keeps for {base_url}"


def checked_key(key: str, source: str) -> Secret:
    """A key, if it can be one. A line break at its end, as files have it, is not part of it.

    Raises:
        CannotStart: it holds what no key has. The text does not show it.
    """
    key = key.strip()
    if not (key.isascii() and key.isprintable()):
        raise CannotStart(f"{source} holds characters that no key has. Copy it again.")
    if " " in key:
        raise CannotStart(f"{source} holds a blank. Give the key alone, without the word Token.")
    return Secret(key)
