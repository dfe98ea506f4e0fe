"""`hamgate config`: every error at once, the manual, and what is in force."""

import tomllib
from pathlib import Path

from tests.commands import run
from tests.unit.config.test_reader import GOOD


def test_a_good_file_is_said_to_be_good(tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"
    file.write_text(GOOD.replace('rules = "/etc/hamgate/rules.toml"', ""))
    done = run("config", "check", "--config", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"{file}: no errors; listeners: inbound on 127.0.0.1:10025, submission on 0.0.0.0:587; relays: postfix\n"
    )


def test_every_error_has_its_line(tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"
    file.write_text("processes = 0\nhostnam = 1\n")
    done = run("config", "check", "--config", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        f"Error: {file} has 4 errors",
        f"{file}:1: no listener: write [listeners.inbound] and its address below",
        f"{file}:1: no relay: write [relays.postfix] and its addresses below",
        f"{file}:1: processes = 0: write 1 or more",
        f"{file}:2: unknown key 'hostnam' in the file: write hostname",
    ]


def test_errors_in_the_rules_that_it_names(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text("[points]\nQQ = 1\n")
    file = tmp_path / "hamgate.toml"
    file.write_text(GOOD.replace("/etc/hamgate/rules.toml", "rules.toml"))
    done = run("config", "check", "--config", str(file))
    assert done.returncode == 1
    assert f"{tmp_path}/rules.toml:2: no rule is called 'QQ'" in done.stderr


def test_without_a_file_it_says_which_one_it_looked_for() -> None:
    done = run("config", "check", "--config", "/nowhere/hamgate.toml")
    assert done.returncode == 1
    assert "/nowhere/hamgate.toml:1: cannot be read (No such file or directory): name a TOML file" in done.stderr


def test_the_manual_is_toml() -> None:
    done = run("config", "describe")
    assert tomllib.loads(done.stdout)["processes"] == 1


def test_show_with_and_without_origin(tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"
    file.write_text(GOOD)
    plain = run("config", "show", "--config", str(file)).stdout.splitlines()
    told = run("config", "show", "--origin", "--config", str(file)).stdout.splitlines()
    assert "policy.reject_at = 15.0" in plain
    assert f"policy.reject_at = 15.0  # {file}:9" in told
    assert len(plain) == len(told)
