"""One run: start everybody, hold the contests, and gather what they found."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from filter.scan import Scanner
from tests.benchmarks import commands, contest, doors, machine, memory, report, smtp
from tests.benchmarks.contest import Contestant
from tests.benchmarks.corpus import Corpus
from tests.benchmarks.memory import Memory
from tests.benchmarks.neighbours import bogofilter, rspamd, spamd
from tests.benchmarks.report import Part, Report
from tests.benchmarks.steps import WHOLE, Steps, Whole
from tests.commands import COMMAND

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Scale:
    """How much: `messages` of a corpus, counted `rounds`, `lessons` of each class for those that learn slowly."""

    messages: int
    rounds: int
    lessons: int
    mails: int
    """By SMTP, in each round."""


FULL = Scale(messages=400, rounds=5, lessons=300, mails=500)
QUICK = Scale(messages=24, rounds=1, lessons=10, mails=50)


class Bench:
    """What is running, and what is known so far."""

    def __init__(self, corpora: Sequence[Corpus], scale: Scale, scratch: Path, stack: ExitStack, tell: Tell) -> None:
        self.corpora, self.scale, self.scratch, self.stack, self.tell = corpora, scale, scratch, stack, tell
        self.scanner = Scanner.load()
        self.neighbours: list[Contestant] = []
        self.memory: dict[str, Callable[[], Memory]] = {}
        self.absent: dict[str, str] = {}
        self.notes: list[str] = []

    @property
    def lessons(self) -> Corpus:
        """The corpus that neighbours learn from: the first one with ham and spam, else one without lessons."""
        return next((one for one in self.corpora if one.ham and one.spam), self.corpora[0])

    def has(self, *names: str) -> bool:
        """Whether these programs are installed; who misses one is absent."""
        missing = [name for name in names if not machine.program(name)]
        if missing:
            self.absent[names[0]] = f"{', '.join(missing)} not installed (make bench-install)"
        return not missing


def run(corpora: Sequence[Corpus], scale: Scale, scratch: Path, *, neighbours: bool, tell: Tell) -> Report:
    """Measure all. Ends every process that it starts."""
    described = machine.describe()
    idle = memory.idle(scratch / "idle")
    with ExitStack() as stack:
        bench = Bench(corpora, scale, scratch, stack, tell)
        if neighbours:
            _start_neighbours(bench)
        parts = [*_judging(bench), *_other(bench, neighbours=neighbours)]
        after = {name: taken() for name, taken in bench.memory.items()}
    return Report(described, scale.rounds, parts, {**idle, **after}, bench.absent, bench.notes)


def _start_neighbours(bench: Bench) -> None:
    for start in (_bogofilter, _rspamd, _spamd):
        bench.tell(f"starting {start.__name__[1:]}, and teaching it")
        try:
            start(bench)
        except (OSError, ValueError) as error:
            bench.absent[start.__name__[1:]] = f"did not start or learn: {error}"


def _bogofilter(bench: Bench) -> None:
    if bench.has("bogofilter", "stdbuf"):
        folder = bench.scratch / "bogofilter"
        bogofilter.learn(folder, bench.lessons.ham, bench.lessons.spam)
        bench.neighbours.append(bench.stack.enter_context(bogofilter.running(folder)))


def _rspamd(bench: Bench) -> None:
    if bench.has("rspamd"):
        server = bench.stack.enter_context(rspamd.running(bench.scratch / "rspamd"))
        _learned(bench, rspamd.NAME, server.learn)
        if not server.uses_bayes(bench.lessons.spam):
            bench.notes.append("rspamd judged without Bayes: it had too little to learn from.")
        bench.neighbours.append(server.contestant())
        bench.memory["rspamd's worker, after work"] = partial(memory.of, [server.worker])


def _spamd(bench: Bench) -> None:
    if bench.has("spamd", "sa-learn"):
        folder = bench.scratch / "spamd"
        _learned(bench, spamd.NAME, partial(spamd.learn, folder))
        server = bench.stack.enter_context(spamd.running(folder))
        bench.neighbours.append(server.contestant())
        bench.memory["SpamAssassin's spamd, one child, after work"] = lambda: memory.of(server.pids)


def _learned(bench: Bench, name: str, learn: Callable[..., float]) -> None:
    """Teach it a part of the half: it takes longer than others."""
    ham, spam = (kind[: bench.scale.lessons] for kind in (bench.lessons.ham, bench.lessons.spam))
    spent = learn(ham, spam)
    if ham:
        count = len(ham) + len(spam)
        bench.notes.append(f"{name} learned {count} messages, once, {1000 * spent / count:.2f} ms each.")


def _judging(bench: Bench) -> list[Part]:
    """Everybody judges the same messages."""
    gate = bench.stack.enter_context(doors.server(bench.scratch / "doors"))
    bench.memory["server and one worker, after work"] = lambda: memory.of(doors.pids(gate))
    everybody: list[Contestant] = [
        Steps(bench.scanner),
        Whole(bench.scanner),
        *doors.contestants(gate),
        *bench.neighbours,
    ]
    found = []
    for corpus in bench.corpora:
        rows = contest.hold(everybody, corpus.measured, bench.scale.rounds, partial(_tell, bench.tell, corpus.title))
        found.append(report.part(corpus.title, rows, WHOLE, corpus))
    return found


def _tell(tell: Tell, title: str, text: str) -> None:
    tell(f"{title}: {text}")


def _other(bench: Bench, *, neighbours: bool) -> Iterator[Part]:
    """The proxy, cold start and training: rounds of their own, as they do other things with other mail."""
    file = bench.scratch / "letter"
    file.write_bytes(smtp.letter())
    if bench.has("smtp-source", "smtp-sink"):
        yield _part(bench, f"by SMTP, {smtp.SIZE // 1024} KiB", smtp.SAME, _smtp(bench, file))
    beside = neighbours and machine.program("bogofilter") is not None
    yield _part(bench, "cold start, a command for one file", commands.COLD, _cold(bench, file, beside=beside))
    if bench.lessons.ham and bench.lessons.spam:
        turns: list[Contestant] = [commands.Training(bench.lessons)]
        turns += [commands.BogofilterTraining(bench.lessons)] if beside else []
        yield _part(bench, "training", commands.TRAINING, turns)


def _part(bench: Bench, title: str, base: str, turns: Sequence[Contestant]) -> Part:
    rows = contest.hold(turns, (), bench.scale.rounds, partial(_tell, bench.tell, title))
    return report.part(title, rows, base)


def _cold(bench: Bench, file: Path, *, beside: bool) -> list[Contestant]:
    ours = commands.Cold(commands.COLD, [COMMAND, "score", str(file)])
    words = [str(machine.program("bogofilter")), "-T", "-d", str(bench.scratch / "bogofilter"), "-I", str(file)]
    return [ours, commands.Cold(f"{bogofilter.NAME} FILE", words, bogofilter.VERDICTS)] if beside else [ours]


def _smtp(bench: Bench, file: Path) -> list[Contestant]:
    pid, port = bench.stack.enter_context(smtp.sink())
    relay = f"127.0.0.1:{port}"
    gate = bench.stack.enter_context(doors.server(bench.scratch / "proxy", relay))
    two = bench.stack.enter_context(doors.server(bench.scratch / "two", relay, processes=2))
    count = bench.scale.mails
    return [
        smtp.Proxy(gate.port, doors.pids(gate), bench.scanner, file, count),
        smtp.TwoProcesses(two.port, doors.pairs(two), file, count),
        smtp.Floor(pid, port, file, count),
    ]
