"""What learning a few messages on top of the shipped model does to mail that was not learned."""

import hashlib
import math
import random
from pathlib import Path

import pytest

from filter import learn
from filter.classifier import Classifier
from filter.learn import Read
from filter.rules.ruleset import RuleSet
from filter.scan import Scanner
from filter.tally import Lesson, Tally
from models.model import Model, load
from tests.conftest import read_archive

pytestmark = [pytest.mark.corpus, pytest.mark.slow]

Mail = list[Read]


@pytest.fixture(scope="module")
def shipped() -> Model:
    return load()


@pytest.fixture(scope="module")
def phishing(corpora: Path) -> Mail:
    """The half of the phishing of 2022 and 2023 that may be designed with, in an order of no meaning."""
    found = read_archive(corpora / "phishing-2022-2023.tar.xz", "phish_dev/spam")
    design = [raw for name, raw in found if int(hashlib.md5(name.encode()).hexdigest(), 16) % 2 == 0]  # noqa: S324
    random.Random(1).shuffle(design)
    return [learn.read(raw) for raw in design]


@pytest.fixture(scope="module")
def newsletters(corpora: Path) -> list[bytes]:
    return [raw for _, raw in read_archive(corpora / "modern-ham-dev.tar.xz", "modern_ham_dev/newsletters")]


@pytest.fixture(scope="module")
def templates(corpora: Path) -> Mail:
    found = read_archive(corpora / "modern-ham-dev.tar.xz", "modern_ham_dev/templates")
    return [learn.read(raw) for _, raw in found]


def tally(spam: Mail, ham: Mail) -> Tally:
    entries = [read.entry("spam") for read in spam] + [read.entry("ham") for read in ham]
    return Tally().with_lessons([Lesson(entry.kind, entry.slots) for entry in entries])


def points(classifier: Classifier, mail: Mail) -> list[float]:
    return [math.fsum(hit.points for hit in classifier.hits(read.features)) for read in mail]


def share(points: list[float], least: float) -> float:
    return sum(score >= least for score in points) / len(points)


def test_phishing_without_newsletters_does_not_make_newsletters_spam(
    shipped: Model, phishing: Mail, newsletters: list[bytes], templates: Mail
) -> None:
    taught = [read for read in phishing if read.features.html][:60]
    classifier = learn.classifier(shipped, tally(taught, []))
    scanner = Scanner(classifier, RuleSet(points=shipped.rules))
    assert max(scanner.scan(raw).score for raw in newsletters) < 5
    assert max(points(classifier, templates)) < 5
    rest = [read for read in phishing if read not in taught]
    assert share(points(classifier, rest), 0.0) > share(points(Classifier(shipped), rest), 0.0) + 0.02


def test_fifty_mixed_messages_improve_the_rest(
    shipped: Model, phishing: Mail, newsletters: list[bytes], templates: Mail
) -> None:
    letters = [learn.read(raw) for raw in newsletters]
    own = tally(phishing[:25], letters[:8] + templates[:17])
    before, after = Classifier(shipped), learn.classifier(shipped, own)
    assert share(points(before, phishing[25:]), 5.0) < 0.15
    assert share(points(after, phishing[25:]), 5.0) > 0.30
    ham = letters[8:] + templates[17:]
    assert share(points(after, ham), 0.0) == 0.0 < share(points(before, ham), 0.0)
