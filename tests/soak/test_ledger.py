"""The harness can fail: each broken invariant is seen, and nothing is called broken that is not."""

from collections import Counter

from tests.soak.ledger import Copy, Fate, problems
from tests.soak.mail import content, digest, number_of, stuffed

OURS = b"X-Spam-Flag: NO\r\n"


def copy(number: int, queue_id: str = "a", marked: bool = True) -> Copy:
    return Copy(number, digest(OURS + content(number)), marked, queue_id)


def kinds(fates: dict[int, Fate], *copies: Copy) -> Counter[str]:
    return Counter(problem.kind for problem in problems(fates, copies))


def test_what_was_taken_is_there_once_and_spam_is_not() -> None:
    assert kinds({1: Fate(b"250 ok\r\n"), 10: Fate(b"550 spam\r\n")}, copy(1)) == {}


def test_copies_are_explained_by_attempts_of_which_the_sender_knows_nothing() -> None:
    assert kinds({1: Fate(b"250 ok\r\n", ambiguous=1)}, copy(1), copy(1, "b")) == {}
    assert kinds({1: Fate(b"250 ok\r\n", ambiguous=1)}, copy(1), copy(1, "b"), copy(1, "c")) == {"duplicate": 1}
    assert kinds({1: Fate(b"250 ok\r\n")}, copy(1), copy(1, "a")) == {}  # one queue id: the relay delivered it twice


def test_each_broken_invariant_has_its_name() -> None:
    taken, refused = Fate(b"250 ok\r\n"), Fate(b"550 spam\r\n")
    assert kinds({1: taken}) == {"lost": 1}
    assert kinds({1: refused}) == {"refused": 1}
    assert kinds({1: Fate(b"451 later\r\n", ambiguous=1)}, copy(1)) == {"unfinished": 1}
    assert kinds({10: taken}, copy(10)) == {"spam": 1}
    assert kinds({10: refused}, copy(10)) == {"spam": 1, "duplicate": 1}
    assert kinds({1: taken}, copy(1, marked=False)) == {"unmarked": 1}
    assert kinds({1: taken}, copy(1), copy(2)) == {"unknown": 1}
    assert kinds({1: taken}, Copy(1, digest(content(1) + b"."), True, "a")) == {"damaged": 1}


def test_a_message_says_which_it_is_and_is_stuffed_where_it_must_be() -> None:
    received = b"Received: x\r\n" + OURS + content(7)
    assert number_of(received) == 7
    assert digest(received) == digest(content(7)) != digest(content(8))
    assert stuffed(b"X-Id: m1\r\n\r\n.\r\n") == b"X-Id: m1\r\n\r\n..\r\n.\r\n"
