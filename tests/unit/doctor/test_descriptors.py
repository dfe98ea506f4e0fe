"""File descriptors against connections."""

import os
import resource
from collections.abc import Iterator

import pytest

from filter.doctor.descriptors import descriptors, needed
from filter.smtp.limits import Limits
from tests.unit.doctor.said import setup


@pytest.fixture
def few() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_each_client_takes_two() -> None:
    assert needed(setup()) == 64 + 2 * 500


@pytest.mark.usefixtures("few")
def test_too_few_for_the_listeners() -> None:
    finding = descriptors(setup(), None)
    assert finding.state == "warn"
    assert finding.text.startswith("a server started from here may open 256 files, but full listeners need 1064")
    assert finding.remedy.endswith("(in its systemd unit: LimitNOFILE=1064):\n$ ulimit -n 1064")
    assert descriptors(setup(limits=Limits(connections=50)), None).state == "ok"


@pytest.mark.usefixtures("few")
def test_the_limit_of_the_server_counts_if_it_runs() -> None:
    finding = descriptors(setup(), os.getpid())
    assert finding.text.startswith("the server may open 256 files")
    assert descriptors(setup(), 1 << 30).text.startswith("a server started from here")  # gone meanwhile
