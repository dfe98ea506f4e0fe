"""Whether mail can leave this network: many providers close port 25. Only asked when the operator names a host."""

import socket
from collections.abc import Sequence

from filter.doctor.finding import Finding, fail, ok, skipped, warn

SMTP, SUBMISSION = 25, 587
PATIENCE = 10.0
_LONGEST = 512


def outward(host: str, ports: Sequence[int] = (SMTP, SUBMISSION), patience: float = PATIENCE) -> Finding:
    """Look at both ports of `host`, a mail server elsewhere; empty: nothing goes out."""
    if not host:
        return skipped("outward", "nothing goes out unasked: --outward HOST, a mail server elsewhere, looks at port 25")
    direct, submission = (_answer(host, port, patience) for port in ports)
    if direct.startswith("220"):
        return ok("outward", f"{host} answers at port {ports[0]}: mail can leave directly")
    why = f"{host} cannot be reached at port {ports[0]} ({direct})"
    if submission.startswith("220"):
        remedy = f"send through a relay with AUTH; in Postfix:\n$ postconf -e 'relayhost = [{host}]:{ports[1]}'"
        return warn("outward", f"{why}, but at port {ports[1]}: mail can leave through it, with an account", remedy)
    return fail("outward", f"{why}, and not at port {ports[1]} ({submission})", "ask your provider to open port 25")


def _answer(host: str, port: int, patience: float) -> str:
    """The greeting, or why there is none."""
    try:
        with socket.create_connection((host, port), patience) as connection, connection.makefile("rb") as heard:
            return heard.readline(_LONGEST).decode("ascii", "replace").strip() or "it hangs up"
    except (OSError, UnicodeError) as error:
        return "no answer in time" if isinstance(error, TimeoutError) else getattr(error, "strerror", "") or str(error)
