"""Test messages through the real server, with a scanner of the test's choice."""

from dataclasses import replace

import pytest

from filter.config.settings import PolicySettings, Settings, WorkerSettings
from filter.doctor.finding import Finding
from filter.doctor.trial import promised, trial
from filter.policy import Policy
from filter.smtp.limits import Limits
from filter.terms import RecipientTerms
from tests.unit.doctor.said import lines, one, setup

pytestmark = pytest.mark.usefixtures("path_of_workers")

FAIR = "tests.faults.scanners:Fair"


def tried(settings: Settings, factory: str = FAIR) -> list[Finding]:
    quick = replace(settings, workers=WorkerSettings(seconds=1.0))
    return list(trial(quick, "mx.test", factory))


def by(policy: PolicySettings) -> Settings:
    return replace(setup(), policy=policy)


def test_spam_is_marked_and_ham_is_too() -> None:
    assert [line.partition(" points: ")[2] for line in lines(tried(setup()))] == [
        "250, X-Spam-Flag: NO",
        "250, X-Spam-Flag: YES",
    ]


def test_spam_is_refused_where_the_policy_says_so() -> None:
    ham, spam = lines(tried(by(PolicySettings(reject_at=15.0))))
    assert (ham[-16:], spam[-12:]) == (" X-Spam-Flag: NO", " points: 550")


def test_the_policy_of_a_recipient_counts() -> None:
    terms = {"example.com": RecipientTerms(reject_at="off")}
    _, spam = lines(tried(by(PolicySettings(reject_at=15.0, domains=terms))))
    assert spam.endswith("250, X-Spam-Flag: YES")


def test_monitoring_and_mail_that_is_never_changed() -> None:
    _, spam = lines(tried(by(PolicySettings(monitor=True, reject_at=15.0))))
    assert "points: 250, X-Hamgate-Monitor: " in spam
    assert [line[-11:] for line in lines(tried(by(PolicySettings(mark=False))))] == ["points: 250"] * 2


def test_a_listener_that_only_balancers_users_and_front_servers_reach_is_tried_all_the_same() -> None:
    settings = setup(
        "192.0.2.1:587", auth=True, proxy_protocol_from=("192.0.2.0/24",), xforward_from=("::1", "2001:db8::/48")
    )
    assert {finding.state for finding in tried(settings)} == {"ok"}


def test_a_harmless_message_that_is_called_spam() -> None:
    finding = one(tried(by(PolicySettings(tag_at=-50.0))), "warn")
    assert finding.text.startswith("inbound: a harmless message gets ")
    assert finding.text.endswith(" points, where -50 make spam")


def test_a_scanner_that_fails() -> None:
    findings = tried(setup(), "tests.faults.scanners:Raises")
    assert [finding.state for finding in findings] == ["fail", "fail"]
    assert findings[0].text.startswith("inbound: a harmless message is not judged, and gets 451 4.3.0 ")
    assert "ScanError" in findings[0].text
    assert findings[0].remedy.endswith("\n$ hamgate score FILE")


def test_workers_that_do_not_start() -> None:
    finding = one(tried(setup(), "tests.faults.scanners:NoSuchScanner"), "fail")
    assert finding.text.startswith("no message can be judged: ")


def test_a_listener_that_takes_no_message() -> None:
    plain, _ = tried(setup(limits=Limits(message=10)))
    assert plain.text.startswith("inbound: a harmless message is not judged, and gets 552 5.3.4 ")
    assert plain.remedy.endswith("[listeners.inbound.limits]\nmessage = 10_240_000  # octets")


@pytest.mark.parametrize(
    ("policy", "score", "expected"),
    [
        (Policy(), 4.99, (250, ("X-Spam-Flag: NO",))),
        (Policy(), 5.0, (250, ("X-Spam-Flag: YES",))),
        (Policy(reject_at=15.0), 15.0, (550, ())),
        (Policy(reject_at=15.0, monitor=True), 15.0, (250, ("X-Hamgate-Monitor",))),
        (Policy(reject_at=15.0, mark=False), 14.0, (250, ())),
    ],
)
def test_what_a_policy_promises(policy: Policy, score: float, expected: tuple[int, tuple[str, ...]]) -> None:
    assert promised(policy, score) == expected
