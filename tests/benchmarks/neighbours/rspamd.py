"""rspamd's worker (Debian's 3.4): its rules and its Bayes, nothing that asks the network."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.benchmarks.corpus import Mail
from tests.benchmarks.machine import MEASURED, children, cpu, on, program, until
from tests.benchmarks.served import Served, http

NAME = "rspamd"
_MAIN = """\
.include "$CONFDIR/common.conf"
options {{
    .include "$CONFDIR/options.inc"
    pidfile = "{folder}/pid";
    filters = "chartable,regexp";
    dns {{ nameserver = ["127.0.0.1:9:1"]; timeout = 0.01s; retransmits = 1; }}
    rrd = "";
    control_socket = "{folder}/control.sock mode=0600";
}}
logging {{ type = "file"; filename = "{folder}/log"; level = "error"; }}
worker "normal" {{ bind_socket = "{folder}/normal.sock mode=0600"; count = 1; mime = true; }}
worker "controller" {{ bind_socket = "{folder}/controller.sock mode=0600"; count = 1; }}
"""
_STATISTICS = """\
classifier "bayes" {{
  tokenizer {{ name = "osb"; }}
  cache {{ type = "sqlite3"; path = "{folder}/learned.sqlite"; }}
  min_tokens = 11;
  min_learns = 200;
  backend = "sqlite3";
  statfile {{ symbol = "BAYES_HAM"; spam = false; path = "{folder}/ham.sqlite"; }}
  statfile {{ symbol = "BAYES_SPAM"; spam = true; path = "{folder}/spam.sqlite"; }}
}}
"""
_NETWORK = """antivirus arc asn bimi clickhouse dcc dkim dkim_signing dmarc elastic external_relay external_services
fuzzy_check greylist hfilter history_redis metadata_exporter metric_exporter mx_check neural once_received p0f phishing
ratelimit rbl replies reputation rspamd_update spf surbl url_redirector whitelist""".split()
"""Modules that ask name servers, other servers or redis."""


@dataclass(frozen=True, slots=True)
class Rspamd:
    """A running rspamd; `worker` is the process that judges, `controller` the one that learns."""

    folder: Path
    worker: int
    controller: int

    def contestant(self) -> Served:
        """Each message by HTTP over a unix socket."""
        return Served(NAME, [self.worker], self.check)

    def check(self, message: bytes) -> bytes:
        """What it says of a message, JSON."""
        return http(self.folder / "normal.sock", "/checkv2", message).partition(b"\r\n\r\n")[2]

    def uses_bayes(self, mail: Sequence[Mail]) -> bool:
        """Whether Bayes says something of one of ten messages: it is silent before it has learned 200 of each class."""
        return any(b"BAYES_" in self.check(one.raw) for one in mail[:10])

    def learn(self, ham: Sequence[Mail], spam: Sequence[Mail]) -> float:
        """Train Bayes. Returns CPU seconds."""
        before = cpu([self.controller])
        for kind, mail in (("learnham", ham), ("learnspam", spam)):
            for one in mail:
                _learn_one(partial(http, self.folder / "controller.sock", f"/{kind}"), one.raw)
        return cpu([self.controller]) - before


def _learn_one(post: partial[bytes], raw: bytes) -> None:
    """It refuses what it learned before (a second copy) or finds too short: then it knows one message less."""
    try:
        post(raw)
    except ValueError as error:
        if not any(word in str(error) for word in ("204", "208", "404")):
            raise


@contextmanager
def running(folder: Path) -> Iterator[Rspamd]:
    """Start it on the measured core, with all its files in `folder`."""
    _configure(folder)
    named = [f"--var={name}={folder}" for name in ("LOCAL_CONFDIR", "DBDIR", "RUNDIR", "LOGDIR")]
    root = [] if os.geteuid() else ["-i", "-u", "root", "-g", "root"]
    words = [str(program("rspamd")), "-f", *root, "-c", str(folder / "rspamd.conf"), *named]
    with on(MEASURED), (folder / "out").open("wb") as out:
        process = subprocess.Popen(words, stdout=out, stderr=out)
    try:
        until(process, lambda: set(_workers(process.pid)) >= {"normal", "controller", "hs_helper"}, 120.0)
        found = _workers(process.pid)
        until(process, partial(_rests, found["hs_helper"]), 120.0)
        yield Rspamd(folder, found["normal"], found["controller"])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _configure(folder: Path) -> None:
    (folder / "override.d").mkdir(parents=True)
    (folder / "rspamd.conf").write_text(_MAIN.format(folder=folder))
    (folder / "override.d" / "statistic.conf").write_text(_STATISTICS.format(folder=folder))
    for module in _NETWORK:
        (folder / "override.d" / f"{module}.conf").write_text("enabled = false;\n")


def _rests(pid: int) -> bool:
    """Whether a process has nothing to do: this one compiles patterns, and the worker is slower before it is done."""
    before = cpu([pid])
    time.sleep(0.5)
    return cpu([pid]) - before < 0.01


def _workers(main: int) -> dict[str, int]:
    """Processes by kind: each writes it into its own title, as `rspamd: normal process`, when it is ready."""
    titles = {pid: Path(f"/proc/{pid}/cmdline").read_bytes().split() for pid in children(main)}
    return {title[1].decode(): pid for pid, title in titles.items() if title[:1] == [b"rspamd:"] and len(title) > 1}
