"""Mistakes that single values cannot show."""

from pathlib import Path

import pytest

from filter.config.mistakes import mistakes
from filter.config.settings import (
    ListenerSettings,
    ModelSettings,
    PolicySettings,
    RelayTable,
    Settings,
)
from filter.terms import RecipientTerms

RELAYS = {"postfix": RelayTable()}
LISTENERS = {"inbound": ListenerSettings(address="127.0.0.1:10025")}


def found(**changes: object) -> list[str]:
    settings = Settings(**{"listeners": LISTENERS, "relays": RELAYS, **changes})  # type: ignore[arg-type]
    return [f"{'.'.join(map(str, key))}: {wrong}: {instead}" for key, wrong, instead in mistakes(settings)]


def test_nothing_is_wrong_with_one_listener_and_one_relay() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"listeners": {}}, ": no listener: write [listeners.inbound] and its address below"),
        ({"model": ModelSettings(state=Path("a"), folder=Path("b"))},
         "model.folder: state and folder name two models: leave one of them out"),
        ({"listeners": {"in": ListenerSettings(address="unix:/run/x")}},
         "listeners.in.address: address = 'unix:/run/x': write HOST:PORT, as 127.0.0.1:10025"),
        ({"listeners": {"in": ListenerSettings(address="::1:25")}},
         "listeners.in.address: address = '::1:25': write an IPv6 address in brackets, as [::1]:10026"),
        ({"listeners": {"out": ListenerSettings(address="192.0.2.1:587", auth=True)}},
         'listeners.out.auth: passwords would cross the network in clear text: write tls = "require"'),
        ({"listeners": {"out": ListenerSettings(address="127.0.0.1:587", auth=True)},
          "relays": {"far": RelayTable(addresses=("mail.example.net:25",), tls="try")}},
         "relays.far.tls: passwords would cross the network to the relay in clear text, or to whoever poses as it: "
         'write tls = "require", and leave verify true'),
        ({"policy": PolicySettings(recipients={"ann@": RecipientTerms()})},
         "policy.recipients.ann@: ann@ is no address: write name@example.org, without a name or comment"),
        ({"listeners": {"in": ListenerSettings(address="127.0.0.1:25", all_or_nothing=True)},
          "relays": {"dovecot": RelayTable(protocol="lmtp")}},
         "listeners.in.all_or_nothing: an LMTP relay takes one recipient at a time from an SMTP client: "
         'write all_or_nothing = false, or protocol = "lmtp"'),
    ],
)  # fmt: skip
def test_a_mistake(changes: dict[str, object], mistake: str) -> None:
    assert found(**changes) == [mistake]


def test_on_loopback_passwords_need_no_tls() -> None:
    assert found(listeners={"out": ListenerSettings(address="127.0.0.1:587", auth=True)}) == []
