from filter.rules.catalogue import RULES
from tests.commands import hamgate, run
from tests.conftest import ROOT


def test_list_has_a_line_for_each_rule() -> None:
    lines = hamgate("rules", "list").splitlines()
    assert len(lines) >= len(RULES)
    assert lines[0].split()[:2] == [RULES[0].symbol, f"{RULES[0].points:+.2f}"]


def test_the_manual_page_is_the_one_in_the_repository() -> None:
    assert hamgate("rules", "list", "--markdown") == (ROOT / "filter/rules/README.md").read_text()


def test_show_explains_a_rule_whatever_its_case() -> None:
    printed = hamgate("rules", "show", "url_text_host_mismatch")
    assert printed.startswith("URL_TEXT_HOST_MISMATCH: a link shows one domain and goes to another\n")


def test_an_unknown_symbol_gets_the_nearest_ones() -> None:
    done = run("rules", "show", "URL_HOST")
    assert done.returncode == 1
    assert b"nearest: URL_HOST_IS_IP" in done.stderr
