"""Something happens to a command at a point; what the command says is held to what the server saw, and the work is
finished by what it says to type next. Used by `test_events`.
"""

import shlex
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import is_zipfile

from tests.support.command import KEYS
from tests.support.fault_server import Asked
from tests.support.poison import every_poison
from tests.support.product import Ran
from tests.support.sweep_kills import Case
from tests.support.truth import holds, judge_records

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
AT_ONCE = ("SIGINT and SIGTERM",)  # the second signal leaves at once, and nothing is said
POISON = "a poison answer"
CLOCKS = ("clock set back", "clock set forward")
HARMLESS = (
    *("stdout gone", "stderr gone", "stdout narrow", "stderr narrow"),
    *("sheet gone", "current folder gone", "temporary folder gone", *CLOCKS),
)
LOST = ("state directory gone", "journal damaged")  # nobody can bring the journal back
MOVED = ("state directory renamed", "journal renamed", "journal replaced")  # a person can
NO_ROOM = ("no more descriptors", "disk full", "disk full for a moment")
SILENT = (*AT_ONCE, "stdout gone", "disk full", "disk full for a moment")  # stdout, a file here, may take nothing


def a_run(case: Case) -> list[str]:
    return ["run", str(case.sheet)]


def a_resume(case: Case) -> list[str]:
    case.command("run", str(case.sheet), "--first", "3")
    return ["resume"]


def an_apply(case: Case) -> list[str]:
    return ["apply", case.command("run", str(case.sheet), "--dry-run")[2].run]


def an_undo(case: Case) -> list[str]:
    return ["undo", case.command("run", str(case.sheet))[2].run]


COMMANDS: tuple[Callable[[Case], list[str]], ...] = (a_run, a_resume, an_apply, an_undo)


