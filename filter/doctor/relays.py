"""The relays as they are to us now: each address is asked, and what it offers is compared with what we offer."""

import asyncio
import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from filter.config.settings import ListenerSettings, RelayTable, Settings
from filter.doctor.finding import Finding, fail, ok, warn, written
from filter.door.endpoint import Endpoint
from filter.smtp.hello import OF_THE_RELAY
from filter.smtp.limits import Patience
from filter.smtp.probe import Survey, survey
from filter.smtp.relay import RelayError
from filter.smtp.upstream import SmtpRelay

PATIENCE = Patience(connect=10.0, command=20.0)
"""Seconds: a person is waiting."""
FAREWELL = 0.1
"""Seconds in which relays hear QUIT, and TLS its own goodbye, before the event loop ends."""
SLOW = 3.0
"""Seconds to the answer to EHLO from which we warn: every sender waits for it."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One address of a relay, asked."""

    address: str
    survey: Survey | None
    fault: str = ""
    tls_fault: str = ""
    """Why a relay that should be asked under TLS if possible is not."""
    service: str = ""
    """How `postconf -P` calls it, if it is an smtpd of this machine."""


def relays(settings: Settings, name: str, services: Mapping[str, str] | None = None) -> Iterator[Finding]:
    """Each relay; no message is sent. `name` is how we call ourselves.

    `services`: how `postconf -P` calls the smtpd of this machine's Postfix that listens at an address.
    """
    for key, table in settings.relays.items():
        users = {one: listener for one, listener in settings.listeners.items() if settings.relay_of(listener) == key}
        if table.maildir is not None:
            yield _maildir(key, table.maildir)
        else:
            yield from _relay(key, table, users, asyncio.run(sights(table, name, services or {})))


def _maildir(key: str, folder: Path) -> Finding:
    exists = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    if not os.access(exists, os.W_OK | os.X_OK):
        return fail("relay", f"{key}: {exists} cannot be written", f"$ chown {os.geteuid()} {shlex.quote(str(exists))}")
    text = f"{key}: all mail goes into the folder {folder}, which is good for trying only"
    return warn("relay", text, f"{written(f'relays.{key}', 'addresses = ...')}  # HOST:PORT of your mail server")


async def sights(table: RelayTable, name: str, services: Mapping[str, str]) -> list[Sight]:
    """All addresses, asked at the same time."""
    found = await asyncio.gather(*(_sight(table, address, name) for address in table.addresses))
    await asyncio.sleep(FAREWELL)
    return [replace(sight, service=services.get(sight.address, "")) for sight in found]


async def _sight(table: RelayTable, address: str, name: str) -> Sight:
    alone = replace(table, addresses=(address,), patience=PATIENCE)
    try:
        seen = await survey(SmtpRelay(alone, name))
    except (RelayError, OSError, ValueError) as error:
        return Sight(address, None, str(error))
    return Sight(address, seen, tls_fault=await _tls_fault(alone, name) if table.tls == "try" else "")


async def _tls_fault(table: RelayTable, name: str) -> str:
    try:
        await survey(SmtpRelay(replace(table, tls="require"), name))
    except RelayError as error:
        return str(error)
    return ""


def _relay(
    key: str, table: RelayTable, users: dict[str, ListenerSettings], found: Sequence[Sight]
) -> Iterator[Finding]:
    answers = [sight for sight in found if sight.survey is not None]
    for sight in found:
        if sight.survey is None:
            yield _absent(key, table, sight, spare=bool(answers))
        else:
            yield from _present(key, table, users, sight, sight.survey)
            if sight.tls_fault:
                text = f"{key}: mail to {sight.address} goes in clear text: {sight.tls_fault}"
                yield warn("relay", text, _tls_remedy(key, sight.tls_fault))


def _absent(key: str, table: RelayTable, sight: Sight, *, spare: bool) -> Finding:
    """`spare`: another address of the relay answers."""
    text = f"{key}: {sight.address}: {sight.fault}"
    if table.forward == "xclient" and "XCLIENT is not offered" in sight.fault:
        remedy = _forward_remedy(table, sight)
    elif "ca_file" in sight.fault:
        remedy = written(f"relays.{key}", 'ca_file = ""  # a PEM file with certificates, or nothing')
    elif "cert" in sight.fault.lower() or "STARTTLS" in sight.fault:
        remedy = _tls_remedy(key, sight.fault)
    else:
        other = written(f"relays.{key}", 'addresses = ["HOST:PORT"]')
        remedy = f"start the mail server that should answer there, or name another one: {other}"
    return (warn if spare else fail)("relay", text, remedy)


def _tls_remedy(key: str, fault: str) -> str:
    if "STARTTLS" in fault:
        off = written(f"relays.{key}", 'tls = "off"')
        return f"turn TLS on in that server (Postfix: smtpd_tls_security_level = may), or do without: {off}"
    return written(f"relays.{key}", 'name = "..."  # as in its certificate', 'ca_file = "..."  # who vouches for it')


