"""Whatever happens to a running command, what it says is true, and the work can be finished. The server judges.

`make sweep` lets every event happen at many points of a run, a resume, an apply and an undo. The ordinary suite tries
a few.
"""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.events import EVENTS
from tests.support.fault_server import FaultServer
from tests.support.launcher import Launcher
from tests.support.poison import every_poison
from tests.support.sweep_events import COMMANDS, Scene, memory_folder, spread
from tests.support.sweep_kills import SMALL, Case

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="descriptors as Linux has them")

HAPPENINGS = sorted(EVENTS.keys() - {"kill"})
MANY = int(os.environ.get("CAMPFIRE_SYNC_POINTS", "40"))
PARTS = 7


@pytest.fixture
def case(launcher: Launcher) -> Iterator[Case]:
    with FaultServer([]) as server, TemporaryDirectory(dir=memory_folder()) as folder:
        yield Case(server, launcher, Path(folder) / "case", job=SMALL)


def sweep(scene: Scene, event: str, tried: int) -> None:
    """Let the event happen at so many points of a command, each time on a case made anew."""
    for place in spread(len(scene.points), tried):
        scene.play(event, place)
    scene.check(event)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.__name__))
def test_what_happens_to_a_command_is_told_truly_and_mended(command: Callable[[Case], list[str]], case: Case) -> None:
    """Each event at one point of two of the commands, another one for each."""
    scene = Scene.of(case, command)
    for turn, event in enumerate(HAPPENINGS[COMMANDS.index(command) % 2 :: 2]):
        scene.play(event, (turn * 7 + 3) * len(scene.points) // 11 % len(scene.points))
    scene.check("each event")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.__name__))
def test_a_poison_answer_is_one_rows_problem_and_mended(command: Callable[[Case], list[str]], case: Case) -> None:
    """A few poisons to each command, each in the place of another answer."""
    scene = Scene.of(case, command)
    answers = scene.answers()
    for turn, name in enumerate(sorted(every_poison())[COMMANDS.index(command) * 5 :: 20]):
        scene.poison(name, *answers[turn * 5 % len(answers)])
    scene.check("poison")


@pytest.mark.sweep
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.__name__))
@pytest.mark.parametrize("part", range(PARTS))
def test_a_poison_in_the_place_of_any_answer_is_one_rows_problem_and_mended(
    part: int, command: Callable[[Case], list[str]], case: Case
) -> None:
    scene = Scene.of(case, command)
    places = list(itertools.product(sorted(every_poison()), scene.answers()))
    for name, answer in places[part :: PARTS * max(100 // MANY, 1)]:
        scene.poison(name, *answer)
    scene.check("poison")


@pytest.mark.sweep
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.__name__))
@pytest.mark.parametrize("event", HAPPENINGS)
def test_what_happens_at_any_point_of_a_command_is_told_truly_and_mended(
    event: str, command: Callable[[Case], list[str]], case: Case
) -> None:
    sweep(Scene.of(case, command), event, MANY)