@dataclass
class Scene:
    """A command that something can happen to, again and again."""

    case: Case
    words: list[str]
    put_back: Callable[[], None]
    points: list[str]  # that it goes by where nothing happens to it
    undisturbed: Ran
    before: int  # requests that came before it
    methods: list[str]  # of the requests that it makes where nothing happens to it
    tried: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, case: Case, prepare: Callable[[Case], list[str]]) -> "Scene":
        """The command as it is where nothing happens."""
        case.anew()
        words = prepare(case)
        put_back, before = case.kept(), len(case.server.log)
        code, points, ran = case.command(*words)
        assert code in (0, 1), ran.stderr
        assert len(points) > 20, ran.stderr
        return cls(case, words, put_back, points, ran, before, [asked.method for asked in case.server.log[before:]])

    @property
    def puts(self) -> list[Asked]:
        """The PUTs of this command that have come so far."""
        return [asked for asked in self.case.server.log[self.before :] if asked.method == "PUT"]

    @property
    def puts_of_the_run(self) -> list[Asked]:
        """The PUTs of the run that the command began, or continued."""
        begun = 0 if self.words[0] == "resume" else self.before
        return [asked for asked in self.case.server.log[begun:] if asked.method == "PUT"]

    def answers(self) -> list[tuple[int, bool]]:
        """The requests of the command by number (from 1), and whether an update is applied before its answer."""
        numbered = list(enumerate(self.methods, start=1))
        return [(nth, False) for nth, _ in numbered] + [(nth, True) for nth, method in numbered if method == "PUT"]

    def play(self, event: str, place: int) -> None:
        """Let the event happen at a point; judge, and go on."""
        self.put_back()
        name = self.points[place]
        nth = self.points[: place + 1].count(name)
        already = event if event in CLOCKS else ""
        _, _, ran = self.case.command(*self.words, at=(name, nth), event=event)
        self.tried[name] += 1
        try:
            self.judge(event, ran)
            if event not in LOST or self.words[0] != "undo":
                self.go_on(event, ran, already)
        except AssertionError as e:
            self._note(f"{event}, {self.words[0]}, {name} {nth}", e, ran)

    def poison(self, name: str, nth: int, applied: bool) -> None:
        """Let the nth request of the command be answered like this; judge, and go on."""
        self.put_back()
        server = self.case.server
        server.raw = every_poison()
        server.nth = {self.before + nth: f"raw:{name}" + ("-after-apply" if applied else "")}
        ran = self.case.command(*self.words)[2]
        server.nth = {}
        self.tried["answers"] += 1
        try:
            self.judge(POISON, ran)
            asked = server.log[self.before + nth - 1]
            puts = len(self.puts_of_the_run)
            assert ran.json["requests"]["PUT"] == puts, f"{ran.json['requests']}, {puts} PUTs"
            sound = {self.case.job.nobody, self.case.job.refused}
            rejected = {told.customer for told in ran.told if told.status == "rejected"} - sound
            assert rejected <= {asked.customer}, f"rejected: {rejected}"
            self.go_on(POISON, ran, lost=frozenset(rejected))
        except AssertionError as e:
            self._note(f"{name}{' after it was applied' * applied}, {self.words[0]}, request {nth}", e, ran)

    def _note(self, where: str, error: AssertionError, ran: Ran) -> None:
        said = f"exit {ran.exit_code}: {ran.stderr.strip()[-600:]}"
        self.wrong.append(f"{where}: {str(error).splitlines()[0]}\n    {said}")

    def judge(self, event: str, ran: Ran) -> None:
        """Hold what the command said to what the server saw."""
        code, puts = ran.exit_code, self.puts
        assert code in self.codes(event), f"exit code {code}"
        assert "Traceback" not in ran.stdout + ran.stderr, "a traceback"
        assert not (code == 2 and puts), f"exit code 2, and {len(puts)} PUTs were sent"
        told = ran.json
        if event in SILENT and not told:
            return
        assert list(told) == KEYS, f"no JSON object: {ran.stdout[-300:]!r}"
        assert told["exit_code"] == code
        sent = puts if code == 2 else self.puts_of_the_run  # of a run that could not be gone on with nothing is known
        assert told["requests"]["PUT"] >= len(sent), f"{told['requests']} and {len(sent)} PUTs"
        assert (told["error"] is None) == (code in (0, 1)), f"error: {told['error']}"
        assert code not in (3, 130) or told["next"], "nothing to type next"
        assert told["results"] is None or is_zipfile(told["results"]), f"no workbook {told['results']}"
        if told["run"] and told["rows"]:
            self.judge_counts(event, told["counts"], told["rows"])

    def judge_counts(self, event: str, counts: dict[str, int], rows: int) -> None:
        """Hold the rows by status to what the server applied."""
        applied = {asked.customer for asked in self.puts_of_the_run if asked.applied}
        assert sum(counts.values()) == rows, f"{counts} of {rows}"
        assert counts["updated"] <= len(applied), f"{counts}, and {len(applied)} were applied"
        untouched = counts["not_sent"] + counts["unchanged"] + counts["invalid"] + counts["would_update"]
        assert untouched <= rows - len(applied), f"{counts}, and {len(applied)} were applied"
        if event in HARMLESS:
            assert counts == self.undisturbed.json["counts"], f"{counts}"

    def codes(self, event: str) -> tuple[int, ...]:
        """The exit codes that are true after this event."""
        usual = self.undisturbed.exit_code
        if event in HARMLESS:
            return (usual,)
        if event in (*SIGNALS, *AT_ONCE):
            return (130, usual)
        return (1, usual) if event == POISON else (1, 2, 3, usual)

    def go_on(self, event: str, ran: Ran, already: str = "", lost: frozenset[int] = frozenset()) -> None:
        """The person mends the cause and types what the command said; in the end all is there that was asked for.

        Args:
            lost: customers whose rows the API has refused.
        """
        code = ran.exit_code
        if code in (0, 1) and ran.json and not ran.json["next"]:
            return self._judge_the_end(lost)
        self._mend()
        words = shlex.split(ran.json.get("next") or "")[1:]
        if code == 2:
            words = self.words
        elif not words:
            words = ["resume"]
        again = self.case.command(*words, already=already)[2]
        if again.exit_code == 3 and event == "journal damaged":
            again.exit_code = 2  # the damage was seen too late for that
        if again.exit_code == 2 and self.words[0] != "undo":
            excused = event in (*LOST, *MOVED, "wal gone", *SILENT) or ran.json.get("run") is None
            assert excused, f"typed {words}: {again.stderr}"
            shutil.rmtree(self.case.folder / "state", ignore_errors=True)
            sheet = self.undisturbed.json["file"]
            again = self.case.command("run", sheet, "--again", already=already)[2]
        if event == "wal gone" and again.exit_code == 2:
            return None  # an undo of a run that the journal does not know any more
        assert again.exit_code in (0, 1), f"typed {words}: exit {again.exit_code}: {again.stderr}"
        return self._judge_the_end(lost)

    def _mend(self) -> None:
        state = self.case.folder / "state"
        if (renamed := state.with_name("renamed")).exists():
            shutil.rmtree(state, ignore_errors=True)
            renamed.rename(state)
        if (state / "renamed.sqlite3").exists():
            for name in ("journal.sqlite3", "journal.sqlite3-shm"):
                (state / name).unlink(missing_ok=True)
            (state / "renamed.sqlite3").rename(state / "journal.sqlite3")

    def _judge_the_end(self, lost: frozenset[int]) -> None:
        server, job = self.case.server, self.case.job
        if self.words[0] == "undo":
            changed = {number: server.changed(number) for number in server.records if number not in lost}
            assert not any(changed.values()), f"not put back: {changed}"
            return
        judge_records(server, self.case.wishes)
        for number, edits in self.case.wishes.items():
            if number not in (job.nobody, job.refused, *lost):
                assert holds(server.records[number], edits), f"customer {number} does not hold its edits"

    def check(self, event: str) -> None:
        """Say what was tried, and fail where something was wrong."""
        print(f"\n{event}, {self.words[0]}: {self.tried.total()} points {dict(self.tried)}")  # noqa: T201
        assert not self.wrong, f"{len(self.wrong)} of {self.tried.total()}:\n" + "\n".join(self.wrong[:8])


def spread(count: int, tried: int) -> range:
    """So many of these places, evenly spread."""
    step = max(count // tried, 1)
    return range(step // 2, count, step)


def memory_folder() -> str | None:
    """A folder in memory: what happens to a process needs no disk."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None
