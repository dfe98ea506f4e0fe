"""Parent and children: each scenario is a small program, as a supervisor forks and takes the signals."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from filter.link import News
from tests.conftest import ROOT

PROGRAM = """
import asyncio, os, signal, sys, threading, time
from filter import supervisor
from filter.link import News
from filter.supervisor import Hooks, Supervisor
def say(*words): os.write(1, (" ".join(map(str, words)) + "\\n").encode())
def serve(number, link):
    async def main():
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, stop.set)
        loop.add_signal_handler(signal.SIGHUP, lambda: (say("reload", number), link.say(News.RELOADED)))
        link.follow(loop)
        say("child", number, os.getpid())
        link.say(News.READY)
        await stop.wait()
        say("end", number)
    asyncio.run(main())
    return 0
"""


class Program:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def lines(self, count: int) -> list[str]:
        return sorted(self.line() for _ in range(count))

    def child(self) -> int:
        word, _, pid = self.line().split()
        assert word == "child"
        return int(pid)

    def rest(self) -> list[str]:
        assert self.process.stdout is not None
        return sorted(self.process.stdout.read().splitlines())


@contextmanager
def running(text: str, *arguments: str) -> Iterator[Program]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM + text, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        yield Program(process)
    finally:
        process.kill()
        process.communicate()


SERVING = """
supervisor.FIRST_DELAY = 0.01
ended = []
hooks = Hooks(on_ready=lambda: say("ready"), on_stop=lambda: say("stop"), on_end=ended.append)
code = Supervisor(serve, 2, hooks).run()
os.write(2, str(len(ended)).encode())
sys.exit(code)
"""


def test_ready_when_all_are_and_stopped_when_all_have_ended() -> None:
    with running(SERVING) as program:
        pids = [program.child(), program.child()]
        assert program.line() == "ready"
        assert len(set(pids)) == 2
        program.process.send_signal(signal.SIGTERM)
        assert program.line() == "stop"
        assert program.rest() == ["end 0", "end 1"]
        assert program.process.wait(5) == 0
        assert program.process.stderr is not None
        assert program.process.stderr.read() == "2"  # the parent heard of both


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_child_that_dies_is_replaced(number: int) -> None:
    with running(SERVING) as program:
        pid, _ = program.child(), program.child()
        assert program.line() == "ready"
        os.kill(pid, number)
        assert program.child() != pid
        program.process.terminate()
        assert program.rest() == ["end 0", "end 1", "stop"]
        assert program.process.wait(5) == 0


def test_children_end_with_their_parent() -> None:
    with running(SERVING) as program:
        program.child()
        program.child()
        assert program.line() == "ready"
        program.process.kill()
        assert program.rest() == ["end 0", "end 1"]  # the pipe closes when the last of them is gone


def test_sighup_reaches_all_and_they_are_ready_again() -> None:
    text = """
Supervisor(serve, 2, Hooks(on_ready=lambda: say("ready"), reread=lambda: 2)).run()
"""
    with running(text) as program:
        program.lines(2)
        assert program.line() == "ready"
        program.process.send_signal(signal.SIGHUP)
        assert program.lines(2) == ["reload 0", "reload 1"]
        assert program.line() == "ready"


def test_settings_that_are_refused_reach_nobody() -> None:
    text = """
Supervisor(serve, 2, Hooks(on_ready=lambda: say("ready"), reread=lambda: say("refused"))).run()
"""
    with running(text) as program:
        program.lines(2)
        assert program.line() == "ready"
        program.process.send_signal(signal.SIGHUP)
        assert program.line() == "refused"
        program.process.terminate()
        assert program.rest() == ["end 0", "end 1"]


@pytest.mark.parametrize(("count", "lines"), [(1, ["end 1", "reload 0"]), (3, ["child 2", "reload 0", "reload 1"])])
def test_reload_may_change_their_number(count: int, lines: list[str]) -> None:
    text = """
Supervisor(serve, 2, Hooks(on_ready=lambda: say("ready"), reread=lambda: int(sys.argv[1]))).run()
"""
    with running(text, str(count)) as program:
        program.lines(2)
        assert program.line() == "ready"
        program.process.send_signal(signal.SIGHUP)
        seen = []
        while (line := program.line()) != "ready":
            seen.append(line)
        seen += [program.line()] if len(seen) < len(lines) else []
        assert sorted(line if "child" not in line else line[:7] for line in seen) == lines
        program.process.terminate()
        assert program.rest() == [f"end {number}" for number in range(count)]


def test_what_is_wrong_with_the_settings_is_said_once() -> None:
    with running("""sys.exit(Supervisor(lambda number, link: say("bad settings") or 1, 4).run())""") as program:
        assert program.rest() == ["bad settings"]
        assert program.process.wait(5) == 1


@pytest.mark.slow
def test_child_that_cannot_live_is_started_ever_more_slowly() -> None:
    text = """
