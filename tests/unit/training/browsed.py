"""A page as a browser would read it: what it shows, what it would fetch and run."""

from html.parser import HTMLParser

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;"
"""A name that must stay text."""


class Page(HTMLParser):
    """Tags, addresses that a browser would fetch, and text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "xlink:href", "srcset", "data", "action"):
                self.addresses.append(value or "")
            if name.startswith("on"):
                self.handlers.append(name)

    def handle_data(self, data: str) -> None:
        self.text += data

    def check_nothing_of_mail_runs(self) -> None:
        assert not {"script", "img", "iframe", "object", "embed", "link"} & set(self.tags)
        assert self.handlers == []

    def check_nothing_is_fetched(self) -> None:
        assert self.addresses
        assert all(address.startswith("#") for address in self.addresses)
