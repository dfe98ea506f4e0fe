"""Each hostile message is read in bounded time and memory."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz.abuse import ABUSE, all_at_once
from tests.fuzz.judge import cpu_seconds, slowest_rule

pytestmark = pytest.mark.slow

MOST_SECONDS = 0.25
MOST_SECONDS_OF_A_RULE = 0.05
MOST_SECONDS_OF_ALL = 1.0
MOST_MEMORY = 200 * 1024 * 1024


@pytest.fixture
def bounded_memory() -> Iterator[None]:
    """At most 200 MiB of address space more than now; what lexbor takes counts too."""
    before, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MOST_MEMORY, hard))
    yield
    resource.setrlimit(resource.RLIMIT_AS, (before, hard))


@pytest.mark.parametrize("name", ABUSE)
def test_hostile_message_takes_little_time_and_memory(name: str, request: pytest.FixtureRequest) -> None:
    raw = ABUSE[name]()
    request.getfixturevalue("bounded_memory")  # from here on: the message itself is the sender's
    # The other core may be busy, which makes this one slower: the least of three runs is what the message costs.
    assert any(cpu_seconds(raw) <= MOST_SECONDS for _ in range(3))


@pytest.mark.parametrize("name", ABUSE)
def test_no_rule_takes_long(name: str) -> None:
    raw = ABUSE[name]()
    slowest = min(slowest_rule(raw) for _ in range(3))
    assert slowest[0] <= MOST_SECONDS_OF_A_RULE, slowest


@pytest.mark.usefixtures("bounded_memory")
def test_all_at_once() -> None:
    assert cpu_seconds(all_at_once()) <= MOST_SECONDS_OF_ALL
