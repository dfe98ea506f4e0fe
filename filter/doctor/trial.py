"""A test message in and out: through the real workers, model, rules and policy, with an `Inbox` as the relay."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace

from filter.assembly.door import Door
from filter.assembly.house import policy_book
from filter.child import StartError
from filter.config.settings import ListenerSettings, RelayTable, Settings
from filter.doctor import askable
from filter.doctor.finding import Finding, fail, ok, warn, written
from filter.doctor.inbox import Inbox
from filter.doctor.letters import gtube, harmless
from filter.policy import Policy
from filter.record import Record
from filter.reply import Reply
from filter.service import SCANNER, Service
from filter.smtp.delivery import command, deliver
from filter.smtp.relay import RelayError
from filter.smtp.relay_settings import RelaySettings
from filter.smtp.upstream import SmtpRelay

SENDER, RECIPIENT = "hamgate-doctor@example.org", "hamgate-doctor@example.com"  # RFC 2606 section 3: nobody
_MARKS = (b"X-Spam-Flag: ", b"X-Hamgate-Monitor: ")


@dataclass(frozen=True, slots=True)
class Passage:
    """What became of one message."""

    reply: Reply
    record: Record
    marks: tuple[str, ...]
    """The headers that say what we think, of the message as it was delivered."""


def trial(settings: Settings, name: str, factory: str = SCANNER) -> Iterator[Finding]:
    """Both messages through each listener, and through each door that is asked."""
    try:
        passages, answers = asyncio.run(_passages(settings, name, factory))
    except (StartError, RelayError, OSError) as error:
        yield fail("message", f"no message can be judged: {error}", "see the findings above; they come before this one")
        return
    for key, (plain, bulk) in passages.items():
        policy = policy_book(settings, settings.listeners[key].policy).of(RECIPIENT.encode())
        yield from _judged(key, policy, plain, bulk)
    yield from answers


Passages = dict[str, tuple[Passage, Passage]]


async def _passages(settings: Settings, name: str, factory: str) -> tuple[Passages, list[Finding]]:
    async with Inbox() as inbox:
        records: list[Record] = []
        service = Service(_harmless(settings, inbox.address), factory=factory, witnesses=[records.append])
        try:
            await service.start()
            letters = harmless(SENDER, RECIPIENT, "test", name), gtube(SENDER, RECIPIENT, name)
            passages = {}
            for key in settings.listeners:
                door = service.doors[key]
                plain, bulk = [await _passage(door, letter, records, inbox) for letter in letters]
                passages[key] = plain, bulk
            asked = [(service.doors[key], protocol) for key, protocol in askable.protocols(settings).items()]
            answers = [await askable.judged(door, protocol, records, name) for door, protocol in asked]
            return passages, [finding for findings in answers for finding in findings]
        finally:
            await service.drain()


def _harmless(settings: Settings, relay: str) -> Settings:
    """The same server, but on free ports of this machine, and nothing leaves it."""
    listeners = {key: _reachable(listener) for key, listener in settings.listeners.items()}
    return replace(
        settings.at(dict.fromkeys(settings.tables(), "127.0.0.1:0")),
        listeners=listeners,
        relays={"trial": RelayTable(addresses=(relay,))},
        workers=replace(settings.workers, count=1),
        drain=1.0,
    )


def _reachable(listener: ListenerSettings) -> ListenerSettings:
    """As `listener`, but anybody on this machine may speak, without TLS, password or balancer."""
    return replace(
        listener, address="127.0.0.1:0", relay="trial", protocol="smtp", tls="off", tls_certificate=None, tls_key=None,
        auth=False, proxy_protocol_from=(), greeting_delay=0.0, spam_per_user=0,
    )  # fmt: skip


async def _passage(door: Door, letter: bytes, records: list[Record], inbox: Inbox) -> Passage:
    server = SmtpRelay(RelaySettings((str(door.bound),)), "localhost")
    reply = await deliver(server, letter, command("MAIL FROM", SENDER), command("RCPT TO", RECIPIENT))
    if not records:
        raise RelayError(f"refused before it was judged: {bytes(reply).decode('ascii', 'replace').strip()}")
    marks = tuple(mark for message in inbox.take() for mark in _marks(message))
    return Passage(reply, records.pop(), marks)


def _marks(message: bytes) -> Iterator[str]:
    for line in message.partition(b"\r\n\r\n")[0].splitlines():
        if line.startswith(_MARKS):
            yield line.decode("ascii", "replace")


def promised(policy: Policy, score: float) -> tuple[int, tuple[str, ...]]:
    """The code of the reply and the headers that `policy` promises for a message of so many points."""
    if policy.reject_at is not None and score >= policy.reject_at and not policy.monitor:
        return 550, ()
    held = policy.hold_at is not None and score >= policy.hold_at and not policy.monitor
    if not policy.mark:
        return 250, ("X-Hamgate-Hold",) if held else ()
    if policy.monitor:
        return 250, ("X-Hamgate-Monitor",)
    flag = f"X-Spam-Flag: {'YES' if held or score >= policy.tag_at else 'NO'}"
    return 250, (flag, "X-Hamgate-Hold") if held else (flag,)


def _judged(key: str, policy: Policy, plain: Passage, bulk: Passage) -> Iterator[Finding]:
    for title, passage in (("a harmless message", plain), ("GTUBE", bulk)):
        score = passage.record.score
        if score is None:
            yield _without_verdict(key, title, passage)
            continue
        code, marks = promised(policy, score)
        kept = passage.reply.code == code and _fits(passage.marks, marks)
        heard = f"{passage.reply.code}{''.join(f', {mark}' for mark in passage.marks)}"
        if not kept:
            wanted = ", ".join([str(code), *marks])
            yield fail("message", f"{key}: {title} of {score:.2f} points got {heard} instead of {wanted}", _report())
        elif (score >= policy.tag_at) != (passage is bulk):
            yield _odd(key, title, score, policy)
        else:
            yield ok("message", f"{key}: {title} gets {score:.2f} points: {heard}")


def _without_verdict(key: str, title: str, passage: Passage) -> Finding:
    said = bytes(passage.reply).decode("ascii", "replace").strip()
    text = f"{key}: {title} is not judged, and gets {said} ({passage.record.reason})"
    if passage.reply.code == 552:  # RFC 5321 section 4.2.3: exceeded storage allocation
        return fail("message", text, written(f"listeners.{key}.limits", "message = 10_240_000  # octets"))
    return fail("message", text, "judge a message of your own here, which shows the whole error:\n$ hamgate score FILE")


def _fits(found: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return len(found) == len(wanted) and all(one.startswith(other) for one, other in zip(found, wanted, strict=True))


def _report() -> str:
    return "this is a fault of hamgate: report it with the output of `hamgate config show`"


def _odd(key: str, title: str, score: float, policy: Policy) -> Finding:
    text = f"{key}: {title} gets {score:.2f} points, where {policy.tag_at:g} make spam"
    return warn("message", text, "look at tag_at in [policy], and at your own rules and lists:\n$ hamgate rules list")
