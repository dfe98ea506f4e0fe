"""The certificate of a listener, seen as a client sees it: by a TLS handshake, within this process."""

import math
import shlex
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from filter.config.settings import ListenerSettings, Settings
from filter.doctor.finding import Finding, fail, ok, warn
from filter.smtp.entrance import server_context

SOON = 21
"""Days left below which we warn: who renews at 30 days has failed then."""
DAY = 86_400.0
_OTHERS = 0o007
_NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, for which Python has no name."""
_RENEW = "renew it (certbot renew, or your authority), put it in its place, and reload the server with SIGHUP"


def certificates(settings: Settings, name: str, now: float | None = None) -> Iterator[Finding]:
    """Each listener with TLS; `name` is what clients are to find in the certificate."""
    for key, listener in settings.listeners.items():
        if listener.tls != "off" and listener.tls_certificate is not None:
            yield from _certificate(key, listener, listener.tls_certificate, name, time.time() if now is None else now)


def _certificate(key: str, listener: ListenerSettings, path: Path, name: str, now: float) -> Iterator[Finding]:
    try:
        context = server_context(path, listener.tls_key)
        shown = _shown(context, path)
    except OSError as error:
        yield _unfit(key, listener, path, error)
        return
    yield _age(key, path, shown, now)
    yield _name(key, listener, context, path, name, shown)
    yield _secret(key, listener.tls_key or path)


def _unfit(key: str, listener: ListenerSettings, path: Path, error: OSError) -> Finding:
    secret = listener.tls_key or path
    absent = next((one for one in (path, secret) if not one.exists()), None)
    if absent is not None:
        remedy = f"put your certificate there, or name yours with tls_certificate and tls_key in [listeners.{key}]"
        return fail("certificate", f"{key}: there is no {absent}", remedy)
    if isinstance(error, PermissionError):
        remedy = f"give the file to the group of the user that hamgate runs as:\n$ chmod g+r {shlex.quote(str(secret))}"
        return fail("certificate", f"{key}: {path} or {secret} cannot be read: permission denied", remedy)
    reason = getattr(error, "reason", None)
    if reason == "KEY_VALUES_MISMATCH":
        text = f"{key}: the key in {secret} does not fit the certificate in {path}"
        return fail("certificate", text, f"name the key that it was made with: tls_key in [listeners.{key}]")
    text = f"{key}: {path} and {secret} are no certificate and key in PEM ({reason or error})"
    return fail("certificate", text, f"name PEM files with tls_certificate and tls_key in [listeners.{key}]")


def _age(key: str, path: Path, shown: dict[str, Any], now: float) -> Finding:
    begin, end = (ssl.cert_time_to_seconds(shown[field]) for field in ("notBefore", "notAfter"))
    left = math.floor((end - now) / DAY)
    if now >= end:
        return fail("certificate", f"{key}: {path} expired on {shown['notAfter']}", _RENEW)
    if now < begin:
        return fail("certificate", f"{key}: {path} is valid only from {shown['notBefore']}", "$ timedatectl")
    text = f"{key}: {path} is valid for {left} more days"
    return warn("certificate", text, _RENEW) if left < SOON else ok("certificate", text)


def _name(
    key: str, listener: ListenerSettings, context: ssl.SSLContext, path: Path, name: str, shown: dict[str, Any]
) -> Finding:
    try:
        _handshake(context, _client(path, True), name)
    except ssl.SSLCertVerificationError:
        names = ", ".join(value for _, value in shown.get("subjectAltName", ())) or "no name"
        text = f"{key}: the certificate is for {names}, and not for {name}"
        remedy = f'get one for {name}, or, if clients know this machine by a name in it, write hostname = "THAT NAME"'
        return (fail if listener.auth else warn)("certificate", text, remedy)  # mail programs refuse, servers rarely
    return ok("certificate", f"{key}: it is for {name}")


def _secret(key: str, path: Path) -> Finding:
    if path.stat().st_mode & _OTHERS:
        text = f"{key}: all users of this machine can read the key in {path}"
        return fail("certificate", text, f"$ chmod o-rwx {shlex.quote(str(path))}")
    return ok("certificate", f"{key}: the key is closed to other users")


def _shown(server: ssl.SSLContext, path: Path) -> dict[str, Any]:
    """What stands in the certificate. Raises ssl.SSLError."""
    return dict(_handshake(server, _client(path, False), None).getpeercert() or {})


def _client(path: Path, names: bool) -> ssl.SSLContext:
    """A client that believes the very certificate in `path`, also when its time is over."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = names
    context.load_verify_locations(path)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VerifyFlags(_NO_CHECK_TIME)
    return context


def _handshake(server: ssl.SSLContext, client: ssl.SSLContext, name: str | None) -> ssl.SSLObject:
    """The client's side after a handshake in memory. Raises ssl.SSLError."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [
        client.wrap_bio(down, up, server_hostname=name),
        server.wrap_bio(up, down, server_side=True),
    ]
    for _ in range(3):  # two flights of the client and one of the server (RFC 8446 section 2), or one more in TLS 1.2
        for side in sides:
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return sides[0]
