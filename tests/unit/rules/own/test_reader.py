"""An operator's file: what may stand in it, and what is said of everything else."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.rules.brands import BRANDS
from filter.rules.composite import Composite
from filter.rules.own import members
from filter.rules.own.reader import OwnRules, read
from filter.rules.own.rows import ListRule, PatternRule
from filter.rules.settings import DEFAULTS
from filter.tomlfile.errors import TomlFileError

RULE = '[[rule]]\nsymbol = "OUR_RULE"\npoints = 1\n'
GOOD = """\
own_domains = ["example.net"]
scripts = ["Latin", "Cyrillic"]
trusted_authserv_ids = ["MX.example.net"]
trusted_networks = ["198.51.100.0/24"]

[brands]
"Acmé Bank" = ["acme.example"]
PayPal = ["paypal.example"]

[points]
GTUBE = 12.5
ALLOW_LISTED = -20
SCRIPT_MAILER_SHOUTS = 0

[[rule]]
symbol = "OUR_PAIR"
points = 1
when = "OUR_OFFER and (OUR_PARTNER or MODEL_SPAM) and not URL_HOST_IS_IP"

[[rule]]
symbol = "OUR_OFFER"
points = 2.5
meaning = "offers of the kind we get"
in = "header:X-Campaign"
pattern = '\\bspring [0-9]+'

[[rule]]
symbol = "OUR_PARTNER"
points = -3
in = "domain"
list = ["partner.example", "file:partners.txt"]

[allow]
senders = ["boss@example.org"]