def _present(
    key: str, table: RelayTable, users: dict[str, ListenerSettings], sight: Sight, seen: Survey
) -> Iterator[Finding]:
    address = sight.address
    text = f"{key}: {address} answers in {1000 * seen.seconds:.0f} ms{_secrecy(table)}"
    if seen.seconds >= SLOW:
        yield warn("relay", text, "see why it is slow to greet: often it waits for a DNS lookup of our address")
    else:
        yield ok("relay", text)
    yield from _clear_text(key, table, address, seen)
    yield from _introduction(key, table, sight, seen)
    yield from _extensions(key, users, address, seen)
    for name, listener in users.items():
        yield from _for_listener(key, table, sight, seen, name, listener)


def _secrecy(table: RelayTable) -> str:
    if table.tls in ("off", "try"):
        return ""
    return ", under TLS" + (
        " with a certificate that is valid" if table.verify else "; its certificate is not looked at"
    )


def _clear_text(key: str, table: RelayTable, address: str, seen: Survey) -> Iterator[Finding]:
    if table.tls == "off" and not Endpoint.parse(address).is_loopback and b"STARTTLS" in seen.extensions:
        text = f"{key}: mail to {address} crosses the network in clear text, but the relay offers STARTTLS"
        yield warn("relay", text, written(f"relays.{key}", 'tls = "require"'))


def _introduction(key: str, table: RelayTable, sight: Sight, seen: Survey) -> Iterator[Finding]:
    """Whether the relay wants to hear from us who the client is. Without XCLIENT, if it is set, it is no relay."""
    verb, address = table.forward.upper(), sight.address
    if table.forward == "none":
        return
    if verb.encode() in seen.extensions:
        yield ok("relay", f"{key}: {address} takes {verb} from us")
    else:
        text = f"{key}: {address} does not offer {verb} to us: its log takes all clients for this machine"
        yield warn("relay", text, _forward_remedy(table, sight))


def _forward_remedy(table: RelayTable, sight: Sight) -> str:
    parameter = f"smtpd_authorized_{table.forward}_hosts"
    if not sight.service:
        return f"let it believe this machine; if it is Postfix, write into its main.cf:\n{parameter} = OUR ADDRESS"
    return _postconf(sight.service, f"{parameter}=127.0.0.0/8")


def _postconf(service: str, assignment: str) -> str:
    return f"$ postconf -P {shlex.quote(f'{service}/{assignment}')} && postfix reload"


def _extensions(key: str, users: dict[str, ListenerSettings], address: str, seen: Survey) -> Iterator[Finding]:
    """What we offer to clients and the relay does not know, it refuses with 555: mail that was promised to be taken."""
    lacking = [word.decode() for word in OF_THE_RELAY if word not in seen.extensions]
    if lacking:
        words = ", ".join(lacking)
        text = f"{key}: {address} does not offer {words}: it refuses messages that need it, which we offered"
        command = f"$ postconf -e 'smtpd_discard_ehlo_keywords={words}' && postfix reload"
        remedy = f"turn it on in the relay, or off in a Postfix in front of us:\n{command}"
        yield warn("relay", text, remedy)
    most, size = max((one.limits.message for one in users.values()), default=0), seen.extensions.get(b"SIZE", b"")
    if size.isdigit() and 0 < int(size) < most:
        text = f"{key}: {address} takes messages up to {int(size)} octets, and we offer {most}"
        name = max(users, key=lambda one: users[one].limits.message)
        yield warn("relay", text, written(f"listeners.{name}.limits", f"message = {int(size)}"))


def _for_listener(
    key: str, table: RelayTable, sight: Sight, seen: Survey, name: str, listener: ListenerSettings
) -> Iterator[Finding]:
    address = sight.address
    if listener.auth and b"AUTH" not in seen.extensions:
        text = f"{key}: {address} offers no AUTH, so nobody can log in at the listener {name}"
        yield fail("relay", text, _auth_remedy(key, table, sight, seen))
    guarded = listener.trust_clients or listener.auth or Endpoint.parse(listener.address).is_loopback
    if seen.open_relay and not guarded:
        text = (
            f"{key}: open relay: {address} takes mail for any domain from this machine, and so it would from anybody "
            f"through the listener {name}"
        )
        remedy = (
            "take this machine out of the relay's trusted networks (Postfix: mynetworks), or, if only trusted clients "
            f"can connect, {written(f'listeners.{name}', 'trust_clients = true')}"
        )
        yield fail("relay", text, remedy)
    elif not seen.open_relay:
        yield ok("relay", f"{key}: {address} takes no mail for foreign domains through {name}")


def _auth_remedy(key: str, table: RelayTable, sight: Sight, seen: Survey) -> str:
    if table.tls == "off" and b"STARTTLS" in seen.extensions:  # Postfix: smtpd_tls_auth_only
        secure = written(f"relays.{key}", 'tls = "require"')
        return f"it may offer AUTH under TLS only: {secure}"
    if not sight.service:
        return "turn it on there; if it is Postfix, write into its main.cf:\nsmtpd_sasl_auth_enable = yes"
    return _postconf(sight.service, "smtpd_sasl_auth_enable=yes")
