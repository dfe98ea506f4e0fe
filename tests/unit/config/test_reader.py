"""Settings files, good and bad: every error at once, with its line and what to write instead."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.config.reader import read
from filter.config.settings import Settings
from filter.tomlfile.errors import TomlFileError

GOOD = """
hostname = "mx.example.net"

[model]
state = "state"
rules = "/etc/hamgate/rules.toml"

[policy]
reject_at = 15
contact = "postmaster@example.net"

[policy.domains."example.net"]
reject_at = "off"

[relays.postfix]
addresses = ["127.0.0.1:10026"]

[listeners.inbound]
address = "127.0.0.1:10025"

[listeners.submission]
address = "0.0.0.0:587"
tls = "require"
tls_certificate = "cert.pem"
auth = true

[listeners.submission.policy]
mark = false
detail = "full"
"""
SMALL = '[relays.a]\naddresses = ["127.0.0.1:26"]\n[listeners.in]\naddress = "127.0.0.1:25"\n'


def settings(folder: Path, text: str) -> Settings:
    file = folder / "hamgate.toml"
    file.write_text(text)
    return read(file)


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(TomlFileError) as caught:
        settings(folder, text)
    return [line.removeprefix(f"{folder}/hamgate.toml:") for line in caught.value.problems]


def test_a_good_file(tmp_path: Path) -> None:
    found = settings(tmp_path, GOOD)
    assert found.hostname == "mx.example.net"
    assert found.policy.reject_at == 15.0
    assert found.policy.domains["example.net"].reject_at == "off"
    assert found.relays["postfix"].addresses == ("127.0.0.1:10026",)
    assert found.listeners["submission"].policy.detail == "full"
    assert found.listeners["submission"].auth
    assert found.relay_of(found.listeners["inbound"]) == "postfix"


def test_relative_paths_are_those_of_the_file(tmp_path: Path) -> None:
    found = settings(tmp_path, GOOD)
    assert (found.model.state, found.model.rules) == (tmp_path / "state", Path("/etc/hamgate/rules.toml"))
    assert found.listeners["submission"].tls_certificate == tmp_path / "cert.pem"


def test_all_errors_at_once(tmp_path: Path) -> None:
    text = """
