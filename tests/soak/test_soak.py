"""No message is lost, whatever happens: many messages, many faults, and senders that try again as mail servers do.

`make soak` sets HAMGATE_SOAK and takes its time; without it this is the short form.
"""

import asyncio
import os
from collections import Counter
from pathlib import Path

import pytest

from tests.e2e.postfix import Postfix, free_ports
from tests.soak.actors import FakeRelay, Hamgate, PostfixRelay, Program
from tests.soak.battle import soak
from tests.soak.ledger import Copy, Fate, Problem, problems

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600 if "HAMGATE_SOAK" in os.environ else 300)]

LONG = "HAMGATE_SOAK" in os.environ
MESSAGES = 4000 if LONG else 400
THROUGH_POSTFIX = 6000 if LONG else 200
CONTROL = 600 if LONG else 100
ROUNDS = 10 if LONG else 1


def report(title: str, fates: dict[int, Fate], copies: list[Copy]) -> list[Problem]:
    """Print what happened; returns what must not have."""
    found = list(problems(fates, copies))
    ids = Counter(copy.number for copy in {(copy.number, copy.queue_id): copy for copy in copies}.values())
    again = sum(count > 1 for count in ids.values())
    attempts = sum(fate.attempts for fate in fates.values())
    kinds = dict(Counter(problem.kind for problem in found))
    print(f"{title}: {len(fates)} messages in {attempts} attempts, {len(ids)} at the relay, {again} of them more than")
    print(f"  once, {sum(fate.ambiguous for fate in fates.values())} attempts ambiguous, broken invariants: {kinds}")
    return found


@pytest.mark.parametrize("processes", [1, 2] if LONG else [1])
def test_nothing_is_lost_and_nothing_is_made_up(tmp_path: Path, processes: int) -> None:
    port, behind = free_ports(2)
    relay = FakeRelay(tmp_path, behind, seed=1)
    hamgate = Hamgate(tmp_path, port, behind, final=0.6, processes=processes)
    blows = [hamgate.kill, relay.kill, hamgate.kill_worker, hamgate.succeed, hamgate.kill] * ROUNDS
    try:
        fates = asyncio.run(soak(port, MESSAGES, blows))
    finally:
        hamgate.end()
        relay.end()
    assert report("fake relay", fates, relay.copies()) == []
    assert sum(fate.ambiguous for fate in fates.values()) > MESSAGES / 40  # the faults did happen


@pytest.mark.postfix
def test_nothing_is_lost_in_front_of_postfix(postfix: Postfix, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    relay, hamgate = PostfixRelay(postfix), Hamgate(tmp_path, port, postfix.ports["back"], final=20.0)
    try:
        blows = [hamgate.kill, hamgate.succeed, *([relay.kill] if LONG else []), hamgate.kill_worker] * ROUNDS
        fates = asyncio.run(soak(port, THROUGH_POSTFIX, blows))
    finally:
        hamgate.end()
    assert report("Postfix", fates, relay.copies()) == []


def test_negative_control_a_proxy_that_loses_mail_is_found_out(tmp_path: Path) -> None:
    port, behind = free_ports(2)
    relay = FakeRelay(tmp_path, behind, seed=2)
    stock = Program("tests.soak.stock", str(port), str(behind))
    try:
        fates = asyncio.run(soak(port, CONTROL, [stock.kill, relay.kill]))
    finally:
        stock.end()
        relay.end()
    found = Counter(problem.kind for problem in report("aiosmtpd's Proxy", fates, relay.copies()))
    assert found["lost"] > CONTROL / 20
