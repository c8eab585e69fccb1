"""The page and the plan file that the app writes with each preview of a sheet that it keeps."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sync.app.jobs import Recorder
from sync.settings import Settings

_KINDS = ("html", "plan")


@contextmanager
def preview_files(folder: Path, settings: Settings, recorder: Recorder) -> Iterator[Settings]:
    """The settings by which a preview in this block leaves both files; they are named after the run once it is over."""
    made = {kind: folder / f"preview.{kind}" for kind in _KINDS}
    for path in made.values():
        path.unlink(missing_ok=True)
    yield replace(settings, html=made["html"], plan=made["plan"])
    for kind, path in made.items():
        if path.exists():
            path.replace(preview_file(folder, recorder.run, kind))


def preview_file(folder: Path, run: str, kind: str) -> Path:
    """Where the file of this kind (`html`, `plan`) of a preview is."""
    return folder / f"preview-{run}.{kind}"
