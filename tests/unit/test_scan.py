"""One message in, one verdict out: model and rules add up."""

import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from filter.scan import Scanner
from models.model import ModelError, load, save
from tests import mail

pytestmark = pytest.mark.slow


GTUBE = b"Subject: test\n\nXJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\n"


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner.load()


@pytest.mark.parametrize("raw", [mail.ham(1), mail.spam(1), GTUBE, b"", b"\0" * 100, b"\r\n\r\n"])
def test_the_hits_add_up_to_the_score(raw: bytes, scanner: Scanner) -> None:
    verdict = scanner.scan(raw, clues=5)
    assert math.fsum(hit.points for hit in verdict.hits) == pytest.approx(verdict.score, abs=1e-9)


@pytest.mark.corpus
@pytest.mark.slow
def test_the_parts_add_up_on_the_corpus(scanner: Scanner, sa_corpus: dict[str, list[tuple[str, bytes]]]) -> None:
    for messages in sa_corpus.values():
        for name, raw in messages[::10]:
            verdict = scanner.scan(raw, clues=100_000)
            assert math.fsum(hit.points for hit in verdict.hits) == pytest.approx(verdict.score, abs=1e-6), name
            for hit in verdict.hits:
                if hit.clues:
                    assert math.fsum(clue.points for clue in hit.clues) == pytest.approx(hit.points, abs=1e-6), name


def test_explaining_changes_no_score(scanner: Scanner) -> None:
    assert scanner.scan(mail.spam(7), clues=9).score == scanner.scan(mail.spam(7)).score


def test_gtube_is_spam_whatever_the_model_says(scanner: Scanner) -> None:
    verdict = scanner.scan(GTUBE)
    assert verdict.score > 900
    assert "GTUBE" in [hit.symbol for hit in verdict.hits]


def test_points_of_the_model_replace_those_that_a_rule_ships_with(tmp_path: Path) -> None:
    raw = b"From: a@example.org\nDate: Tue, 5 Mar 2024 09:12:44 +0100\n\nhttp://192.0.2.1/\n"
    save(replace(load(), rules={"URL_HOST_IS_IP": 4.25}), tmp_path / "model", "")
    shipped, weighed = Scanner.load().scan(raw), Scanner.load(tmp_path / "model").scan(raw)
    points = {hit.symbol: hit.points for hit in shipped.hits}
    assert {hit.symbol: hit.points for hit in weighed.hits} == {**points, "URL_HOST_IS_IP": 4.25}
    assert weighed.score == pytest.approx(shipped.score + 4.25 - points["URL_HOST_IS_IP"])


def test_a_rule_that_is_no_more_is_named_in_the_log_and_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    save(replace(load(), rules={"OLD_RULE": 4.25, "GTUBE": 20.0}), tmp_path / "model", "")
    verdict = Scanner.load(tmp_path / "model").scan(mail.ham(1))
    assert [record.getMessage().partition(" weighs ")[2] for record in caplog.records] == [
        "rules that are no more: OLD_RULE"
    ]
    assert verdict.score == Scanner.load().scan(mail.ham(1)).score


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model here"):
        Scanner.load(tmp_path)


def test_what_a_server_imports_holds_no_training_library() -> None:
    program = (
        "import sys, filter.scan, filter.service, filter.worker, filter.cli.serve, filter.cli.score\n"
        "import filter.live, filter.cli.learn, filter.cli.model_life\n"
        "print([name for name in ('sklearn', 'scipy', 'joblib', 'training') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
