"""Ways in which a journal gets lost while a run writes to it."""

from pathlib import Path


def remove(journal: Path) -> None:
    journal.unlink()


def rename(journal: Path) -> None:
    journal.rename(journal.with_name("moved.sqlite3"))


def replace(journal: Path) -> None:
    """A synchronised folder does this: the same content, and another file."""
    copy = journal.with_name("copy.sqlite3")
    copy.write_bytes(journal.read_bytes())
    copy.replace(journal)


def remove_log(journal: Path) -> None:
    Path(f"{journal}-wal").unlink()


WAYS = [remove, rename, replace, remove_log]
