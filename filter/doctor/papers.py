"""The operator's files: settings, and the rules that they name."""

import shlex
from contextlib import suppress
from pathlib import Path

from filter.config.reader import read
from filter.config.settings import Settings
from filter.doctor.finding import Finding, fail, ok
from filter.rules.own.reader import read as read_rules
from filter.tomlfile.errors import TomlFileError


def settings_file(file: Path) -> tuple[Finding, Settings | None]:
    """The settings, if they can be read. PermissionError: we may not look."""
    if not file.exists():
        folder, path = (shlex.quote(str(one)) for one in (file.absolute().parent, file.absolute()))
        remedy = f"$ mkdir -p {folder} && hamgate config init > {path}"
        return fail("settings", f"there is no {file}", remedy), None
    with suppress(IsADirectoryError), file.open("rb"):
        pass
    try:
        settings = read(file)
    except TomlFileError as error:
        remedy = f"correct these lines, until this says that there are no errors:\n$ {_check(file)}"
        return fail("settings", str(error), remedy), None
    counts = f"{_count(len(settings.addresses()), 'listener')}, {_count(len(settings.relays), 'relay')}"
    return ok("settings", f"{file}: {counts}"), settings


def rules_file(settings: Settings, file: Path) -> Finding:
    """The operator's rules."""
    rules = settings.model.rules
    if rules is None:
        return ok("rules", "the shipped ones, none of your own")
    try:
        read_rules(rules)
    except TomlFileError as error:
        remedy = f"correct these lines, until this says that there are no errors:\n$ {_check(file)}"
        return fail("rules", str(error), remedy)
    return ok("rules", f"{rules}: no errors")


def _check(file: Path) -> str:
    return f"hamgate config check --config {shlex.quote(str(file))}"


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"
