"""The envelope on the command line: what is not said is not known."""

import click
import pytest
from click.testing import CliRunner

from filter.cli.envelope import envelope_of, envelope_options
from filter.envelope import NO_ENVELOPE, Envelope


@click.command()
@envelope_options
def shown(sender: str | None, recipients: tuple[str, ...], ip: str, helo: str) -> None:
    click.echo(repr(envelope_of(sender, recipients, ip, helo)))


@pytest.mark.parametrize(
    ("words", "envelope"),
    [
        ([], NO_ENVELOPE),
        (["--from", ""], Envelope(b"")),
        (["--from", "<a@x.test>"], Envelope(b"a@x.test")),
        (["--to", "a@x.test", "--to", "b@x.test"], Envelope(None, (b"a@x.test", b"b@x.test"))),
        (["--ip", "2001:DB8::7", "--helo", "mx"], Envelope(client_address="2001:db8::7", helo=b"mx")),
    ],
)
def test_what_is_said(words: list[str], envelope: Envelope) -> None:
    assert CliRunner().invoke(shown, words).output == f"{envelope!r}\n"


def test_an_address_of_the_client_is_one_of_ip() -> None:
    result = CliRunner().invoke(shown, ["--ip", "mx.example.org"])
    assert result.exit_code == 2
    assert "'mx.example.org' is no IP address, for example 192.0.2.7" in result.output
