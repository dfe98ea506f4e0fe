"""The list of free mailboxes."""

from filter.rules.freemail import FREEMAIL, is_freemail


def test_it_is_asked_for_whole_domains() -> None:
    assert is_freemail("gmail.com")
    assert not is_freemail("mail.example.com")


def test_it_holds_domains_as_rules_see_them() -> None:
    assert all(domain == domain.lower() and "." in domain for domain in FREEMAIL)
