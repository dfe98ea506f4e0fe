"""Postfix around us: what a person would look for in master.cf and main.cf, each mistake with its remedy."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from filter.config.settings import RelayTable, Settings, WorkerSettings
from filter.doctor import postconf
from filter.doctor.finding import Finding, skipped
from filter.doctor.postconf import Service, Wiring
from filter.doctor.wiring import asked, before, behind, services
from filter.smtp.limits import Limits
from tests.unit.doctor.said import lines, one, related, setup

MAIN = {
    "smtpd_proxy_timeout": "100s",
    "message_size_limit": "10240000",
    "default_process_limit": "100",
    "smtpd_proxy_filter": "",
}
FRONT = Service("smtp", "inet", "20", "smtpd", {"smtpd_proxy_filter": "127.0.0.1:10025"})
BACK = Service("127.0.0.1:10026", "inet", "-", "smtpd", {"receive_override_options": "no_unknown_recipient_checks"})
GOOD = Wiring((FRONT, BACK), MAIN)


def wired(front: Service = FRONT, back: Service = BACK, **main: str) -> Wiring:
    return Wiring((front, back), {**MAIN, **main})


def saying(service: Service, **options: str) -> Service:
    return replace(service, options={**service.options, **options})


def known(**listener: Any) -> Settings:
    return setup(xforward_from=("127.0.0.1",), **listener)


def front(found: Wiring, settings: Settings | None = None) -> list[Finding]:
    return list(before(settings or known(), found))


def test_a_good_set_up() -> None:
    assert lines([*behind(known(), GOOD), *front(GOOD)]) == [
        "ok the smtpd at 127.0.0.1:10026 takes mail behind us, without a filter of its own",
        "ok the smtpd smtp hands its mail to the listener inbound",
    ]


@pytest.mark.parametrize(
    "found",
    [
        wired(back=saying(BACK, smtpd_proxy_filter="127.0.0.1:10025")),
        wired(saying(FRONT), smtpd_proxy_filter="127.0.0.1:10025"),
    ],
    ids=["in master.cf", "in main.cf, for all"],
)
def test_a_loop(found: Wiring) -> None:
    finding = one(behind(known(), found), "fail")
    assert finding.text == (
        "loop: the smtpd at 127.0.0.1:10026, behind us, hands its mail to the filter 127.0.0.1:10025 again"
    )
    assert finding.remedy == "$ postconf -P 127.0.0.1:10026/inet/smtpd_proxy_filter= && postfix reload"


def test_an_empty_filter_behind_us_ends_the_one_of_main_cf() -> None:
    found = wired(FRONT, saying(BACK, smtpd_proxy_filter=""), smtpd_proxy_filter="127.0.0.1:10025")
    assert {finding.state for finding in behind(known(), found)} == {"ok"}


def test_nobody_listens_behind_us() -> None:
    finding = one(behind(known(), Wiring((FRONT,), MAIN)), "fail")
    assert finding.text == "no smtpd in master.cf listens at 127.0.0.1:10026, where the relay postfix should be"
    assert finding.remedy.startswith(
        "$ postconf -M '127.0.0.1:10026/inet=127.0.0.1:10026 inet n - n - - smtpd -o smtpd_proxy_filter= "
    )
    assert "permit_mynetworks,reject" in finding.remedy


def test_who_listens_behind_a_submission_lets_in_who_has_logged_in() -> None:
    settings = setup("127.0.0.1:587", "127.0.0.1:10587", auth=True)
    finding = one(behind(settings, GOOD), "fail")
    assert "smtpd_recipient_restrictions=permit_sasl_authenticated,reject" in finding.remedy
    assert "mynetworks" not in finding.remedy


def test_recipients_are_looked_up_twice() -> None:
    finding = one(behind(known(), wired(back=replace(BACK, options={}))), "warn")
    assert finding.text == "the smtpd at 127.0.0.1:10026 looks up each recipient a second time"
    assert "127.0.0.1:10026/inet/receive_override_options=no_unknown_recipient_checks" in finding.remedy


def test_relays_elsewhere_are_not_in_this_postfix() -> None:
    folder = replace(setup(), relays={"postfix": RelayTable(maildir=Path("mail"))})
    for settings in (related(known(), addresses=("192.0.2.1:25", "unix:/run/lmtp")), folder):
        assert list(behind(settings, GOOD)) == []


def test_each_relay_by_the_name_that_postconf_knows() -> None:
    local = Wiring((replace(BACK, name="10026"),), MAIN)
    settings = related(known(), addresses=("localhost:10026", "127.0.0.1:10027", "192.0.2.1:10026", "unix:/run/lmtp"))
    assert services(settings, local) == {"localhost:10026": "10026/inet"}


def test_nobody_brings_mail() -> None:
    plain = Service("smtp", "inet", "-", "smtpd")
    finding = one(front(wired(plain)), "fail")
    assert finding.text == "no smtpd hands mail to the listener inbound at 127.0.0.1:10025"
    assert finding.remedy == (
        "when the server runs (without it senders hear 451):\n"
        "$ postconf -P smtp/inet/smtpd_proxy_filter=127.0.0.1:10025 && postfix reload"
    )


def test_nobody_takes_mail_at_all() -> None:
    finding = one(front(Wiring((BACK, Service("submission", "inet", "-", "smtpd")), MAIN)), "fail")
    assert "127.0.0.1:10026/inet/smtpd_proxy_filter" not in finding.remedy
    assert (
        "$ postconf -M 'smtp/inet=smtp inet n - n - 20 smtpd -o smtpd_proxy_filter=127.0.0.1:10025'" in finding.remedy
    )


@pytest.mark.parametrize("listener", [{"listen": "0.0.0.0:25"}, {"auth": True}, {"protocol": "lmtp"}])
def test_listeners_that_others_reach_need_no_postfix_in_front(listener: dict[str, str]) -> None:
    assert front(Wiring((), MAIN), known(**listener)) == []


@pytest.mark.parametrize("where", ["localhost:10025", "inet:127.0.0.1:10025", "10025"])
def test_the_filter_may_be_written_in_several_ways(where: str) -> None:
    assert front(wired(saying(FRONT, smtpd_proxy_filter=where)))[0].state == "ok"


def test_speed_adjust_loses_mail_of_recipients_that_are_refused() -> None:
    hasty = wired(saying(FRONT, smtpd_proxy_options="speed_adjust"))
    finding = one(front(hasty), "fail")
    assert finding.text.startswith("speed_adjust for the smtpd smtp: a recipient whom the relay refuses loses")
    assert finding.remedy == "$ postconf -P smtp/inet/smtpd_proxy_options= && postfix reload"
    assert {one.state for one in front(hasty, known(all_or_nothing=True))} == {"ok"}


def test_nobody_is_believed_who_says_whose_mail_it_is() -> None:
    finding = one(front(GOOD, setup()), "warn")
    assert finding.remedy.endswith('[listeners.inbound]\nxforward_from = ["127.0.0.1"]')


def test_postfix_has_less_patience_than_we() -> None:
    slow = replace(known(), workers=WorkerSettings(patience=80.0, seconds=30.0))
    finding = one(front(GOOD, slow), "warn")
    assert finding.text.startswith("the smtpd smtp waits 100 s for us, and a message may wait 80 s for a worker")
    assert finding.remedy == "$ postconf -P smtp/inet/smtpd_proxy_timeout=130s && postfix reload"


@pytest.mark.parametrize(("size", "words"), [("50000000", "50000000 octets"), ("0", "messages of any size")])
def test_postfix_takes_larger_messages_than_we(size: str, words: str) -> None:
    finding = one(front(wired(message_size_limit=size)), "warn")
    assert finding.text == f"the smtpd smtp takes {words}, and the listener inbound only {Limits().message}"
    assert finding.remedy == f"$ postconf -P smtp/inet/message_size_limit={Limits().message} && postfix reload"


def test_milters_in_front_of_us_are_blind() -> None:
    finding = one(front(wired(saying(FRONT, smtpd_milters="inet:127.0.0.1:8891"))), "warn")
    assert finding.text.startswith("milters of the smtpd smtp see no message")
    assert finding.remedy == "$ postconf -P 127.0.0.1:10026/inet/smtpd_milters=inet:127.0.0.1:8891 && postfix reload"
    everywhere = wired(smtpd_milters="inet:127.0.0.1:8891")  # the smtpd behind us shows them the message
    assert {one.state for one in front(everywhere)} == {"ok"}


def test_postfix_brings_more_at_a_time_than_we_take() -> None:
    finding = one(front(wired(replace(FRONT, limit="-"), default_process_limit="200")), "warn")
    assert finding.text == "the smtpd smtp may bring 200 messages at a time, and the listener inbound takes 100"
    assert finding.remedy.endswith("[listeners.inbound.limits]\nconnections_per_address = 500")


def test_a_machine_without_postfix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postconf, "program", lambda: None)
    assert asked() == (skipped("postfix", "there is no postconf on this machine"), None)


def test_a_postfix_that_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postconf, "program", lambda: "/nowhere/postconf")
    trouble, found = asked()
    assert (trouble and trouble.state, found) == ("fail", None)
    assert trouble is not None
    assert trouble.remedy == "$ postfix check"
