from base64 import b64encode

import pytest

from filter.envelope import Envelope
from filter.message import parse
from filter.rules import links
from filter.rules.evidence import Evidence

TO = "tom.vries@example.net"


def addressed(target: str) -> Evidence:
    page = f'<p>Your mailbox is full. <a href="{target}">Clear it</a></p>'
    return Evidence(
        parse(f"From: a@shop.test\nContent-Type: text/html\n\n{page}".encode()), Envelope(recipients=(TO.encode(),))
    )


@pytest.mark.parametrize(
    "rest", [f"#{TO}", f"clear/{TO.upper()}", TO.replace("@", "%40"), "?e=" + b64encode(f"{TO};1".encode()).decode()]
)
def test_the_recipient_is_found_outside_plain_queries(rest: str) -> None:
    assert links.recipient_embedded(addressed(f"https://box.test/{rest}")) is not None


@pytest.mark.parametrize("rest", [f"?e={TO}", f"unsubscribe/{TO}", "#somebody@example.net", ""])
def test_queries_and_ways_to_leave_are_usual(rest: str) -> None:
    assert links.recipient_embedded(addressed(f"https://box.test/{rest}")) is None


@pytest.mark.parametrize(
    ("sender", "target", "foreign"),
    [
        ("desk@parcels.test", "https://depot.example/", True),
        ("desk@parcelsmail.test", "https://parcels.example/", False),
        ("desk@parcels.test", "https://u1.ct.sendgrid.net/ls/click", False),
        ("desk@post.parcels.test", "https://www.parcels.test/", False),
    ],
)
def test_domains_of_one_firm_belong_together(sender: str, target: str, foreign: bool) -> None:
    page = f'<p>Choose a day <a href="{target}">here</a></p>'
    evidence = Evidence(parse(f"From: {sender}\nContent-Type: text/html\n\n{page}".encode()))
    assert evidence.is_foreign_page is foreign


@pytest.mark.parametrize(
    ("target", "vouched", "lies"),
    [
        ("https://evil.test/x", "", True),
        ("https://click.letters.test/x", "<https://letters.test/out>", False),
        ("https://click.letters.test/x", "<mailto:out@shop.test>", True),
        ("https://nam02.safelinks.protection.outlook.com/?url=x", "", False),
        ("https://go.shop.test/x", "", False),
    ],
)
def test_trackers_that_are_known_otherwise_do_not_lie(target: str, vouched: str, lies: bool) -> None:
    head = f"From: a@shop.test\nList-Unsubscribe: {vouched}\nContent-Type: text/html\n\n"
    evidence = Evidence(parse(f'{head}<a href="{target}">www.museum.example.org</a>'.encode()))
    assert (links.text_host_mismatch(evidence) is not None) is lies