hostnam = "mx.example.net"
processes = 0
[model]
state = "a"
folder = "b"
[policy]
tag_at = "5"
reject_at = "no"
contact = "café"
[policy.domains."example.net"]
colour = 1
[policy.recipients.bob]
monitor = 3
[listeners.in]
address = "127.0.0.1"
relay = "postfx"
limits = { message = 1.5 }
[listeners.out]
address = "0.0.0.0:587"
auth = true
[relays.postfix]
addresses = "127.0.0.1:10026"
[relays.other]
protocol = "lmpt"
"""
    assert problems(tmp_path, text) == [
        "2: unknown key 'hostnam' in the file: write hostname",
        "3: processes = 0: write 1 or more",
        "6: state and folder name two models: leave one of them out",
        "8: tag_at = '5': write a number",
        "9: reject_at = 'no': write a number, or write \"off\"",
        "10: contact = 'café': write an address or URL of 200 ASCII letters",
        "12: unknown key 'colour' in [policy.domains.example.net]: write one of tag_at, reject_at, hold_at, monitor",
        "13: bob is no address: write name@example.org; whole domains belong in a list of domains",
        "14: monitor = 3: write true or false",
        "16: address = '127.0.0.1': write HOST:PORT, as 127.0.0.1:10025",
        "17: no relay is called 'postfx': write postfix",
        "18: message = 1.5: write a whole number",
        "19: there are several relays: write relay = one of postfix, other",
        '21: passwords would cross the network in clear text: write tls = "require"',
        "23: addresses = '127.0.0.1:10026': write a list, as [\"...\"]",
        '25: protocol = \'lmpt\': write "smtp" or "lmtp"',
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1: no listener: write [listeners.inbound] and its address below"),
        ("listeners = 3", "1: listeners = 3: write tables: [table.name] and keys below, once for each"),
        (SMALL.replace('address = "127.0.0.1:25"', ""), "3: no address: write address = ..."),
        (SMALL + "[workers]\nseconds = nan", "6: seconds = nan: write "),
        (SMALL + "[workers]\ncount = 257", "6: count = 257: write 256 or less"),
        (SMALL + "[workers]\ncount = true", "6: count = True: write a whole number"),
        (SMALL + "model = 3\n", "5: unknown key 'model' in [listeners.in]"),
        (SMALL + '[log]\nformat = "jsn"', '6: format = \'jsn\': write "text" or "json"'),
        ("a = ", "1: no TOML, Invalid value: see https://toml.io"),
    ],
)
def test_an_error(tmp_path: Path, text: str, problem: str) -> None:
    assert problems(tmp_path, text)[0].startswith(problem)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[relays.a]\naddresses = []\n[listeners.in]\naddress = "127.0.0.1:25"\nrelay = "a"\n',
         ["2: [relays.a]: addresses is empty: name at least one"]),
        ('[http.api]\naddress = "127.0.0.1:11333"\nopen_to = ["300.0.0.0/8"]\n',
         ["3: [http.api]: open_to: '300.0.0.0/8' is no network: write 192.0.2.0/24, 192.0.2.7 or 2001:db8::/32"]),
        (SMALL + 'tls = "require"\n', ['5: [listeners.in]: tls = "require" needs tls_certificate']),
        ('[listeners.in]\naddress = "127.0.0.1:25"\nrelay = "a"\n',
         ["1: no relay: write [relays.postfix] and its addresses below"]),
        (SMALL + "[policy]\ntag_at = nan\nreject_at = inf\n",
         ["6: tag_at = nan: write a number", "7: reject_at = inf: write a number"]),
        (SMALL + '[milters.b]\naddress = "127.0.0.1:25"\n',
         ["6: listeners.in listens at 127.0.0.1:25, too: give one of them another address"]),
    ],
)  # fmt: skip
def test_one_error_is_told_once_at_its_line_and_not_what_follows_from_it(
    tmp_path: Path, text: str, told: list[str]
) -> None:
    assert problems(tmp_path, text) == told


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    with pytest.raises(TomlFileError, match=r":1: is no file: name a TOML file$"):
        read(tmp_path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TomlFileError, match=r"cannot be read \(No such file or directory\): name a TOML file"):
        read(tmp_path / "hamgate.toml")


_VALUES = st.sampled_from(
    ['""', "1", "-1", "1.5", "true", "[]", '["a"]', "{}", "{ x = 1 }", "1979-05-27", "inf", '"off"']
)
_KEYS = st.sampled_from(
    ["hostname", "model", "model.state", "policy", "policy.domains", "policy.domains.x", "listeners", "listeners.a",
     "relays", "relays.a", "relays.a.addresses", "log.format", "workers.count", "zzz", "history.days"]
)  # fmt: skip


@given(st.dictionaries(_KEYS, _VALUES, max_size=5))
def test_whatever_is_written_there_are_settings_or_lines(
    tmp_path_factory: pytest.TempPathFactory, content: dict[str, str]
) -> None:
    file = tmp_path_factory.getbasetemp() / "odd.toml"
    file.write_text("".join(f"{key} = {value}\n" for key, value in content.items()))
    try:
        read(file)
    except TomlFileError as error:
        odd = [line for line in error.problems if not line.startswith(f"{file}:")]
    else:
        odd = []
    assert odd == []


def test_the_status_needs_a_tcp_address(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, SMALL + '[status]\naddress = "unix:/run/status"\n')
    assert line.startswith("6: address = ")
    assert settings(tmp_path, SMALL + '[status]\naddress = "127.0.0.1:9925"\n').status.address == "127.0.0.1:9925"
