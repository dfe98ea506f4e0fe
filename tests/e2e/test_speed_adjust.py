"""F105: Postfix with `smtpd_proxy_options = speed_adjust` in front, and a relay that refuses one of two recipients.

Such a Postfix takes all recipients and the whole message before it asks the filter, and has one reply left to give.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.postfix import Postfix
from tests.gate import Gate

pytestmark = [pytest.mark.postfix, pytest.mark.slow]

SERVICES = """
127.0.0.1:{front} inet n - n - - smtpd
  -o smtpd_proxy_filter=127.0.0.1:{filter}
  -o smtpd_proxy_options=speed_adjust
  -o smtpd_relay_restrictions=permit_mynetworks,reject
127.0.0.1:{back} inet n - n - - smtpd
"""
SETTINGS = """
[listeners.inbound]
address = "127.0.0.1:{filter}"
all_or_nothing = {all_or_nothing}
[relays.postfix]
addresses = ["127.0.0.1:{back}"]
[workers]
count = 1
"""


@pytest.fixture(scope="module")
def adjusting(may_run_postfix: None) -> Iterator[Postfix]:
    with Postfix(SERVICES) as instance:
        yield instance


def send(postfix: Postfix, *recipients: str) -> str:
    """The last reply to one message."""
    server = ("--server", f"127.0.0.1:{postfix.ports['front']}", "--from", "s@x.test", "--to", ",".join(recipients))
    words = ("swaks", *server, "--data", "Subject: x\n\nx\n")
    talk = subprocess.run(words, check=False, capture_output=True, text=True, timeout=60).stdout
    after_dot = talk.partition("\n -> .\n")[2]
    return after_dot.partition("\n")[0][4:]


@pytest.mark.parametrize("all_or_nothing", ["true", "false"])
def test_f105_refused_recipient_is_not_forgotten(adjusting: Postfix, tmp_path: Path, all_or_nothing: str) -> None:
    """This Postfix (3.7) gives up at the first refused recipient, so the sender hears of it even without our help.

    What a front server does that goes on nevertheless is in tests/faults/test_relay_faults.py.
    """
    good, other = f"good-{all_or_nothing}@proxied.test", f"other-{all_or_nothing}@proxied.test"
    with Gate(tmp_path, SETTINGS.format(all_or_nothing=all_or_nothing, **adjusting.ports)):
        for recipients in ((good, "bad@elsewhere.test"), ("bad@elsewhere.test", good)):
            assert send(adjusting, *recipients).startswith("554 5.7.1 <bad@elsewhere.test>: Relay access denied")
        assert send(adjusting, good, other).startswith("250 2.0.0 Ok: queued as")
    assert len(adjusting.wait_for(1, other)) == 1
    assert len(adjusting.wait_for(1, good)) == 1  # by the last message alone
