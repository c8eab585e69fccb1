"""LibreOffice, which saves a workbook as a person would."""

import shutil
import subprocess
from pathlib import Path

import pytest

WORKBOOK = "xlsx:Calc MS Excel 2007 XML"


def saved_by_libreoffice(path: Path, kind: str = WORKBOOK) -> Path:
    """The file as LibreOffice saves it, in a folder beside it. Without LibreOffice the test is skipped."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    profile, folder = path.parent / "profile", path.parent / "saved"
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", kind]
    subprocess.run([*command, "--outdir", str(folder), str(path)], check=True, capture_output=True, timeout=240)
    return folder / path.with_suffix(f".{kind.partition(':')[0]}").name
