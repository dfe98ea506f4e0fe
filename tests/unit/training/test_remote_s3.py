"""Mail at s3://, read with the real s3fs from a small S3 of our own: as on disk, and each error is one line."""

import io
import tarfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests import mail, s3
from tests.commands import run
from tests.conftest import require

pytestmark = pytest.mark.slow


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """What the operator of an S3 store sets in the environment."""
    require(find_spec("s3fs") is not None, "s3fs is not installed (extra dev)")
    for name, value in {
        "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    return monkeypatch


def archive(count: int) -> bytes:
    """A .tar.gz of `count` spam messages."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for number in range(count):
            member = tarfile.TarInfo(f"spam/{number}.eml")
            member.size = len(mail.spam(number))
            tar.addfile(member, io.BytesIO(mail.spam(number)))
    return packed.getvalue()


def check(*paths: str) -> tuple[list[str], list[str]]:
    """The first lines that `hamgate corpus check` prints of these paths, and what it says on standard error."""
    done = run("corpus", "check", "--no-labels", "--ham", *paths)
    return done.stdout.decode().splitlines()[1:3], done.stderr.decode().splitlines()


def test_folders_and_archives_of_a_bucket_are_read_and_what_is_not_there_is_one_line(
    account: pytest.MonkeyPatch,
) -> None:
    objects = {f"mail/ham/{number}.eml": mail.ham(number) for number in range(5)}
    objects |= {"mail/ham/of 2024/9.eml": mail.ham(9), "mail/spam.tar.gz": archive(4)}
    with s3.serving("bucket", objects) as address:
        account.setenv("AWS_ENDPOINT_URL", address)
        table, said = check(
            "s3://bucket/mail/ham", "s3://bucket/mail/nothing", "s3://other/mail",
            "--spam", "s3://bucket/mail/spam.tar.gz",
        )  # fmt: skip
    assert [line.split() for line in table] == [["messages", "6", "4"], ["paths", "without", "a", "message", "2", "0"]]
    assert said == [
        "Reading ham",
        "hamgate: s3://bucket/mail/nothing: No such file or directory",
        "hamgate: s3://other/mail: No such file or directory",
        "Reading spam",
    ]


def test_a_server_that_is_gone_is_one_line(account: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with s3.serving("bucket", {}) as address:
        account.setenv("AWS_ENDPOINT_URL", address)
    (tmp_path / "1.eml").write_bytes(mail.spam(1))
    _, said = check("s3://bucket/mail", "--spam", str(tmp_path))
    assert said == [
        "Reading ham",
        "hamgate: s3://bucket/mail: EndpointConnectionError: Could not connect to the endpoint URL: "
        f'"{address}/bucket/mail"',
        "Reading spam",
    ]
