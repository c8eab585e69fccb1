"""The operating system's keychain, which may keep the API key of each base URL.

Headless machines often have none, and scheduled tasks may run before it is unlocked: so the environment variable comes
first, and a keychain that cannot be used is never more than a sentence in a message.
"""

from contextlib import suppress

from sync.errors import CannotStart

SERVICE = "campfire-sync"
_handed_out: set[str] = set()


class KeychainTrouble(CannotStart):
    """There is no keychain that can be used, or it refused."""


def read(base_url: str) -> str:
    """The key that is kept for a base URL; empty if there is none.

    Raises:
        KeychainTrouble: it cannot be known.
    """
    import keyring  # late: it looks for backends, which takes its time

    try:
        key = keyring.get_password(SERVICE, base_url) or ""
    except Exception as e:  # backends raise whatever their libraries do
        raise KeychainTrouble(f"the keychain of this computer cannot be used ({_reason(e)})") from None
    if key:
        _handed_out.add(key)
    return key


def store(base_url: str, key: str) -> None:
    """Keep a key for a base URL, in place of the one that was kept.

    Raises:
        KeychainTrouble: it is not kept.
    """
    import keyring

    _handed_out.add(key)
    try:
        keyring.set_password(SERVICE, base_url, key)
    except Exception as e:
        raise _not_kept(_reason(e)) from None
    kept = None
    with suppress(Exception):  # keyring's own null backend takes everything, and keeps nothing
        kept = keyring.get_password(SERVICE, base_url)
    if kept != key:
        with suppress(Exception):  # it may be there, and of no use
            keyring.delete_password(SERVICE, base_url)
        raise _not_kept("it does not give the key back")


def forget(base_url: str) -> bool:
    """Remove the key of a base URL. False: none was kept.

    Raises:
        KeychainTrouble: it could not be removed.
    """
    if not read(base_url):
        return False
    import keyring

    try:
        keyring.delete_password(SERVICE, base_url)
    except Exception as e:
        raise KeychainTrouble(f"the key could not be removed from the keychain ({_reason(e)})") from None
    return True


def handed_out() -> frozenset[str]:
    """The keys that this process got from the keychain or put into it: what nothing that is printed may hold."""
    return frozenset(_handed_out)


def _not_kept(reason: str) -> KeychainTrouble:
    return KeychainTrouble(
        f"the key was not kept: the keychain of this computer cannot be used ({reason}). Set the environment variable "
        "CAMPFIRE_API_KEY instead."
    )


def _reason(error: Exception) -> str:
    """Why, in a few words. keyring says at length which packages might be installed."""
    if type(error).__name__ == "NoKeyringError":
        return "it has none"
    return (str(error).splitlines() or [""])[0] or type(error).__name__
