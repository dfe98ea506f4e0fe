"""The SMTP listeners of the settings, made into doors, and the relays behind them."""

import asyncio
import logging
import ssl
from functools import partial

from filter.assembly.door import Door
from filter.assembly.house import House, version
from filter.child import StartError
from filter.config.settings import ListenerSettings, RelayTable
from filter.door.attempts import Attempts
from filter.door.endpoint import Endpoint
from filter.door.guests import Guests
from filter.smtp.entrance import Entrance
from filter.smtp.guarded import GuardedRelay, OpenRelayError
from filter.smtp.maildir import MaildirRelay
from filter.smtp.probe import relays_anywhere
from filter.smtp.proxy import Proxy
from filter.smtp.relay import Relay, RelayError
from filter.smtp.server import Server
from filter.smtp.upstream import SmtpRelay

log = logging.getLogger("hamgate.service")

HOUR = 3600.0


def make_relay(table: RelayTable, name: str) -> Relay:
    """Choose the kind of relay. StartError: it cannot be used."""
    if table.maildir is not None:
        return MaildirRelay(table.maildir)
    try:
        return SmtpRelay(table, name)
    except (OSError, ValueError) as error:
        raise StartError(f"relay {', '.join(table.addresses)}: {error}") from error


def smtp_door(house: House, key: str, listener: ListenerSettings, before: Door | None) -> Door:
    """The listener `key`; `before` is the door that it takes the place of. Raises StartError."""
    relay = house.relays[house.settings.relay_of(listener)]
    if reached_by_strangers(listener) and not isinstance(relay, MaildirRelay):
        relay = GuardedRelay(relay)
    try:
        entrance = Entrance(listener)
    except (OSError, ValueError) as error:
        raise StartError(f"listener {key}: {_certificate_fault(listener, error)}") from error
    old = before.desk if before else None
    limits = listener.limits
    proxy = Proxy(
        judge=house.judge,
        book=house.book(listener.policy),
        version=version(),
        hostname=house.hostname,
        listener=key,
        spam_attempts=spam_attempts(listener.spam_per_user, old.spam_attempts if old else None),
        witnesses=house.witnesses,
        relay=relay,
        limits=limits,
        failed_logins=_failed_logins(old).under(limits.logins_per_address, limits.login_window),
        orphaned=house.orphaned,
        committing=house.committing,
    )
    return Door(key, listener.address, proxy, limits, partial(_session, proxy, entrance), partial(_probe, relay))


def _session(proxy: Proxy, entrance: Entrance, guests: Guests) -> Server:
    return Server(proxy, guests, asyncio.get_running_loop(), entrance)


def spam_attempts(limit: int, before: Attempts | None) -> Attempts | None:
    """What accounts have tried so far holds over a reload."""
    return (before or Attempts(limit, HOUR)).under(limit, HOUR) if limit else None


def _failed_logins(before: object) -> Attempts:
    return before.failed_logins if isinstance(before, Proxy) else Attempts(1, 1.0)


def _certificate_fault(listener: ListenerSettings, error: Exception) -> str:
    path, key = listener.tls_certificate, listener.tls_key or listener.tls_certificate
    if isinstance(error, ssl.SSLError):  # a kind of OSError
        return f"certificate {path}, key {key}: no certificate in PEM with its key: hamgate doctor says more ({error})"
    return f"certificate {path}, key {key}: {error.strerror or error}" if isinstance(error, OSError) else str(error)


async def _probe(relay: Relay) -> None:
    """Say whether the relay answers. If not we start all the same: it may come up later, and MAIL gets 451.

    A relay that would send mail from anywhere to anywhere through us stops the start (StartError).
    """
    try:
        await (relay.check() if isinstance(relay, GuardedRelay) else relays_anywhere(relay))
    except OpenRelayError as error:
        raise StartError(
            f"{error}, and so it would through us from "
            "anybody. Take this machine out of the relay's trusted networks (Postfix: mynetworks), or, if only "
            "trusted clients can connect here, start with --trust-clients (settings: trust_clients = true)"
        ) from error
    except RelayError as fault:
        log.warning("relay %s does not answer (%s): clients get 451 until it does", relay, fault)
    else:
        log.info("relay %s answers", relay)


def reached_by_strangers(listener: ListenerSettings) -> bool:
    """Whether somebody whom nobody trusts can speak there: also one whom a balancer on this machine brings."""
    here_only = Endpoint.parse(listener.address).is_loopback
    brought = bool(listener.proxy_protocol_from or listener.xclient_from)
    return not (listener.trust_clients or listener.auth) and (brought or not here_only)
