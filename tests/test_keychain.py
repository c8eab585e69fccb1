"""The key in the keychain: found, kept, removed; and a keychain that is not there is never fatal."""

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeychain
from keyring.backends.null import Keyring as NullKeychain

from sync import keychain
from sync.errors import CannotStart
from sync.settings import BASE_URL, api_key

KEY = "example-key-3f8a51c07d"


class Keychain(KeyringBackend):
    """A keychain in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Locked(Keychain):
    """A keychain that nobody has unlocked, as a scheduled task meets it."""

    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked("the collection is locked\nand more")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(f"cannot store {password}")


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Keychain:
    monkeypatch.delenv("CAMPFIRE_API_KEY", raising=False)
    return use(monkeypatch, Keychain())


def use(monkeypatch: pytest.MonkeyPatch, backend: KeyringBackend) -> Keychain:
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    return backend  # type: ignore[return-value]


def test_the_key_is_that_of_the_base_url(kept: Keychain) -> None:
    keychain.store(BASE_URL, KEY)
    keychain.store("https://other.example.com", "another-key-of-another-account")
    assert api_key().reveal() == KEY
    assert api_key("https://other.example.com").reveal() == "another-key-of-another-account"


def test_the_environment_comes_first(kept: Keychain, monkeypatch: pytest.MonkeyPatch) -> None:
    keychain.store(BASE_URL, KEY)
    monkeypatch.setenv("CAMPFIRE_API_KEY", "the-key-of-the-environment")
    assert api_key().reveal() == "the-key-of-the-environment"


def test_a_key_that_the_keychain_drops_is_not_said_to_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, NullKeychain())
    with pytest.raises(CannotStart, match=r"the key was not kept: .* \(it does not give the key back\)"):
        keychain.store(BASE_URL, KEY)


class WriteOnly(Keychain):
    """A keychain that is locked again as soon as it has a key."""

    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked("the collection is locked")


def test_a_key_that_cannot_be_read_back_is_not_left_in_the_keychain(monkeypatch: pytest.MonkeyPatch) -> None:
    write_only = use(monkeypatch, WriteOnly())
    with pytest.raises(CannotStart, match="the key was not kept"):
        keychain.store(BASE_URL, KEY)
    assert write_only.kept == {}


def test_a_key_that_is_forgotten_is_gone(kept: Keychain) -> None:
    keychain.store(BASE_URL, KEY)
    assert keychain.forget(BASE_URL)
    assert not keychain.forget(BASE_URL)
    with pytest.raises(CannotStart, match=r"CAMPFIRE_API_KEY.*key set"):
        api_key()


@pytest.mark.parametrize(("backend", "reason"), [(NoKeychain, "it has none"), (Locked, "the collection is locked")])
def test_a_keychain_that_cannot_be_used_is_a_sentence_in_the_message(
    backend: type[KeyringBackend], reason: str, kept: Keychain, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, backend())
    with pytest.raises(CannotStart, match="the API key is missing") as raised:
        api_key()
    assert reason in str(raised.value)
    assert "key set" not in str(raised.value), "it would not work"
    assert "\n" not in str(raised.value)
    monkeypatch.setenv("CAMPFIRE_API_KEY", KEY)
    assert api_key().reveal() == KEY


def test_a_key_that_is_not_kept_is_not_named(kept: Keychain, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, NoKeychain())
    with pytest.raises(CannotStart, match="not kept") as raised:
        keychain.store(BASE_URL, KEY)
    assert KEY not in str(raised.value)


def test_a_key_in_the_keychain_that_no_key_looks_like_is_refused_and_not_shown(kept: Keychain) -> None:
    keychain.store(BASE_URL, f"Token {KEY}")
    with pytest.raises(CannotStart, match="keychain") as raised:
        api_key()
    assert KEY not in str(raised.value)


def test_what_the_keychain_handed_out_is_known_to_whoever_prints(kept: Keychain) -> None:
    from sync.cli.masking import without_key

    keychain.store(BASE_URL, KEY)
    api_key()
    assert KEY not in without_key(f"an error that holds {KEY}")
