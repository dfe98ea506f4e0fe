"""The embedded relay."""

import asyncio
from pathlib import Path

import pytest

from filter.smtp.maildir import MaildirRelay
from filter.smtp.peer import Peer
from filter.smtp.relay import RelayError


def names(path: Path, folder: str) -> list[str]:
    return sorted(entry.name for entry in (path / folder).iterdir())


def test_message_is_in_new_when_250_is_said(tmp_path: Path) -> None:
    async def scenario() -> None:
        hop = await MaildirRelay(tmp_path).open(Peer())
        assert (await hop.mail(b"MAIL FROM:<a@x.test> ENVID=a>b")).code == 250
        assert (await hop.rcpt(b"RCPT TO:<b@y.test>")).code == 250
        assert (await hop.data()).code == 354
        await hop.body([b"Subject: x\r", b"\n\r\n.\r\nbare\rcr\r\n"])
        assert (names(tmp_path, "new"), len(names(tmp_path, "tmp"))) == ([], 1)
        assert [reply.code for reply in await hop.commit()] == [250]
        assert names(tmp_path, "tmp") == []
        (name,) = names(tmp_path, "new")
        expected = b"Return-Path: <a@x.test>\nSubject: x\n\n.\nbare\rcr\n"
        assert (tmp_path / "new" / name).read_bytes() == expected

    asyncio.run(scenario())


def test_message_that_is_not_committed_leaves_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        hop = await MaildirRelay(tmp_path).open(Peer())
        await hop.mail(b"MAIL FROM:<>")
        await hop.data()
        await hop.body([b"half"])
        hop.close()
        assert (names(tmp_path, "new"), names(tmp_path, "tmp")) == ([], [])

    asyncio.run(scenario())


def test_rset_forgets_the_message_and_there_are_no_accounts(tmp_path: Path) -> None:
    async def scenario() -> None:
        hop = await MaildirRelay(tmp_path).open(Peer())
        assert (await hop.auth(b"AUTH PLAIN eA==")).code == 503
        await hop.mail(b"MAIL FROM:<a@x.test>")
        await hop.data()
        await hop.body([b"first\r"])
        assert (await hop.rset()).code == 250
        await hop.mail(b"MAIL FROM:<b@x.test>")
        await hop.data()
        await hop.body([b"second\r\n"])
        await hop.commit()
        (name,) = names(tmp_path, "new")
        assert (tmp_path / "new" / name).read_bytes() == b"Return-Path: <b@x.test>\nsecond\n"

    asyncio.run(scenario())


def test_folder_that_cannot_be_used_is_a_fault_of_the_relay(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RelayError, match="cannot use maildir:"):
        asyncio.run(MaildirRelay(tmp_path / "file").open(Peer()))
