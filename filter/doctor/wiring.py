"""Whether the Postfix of this machine hands mail to us, and takes it back at the right place.

Postfix's SMTPD_PROXY_README is the source of what must be so in front of a before-queue filter and behind it.
"""

import shlex
from collections.abc import Iterator

from filter.config.settings import ListenerSettings, Settings
from filter.doctor import postconf
from filter.doctor.finding import Finding, fail, ok, skipped, warn, written
from filter.doctor.postconf import PostconfError, Service, Wiring
from filter.door.endpoint import Endpoint

_ANY = ("", "0.0.0.0", "::")  # noqa: S104 - how "all addresses" is written
_PORT, _NOT_FRONT = 25, (465, 587)
_BEHIND = (
    "smtpd_proxy_filter=", "smtpd_client_restrictions=", "smtpd_helo_restrictions=", "smtpd_sender_restrictions=",
    "smtpd_data_restrictions=", "receive_override_options=no_unknown_recipient_checks",
    "smtpd_authorized_xforward_hosts=127.0.0.0/8",
)  # fmt: skip
_BACK = (
    *_BEHIND,
    "smtpd_relay_restrictions=",
    "smtpd_recipient_restrictions=permit_mynetworks,reject",
    "mynetworks=127.0.0.0/8",
)
_BACK_OF_USERS = (
    *_BEHIND,
    "smtpd_sasl_auth_enable=yes",
    "smtpd_relay_restrictions=permit_sasl_authenticated,reject",
    "smtpd_recipient_restrictions=permit_sasl_authenticated,reject",
)


def asked() -> tuple[Finding | None, Wiring | None]:
    """How Postfix is set up; if it cannot be asked, why."""
    command = postconf.program()
    if command is None:
        return skipped("postfix", "there is no postconf on this machine"), None
    try:
        return None, postconf.ask(command)
    except PostconfError as error:
        return fail("postfix", str(error), "$ postfix check"), None


def behind(settings: Settings, found: Wiring) -> Iterator[Finding]:
    """What is good and bad in `found` where mail goes that we let through."""
    for key, table in settings.relays.items():
        for endpoint in table.endpoints if table.maildir is None else ():
            if endpoint.is_loopback and not endpoint.path:
                yield from _behind(key, endpoint, _at(endpoint, found), found, _logged_in(key, settings))


def before(settings: Settings, found: Wiring) -> Iterator[Finding]:
    """What is good and bad in `found` where mail comes to us."""
    for name, listener in settings.listeners.items():
        relay = settings.relays[settings.relay_of(listener)]
        fronts = [one for one in found.smtpds if _leads_to(found.value(one, "smtpd_proxy_filter"), listener)]
        back = next(filter(None, (_at(endpoint, found) for endpoint in relay.endpoints)), None)
        for front in fronts:
            yield from _before(name, listener, front, back, found, settings)
        if not fronts and _waits_for_postfix(listener) and relay.maildir is None:
            yield _alone(name, listener, settings, found)


def services(settings: Settings, found: Wiring) -> dict[str, str]:
    """How `postconf -P` calls the smtpd at each address of a relay, of those that this Postfix has."""
    addresses = [address for table in settings.relays.values() for address in table.addresses]
    at = {address: _at(Endpoint.parse(address), found) for address in addresses if not address.startswith("unix:")}
    return {address: one.key for address, one in at.items() if one and Endpoint.parse(address).is_loopback}


def _at(endpoint: Endpoint, found: Wiring) -> Service | None:
    return next((one for one in found.smtpds if not endpoint.path and _same(one.place, endpoint)), None)


def _logged_in(key: str, settings: Settings) -> bool:
    """True if the relay is for users who log in."""
    return any(one.auth for one in settings.listeners.values() if settings.relay_of(one) == key)


def _same(one: Endpoint | None, other: Endpoint) -> bool:
    """True if who connects to `other` may reach what listens at `one`."""
    if one is None or one.port != other.port:
        return False
    return one.host == other.host or one.host in _ANY or other.host in _ANY or (one.is_loopback and other.is_loopback)


def _leads_to(proxy_filter: str, listener: ListenerSettings) -> bool:
    place = postconf.place(proxy_filter) if proxy_filter and not proxy_filter.startswith("unix:") else None
    if place is not None and not place.host:
        place = Endpoint("127.0.0.1", place.port)
    return place is not None and _same(Endpoint.parse(listener.address), place)


def _waits_for_postfix(listener: ListenerSettings) -> bool:
    """A listener that only this machine reaches, and no submission: who else should bring mail?"""
    return Endpoint.parse(listener.address).is_loopback and not listener.auth and listener.protocol == "smtp"


