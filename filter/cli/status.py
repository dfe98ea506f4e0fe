"""`hamgate status`: how a running server is, for a person in a terminal."""

import http.client
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from filter.cli.options import CONFIG, read_settings_or
from filter.cli.report import one_line
from filter.cli.status_screen import screen

EXIT_WRONG, EXIT_SILENT = 1, 2
_PATIENCE = 5.0
_REFRESH = 2.0
_LARGEST = 1024 * 1024


class SilentError(Exception):
    """Nobody answers, or not as a server of ours. The text is one line, with what to do."""


@click.command()
@CONFIG
@click.option("--url", metavar="URL", help="Ask there, as http://127.0.0.1:9925, instead of what the settings say.")
@click.option("--json", "as_json", is_flag=True, help="Print what the server says as JSON, for programs.")
@click.option("--watch", is_flag=True, help="Show it again every 2 seconds, until Ctrl-C.")
@click.pass_context
def status(ctx: click.Context, file: Path, url: str | None, as_json: bool, watch: bool) -> None:
    """Show how a running server is: what it has done, and what is wrong with it.

    Exits 0 if it is ready to take mail, 1 if something is wrong (it says what), 2 if nobody answers.

    \b
    Examples:
      hamgate status
      hamgate status --watch
      hamgate status --url http://127.0.0.1:9925
      hamgate status --json | jq .relays
    """
    host, port = _place(url) if url else _configured(file)
    while True:
        text, code = _look(host, port, as_json)
        if watch:
            click.clear()
        click.echo(text, err=code == EXIT_SILENT and not watch)
        if not watch:
            ctx.exit(code)
        time.sleep(_REFRESH)


def _look(host: str, port: int, as_json: bool) -> tuple[str, int]:
    """What to print, and the exit code."""
    try:
        content = fetch(host, port)
        text = json.dumps(content) if as_json else "\n".join(screen(content, time.time()))
    except SilentError as error:
        return f"Error: {error}", EXIT_SILENT
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError):
        return f"Error: what answers at {_shown(host, port)} is no hamgate of this version", EXIT_SILENT
    return text, 0 if content.get("ready") is True else EXIT_WRONG


def fetch(host: str, port: int) -> dict[str, Any]:
    """Ask a server for its status. Raises SilentError."""
    connection = http.client.HTTPConnection(host, port, timeout=_PATIENCE)
    try:
        connection.request("GET", "/status.json")
        answer = connection.getresponse()
        content = json.loads(answer.read(_LARGEST)) if answer.status == http.HTTPStatus.OK else None
    except OSError as error:
        raise SilentError(
            f"nobody answers at {_shown(host, port)} ({error.strerror or error}): does the server run? "
            "See: systemctl status hamgate; journalctl -u hamgate -e"
        ) from error
    except (http.client.HTTPException, ValueError, RecursionError):
        content = None
    finally:
        connection.close()
    if not isinstance(content, dict) or "ready" not in content:
        raise SilentError(f"what answers at {_shown(host, port)} is no hamgate: is the address right?")
    return content


def _configured(file: Path) -> tuple[str, int]:
    settings = read_settings_or(file, "or its address with --url http://127.0.0.1:9925")
    if not settings.status.address:
        raise click.ClickException(
            f'the server tells no status: write into {file}, and restart it:\n\n[status]\naddress = "127.0.0.1:9925"\n'
        )
    return _place(settings.status.address)


def _place(url: str) -> tuple[str, int]:
    """Host and port of a URL, or of HOST:PORT. Raises UsageError."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or not port or parts.scheme != "http":
        raise click.UsageError(f"{one_line(url)!r} is no address: write http://HOST:PORT, as http://127.0.0.1:9925")
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104 - bound to all: ask this machine


def _shown(host: str, port: int) -> str:
    return one_line(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
