"""A message for real: through the running server and its relay, to a mailbox that the operator names."""

import asyncio

from filter.config.settings import ListenerSettings, Settings
from filter.doctor.doors import here
from filter.doctor.finding import Finding, fail, ok, skipped
from filter.doctor.letters import harmless
from filter.smtp.delivery import command, deliver
from filter.smtp.limits import Patience
from filter.smtp.relay import RelayError
from filter.smtp.relay_settings import RelaySettings, Secrecy
from filter.smtp.upstream import SmtpRelay

SUBJECT = "hamgate doctor: a test message"
_PATIENCE = Patience(connect=10.0)
_TLS: dict[str, Secrecy] = {"off": "off", "offer": "off", "require": "require", "implicit": "implicit"}


def posting(settings: Settings, name: str, recipient: str) -> Finding:
    """Send to `recipient` by the first listener that asks for no password."""
    found = next((pair for pair in settings.listeners.items() if not pair[1].auth and pair[1].protocol == "smtp"), None)
    if not settings.listeners:
        return skipped("sending", "no listener takes mail by SMTP")
    if found is None:
        return fail("sending", "every listener asks for a password", "send with your mail program, logged in")
    key, listener = found
    message = harmless(recipient, recipient, SUBJECT, name)
    try:
        reply = asyncio.run(
            deliver(_server(listener, name), message, command("MAIL FROM", recipient), command("RCPT TO", recipient))
        )
    except RelayError as fault:
        return fail("sending", f"{key}: {fault}", "start the server:\n$ systemctl start hamgate")
    said = bytes(reply).decode("utf-8", "replace").strip()
    if reply.code != 250:
        return fail("sending", f"{key}: the message to {recipient} is refused: {said}", _remedy(reply.code))
    return ok("sending", f'{key}: {said}; now look for "{SUBJECT}" in the mailbox, and X-Spam-Flag in its header')


def _remedy(code: int) -> str:
    log = "$ journalctl -u hamgate -e"
    return f"see what our log says:\n{log}" if code < 500 else f"name an address that the relay takes; our log:\n{log}"


def _server(listener: ListenerSettings, name: str) -> SmtpRelay:
    """The listener as a client sees it. Its certificate is looked at elsewhere."""
    settings = RelaySettings(
        (str(here(listener.address)),), tls=_TLS[listener.tls], verify=False, patience=_PATIENCE
    )  # fmt: skip
    return SmtpRelay(settings, name)
