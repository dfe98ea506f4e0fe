"""Reading both classes: what is remembered and what is refused. See test_cli for the rest of what is refused."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import click
import pytest

from tests import mail
from training import sources


@dataclass(frozen=True)
class Row:
    digest: str


def work(messages: list[bytes]) -> list[Row]:
    return [Row(sha256(raw).hexdigest()) for raw in messages]


def test_both_classes_are_read_with_the_names_of_their_messages(tmp_path: Path) -> None:
    ham, spam = mail.write_folders(tmp_path, 20)
    first, second = sources.read((str(ham),), (str(spam),), work, 1)
    assert (first.label, second.label) == ("ham", "spam")
    assert first.names == sorted(str(path) for path in ham.iterdir())
    assert first.rows[3].digest == sha256((ham / "0003.eml").read_bytes()).hexdigest()


def test_the_card_entry_does_not_depend_on_the_order(tmp_path: Path) -> None:
    ham, spam = mail.write_folders(tmp_path, 20)
    files = [str(path) for path in sorted(ham.iterdir())]
    one, _ = sources.read(tuple(files), (str(spam),), work, 1)
    other, _ = sources.read(tuple(reversed(files)), (str(spam),), work, 1)
    assert one.card_entry() == other.card_entry()
    assert one.card_entry()["messages"] == 20


def test_few_is_what_the_command_says(tmp_path: Path) -> None:
    ham, spam = mail.write_folders(tmp_path, 3)
    assert len(sources.read((str(ham),), (str(spam),), work, 1, fewest=1)[0].rows) == 3
    with pytest.raises(click.ClickException, match=r"found 3 ham messages in .*; at least 20 of each class"):
        sources.read((str(ham),), (str(spam),), work, 1)


def test_the_same_message_in_both_classes_is_refused(tmp_path: Path) -> None:
    ham, _ = mail.write_folders(tmp_path, 20)
    with pytest.raises(click.ClickException, match="20 messages are labelled both ham and spam"):
        sources.read((str(ham),), (str(ham),), work, 1)
