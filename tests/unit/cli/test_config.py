"""`hamgate config`: every error at once, the manual, and what is in force."""

import tomllib
from pathlib import Path

import pytest

from tests import commands
from tests.unit.config.test_reader import GOOD

pytestmark = pytest.mark.slow


def run(*words: str) -> tuple[int, str, str]:
    done = commands.run(*words)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_a_good_file_is_said_to_be_good(tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"
    file.write_text(GOOD.replace('rules = "/etc/hamgate/rules.toml"', ""))
    code, out, err = run("config", "check", "--config", str(file))
    assert (code, err) == (0, "")
    assert out == (
        f"{file}: no errors; listeners: inbound on 127.0.0.1:10025, submission on 0.0.0.0:587; relays: postfix\n"
    )


def test_every_error_has_its_line(tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"
    file.write_text("\nprocesses = 0\nhostnam = 1\n")
    code, out, err = run("config", "check", "--config", str(file))
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        f"Error: {file} has 4 errors",
        f"{file}:1: no listener: write [listeners.inbound] and its address below",
        f"{file}:1: no relay: write [relays.postfix] and its addresses below",
        f"{file}:2: processes = 0: write 1 or more",
        f"{file}:3: unknown key 'hostnam' in the file: write hostname",
    ]


def test_errors_in_the_rules_that_it_names(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text("[points]\nQQ = 1\n")
    file = tmp_path / "hamgate.toml"
    file.write_text(GOOD.replace("/etc/hamgate/rules.toml", "rules.toml"))
    code, _, err = run("config", "check", "--config", str(file))
    assert code == 1
    assert f"{tmp_path}/rules.toml:2: no rule is called 'QQ'" in err


def test_without_a_file_it_says_which_one_it_looked_for() -> None:
    code, _, err = run("config", "check", "--config", "/nowhere/hamgate.toml")
    assert code == 1
    assert "/nowhere/hamgate.toml:1: cannot be read (No such file or directory): name a TOML file" in err


def test_the_manual_is_toml() -> None:
    _, out, _ = run("config", "describe")
    assert tomllib.loads(out)["processes"] == 1


def test_show_with_and_without_origin(tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"
    file.write_text(GOOD)
    plain = run("config", "show", "--config", str(file))[1].splitlines()
    told = run("config", "show", "--origin", "--config", str(file))[1].splitlines()
    assert "policy.reject_at = 15.0" in plain
    assert f"policy.reject_at = 15.0  # {file}:9" in told
    assert len(plain) == len(told)


def test_a_file_to_begin_with_has_no_errors(tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"
    code, out, _ = run("config", "init", "--listen", "127.0.0.1:2525", "--submission")
    assert code == 0
    file.write_text(out)
    code, out, err = run("config", "check", "--config", str(file))
    assert (code, err) == (0, "")
    assert "inbound on 127.0.0.1:2525, submission on 0.0.0.0:587; relays: postfix, submission" in out
    assert run("config", "init", "--relay", "nonsense")[0] == 64
