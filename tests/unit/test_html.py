"""What a reader of HTML sees, what he does not, and where links lead."""

import pytest

from filter import html
from filter.html import Link


def read(source: str, budget: int = 10_000, most_links: int = 100) -> html.Html:
    return html.read(source, budget, most_links)


def seen(source: str) -> str:
    return " ".join(read(source).text.split())


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>Hello <b>world</b></p>", "Hello world"),
        ("no tags", "no tags"),
        ("", ""),
        # Words end at blocks, not at inline elements.
        ("v<b>ia</b>g<i></i>ra", "viagra"),
        ("v<!-- x -->ia<font size=1>gra</font>", "viagra"),
        ("<td>one</td><td>two</td>", "one two"),
        ("one<br>two<p>three<div>four</div>five", "one two three four five"),
        ("<ul><li>one<li>two</ul>", "one two"),
        ("<H1>one</H1>two", "one two"),
        # What no reader sees.
        ("<script>x</script>a<style>y</style>", "a"),
        ("<title>x</title><body>a", "a"),
        ("<head><style>p {color: red}</style></head>a", "a"),
        ("<template>x</template>a<noframes>y</noframes>", "a"),
        ("<!-- x -->a", "a"),
        ("<![CDATA[x]]>a", "a"),
        # Entities, finished or not.
        ("caf&eacute; &amp; t&#233;a &#x6d;", "café & téa m"),
        ("&copy 1 &lt;", "© 1 <"),
        # Broken as mail often is.
        ("<p>one<p>two</b></i>", "one two"),
        ("a < b", "a < b"),
        ("one<a href='x", "one"),
        ("<b>one<p>two</b>three", "one twothree"),
        ("<x-made-up>one</x-made-up>", "one"),
        ("<textarea>one</textarea>", "one"),
        # What only begins like a block is none.
        ("a<pa>b<p-x>c<hrx>d", "ab cd"),
        ("a</P\n>b<Br/>c", "a b c"),
    ],
)
def test_visible_text(source: str, text: str) -> None:
    assert seen(source) == text


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "display: none;",
        "display:\tnone",
        "DISPLAY : NONE",
        "color:red; display:none !important",
        "visibility:hidden",
        "font-size:0",
        "font-size: 0px; color: red",
        "font-size:0pt",
        "max-height:0",
        "opacity:0",
        "opacity: 0.0",
    ],
)
def test_hidden_by_style(style: str) -> None:
    page = read(f"<p>seen</p><div style='{style}'>not <b>seen</b></div>")
    assert page.text.split() == ["seen"]
    assert page.hidden.split() == ["not", "seen"]


@pytest.mark.parametrize(
    "style",
    ["display:block", "font-size:10px", "font-size:0.8em", "opacity:0.5", "max-height:00", "color:hidden", "", "x"],
)
def test_not_hidden_by_style(style: str) -> None:
    page = read(f"<p>one</p><div style='{style}'>two</div>")
    assert page.text.split() == ["one", "two"]
    assert page.hidden == ""


@pytest.mark.parametrize(
    ("source", "text", "hidden"),
    [
        ("<p hidden>no</p>yes", "yes", "no"),
        ("<p hidden style='display:none'>no</p>yes", "yes", "no"),
        ("<p style='display&#58;none'>no</p>yes", "yes", "no"),
        ("<font style='font-size:0'>no</font>yes", "yes", "no"),
        # Hidden in hidden: each text once, in order.
        ("<div hidden>a<div style='display:none'>b</div></div><p hidden>c</p>yes", "yes", "a b c"),
        # Senders of newsletters set it there and undo it in a style sheet.
        ("<body style='display:none'>yes", "yes", ""),
        ("the word hidden is no attribute", "the word hidden is no attribute", ""),
    ],
)
def test_hidden(source: str, text: str, hidden: str) -> None:
    page = read(source)
    assert page.text.split() == text.split()
    assert page.hidden.split() == hidden.split()


