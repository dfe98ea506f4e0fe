"""A client's session with all its commands; each is a function in the file of its subject."""

from filter.smtp import forwarding, hello, login, starttls, talk, transaction
from filter.smtp.arrival import arrive
from filter.smtp.session import Session

COMMANDS = {
    b"EHLO": hello.ehlo,
    b"HELO": hello.helo,
    b"LHLO": hello.lhlo,
    b"STARTTLS": starttls.starttls,
    b"AUTH": login.auth,
    b"XFORWARD": forwarding.xforward,
    b"XCLIENT": forwarding.xclient,
    b"MAIL": transaction.mail,
    b"RCPT": transaction.rcpt,
    b"DATA": transaction.data,
    b"RSET": transaction.rset,
    b"NOOP": talk.noop,
    b"VRFY": talk.vrfy,
    b"HELP": talk.help_,
    b"QUIT": talk.quit_,
}


class Server(Session):
    """A session from its first octet to its last."""

    commands = COMMANDS

    async def visit(self) -> None:
        """See `Session`."""
        if await arrive(self):
            await self.converse()
