"""XFORWARD and XCLIENT: what we say of a client is what the next server reads, and nothing odd is read."""

import ipaddress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.smtp.peer import Peer
from filter.smtp.xforward import ATTRIBUTES, MAX_VALUE, parse_attributes, updated, xclient, xforward

ALL = b"NAME ADDR PORT PROTO HELO IDENT SOURCE LOGIN"
POSTFIX = b"NAME=mail.x.test ADDR=192.0.2.1 PORT=2525 PROTO=ESMTP HELO=client.test IDENT=3F21A1 SOURCE=REMOTE"


def read(lines: list[bytes]) -> Peer:
    """What a server knows after these commands."""
    peer = Peer()
    for line in lines:
        assert len(line) + 2 <= 512
        peer = updated(peer, parse_attributes(line.partition(b" ")[2]))
    return peer


def test_what_postfix_sends_is_read() -> None:
    assert updated(Peer(encrypted=True), parse_attributes(POSTFIX)) == Peer(
        "192.0.2.1", 2525, "mail.x.test", b"client.test", "ESMTP", "3F21A1", "REMOTE", encrypted=True
    )


def test_what_postfix_sends_is_what_we_send() -> None:
    peer = updated(Peer(), parse_attributes(POSTFIX))
    assert xforward(peer, b"NAME ADDR PORT PROTO HELO IDENT SOURCE") == [b"XFORWARD " + POSTFIX]


def test_only_what_is_offered_is_said() -> None:
    peer = Peer("2001:db8::1", 25, "mail.x.test", b"x", login="jane")
    assert xforward(peer, b"addr HELO") == [b"XFORWARD ADDR=IPV6:2001:db8::1 HELO=x"]
    assert xclient(peer, b"ADDR LOGIN") == [b"XCLIENT ADDR=IPV6:2001:db8::1 LOGIN=jane"]
    assert xforward(peer, b"LOGIN") == []
    assert xclient(peer, b"DESTADDR") == []


def test_what_is_not_known_is_said_to_be_unavailable() -> None:
    assert xforward(Peer(), ALL) == [
        b"XFORWARD NAME=[UNAVAILABLE] ADDR=[UNAVAILABLE] PORT=[UNAVAILABLE] PROTO=ESMTP HELO=[UNAVAILABLE] "
        b"IDENT=[UNAVAILABLE]"
    ]


def test_unavailable_is_nothing_however_it_is_written() -> None:
    argument = b"NAME=[UNAVAILABLE] ADDR=[tempunavail] PORT=+5BUNAVAILABLE]"
    assert parse_attributes(argument) == {"NAME": "", "ADDR": "", "PORT": ""}
    assert updated(Peer("192.0.2.1", 25, "x.test"), parse_attributes(argument)) == Peer()


def test_what_is_not_named_stays() -> None:
    before = Peer("192.0.2.1", 25, "x.test", b"helo", "SMTP", "id", "LOCAL", "jane", encrypted=True)
    assert updated(before, {"NAME": "y.test"}) == Peer(
        "192.0.2.1", 25, "y.test", b"helo", "SMTP", "id", "LOCAL", "jane", encrypted=True
    )


def test_lmtp_passes_for_esmtp_in_xclient_only() -> None:
    peer = Peer(protocol="LMTP")
    assert (xforward(peer, b"PROTO"), xclient(peer, b"PROTO")) == ([b"XFORWARD PROTO=LMTP"], [b"XCLIENT PROTO=ESMTP"])


def test_odd_names_are_made_harmless() -> None:
    peer = Peer(name="a b", helo=b"x\r\nMAIL FROM:<>" + b"y" * 1000, login="j" * 256, ident="a\nb")
    for lines in (xforward(peer, ALL), xclient(peer, ALL)):
        values = read(lines)
        assert (values.name, values.login, values.ident) == ("", "", "")
        assert values.helo.startswith(b"x??MAIL FROM:<>yyy")
        assert not any(octet < 32 for line in lines for octet in line)


@pytest.mark.parametrize("odd", [b"\xff", b"a\xff", b"ab\xff"])
def test_long_values_are_cut_between_two_octets(odd: bytes) -> None:
    (line,) = xforward(Peer(helo=odd * 300), b"HELO")
    assert MAX_VALUE - 3 < len(line.partition(b"=")[2]) <= MAX_VALUE
    assert (odd * 300).startswith(read([line]).helo)


def test_xclient_is_one_command_of_what_matters_most() -> None:
    peer = Peer("2001:db8::1", 25, ".".join(["n" * 60] * 4), b"h" * 255, ident="i", login="l" * 255)
    (line,) = xclient(peer, ALL)
    assert line.startswith(b"XCLIENT ADDR=IPV6:2001:db8::1 PORT=25 LOGIN=lll")
    assert len(line) + 2 <= 512
    assert b"HELO" not in line
    assert len(xforward(peer, ALL)) > 1


@pytest.mark.parametrize(
    "argument",
    [b"", b" ", b"NAME", b"=x", b"NAME=", b"COLOUR=red", b"NAME=a NAME=b", b"NAME=a+0", b"NAME=a+0DRSET", b"NAME=a\tb",
     b"NAME=\xff", b"NAME=" + b"a" * 256, b"ADDR=here", b"ADDR=192.0.2.256", b"ADDR=IPV6:", b"PORT=x", b"PORT=65536",
     b"PORT=-1", b"SOURCE=MARS", b"PROTO=a.b", b"NAME=a\0"],
)  # fmt: skip
def test_what_is_no_attribute(argument: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # any text will do: none of it is shown
        parse_attributes(argument)


def test_addresses_are_read_without_their_dress() -> None:
    found = [parse_attributes(b"ADDR=" + text)["ADDR"] for text in (b"ipv6:2001:DB8::1", b"::1", b"fe80::1%e0")]
    assert found == ["2001:db8::1", "::1", "fe80::1"]


names = st.from_regex(r"[a-z][a-z0-9-]{0,10}(\.[a-z]{1,10}){0,3}", fullmatch=True)
texts = st.binary(max_size=MAX_VALUE // 3).filter(
    lambda octets: (
        not any(octet < 32 or octet == 127 for octet in octets)
        and octets.upper() not in (b"[UNAVAILABLE]", b"[TEMPUNAVAIL]")
    )
)
strings = texts.map(lambda octets: octets.decode("utf-8", "surrogateescape"))
peers = st.builds(
    Peer,
    address=st.ip_addresses().map(str),
    port=st.integers(0, 65535),
    name=st.just("") | names,
    helo=texts,
    protocol=st.sampled_from(["SMTP", "ESMTP"]),
    ident=strings,
    source=st.sampled_from(["", "LOCAL", "REMOTE"]),
    login=strings,
)


@given(peers)
def test_what_is_said_is_what_is_read(peer: Peer) -> None:
    assert read(xclient(peer, b"ADDR LOGIN")) == Peer(peer.address, login=peer.login)
    assert read(xforward(peer, ALL)) == replace(peer, login="")


@given(st.binary(max_size=100) | st.from_regex(rb"(NAME|ADDR|PORT|HELO)=.{0,40}( [A-Z]{4}=.{0,40}){0,2}"))
def test_whatever_is_read_is_clean(argument: bytes) -> None:
    try:
        attributes = parse_attributes(argument)
    except ValueError:
        return
    assert attributes.keys() <= ATTRIBUTES
    assert not any(ord(character) < 32 or ord(character) == 127 for value in attributes.values() for character in value)
    assert not attributes.get("ADDR") or ipaddress.ip_address(attributes["ADDR"])
