"""Random schedules of outside edits, lagging replicas and lost answers: no outside edit is lost, no neighbour touched,
nothing claimed that is not so. Judged by the server's own history.
"""

from pathlib import Path

import pytest

from tests.support.schedules import Schedule

pytestmark = pytest.mark.usefixtures("short_pauses", "quick_throttling")


def play(seeds: range, folder: Path) -> list[str]:
    """What is wrong in these schedules."""
    wrong: list[str] = []
    for seed in seeds:
        here = folder / str(seed)
        here.mkdir()
        wrong += Schedule(seed, here).play()
    return wrong


def test_in_random_schedules_no_row_is_lost_or_told_wrongly(tmp_path: Path) -> None:
    assert play(range(10), tmp_path) == []


@pytest.mark.sweep
@pytest.mark.parametrize("part", range(40))
def test_in_thousands_of_random_schedules_no_row_is_lost_or_told_wrongly(part: int, tmp_path: Path) -> None:
    assert play(range(1_000 + part * 100, 1_100 + part * 100), tmp_path) == []