@pytest.mark.parametrize(
    ("source", "links"),
    [
        ("<a href='http://evil.example'>bank.example</a>", [Link("http://evil.example", "bank.example")]),
        ("<A HREF=http://evil.example>bank\n <b>of</b> example</A>", [Link("http://evil.example", "bank of example")]),
        ("<a href='x'><img src='y'></a>", [Link("x", ""), Link("y", "")]),
        ("<area href=x><form action=y><img src=z>", [Link("x", ""), Link("y", ""), Link("z", "")]),
        ("<a href>text</a>", [Link("", "text")]),
        ("<a href='x<mics/y<bob>z'>text</a>", [Link("x<mics/y<bob>z", "text")]),
        ("<a name=x>text</a>", []),
        ("<a href=http&#58;//a.example>x</a>", [Link("http://a.example", "x")]),
        ("<a href=x>one<a href=y>two", [Link("x", "one"), Link("y", "two")]),
        ("<a href=x style='display:none'>trap</a>", [Link("x", "trap")]),
        ("<script><a href=x>no</a></script>", []),
        ("<!-- <a href=x>no</a> -->", []),
    ],
)
def test_links(source: str, links: list[Link]) -> None:
    assert list(read(source).links) == links


def test_links_are_limited() -> None:
    assert len(read("<a href=x>y</a>" * 10, most_links=3).links) == 3


def test_tags_as_they_stand() -> None:
    assert read("<P Class=x>a<br/></P><!-- c -->").tags == ("<P Class=x>", "<br/>", "</P>", "<!-- c -->")


def test_text_beyond_the_budget_is_only_stripped_of_its_tags() -> None:
    page = read("<p>parsed</p><p>beyond</p><a href=x>link</a>", budget=13)
    assert page.text.split() == ["parsed", "beyond", "link"]
    assert page.links == ()
    assert page.cut


@pytest.mark.parametrize("budget", range(40))
def test_neither_tags_nor_words_are_cut_in_half(budget: int) -> None:
    assert read("<p>one</p><a href=x>two</a><br>three", budget).text.split() == ["one", "two", "three"]


@pytest.mark.parametrize("source", ["a < b > c < d", "x" * 20, "<" * 20, "<a " + "x" * 20])
def test_any_budget_will_do(source: str) -> None:
    assert not read(source, budget=len(source)).cut
    assert all(read(source, budget).cut for budget in range(len(source)))


def test_entities_beyond_the_budget() -> None:
    assert read("<p>caf&eacute;<p>th&eacute;", budget=3).text.split() == ["café", "thé"]
    assert "&amp;" in read("<p>&amp; &#" + "1" * 5000 + ";", budget=3).text


def test_formatting_that_is_never_closed_multiplies_nothing() -> None:
    """HTML opens each of them again in each paragraph: a million nodes from 20 KB."""
    source = "<p>" + "".join(f"<b x{i}>" for i in range(1000)) + "<p>word" * 1000
    assert read(source, budget=48 * 1024).text.split() == ["word"] * 1000


@pytest.mark.parametrize("source", ["\ud800", "<p>\ud800", "\0", "<p\0>", "\ufeff<p>", "<a href='\ud800'>x"])
def test_odd_characters_do_not_raise(source: str) -> None:
    read(source)


def test_style_and_script_of_a_large_page_spend_no_budget() -> None:
    style = "<style>p { color: red }</style><script>var a = '<p>';</script>" * 50
    page = html.read(f"<html><head>{style}</head><body><p>words</p></body></html>", 200, 10)
    assert page.text.split() == ["words"]
    assert not page.cut


def test_a_style_that_is_never_closed_hides_nothing_from_us() -> None:
    page = html.read("<p>before</p>" + " " * 300 + "<!-- <style> --><p>after</p>", 200, 10)
    assert "after" in page.text


def test_links_say_which_element_they_are() -> None:
    page = read('<a href="/a">a</a><img src="/b"><form action="/c"></form><area href="/d">')
    assert [(link.target, link.tag) for link in page.links] == [
        ("/a", "a"),
        ("/b", "img"),
        ("/c", "form"),
        ("/d", "area"),
    ]