supervisor.FIRST_DELAY, supervisor.LONGEST_DELAY = 0.05, 0.2
def work(number, link):
    if number == 0:
        return serve(number, link)
    say(time.monotonic())
    return 1
Supervisor(work, 2).run()
"""
    with running(text) as program:
        program.child()
        times = [float(program.line()) for _ in range(6)]
        pauses = [after - before for before, after in pairwise(times)]
        assert pauses[0] >= 0.05
        assert min(pauses[3:]) >= 0.2
        program.process.terminate()
        assert program.process.wait(5) == 0


@pytest.mark.slow
def test_child_that_gives_no_sign_of_life_is_killed(tmp_path: Path) -> None:
    text = """
def stuck(number, link):
    if number == 0 or os.path.exists(sys.argv[1]):
        return serve(number, link)
    open(sys.argv[1], "w").close()
    link.say(News.READY)
    time.sleep(60)
async def beat(link):
    while True:
        link.say(News.ALIVE)
        await asyncio.sleep(0.05)
def work(number, link):
    if number == 0:
        threading.Thread(target=asyncio.run, args=[beat(link)], daemon=True).start()
    return stuck(number, link)
beats = iter(["beat"])
on_beat = lambda: [say(beat) for beat in beats]
Supervisor(work, 2, Hooks(on_ready=lambda: say("ready"), on_beat=on_beat), watchdog=0.5).run()
"""
    with running(text, str(tmp_path / "stuck-once")) as program:
        seen = [program.line() for _ in range(4)]
        assert sorted(line.split()[0] for line in seen) == ["beat", "child", "child", "ready"]
        assert seen[-1].startswith("child 1 ")


ANSWERING = """
def work(number, link):
    async def main():
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, lambda: link.say(ANSWERS[number]))
        link.follow(loop)
        say("child", number, os.getpid())
        link.say(News.READY)
        await asyncio.sleep(60)
    asyncio.run(main())
supervisor.FIRST_DELAY = 0.01
ANSWERS = [News(bytes([octet])) for octet in sys.argv[1].encode()]
told = {name: lambda name=name: say(name) for name in ("on_ready", "on_taken", "on_refused")}
Supervisor(work, 2, Hooks(reread=lambda: int(sys.argv[2]), **told)).run()
"""
TAKES, REFUSES = (news.value.decode() for news in (News.RELOADED, News.REFUSED))


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (TAKES + TAKES, ["on_taken", "on_ready"]),
        (REFUSES + TAKES, ["on_taken", "on_refused"]),
        (REFUSES + REFUSES, ["on_refused"]),
    ],
)
def test_new_settings_count_when_the_first_child_has_taken_them(answers: str, told: list[str]) -> None:
    with running(ANSWERING, answers, "2") as program:
        program.lines(2)
        assert program.line() == "on_ready"
        program.process.send_signal(signal.SIGHUP)
        assert [program.line() for _ in told] == told


@pytest.mark.parametrize("count", [1, 3])
def test_refused_settings_do_not_change_the_number_of_children(count: int) -> None:
    with running(ANSWERING, REFUSES + REFUSES, str(count)) as program:
        pid, _ = program.child(), program.child()
        assert program.line() == "on_ready"
        program.process.send_signal(signal.SIGHUP)
        assert program.line() == "on_refused"
        os.kill(pid, signal.SIGKILL)
        program.child()
        program.process.terminate()
        assert program.rest() == []


TAKING_ITS_TIME = """
def work(number, link):
    async def main():
        loop, answers = asyncio.get_running_loop(), iter([News.RELOADED, News.REFUSED])
        def heard():
            say("asked")
            loop.call_later(0.3, link.say, next(answers))
        loop.add_signal_handler(signal.SIGHUP, heard)
        link.follow(loop)
        say("child", number, os.getpid())
        link.say(News.READY)
        await asyncio.sleep(60)
    asyncio.run(main())
told = {name: lambda name=name: say(name) for name in ("on_ready", "on_taken", "on_refused")}
Supervisor(work, 1, Hooks(reread=lambda: say("read") or 1, **told)).run()
"""


@pytest.mark.slow
def test_an_answer_to_the_settings_before_is_none_to_those_that_came_meanwhile() -> None:
    with running(TAKING_ITS_TIME) as program:
        program.child()
        assert program.line() == "on_ready"
        program.process.send_signal(signal.SIGHUP)
        assert program.lines(2) == ["asked", "read"]
        program.process.send_signal(signal.SIGHUP)
        assert [program.line() for _ in range(3)] == ["read", "asked", "on_refused"]
