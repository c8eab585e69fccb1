"""A new file is there whole or not at all, and nobody else's goes for it."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from sync.errors import CannotStart, FileRefused
from sync.files import new_file, opened, replace_content


def write(path: Path, meanwhile: Callable[[], object] = lambda: None) -> None:
    with new_file(path) as file:
        file.write(b"ours")
        meanwhile()


def fails(number: int) -> Callable[..., NoReturn]:
    def call(*args: Any, **kwargs: Any) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return call


@pytest.fixture(params=["links", "no links"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With hard links, and on a file system that has none."""
    if request.param == "no links":
        monkeypatch.setattr(os, "link", fails(errno.EPERM))


@pytest.mark.usefixtures("either_way")
def test_it_is_there_and_nothing_else_is(tmp_path: Path) -> None:
    write(tmp_path / "a.bin")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.bin", b"ours")]


@pytest.mark.usefixtures("either_way")
def test_a_file_that_somebody_made_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    with pytest.raises(CannotStart, match="was created while this was running"):
        write(path, lambda: path.write_bytes(b"somebody's"))
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.bin", b"somebody's")]


def test_a_link_that_leads_nowhere_takes_the_name_too(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.symlink_to(tmp_path / "not there")
    with pytest.raises(CannotStart, match="exists already"):
        write(path)
    assert path.is_symlink()


def test_a_folder_that_cannot_be_synced_takes_nothing_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some shared folders refuse; the file itself is on disk by then."""
    real = os.fsync

    def fsync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    write(tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == b"ours"


def test_a_name_as_long_as_a_name_may_be(tmp_path: Path) -> None:
    path = tmp_path / f"{'客' * 83}.xlsx"  # 254 bytes
    write(path)
    assert path.read_bytes() == b"ours"


def test_where_the_writing_fails_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="No space left"):
        write(tmp_path / "a.bin", fails(errno.ENOSPC))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_content_is_replaced_for_its_owner_alone_unless_others_are_meant(tmp_path: Path) -> None:
    path = tmp_path / "choices.json"
    for content, mode in ((b"old", 0o644), (b"new", 0o600)):
        replace_content(path, content, mode)
        assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (content, mode)


def test_where_the_replacing_fails_the_old_content_stays_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "month.plan.sig").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", fails(errno.ENOSPC))
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        replace_content(tmp_path / "month.plan.sig", b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"month.plan.sig": b"old"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes of this kind")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "edits.csv")
    both_ends = os.open(tmp_path / "edits.csv", os.O_RDWR)  # so that whoever opens it all the same is not kept waiting
    with pytest.raises(FileRefused, match="a pipe or a device"):
        opened(tmp_path / "edits.csv")
    os.close(both_ends)
