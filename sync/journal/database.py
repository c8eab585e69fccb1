"""The journal's file: how it is opened, guarded and told from another one."""

import os
import sqlite3
import stat
from contextlib import closing, suppress
from pathlib import Path

from sync.errors import CannotStart
from sync.files import make_private_folder
from sync.journal.tables import MIGRATIONS, SCHEMA, VERSION, checksum, row_has_text

ELSEWHERE = "Choose another place with --state-dir."


class JournalUnreadable(CannotStart):
    """The journal is gone, is another file by now, or does not hold what this program wrote."""


Identity = tuple[int, int, int]


def identity(path: Path) -> Identity:
    """What tells the journal's files (the database and its write-ahead log) from others of the same name.

    Raises:
        FileNotFoundError: the database is gone.
    """
    file_stat = os.lstat(path)
    try:
        log = os.lstat(f"{path}-wal").st_ino
    except FileNotFoundError:
        log = 0
    return file_stat.st_dev, file_stat.st_ino, log


def connect(path: Path) -> sqlite3.Connection:
    """Open the journal for writing; make it where there is none.

    Raises:
        CannotStart: it cannot be opened, is not this user's own, or was written by a newer version.
    """
    try:
        make_private_folder(path.parent)
        _secure(path, create=True)
        db = sqlite3.connect(path, timeout=30, check_same_thread=False)
        db.create_function("row_checksum", 6, checksum, deterministic=True)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")  # a commit is on disk when it returns, power cut or not
        db.execute("PRAGMA fullfsync = ON")  # macOS leaves what is synchronised in the disk's own memory otherwise
        _prepare(db, path)
    except (sqlite3.Error, OSError, UnicodeDecodeError) as e:
        raise CannotStart(f"the journal {path} can't be opened ({e}). {ELSEWHERE}") from e
    return db


def connect_for_reading(path: Path) -> sqlite3.Connection:
    """Open a journal that exists, for reading. One of an older version is migrated first.

    Raises:
        CannotStart: as for `connect`.
        sqlite3.Error, OSError: it is gone, or cannot be read.
    """
    _secure(path, create=False)
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
    db.create_function("row_has_text", 9, row_has_text, deterministic=True)
    try:
        version = _version(db)
        if version > VERSION:
            raise _too_new(path)
        if version < VERSION:
            connect(path).close()
    except BaseException:
        db.close()
        raise
    return db


def _secure(path: Path, create: bool) -> None:
    """See that the journal is a file of this user, readable by nobody else.

    A journal that exists is never opened here. When a process closes a file, POSIX drops all locks that it has on that
    file, those of SQLite's open connections too. Another process that closed the journal then would find nobody using
    it, and remove its write-ahead log.

    Raises:
        CannotStart: it is a link, is read-only, or belongs to somebody else.
        OSError: it is not there, or its rights cannot be changed.
    """
    if create:
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    file_stat = os.lstat(path)
    if stat.S_ISLNK(file_stat.st_mode):
        raise CannotStart(f"the journal {path} is a link, and is not used. {ELSEWHERE}")
    if os.name != "nt":
        if file_stat.st_uid != os.geteuid():
            raise CannotStart(f"the journal {path} belongs to another user, and is not used. {ELSEWHERE}")
        if stat.S_IMODE(file_stat.st_mode) & 0o077:
            path.chmod(0o600)
    if not os.access(path, os.W_OK):  # SQLite writes beside it even to read, and does not say what is wrong
        raise CannotStart(f"the journal {path} is read-only here. {ELSEWHERE}")
    for part in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{path}{part}").chmod(0o600, follow_symlinks=True)


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    db.execute("BEGIN IMMEDIATE")  # two first runs at once: one makes the tables
    version = _version(db)
    if version > VERSION:
        db.rollback()
        raise _too_new(path)
    statements = SCHEMA.split(";\n") if version == 0 else [s for n in range(version, VERSION) for s in MIGRATIONS[n]]
    for statement in statements:
        db.execute(statement)
    if version < VERSION:
        db.execute(f"PRAGMA user_version = {VERSION}")
    db.commit()


def _version(db: sqlite3.Connection) -> int:
    with closing(db.execute("PRAGMA user_version")) as cursor:
        return int(cursor.fetchone()[0])


def _too_new(path: Path) -> CannotStart:
    return CannotStart(f"the journal {path} was written by a newer campfire-sync. Update this one.")
