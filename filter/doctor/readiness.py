"""The status port of a server that runs."""

import http.client
from http import HTTPStatus

from filter.config.settings import Settings
from filter.doctor.doors import here
from filter.doctor.finding import Finding, fail, ok, skipped, warn

PATIENCE = 5.0
_LARGEST = 64 * 1024


def readiness(settings: Settings, runs: bool) -> Finding:
    """Whether /readyz says that all is well; `runs`: our server answers at a listener."""
    if not settings.status.address:
        return skipped(
            "status", "no address is set: [status] in the settings file turns on hamgate status and /metrics"
        )
    place = here(settings.status.address)
    if not runs:
        return skipped("status", "the server does not run")
    try:
        code, text = _asked(place.host, place.port)
    except (OSError, UnicodeError, http.client.HTTPException) as error:
        why = f"nobody answers at {place} ({getattr(error, 'strerror', None) or error})"
        return warn("status", why, "start the server again, so that it listens there:\n$ systemctl restart hamgate")
    if code == HTTPStatus.OK:
        return ok("status", f"the server at {place} is ready")
    if code == HTTPStatus.SERVICE_UNAVAILABLE:
        return fail("status", f"the server is not ready: {'; '.join(text.splitlines())}", "$ hamgate status")
    remedy = 'choose another port, and start the server again:\n[status]\naddress = "127.0.0.1:9926"'
    return warn("status", f"what answers at {place} is no hamgate", remedy)


def _asked(host: str, port: int) -> tuple[int, str]:
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer.status, answer.read(_LARGEST).decode("utf-8", "replace")
    finally:
        connection.close()
