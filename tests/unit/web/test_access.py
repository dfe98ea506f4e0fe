"""The rights of clients: on this machine, of networks that are named, with and without the token."""

from pathlib import Path

import pytest

from filter.web.access import Access, read_token
from filter.web.errors import RequestError
from tests.web import TOKEN, table, with_token

RIGHT = {b"authorization": b"Bearer " + TOKEN.encode()}
AS_RSPAMC = {b"password": TOKEN.encode()}
WRONG = {b"password": b"another-token-of-some-length"}
STRANGER = "192.0.2.9"


def refused(access: Access, address: str, headers: dict[bytes, bytes], what: str = "learn") -> RequestError:
    ask = access.ask_to_learn if what == "learn" else access.ask_to_score
    with pytest.raises(RequestError) as error:
        ask(address, headers)
    return error.value


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.9.9.9", ""])
def test_this_machine_may_score_without_a_token(address: str) -> None:
    Access(table()).ask_to_score(address, {})


def test_a_network_that_is_named_may_score_but_not_learn(tmp_path: Path) -> None:
    access = Access(with_token(tmp_path, open_to=("192.0.2.0/24",)))
    access.ask_to_score(STRANGER, {})
    assert refused(access, STRANGER, {}).status == 401
    assert refused(access, "198.51.100.1", {}, "score").status == 401


@pytest.mark.parametrize("headers", [RIGHT, AS_RSPAMC, {b"authorization": b"bearer  " + TOKEN.encode() + b" "}])
def test_the_token_opens_all(tmp_path: Path, headers: dict[bytes, bytes]) -> None:
    access = Access(with_token(tmp_path))
    access.ask_to_learn(STRANGER, headers)
    access.ask_to_score(STRANGER, headers)


def test_without_a_token_file_nobody_learns_and_hears_what_to_write() -> None:
    for address in ("127.0.0.1", "", STRANGER):
        error = refused(Access(table()), address, RIGHT)
        assert (error.status, "token_file" in error.text) == (403, True)


@pytest.mark.parametrize("headers", [{}, {b"authorization": b"Basic " + TOKEN.encode()}, {b"password": b""}])
def test_who_sends_no_token_is_asked_for_it(tmp_path: Path, headers: dict[bytes, bytes]) -> None:
    error = refused(Access(with_token(tmp_path)), "127.0.0.1", headers)
    assert (error.status, error.headers["www-authenticate"]) == (401, 'Bearer realm="hamgate"')


def test_wrong_tokens_are_counted_by_address(tmp_path: Path) -> None:
    access = Access(with_token(tmp_path, failed_tokens=3))
    assert [refused(access, STRANGER, WRONG).status for _ in range(4)] == [401, 401, 401, 429]
    error = refused(access, STRANGER, RIGHT)
    assert error.status == 429, "guessing stays blocked even if the next guess is right"
    assert 0 < int(error.headers["retry-after"]) <= 601
    access.ask_to_learn("192.0.2.10", RIGHT)


def test_who_needs_no_token_is_not_blocked_by_a_wrong_one(tmp_path: Path) -> None:
    access = Access(with_token(tmp_path, failed_tokens=1))
    for _ in range(3):
        access.ask_to_score("127.0.0.1", WRONG)
    access.ask_to_learn("127.0.0.1", RIGHT)


def test_wrong_tokens_are_remembered_over_a_reload(tmp_path: Path) -> None:
    old = Access(with_token(tmp_path, failed_tokens=2))
    for _ in range(2):
        refused(old, STRANGER, WRONG)
    assert refused(Access(with_token(tmp_path, failed_tokens=2), old.failed), STRANGER, RIGHT).status == 429


@pytest.mark.parametrize(
    ("content", "why"),
    [("short", "16 to 1024 characters, this one 5"), ("", "this one 0"), ("x" * 1025, "16 to 1024"),
     ("two words of some length", "one word"), ("t\u00f6ken-of-some-length", "printable ASCII"),
     ("a-token-with\x07-a-bell", "printable ASCII")],
)  # fmt: skip
def test_a_token_that_is_no_good_is_not_taken(tmp_path: Path, content: str, why: str) -> None:
    file = tmp_path / "token"
    file.write_text(content)
    with pytest.raises(ValueError, match=why):
        read_token(file)


def test_a_token_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Access(table(token_file=tmp_path / "none"))


def test_the_token_itself_is_not_kept(tmp_path: Path) -> None:
    access = Access(with_token(tmp_path))
    assert TOKEN.encode() not in repr(vars(access)).encode()