def _behind(key: str, endpoint: Endpoint, service: Service | None, found: Wiring, logged_in: bool) -> Iterator[Finding]:
    if service is None:
        text = f"no smtpd in master.cf listens at {endpoint}, where the relay {key} should be"
        options = " ".join(f"-o {one}" for one in (_BACK_OF_USERS if logged_in else _BACK))
        line = shlex.quote(f"{endpoint}/inet={endpoint} inet n - n - - smtpd {options}")
        yield fail("postfix", text, f"$ postconf -M {line} && postfix reload")
        return
    again = found.value(service, "smtpd_proxy_filter")
    if again:
        text = f"loop: the smtpd at {endpoint}, behind us, hands its mail to the filter {again} again"
        yield fail("postfix", text, _set(service, "smtpd_proxy_filter="))
    else:
        yield ok("postfix", f"the smtpd at {endpoint} takes mail behind us, without a filter of its own")
    if "no_unknown_recipient_checks" not in found.value(service, "receive_override_options"):
        text = f"the smtpd at {endpoint} looks up each recipient a second time"
        yield warn("postfix", text, _set(service, "receive_override_options=no_unknown_recipient_checks"))


def _before(
    name: str, listener: ListenerSettings, front: Service, back: Service | None, found: Wiring, settings: Settings
) -> Iterator[Finding]:
    yield ok("postfix", f"the smtpd {front.name} hands its mail to the listener {name}")
    if "speed_adjust" in found.value(front, "smtpd_proxy_options") and not listener.all_or_nothing:
        text = f"speed_adjust for the smtpd {front.name}: a recipient whom the relay refuses loses the message unseen"
        yield fail("postfix", text, _set(front, "smtpd_proxy_options="))
    if not listener.xforward_from:
        text = f"Postfix would say whose mail it brings, but the listener {name} believes nobody: all comes from here"
        yield warn("postfix", text, written(f"listeners.{name}", 'xforward_from = ["127.0.0.1"]'))
    yield from _patience(front, found, settings)
    yield from _sizes(name, listener, front, found)
    yield from _milters(front, back, found)
    yield from _crowd(name, listener, front, found)


def _patience(front: Service, found: Wiring, settings: Settings) -> Iterator[Finding]:
    limit = postconf.seconds(found.value(front, "smtpd_proxy_timeout"))
    ours = settings.workers.patience + settings.workers.seconds
    if limit is not None and limit <= ours:
        text = (
            f"the smtpd {front.name} waits {limit:g} s for us, and a message may wait {settings.workers.patience:g} s "
            f"for a worker and take {settings.workers.seconds:g} s: it would come twice"
        )
        yield warn("postfix", text, _set(front, f"smtpd_proxy_timeout={ours + 20:.0f}s"))


def _sizes(name: str, listener: ListenerSettings, front: Service, found: Wiring) -> Iterator[Finding]:
    size, ours = found.value(front, "message_size_limit"), listener.limits.message
    if size.isdigit() and (int(size) > ours or int(size) == 0):
        most = f"{size} octets" if int(size) else "messages of any size"
        text = f"the smtpd {front.name} takes {most}, and the listener {name} only {ours}"
        yield warn("postfix", text, _set(front, f"message_size_limit={ours}"))


def _milters(front: Service, back: Service | None, found: Wiring) -> Iterator[Finding]:
    milters = found.value(front, "smtpd_milters")
    if milters and not (back and found.value(back, "smtpd_milters")):
        text = (
            f"milters of the smtpd {front.name} see no message: in front of a filter Postfix does not show it to them"
        )
        target = back or front
        value = milters if back else ""
        yield warn("postfix", text, _set(target, f"smtpd_milters={value}"))


def _crowd(name: str, listener: ListenerSettings, front: Service, found: Wiring) -> Iterator[Finding]:
    limit = found.main.get("default_process_limit", "") if front.limit == "-" else front.limit
    most = min(listener.limits.connections, listener.limits.connections_per_address)
    if limit.isdigit() and (int(limit) > most or int(limit) == 0):
        text = f"the smtpd {front.name} may bring {limit} messages at a time, and the listener {name} takes {most}"
        remedy = written(f"listeners.{name}.limits", f"connections_per_address = {max(int(limit), 500)}")
        yield warn("postfix", text, remedy)


def _alone(name: str, listener: ListenerSettings, settings: Settings, found: Wiring) -> Finding:
    text = f"no smtpd hands mail to the listener {name} at {listener.address}"
    front = _public(settings, found)
    if front is None:
        line = f"smtp inet n - n - 20 smtpd -o smtpd_proxy_filter={listener.address}"
        return fail("postfix", text, f"$ postconf -M {shlex.quote('smtp/inet=' + line)} && postfix reload")
    remedy = _set(front, f"smtpd_proxy_filter={listener.address}")
    return fail("postfix", text, f"when the server runs (without it senders hear 451):\n{remedy}")


def _public(settings: Settings, found: Wiring) -> Service | None:
    """The smtpd where the world brings its mail: at port 25, or the first that is neither for users nor behind us."""
    behind_us = [_at(endpoint, found) for table in settings.relays.values() for endpoint in table.endpoints]
    others = [one for one in found.smtpds if one not in behind_us and one.place and one.place.port not in _NOT_FRONT]
    return next((one for one in others if one.place and one.place.port == _PORT), next(iter(others), None))


def _set(service: Service, assignment: str) -> str:
    return f"$ postconf -P {shlex.quote(f'{service.key}/{assignment}')} && postfix reload"
