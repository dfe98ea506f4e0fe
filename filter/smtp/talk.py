"""The commands that change nothing (RFC 5321 section 4.1.1)."""

from filter.smtp import answers
from filter.smtp.session import Session


async def noop(session: Session, _: bytes) -> None:
    """Section 4.1.1.9."""
    await session.push(answers.OK)


async def vrfy(session: Session, argument: bytes) -> None:
    """Section 3.5.3: we know no users, and would not tell."""
    await (session.push(answers.CANNOT_VERIFY) if argument else session.refuse(answers.BAD_SYNTAX))


async def help_(session: Session, _: bytes) -> None:
    """Section 4.1.1.8."""
    await session.push(answers.HELP)


async def quit_(session: Session, argument: bytes) -> None:
    """Section 4.1.1.10."""
    if argument:
        return await session.refuse(answers.BAD_SYNTAX)
    return session.hang_up(answers.BYE)
