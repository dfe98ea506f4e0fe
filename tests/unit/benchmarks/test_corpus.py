"""Which mail is measured, and which is learned."""

from pathlib import Path

import pytest

from tests.benchmarks import corpus
from tests.mail import ham, spam


def fill(folder: Path, count: int) -> None:
    for kind, make in (("ham", ham), ("spam", spam)):
        (folder / kind).mkdir(parents=True)
        for number in range(count):
            (folder / kind / f"{number:03}.eml").write_bytes(make(number))


def test_what_is_measured_was_not_learned(tmp_path: Path) -> None:
    fill(tmp_path / "mine", 10)
    (found,) = corpus.read(tmp_path / "mine", 6, tmp_path / "scratch")
    assert found.title == "mine"
    assert len(found.measured) == 6
    assert len(found.ham) == len(found.spam) == 5
    assert not {mail.file for mail in found.measured} & {mail.file for mail in (*found.ham, *found.spam)}


def test_any_folder_of_mail_is_measured(tmp_path: Path) -> None:
    fill(tmp_path / "mine", 3)
    (found,) = corpus.read(tmp_path, 100, tmp_path / "scratch")
    assert len(found.measured) == 6
    assert not found.ham


def test_a_folder_without_mail_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no mail in"):
        corpus.read(tmp_path, 100, tmp_path / "scratch")


@pytest.mark.corpus
def test_only_the_design_half_of_the_phishing_is_read(corpora: Path, tmp_path: Path) -> None:
    _, phishing = corpus.read(corpora, 100, tmp_path)
    assert len(phishing.measured) == 50
    assert all(corpus.design_half(mail.file.name) for mail in phishing.measured)
    assert not all(corpus.design_half(f"{number}.eml") for number in range(20))
