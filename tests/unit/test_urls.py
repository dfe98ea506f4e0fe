"""Web addresses in text, and their parts."""

import pytest

from filter import urls


@pytest.mark.parametrize(
    ("text", "scheme", "user", "host", "port", "rest"),
    [
        ("http://a.example/b?c#d", "http", "", "a.example", "", "/b?c#d"),
        ("HTTPS://A.Example", "https", "", "a.example", "", ""),
        ("http://a.example:8080/b", "http", "", "a.example", "8080", "/b"),
        ("http://bank.example@evil.example/b", "http", "bank.example", "evil.example", "", "/b"),
        ("http://user:secret@a.example/", "http", "user:secret", "a.example", "", "/"),
        ("http://a.example/b@c", "http", "", "a.example", "", "/b@c"),
        ("http://a.example?b@c", "http", "", "a.example", "", "?b@c"),
        # Browsers take these too (WHATWG URL section 4.4).
        ("http:\\\\a.example\\b", "http", "", "a.example", "", "\\b"),
        ("http:////a.example", "http", "", "a.example", "", ""),
        ("  http://a.example", "http", "", "a.example", "", ""),
        ("http://%61.example", "http", "", "a.example", "", ""),
        ("http://a.example./b", "http", "", "a.example", "", "/b"),
        ("//a.example/b", "", "", "a.example", "", "/b"),
        ("www.a.example/b", "http", "", "www.a.example", "", "/b"),
        ("http://[::1]:80/", "http", "", "[::1]", "80", "/"),
        ("mailto:a@b.example", "mailto", "", "", "", "a@b.example"),
        ("javascript:alert(1)", "javascript", "", "", "", "alert(1)"),
        ("cid:123", "cid", "", "", "", "123"),
        ("page.html", "", "", "", "", "page.html"),
        ("#top", "", "", "", "", "#top"),
        ("http://", "http", "", "", "", ""),
        ("", "", "", "", "", ""),
    ],
)
def test_parse(text: str, scheme: str, user: str, host: str, port: str, rest: str) -> None:
    url = urls.parse(text)
    assert (url.scheme, url.user, url.host, url.port, url.rest) == (scheme, user, host, port, rest)
    assert url.text == text
