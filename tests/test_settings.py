"""What the user asked for: the base URL, the key that nothing prints, where the journal is."""

import copy
import pickle
from pathlib import Path

import pytest

from sync.errors import CannotStart
from sync.settings import BASE_URL, Secret, Settings, api_key, checked_base_url

KEY = "0123456789abcdef-example"


# --- the base URL ---


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://api.meetcampfire.com", "https://api.meetcampfire.com"),
        ("https://api.example.com/", "https://api.example.com"),
        ("https://api.example.com/v2//", "https://api.example.com/v2"),
        (" https://api.example.com:8443\n", "https://api.example.com:8443"),
        ("HTTPS://API.Example.com", "https://api.example.com"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("http://127.8.9.1", "http://127.8.9.1"),
        ("http://localhost:8765/", "http://localhost:8765"),
        ("http://[::1]:8765", "http://[::1]:8765"),
    ],
)
def test_a_base_url_is_https_or_on_this_machine(text: str, url: str) -> None:
    assert checked_base_url(text) == url


@pytest.mark.parametrize(
    "text",
    ["http://api.meetcampfire.com", "http://192.168.0.7", "http://0.0.0.0", "http://127.0.0.1.example.com",
     "http://localhost.example.com", "http://[2001:db8::1]", "http://2130706433"],
)  # fmt: skip
def test_a_base_url_that_would_send_the_key_in_clear_is_refused(text: str) -> None:
    with pytest.raises(CannotStart, match=r"in clear\. Use https"):
        checked_base_url(text)


@pytest.mark.parametrize(
    "text",
    ["api.meetcampfire.com", "https://", "ftp://api.example.com", "file:///etc/passwd", "https://api.example.com?x=1",
     "https://api.example.com/#a", "https://[::1", "https://api.example.com:99999", "https://api.example.com:x", "x",
     "//api.example.com", "https:api.example.com", "https://exa mple.com", "https://api..example.com",
     "https://api.example.com/a b", "https://api.example.com/\x07"],
)  # fmt: skip
def test_what_is_no_base_url_is_refused(text: str) -> None:
    with pytest.raises(
        CannotStart, match=r"is not a base URL\. A base URL looks like https://api\.meetcampfire\.com\."
    ):
        checked_base_url(text)


@pytest.mark.parametrize(
    "text",
    ["https://admin:hunter2@api.example.com", "https://hunter2@api.example.com", "https://x:hunter2@api.example.com?a=1",
     "http://x:hunter2@api.example.com", "https://x:hunter2@api.example.com:99999", "https://x:hunter2@",
     "http://127.0.0.1\\:hunter2@api.example.com", "ftp://x:hunter2@example.com"],
)  # fmt: skip
def test_a_password_in_a_base_url_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(CannotStart) as e:
        checked_base_url(text)
    assert "hunter2" not in str(e.value)
    assert "CAMPFIRE_API_KEY" in str(e.value)


# --- the key ---


@pytest.mark.parametrize("text", [KEY, f"{KEY}\n", f"  {KEY}\r\n"])
def test_the_key_is_that_of_the_environment_without_what_files_add(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMPFIRE_API_KEY", text)
    assert api_key().reveal() == KEY


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_a_key_that_is_missing_is_asked_for(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMPFIRE_API_KEY", text)
    with pytest.raises(CannotStart, match="Set the environment variable CAMPFIRE_API_KEY"):
        api_key()
    monkeypatch.delenv("CAMPFIRE_API_KEY")
    with pytest.raises(CannotStart, match="Set the environment variable CAMPFIRE_API_KEY"):
        api_key()


@pytest.mark.parametrize("text", [f"{KEY}\nX: 1", f"{KEY}é", f"{KEY}\x07", f"“{KEY}”", f"Token {KEY}", f"{KEY}\t{KEY}"])
def test_a_key_that_no_key_looks_like_is_refused_and_not_shown(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMPFIRE_API_KEY", text)
    with pytest.raises(CannotStart) as e:
        api_key()
    assert KEY not in str(e.value)
    assert KEY not in repr(e.value)
    assert e.value.__cause__ is None


def test_a_key_does_not_print() -> None:
    secret = Secret(KEY)
    for said in (
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r:>40}",
        repr([secret]),
        repr({"k": secret}),
    ):
        assert KEY not in said
    assert not hasattr(secret, "__dict__")


def test_a_key_is_not_written_anywhere() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(KEY))
    with pytest.raises(TypeError):
        copy.copy(Secret(KEY))


def test_the_key_is_no_setting() -> None:
    assert not any("key" in name for name in Settings.__slots__)


# --- the rest ---


def test_the_journal_is_in_the_state_directory() -> None:
    assert Settings(state_dir=Path("here")).journal == Path("here/journal.sqlite3")
    assert Settings().state.name == "campfire-sync"
    assert Settings().state.is_absolute()


def test_the_settings_that_are_not_given_are_those_of_the_product_page() -> None:
    usual = Settings()
    assert (usual.rate, usual.concurrency, usual.max_attempts, usual.timeout, usual.stop_after) == (5.0, 4, 5, 30.0, 20)
    assert BASE_URL == "https://api.meetcampfire.com"
    assert not any((usual.strict, usual.no_read, usual.sandbox, usual.yes, usual.json, usual.first, usual.max_changes))