[deny]
networks = ["file:/absolute/is/not/here.txt"]
"""


def load(folder: Path, text: str, **files: str) -> OwnRules:
    path = folder / "rules.toml"
    path.write_text(text)
    for name, content in files.items():
        (folder / f"{name}.txt").write_text(content)
    return read(path)


def problems(folder: Path, text: str, **files: str) -> list[str]:
    """Every line of the error, without the folder."""
    with pytest.raises(TomlFileError) as caught:
        load(folder, text, **files)
    head, *lines = str(caught.value).splitlines()
    assert tuple(lines) == caught.value.problems
    assert head == f"{folder}/rules.toml has {len(lines)} error{'s' * (len(lines) != 1)}"
    return [line.replace(f"{folder}/", "") for line in lines]


def test_all_that_may_stand_in_it(tmp_path: Path) -> None:
    good = GOOD.replace("/absolute/is/not/here", str(tmp_path / "bad"))
    own = load(tmp_path, good, partners="a.example # first\n\n# none\nB.example\r\n", bad="192.0.2.0/24\n2001:db8::1\n")
    offer, partner, pair = own.rules
    assert offer == PatternRule("OUR_OFFER", 2.5, "offers of the kind we get", "header:x-campaign", r"\bspring [0-9]+")
    assert isinstance(partner, ListRule)
    assert (partner.symbol, partner.points, partner.place, len(partner.members)) == ("OUR_PARTNER", -3.0, "domain", 3)
    assert isinstance(pair, Composite)
    assert pair.symbols == {"OUR_OFFER", "OUR_PARTNER", "MODEL_SPAM", "URL_HOST_IS_IP"}
    assert own.points == {"GTUBE": 12.5, "ALLOW_LISTED": -20.0, "SCRIPT_MAILER_SHOUTS": 0.0}
    assert own.settings.brands["acmebank"] == {"acme.example"}
    assert own.settings.brands["paypal"] == BRANDS["paypal"] | {"paypal.example"}
    assert set(BRANDS) < set(own.settings.brands)
    assert own.settings.own_domains == {"example.net"}
    assert own.settings.scripts == {"Latin", "Cyrillic"}
    assert own.settings.trusted_authserv_ids == {"mx.example.net"}
    assert own.listing is not None
    assert own.lists == 7


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    own = load(tmp_path, "# nothing yet\n")
    assert (own.settings, own.points, own.rules, own.listing) == (DEFAULTS, {}, (), None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the file as such
        ("own_domains = [\n", "2: no TOML, Invalid value: see https://toml.io"),
        ("a = 1\nb = = 2\n", "2: no TOML, Invalid value: see https://toml.io"),
        (
            'x = "\\d"\n',
            "1: no TOML, Unescaped '\\' in a string: a backslash in \"...\" must be doubled, in '...' it need not be",
        ),
        ("x = " + "[" * 5000 + "]" * 5000, "1: nested too deeply: write no lists in lists"),
        # keys and types
        ('own_domain = ["a.example"]', "1: unknown key 'own_domain' in the file: write own_domains"),
        (
            "\n\nmilters = 1",
            "3: unknown key 'milters' in the file: write one of own_domains, scripts, trusted_authserv_ids, "
            "trusted_networks, brands, points, rule, allow, deny, lists",
        ),
        ('own_domains = "a.example"', '1: own_domains is no list: write own_domains = ["a.example"]'),
        ('own_domains = [\n"a.example",\n7]', "3: 7 is no text: write it in quotes"),
        (
            'own_domains = [\n"a.example",\n"*.b.example"]',
            "3: '*.b.example' is no domain: write b.example, which means its subdomains too",
        ),
        ('scripts = ["latin"]', "1: unknown script 'latin': write Latin"),
        ('scripts = ["Cyrilic"]', "1: unknown script 'Cyrilic': write Cyrillic"),
        (
            'trusted_networks = ["192.0.2.1/24"]',
            "1: '192.0.2.1/24' has bits beyond its prefix: "
            "write 192.0.2.0/24 for the network, or 192.0.2.1 for the host",
        ),
        ("[brands]\nacme = []", """2: no domain of 'acme': write the domains that it uses, as ["example.org"]"""),
        ('[brands]\n"..." = ["a.example"]', "2: '...' is no name: write the brand as people read it"),
        ("points = 3", "1: points is 3: write a table: [points] and its keys below"),
        ("rule = 3", "1: rule is no array of tables: write [[rule]] and its keys below, once for each"),
        ("[rule]\nsymbol = 'A'", "1: rule is no array of tables: write [[rule]] and its keys below, once for each"),
        # [points]
        ("[points]\nGTUB = 1", "2: no rule is called 'GTUB': write GTUBE"),
        ("[points]\ngtube = 1", "2: no rule is called 'gtube': write GTUBE"),
        ("[points]\nQQQQQQ = 1", "2: no rule is called 'QQQQQQ': see hamgate rules list"),
        ("[points]\nNB_WORDS = 1", "2: NB_WORDS is a part of the model: train a model to change it, or add rules"),
        ("[points]\nGTUBE = 1001", "2: GTUBE = 1001: write points from -1000 to 1000"),
        ("[points]\nGTUBE = nan", "2: GTUBE = nan: write points from -1000 to 1000"),
        ("[points]\nGTUBE = -inf", "2: GTUBE = -inf: write points from -1000 to 1000"),
        ("[points]\nGTUBE = true", "2: GTUBE = True is no number: write points, as GTUBE = 2.5"),
        ("[points]\nGTUBE = '5'", "2: GTUBE = '5' is no number: write points, as GTUBE = 2.5"),
        (
            "[points]\nOUR_RULE = 1\n" + RULE + "when = 'GTUBE'",
            "2: OUR_RULE is your own rule: change its points on line 4",
        ),
        # the symbol
        (
            "[[rule]]\npoints = 1\nwhen = 'GTUBE'",
            '1: a rule without a symbol: write symbol = "OUR_RULE", its name in reports',
        ),
        (
            RULE.replace("OUR_RULE", "our rule") + "when = 'GTUBE'",
            "2: 'our rule' is no symbol: write capitals, digits and _, as OUR_RULE",
        ),
        (
            RULE.replace("OUR_RULE", "GTUBE") + "when = 'URL_HOST_IS_IP'",
            "2: GTUBE ships with hamgate: choose another name, or set its points in [points]",
        ),
        (
            RULE.replace("OUR_RULE", "DENY_LISTED") + "when = 'URL_HOST_IS_IP'",
            "2: DENY_LISTED ships with hamgate: choose another name, or set its points in [points]",
        ),
        (
            RULE.replace("OUR_RULE", "NB_WORDS") + "when = 'GTUBE'",
            "2: NB_WORDS is a name of the model: choose another name",
        ),
        (
            RULE.replace("OUR_RULE", "MODEL_SPAM") + "when = 'GTUBE'",
            "2: MODEL_SPAM is a name of the model: choose another name",
        ),
        (2 * (RULE + "in = 'url'\npattern = 'x'\n"), "7: OUR_RULE is on line 2 already: choose another name"),
        # which test
        (RULE, "2: a rule without a test: write in and pattern, in and list, or when"),
        (
            RULE + "in = 'url'\npattern = 'x'\nwhen = 'GTUBE'",
            "6: a rule with pattern and when: write one of them in a rule of its own",
        ),
        (RULE + "in = 'url'\nwhen = 'GTUBE'", "4: in has no meaning beside when: leave it out"),
        (
            RULE + "pattern = 'x'",
            '4: no in beside pattern: write in = one of "subject", "body", "url", "attachment", "header:NAME"',
        ),
        (
            RULE + "in = 'sender'\npattern = 'x'",
            "4: a pattern cannot look in 'sender': write in = \"header:From\", or a list",
        ),
        (RULE + "in = 'subjekt'\npattern = 'x'", "4: a pattern cannot look in 'subjekt': write \"subject\""),
        (
            RULE + "in = 'header:X Y'\npattern = 'x'",
            "4: 'header:x y' names no header field: write in = \"header:X-Name\"",
        ),
        (
            RULE + "in = 'subject'\nlist = ['x']",
            "4: a list cannot look in 'subject': write a pattern, or in = one of "
            '"sender", "domain", "envelope-sender", "network", "recipient"',
        ),
        (RULE + "in = 'domians'\nlist = ['x']", "4: a list cannot look in 'domians': write \"domain\""),
        (RULE + "in = 'domain'\nlist = []", '5: an empty list: write entries, or "file:NAME" for a file of them'),
        (
            RULE + "in = 'domain'\nentries = ['x']\nlist = ['y']",
            "5: unknown key 'entries' in a rule: write one of symbol, points, meaning, in, pattern, list, when",
        ),
        (
            "[[rule]]\nsymbol = 'A'\nwhen = 'GTUBE'",
            '1: no points: write points = 2.5, or 0 for a fact that only serves "when"',
        ),
        (RULE + f"meaning = '{'x' * 201}'\nwhen = 'GTUBE'", "4: a meaning of 201 characters: write 200 at most"),
        (
            RULE + "meaning = '''a\nb'''\nwhen = 'GTUBE'",
            "4: meaning has a control character or a line end: write one line",
        ),
        # patterns
        (
            RULE + "in = 'url'\npattern = '(a)\\1'",
            "5: no RE2 pattern, invalid escape sequence: \\1: RE2 has no references to groups, "
            "so that no text can make it slow: write what may stand there",
        ),
        (
            RULE + "in = 'url'\npattern = 'a(?!b)'",
            "5: no RE2 pattern, invalid perl operator: (?!: RE2 has no lookahead and lookbehind, "
            'so that no text can make it slow: write the text itself, or two rules and when = "A and not B"',
        ),
        (RULE + "in = 'url'\npattern = 7", '5: pattern is 7: write a text in quotes, as pattern = "..."'),
        (RULE + "in = 'url'\npattern = ''", "5: an empty pattern is true of everything: write what to look for"),
        # composites
        (
            RULE + "when = 'GTUBE and'",
            "4: a symbol expected at 'the end': write an expression as \"A and not (B or C)\"",
        ),
        (RULE + "when = 'GTUBE && GTUBE'", "4: unexpected '&& GTUBE': write SYMBOL, and, or, not, ( or )"),
        (RULE + "when = 'GTUB'", "4: no rule is called GTUB: write GTUBE"),
        (RULE + "when = ''", '4: no expression: write an expression as "A and not (B or C)"'),
        (
            RULE + "when = 'not OUR_RULE'",
            "4: OUR_RULE is not above OUR_RULE: a rule cannot be made of itself; name others",
        ),
        (
            RULE + "when = 'B'\n" + RULE.replace("OUR_RULE", "B") + "when = 'OUR_RULE'",
            "4: B is not above OUR_RULE: a composite may name rules, and composites above it; move it up",
        ),
        # allow and deny
        ("[allow]\nsender = ['a@b.example']", "2: unknown key 'sender' in [allow]: write senders"),
        (
            "[allow]\nsenders = ['b.example']",
            "2: 'b.example' is no address: write name@example.org; whole domains belong in a list of domains",
        ),
        (
            "[deny]\ndomains = ['a@b.example']",
            "2: 'a@b.example' is an address: write the domain alone, or the address in a list of senders",
        ),
    ],
)
def test_each_mistake_is_named_with_its_line_and_what_to_write(text: str, expected: str, tmp_path: Path) -> None:
    assert problems(tmp_path, text) == [f"rules.toml:{expected}"]


def test_lists_in_files_are_checked_line_by_line(tmp_path: Path) -> None:
    text = '[deny]\ndomains = [\n  "file:no.txt",\n  "file:bad.txt",\n  "file:bad.txt",\n  "file:",\n]'
    assert problems(tmp_path, text, bad="good.example\n# a comment\n*.bad.example # why\n\nx@y.example") == [
        "bad.txt:3: '*.bad.example' is no domain: write bad.example, which means its subdomains too",
        "bad.txt:5: 'x@y.example' is an address: write the domain alone, or the address in a list of senders",
        'rules.toml:3: no.txt cannot be read (No such file or directory): write "file:" and the name of a file',
        f'rules.toml:6: {tmp_path} is no file: write "file:" and the name of a file, an entry on each line',
    ]


def test_files_that_are_no_utf_8_or_are_missing(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(b"a.example\nb\xfc.example\n")
    assert problems(tmp_path, "[deny]\ndomains = ['file:latin.txt']") == [
        "latin.txt:2: not UTF-8: write the list in UTF-8"
    ]
    path = tmp_path / "rules.toml"
    for content, expected in (
        (b"#\n# \xff", f"{path}:2: not UTF-8: write the file in UTF-8"),
        (b"#" * (1 << 20) + b"\n", f"{path}:1: is larger than 1 MiB: write long lists into files of their own"),
        (None, f"{path}:1: cannot be read (No such file or directory): name a TOML file"),
    ):
        path.write_bytes(content) if content else path.unlink()
        with pytest.raises(TomlFileError) as caught:
            read(path)
        assert caught.value.problems == (expected,)


def test_all_mistakes_come_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    text = "wrong = 1\n[points]\nGTUB = 1\n" + RULE + "when = 'A'\n" + RULE + "in = 'url'\npattern = '['\n"
    lines = [int(line.split(":")[1]) for line in problems(tmp_path, text)]
    assert lines == [1, 3, 7, 9, 12]


def test_a_flood_of_mistakes_is_cut(tmp_path: Path) -> None:
    found = problems(tmp_path, "[deny]\nnetworks = ['file:bad.txt']", bad="x\n" * 5000)
    assert len(found) == 101
    assert found[-1] == "rules.toml:1: and more"


def test_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = "".join(f'[[rule]]\nsymbol = "R{number}"\npoints = 0\nwhen = "GTUBE"\n' for number in range(1001))
    assert problems(tmp_path, many) == ["rules.toml:4001: 1001 rules: write 1000 at most, or lists"]
    monkeypatch.setattr(members, "MOST_ENTRIES", 2)
    text = "\n[deny]\ndomains = ['file:long.txt']"
    assert problems(tmp_path, text, long="a.example\nb.example\nc.example\n") == [
        "rules.toml:3: more than 2 entries: write fewer, or several lists"
    ]
    large = "".join(
        f'[[rule]]\nsymbol = "R{number}"\npoints = 0\nin = "body"\npattern = "(ab.{{200}}{number})"\n'
        for number in range(80)
    )
    assert "the patterns in body are too large together" in problems(tmp_path, large)[0]


@pytest.mark.slow
def test_a_million_entries_are_read_in_seconds(tmp_path: Path) -> None:
    (tmp_path / "many.txt").write_text("".join(f"{number}.example\n" for number in range(1_000_000)))
    start = time.process_time()
    own = load(tmp_path, RULE + "in = 'domain'\nlist = ['file:many.txt']")
    assert time.process_time() - start < 20
    assert isinstance(own.rules[0], ListRule)
    assert len(own.rules[0].members) == 1_000_000


VALUES = st.recursive(
    st.sampled_from(
        ["1", "-2.5", "nan", "true", "'x'", "'GTUBE'", "'a.example'", "'file:x'", "'subject'", "'A and B'"]
    ),
    lambda inner: st.lists(inner, max_size=2).map(lambda parts: f"[{', '.join(parts)}]"),
    max_leaves=4,
)
KEYS = [
    "own_domains",
    "scripts",
    "trusted_networks",
    "points",
    "rule",
    "symbol",
    "in",
    "list",
    "pattern",
    "when",
    "senders",
    "GTUBE",
]
LINES = st.one_of(
    st.sampled_from(["[points]", "[[rule]]", "[allow]", "[deny]", "[brands]", "[rule]"]),
    st.builds("{} = {}".format, st.sampled_from(KEYS), VALUES),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rules")


@given(parts=st.lists(LINES, max_size=8))
def test_any_file_is_read_or_refused_with_lines(parts: list[str], folder: Path) -> None:
    try:
        load(folder, "\n".join(parts))
    except TomlFileError as error:
        for line in error.problems:
            file, number, _, instead = line.split(":", 3)
            assert (file, 1 <= int(number) <= len(parts) + 1, bool(instead)) == (f"{folder}/rules.toml", True, True)


def test_lists_for_some_mail_only(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(
        '[[lists]]\nrecipients = ["boss@example.net"]\nallow.senders = ["friend@example.org"]\n'
        '[[lists]]\nlisteners = ["submission"]\ndeny.domains = ["pest.example"]\n'
    )
    own = read(file)
    assert own.listing is not None
    assert own.lists == 3


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[[lists]]\nallow.senders = ["a@b.example"]', "1: [[lists]] holds for nobody in particular: name listeners"),
        ('[[lists]]\nrecipient = ["a@b.example"]', "2: unknown key 'recipient' in [[lists]]: write recipients"),
        ('[lists]\nrecipients = ["a@b.example"]', "1: lists is no array of tables: write [[lists]] and its keys below"),
        ('[[lists]]\nrecipients = ["a"]', "2: 'a' is no address"),
    ],
)
def test_bad_lists_for_some_mail(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(text)
    with pytest.raises(TomlFileError) as caught:
        read(file)
    assert caught.value.problems[-1].startswith(f"{file}:{problem}")
