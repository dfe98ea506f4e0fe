"""The settings file to begin with: it is good, and a server starts with it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from filter.config.draft import draft
from filter.config.reader import read
from filter.config.settings import ListenerSettings, Settings
from filter.service import Service
from tests.certificates import shared
from tests.conftest import ROOT


def drafted(folder: Path, **options: bool) -> Settings:
    file = folder / "hamgate.toml"
    file.write_text(draft("127.0.0.1:10025", "127.0.0.1:10026", **options))
    return read(file)


def test_a_filter_for_postfix(tmp_path: Path) -> None:
    settings = drafted(tmp_path)
    (inbound,) = settings.listeners.values()
    (postfix,) = settings.relays.values()
    assert (inbound.address, inbound.xforward_from) == ("127.0.0.1:10025", ("127.0.0.1", "::1"))
    assert (postfix.addresses, postfix.forward) == (("127.0.0.1:10026",), "xforward")
    assert inbound.limits.message == 10_240_000


def test_submission_asks_for_tls_and_a_password(tmp_path: Path) -> None:
    listener = drafted(tmp_path, submission=True).listeners["submission"]
    assert (listener.address, listener.auth, listener.tls) == ("0.0.0.0:587", True, "require")
    assert (listener.policy.mark, listener.policy.reject_at) == (False, 15.0)


def test_a_relay_elsewhere_is_not_told_whose_mail_it_is() -> None:
    assert 'forward = "none"' in draft("127.0.0.1:10025", "192.0.2.25:25")


def test_addresses_are_checked() -> None:
    with pytest.raises(ValueError, match="neither HOST:PORT"):
        draft("here", "127.0.0.1:10026")


def test_what_is_only_hinted_at_is_good_too(tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"
    hints = ("# hostname = ", "# contact = ", "# [model]", "# state = ", "# [status]", "# address = ")
    lines = draft("127.0.0.1:10025", "127.0.0.1:10026").splitlines()
    file.write_text("\n".join(line.removeprefix("# ") if line.startswith(hints) else line for line in lines))
    settings = read(file)
    assert (settings.hostname, settings.status.address) == ("mx.example.net", "127.0.0.1:9925")
    assert settings.model.state == Path("/var/lib/hamgate")


def test_a_server_starts_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    settings = drafted(tmp_path, submission=True)
    listeners = {name: here(listener) for name, listener in settings.listeners.items()}
    service = Service(replace(settings, listeners=listeners), factory="tests.faults.scanners:Fair")

    async def scenario() -> list[str]:
        await service.start()
        try:
            return [name for name, door in service.doors.items() if door.bound.port]
        finally:
            await service.drain()

    assert asyncio.run(scenario()) == ["inbound", "submission"]


def here(listener: ListenerSettings) -> ListenerSettings:
    """The same on a free port, with the certificate of the tests in the place of the operator's."""
    files = shared() if listener.tls_certificate else None
    certificate, key = (files.certificate, files.key) if files else (None, None)
    return replace(listener, address="127.0.0.1:0", tls_certificate=certificate, tls_key=key)
