"""Tokens of text, addresses, hosts and tags: what the model sees of them."""

import pytest

from filter import tokens


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Buy CHEAP meds", ["buy", "cheap", "meds"]),
        ("don't - well-known 50% off $$$ now!", ["don't", "well-known", "50%", "off", "$$$", "now!"]),
        ("a bc", ["bc"]),
        ("x" * 24, ["x" * 24]),
        ("x" * 25, []),
        ("one,two.three_four", ["one", "two", "three", "four"]),
        ("", []),
        # Beyond ASCII the same, by letters of any script.
        ("Café GRÜSSE", ["café", "grüsse"]),
        ("straße", ["strasse"]),
        ("Привет, мир", ["привет", "мир"]),
        ("naïve x", ["naïve"]),
        # Scripts without spaces give pairs.
        ("漢字仮名", ["漢字", "字仮", "仮名"]),
        ("漢", ["漢"]),
        ("买A货abc", ["买", "货", "abc"]),
        # Zero-width characters cut words: they are no letters.
        ("via\u200bgra é", ["via", "gra"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert tokens.words(text) == [word.encode() for word in words]


@pytest.mark.parametrize("text", ["plain words, 50% off", "Don't SHOUT!", "a-b--c x1 2y"])
def test_ascii_and_unicode_cut_alike(text: str) -> None:
    assert tokens.words(text + " é") == tokens.words(text)


def test_words_of_any_string() -> None:
    assert tokens.words("ab\ud800cd é") == [b"ab", b"cd"]


@pytest.mark.parametrize("text", ["One two one, TWO three", "één TWO één two three"])
def test_each_word_once_where_it_first_stands(text: str) -> None:
    assert tokens.words(text)[1:] == [b"two", b"three"]


def test_markup() -> None:
    assert tokens.markup(['<A HREF="http://x.example" style="color:#FF0000">', "</a>", "<b>"]) == [
        b"a", b"href", b"http://x", b"example", b"style", b"color:#ff0000", b"/a", b"b",
    ]  # fmt: skip


def test_markup_of_the_beginning_of_a_tag() -> None:
    assert tokens.markup(["<a " + "x " * 300 + "end>", "<b>"]) == [b"a", b"x", b"b"]


@pytest.mark.parametrize(
    ("subject", "without"),
    [
        ("[list] hello", " hello"),
        ("Re: [list] hello", "Re: hello"),
        ("AW:[list]hello", "AW:hello"),
        ("hello [list]", "hello [list]"),
        ("[one] [two] x", " [two] x"),
        ("[" + "x" * 41 + "] x", "[" + "x" * 41 + "] x"),
        ("[unclosed", "[unclosed"),
        ("[] x", "[] x"),
    ],
)
def test_list_tag(subject: str, without: str) -> None:
    assert tokens.without_list_tag(subject) == without


@pytest.mark.parametrize(
    ("value", "local", "domain"),
    [
        (b"Ann <Ann@Example.COM>", b"ann", b"example.com"),
        (b"ann@example.com (Ann)", b"ann", b"example.com"),
        (b'"bank@bank.example" <evil@evil.example>', b"evil", b"evil.example"),
        (b"ann@example.com.", b"ann", b"example.com"),
        (b"ann@", b"", b""),
        (b"nobody", b"", b""),
        (b"@@@<<<", b"", b""),
        (b"", b"", b""),
    ],
)
def test_address(value: bytes, local: bytes, domain: bytes) -> None:
    assert tokens.address(value) == (local, domain)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Ann Lee <a@b.example>", "Ann Lee"),
        ("a@b.example (Ann)", "(Ann)"),
        ("a@b.example", ""),
        ("Ann <unclosed", "Ann"),
    ],
)
def test_display_name(value: str, name: str) -> None:
    assert tokens.display_name(value).strip() == name


@pytest.mark.parametrize(
    ("domain", "parent"),
    [
        (b"mail.a.example", b"a.example"),
        (b"a.example", b"a.example"),
        (b"mail.a.co.uk", b"a.co.uk"),
        (b"mail.shop.de", b"shop.de"),
        (b"localhost", b"localhost"),
        (b"", b""),
    ],
)
def test_parent(domain: bytes, parent: bytes) -> None:
    assert tokens.parent(domain) == parent


def test_domains() -> None:
    assert tokens.domains(b"a.b.example") == (b"a.b.example", b"b.example", b".example")
    assert tokens.domains(b"localhost") == (b"localhost", b".localhost")


@pytest.mark.parametrize(
    ("host", "kind"),
    [(b"", b"none"), (b"[1.2.3.4]", b"ip"), (b"1.2.3.4", b"ip"), (b"a.example", b"domain"), (b"localhost", b"bare")],
)
def test_host_kind(host: bytes, kind: bytes) -> None:
    assert tokens.host_kind(host) == kind


@pytest.mark.parametrize(
    ("text", "shape"),
    [(b"<20240102.ABCdef1", b"<9.Aa9"), (b"", b""), (b"a" * 500, b"a"), (b"-a" * 30, b"-a" * 12)],
)
def test_shape(text: bytes, shape: bytes) -> None:
    assert tokens.shape(text) == shape


@pytest.mark.parametrize(
    ("date", "zone"),
    [
        (b"Mon, 1 Jan 2024 10:00:00 +0100", b"+0100"),
        (b"Mon, 1 Jan 2024 10:00:00 -0800 (PST)", b"-0800"),
        (b"Mon, 1 Jan 2024 10:00:00 GMT", b"GMT"),
        (b"Mon, 1 Jan 2024 10:00:00", b"none"),
        (b"", b"none"),
    ],
)
def test_zone(date: bytes, zone: bytes) -> None:
    assert tokens.zone(date) == zone


@pytest.mark.parametrize(
    ("received", "found"),
    [
        (b"from mail.a.example (host.b.example [10.20.30.40]) by mx.c.example; Mon", ["a.example", "b.example", "10.20",
                                                                                    "10.20.30"]),
        (b"by mx.c.example; Mon", []),
        (b"from localhost by mx.c.example", []),
        (b"from A.EXAMPLE\tby mx", ["a.example"]),
        (b"from a.example\tBY\tmx.c.example", ["a.example"]),
        (b"from by.example by mx.c.example", ["by.example"]),
        (b"from a.example; by mx.c.example", ["a.example"]),
        (b"from a.example", ["a.example"]),
        (b"fromage.example by mx.c.example", []),
        # A clause of more than 400 octets is none.
        (b"from " + b"(" * 391 + b"a.example by mx", ["a.example"]),
        (b"from " + b"(" * 392 + b"a.example by mx", []),
        (b"from " + b"(" * 391 + b"a.example", ["a.example"]),
        (b"from " + b"(" * 392 + b"a.example", []),
        (b"", []),
    ],
)  # fmt: skip
def test_relay(received: bytes, found: list[str]) -> None:
    assert tokens.relay(received) == tuple(token.encode() for token in found)


@pytest.mark.parametrize("length", [1, 100, 101, 5000])
def test_words_of_a_field_are_those_of_its_text(length: int) -> None:
    value = (b"Caf\xe9 Mailer/2.1 " * 300)[:length]
    for _ in range(2):  # the second time they may be known
        assert list(tokens.field_words(value)) == tokens.words(value.decode("latin-1"))


@pytest.mark.parametrize(
    ("text", "share"),
    [("ABCD", b"10"), ("abCD", b"5"), ("abcd", b"0"), ("123", b"none"), ("", b"none"), ("ÄÖÜ", b"none")],
)
def test_upper_share(text: str, share: bytes) -> None:
    assert tokens.upper_share(text) == share
