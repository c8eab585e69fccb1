"""What is put aside while a command runs."""

import tempfile
from io import FileIO
from pathlib import Path

import pytest

from sync.scratch import NoScratchSpace, scratch_file


def test_a_scratch_file_needs_no_folder_for_temporary_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It may have been removed since Python chose it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with scratch_file() as file:
        file.write(b"kept")
        file.seek(0)
        assert file.read() == b"kept"
    assert tempfile.tempdir != str(tmp_path / "gone")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "gone"))
    with scratch_file() as file:
        assert file.write(b"kept") == 4


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device that is always full is Linux's")
def test_a_full_scratch_file_says_so_once_and_can_then_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing it writes what is left; failing again, that would take the place of what happened meanwhile."""
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda buffering: FileIO("/dev/full", "r+"))
    file = scratch_file(buffering=8)
    file.write(b"too")
    with pytest.raises(NoScratchSpace, match="TMPDIR"):
        file.flush()
    file.close()
    assert file.closed
