import pytest

from filter.message import parse
from filter.rules import link_hosts
from filter.rules.evidence import Evidence


def linking(target: str, words: str = "Confirm your password") -> Evidence:
    page = f'<p>{words} <a href="{target}">here</a></p>'
    return Evidence(parse(f"From: a@shop.test\nContent-Type: text/html\n\n{page}".encode()))


@pytest.mark.parametrize(
    "target",
    [
        "https://login.web.app/",
        "https://a-b-rj.a.run.app/x?y",
        "https://x.z15.web.core.windows.net/",
        "https://bucket.s3.eu-west-1.amazonaws.com/login.html",
        "https://docs.google.com/forms/d/e/1/viewform",
        "https://bafy.ipfs.dweb.link/",
    ],
)
def test_free_places_are_known_at_any_depth(target: str) -> None:
    assert link_hosts.free_hosting_login(linking(target)) is not None
    assert link_hosts.free_hosting_login(linking(target, "Pictures of the meeting:")) is None


@pytest.mark.parametrize(
    "target", ["https://docs.google.com/document/d/1", "https://web.app.example/", "https://a.test/"]
)
def test_other_places_are_not(target: str) -> None:
    assert link_hosts.free_hosting_login(linking(target)) is None


@pytest.mark.parametrize("host", ["paypa1.test", "pаypаl.test", "www.pay-pa1-login.test", "rnicrosoft.test"])
def test_spellings_of_a_protected_name(host: str) -> None:
    assert link_hosts.host_skeleton_brand(linking(f"https://{host}/")) is not None


@pytest.mark.parametrize("host", ["paypal.com", "www.paypal.com", "paypal.test", "my1paypal.test", "rn.test"])
def test_the_name_itself_is_no_look_alike(host: str) -> None:
    assert link_hosts.host_skeleton_brand(linking(f"https://{host}/")) is None


@pytest.mark.parametrize(
    ("host", "hits"), [("1.2.3", True), ("0x7f000001", True), ("192.168.1.20", False), ("a.test", False)]
)
def test_addresses_of_other_houses(host: str, hits: bool) -> None:
    assert (link_hosts.host_is_ip(linking(f"http://{host}/")) is not None) is hits
