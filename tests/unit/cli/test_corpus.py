"""`hamgate corpus`: the group; what `check` says is in tests/unit/training/test_corpus_cli.py."""

from tests.commands import hamgate


def test_help_names_the_commands_with_an_example() -> None:
    printed = hamgate("corpus", "--help")
    assert "check  Say what labelled mail is like" in printed
    assert "hamgate corpus check --ham ~/Maildir --spam ~/Maildir/.Junk" in printed
