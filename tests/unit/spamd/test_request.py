"""First line and fields; tests/dialogs/spamd shows the same from the outside, beside SpamAssassin's spamd."""

import pytest

from filter.spamd.request import Request, RequestError, Verb, first_line


def made(verb: Verb = Verb.CHECK, *fields: bytes) -> Request:
    request = Request(verb, 1.5)
    for field in fields:
        request.take(field)
    return request


def refusal(verb: Verb, *fields: bytes, tell: bool = True) -> bytes:
    with pytest.raises(RequestError) as refused:
        made(verb, *fields).check(tell)
    return refused.value.reply


@pytest.mark.parametrize("verb", Verb)
def test_every_verb_is_known(verb: Verb) -> None:
    assert first_line(verb.value + b" SPAMC/1.5") == Request(verb, 1.5)


@pytest.mark.parametrize(
    ("text", "version"), [(b"1.5", 1.5), (b"1.10", 1.1), (b"2", 2.0), (b"1.4beta", 1.4), (b"", 0.0), (b"one", 0.0)]
)
def test_a_version_is_a_number_as_far_as_it_goes(text: bytes, version: float) -> None:
    assert first_line(b"CHECK SPAMC/" + text).version == version


@pytest.mark.parametrize("line", [b"", b"CHECK", b"CHECK SPAMD/1.5", b"CHECK  SPAMC/1.5", b"CHEQUE SPAMC/1.5", b"\xff"])
def test_other_first_lines_are_repeated(line: bytes) -> None:
    with pytest.raises(RequestError) as refused:
        first_line(line)
    assert refused.value.reply == b"SPAMD/1.0 76 Bad header line: %s\r\n" % line


def test_what_is_repeated_is_short_and_one_line() -> None:
    with pytest.raises(RequestError) as refused:
        first_line(b"\x1b[2J\rSPAMD/1.1 0 EX_OK " + b"x" * 5000)
    assert refused.value.reply.startswith(b"SPAMD/1.0 76 Bad header line: ?[2J?SPAMD/1.1 0 EX_OK xxx")
    assert len(refused.value.reply) < 450
    assert refused.value.reply.count(b"\r") == refused.value.reply.count(b"\n") == 1


@pytest.mark.parametrize(
    ("verb", "version", "fields"),
    [
        (Verb.CHECK, 1.0, False),
        (Verb.CHECK, 1.1, True),
        (Verb.PING, 1.4, False),
        (Verb.PING, 1.5, True),
        (Verb.SKIP, 1.2, False),
        (Verb.TELL, 0.0, True),
    ],
)
def test_old_versions_have_no_fields(verb: Verb, version: float, fields: bool) -> None:
    assert Request(verb, version).has_fields is fields


def test_fields() -> None:
    message = b"Content-length: 12", b"Compress: zlib"
    lesson = b"Message-class: SPAM", b"Set: local,remote"
    request = made(Verb.TELL, b"User: bob@example.net", *message, *lesson, b"Foo: bar", b"user: eve")
    assert request == Request(Verb.TELL, 1.5, b"bob@example.net", b"12", True, b"spam", set_local=True, set_remote=True)
    assert request.octets == 12


def test_the_last_of_two_counts() -> None:
    assert made(Verb.CHECK, b"User: a", b"User: b").user == b"b"
    assert made(Verb.TELL, b"Set: local", b"Set: remote").set_local is False


def test_white_space_goes_before_a_value_only() -> None:
    assert made(Verb.CHECK, b"User: \t a b ").user == b"a b "


def test_a_number_of_many_digits_is_only_large() -> None:
    assert (made(Verb.CHECK, b"Content-length: " + b"9" * 8000).octets or 0) > 1 << 60
    assert made(Verb.CHECK, b"Content-length: ").octets == 0
    assert made().octets is None


def test_lessons_are_refused_where_they_are_not_allowed() -> None:
    assert refusal(Verb.TELL, b"Set: local", b"Message-class: ham", tell=False).startswith(
        b"SPAMD/1.0 69 Service Unavailable: TELL commands are not enabled"
    )
    made(Verb.TELL, b"Set: local", b"Message-class: ham").check(True)
    made(Verb.CHECK).check(False)


def test_a_lesson_needs_a_class_and_a_direction() -> None:
    assert b"Set without Message-class" in refusal(Verb.TELL, b"Set: local")
    assert b"Unable to set local and remove local" in refusal(
        Verb.TELL, b"Set: local", b"Remove: local", b"Message-class: ham"
    )
    assert b"Unable to set remote and remove remote" in refusal(Verb.TELL, b"Set: remote", b"Remove: remote")
    made(Verb.TELL, b"Remove: local").check(True)
    assert b"invalid class" in refusal(Verb.TELL, b"Message-class: eggs")


def test_how_much_is_compressed_must_be_said() -> None:
    assert b"Compress requires Content-length" in refusal(Verb.CHECK, b"Compress: zlib")
    made(Verb.PING, b"Compress: zlib").check(False)
