"""What nobody needs any more does not stay in the state directory for ever."""

import os
import time
from pathlib import Path

from sync.app.drafts import Drafts
from sync.app.pages import make_app
from sync.commands.kept_sheets import LIFE
from tests.app.conftest import RunningApp
from tests.support.app_client import AppClient


def test_a_sheet_that_no_run_was_made_from_goes_when_nobody_has_touched_it_for_a_month(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    path = tmp_path / "edits.csv"
    path.write_text("Customer ID,City\n1,Ulm\n", encoding="utf-8")
    previewed = app.state / "app" / client.page(client.preview(path)).partition("/sheets/")[2][:22]
    dropped, recent = (Drafts(app.state).for_export("customers").parent for _ in range(2))
    long_ago = time.time() - LIFE.total_seconds() - 60
    for folder in (previewed, dropped):
        os.utime(folder, (long_ago, long_ago))
    make_app(app.settings)
    assert [folder.is_dir() for folder in (previewed, dropped, recent)] == [True, False, True]
