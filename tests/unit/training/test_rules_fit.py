"""`hamgate rules fit` as an operator meets it."""

import json
from pathlib import Path

import pytest

from filter.rules.catalogue import RULES
from filter.scan import Scanner
from models.model import load
from tests import mail
from tests.commands import hamgate, run

HTML = "MIME_HTML_WITHOUT_TEXT"
PRIOR = {rule.symbol: rule.points for rule in RULES}

pytestmark = pytest.mark.slow

Trained = tuple[Path, Path, Path]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Folders of ham, of spam, and of the model trained on them."""
    root = tmp_path_factory.mktemp("mail")
    ham, spam = mail.write_folders(root, 60)
    hamgate("train", "--ham", ham, "--spam", spam, "--out", root / "model", "--jobs", 2)
    return ham, spam, root / "model"


def options(trained: Trained) -> tuple[object, ...]:
    ham, spam, model = trained
    return "rules", "fit", "--ham", ham, "--spam", spam, "--model", model, "--jobs", 1


def refusal(*arguments: object) -> str:
    done = run(*arguments)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    return done.stderr.decode()


@pytest.fixture(scope="module")
def fitted(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The model with weighed rules, and what was printed."""
    out = tmp_path_factory.mktemp("fitted") / "model"
    return out, hamgate(*options(trained), "--out", out)


def test_it_prints_points_figures_and_what_keeps_its_points(fitted: tuple[Path, str]) -> None:
    out, printed = fitted
    line = next(line for line in printed.splitlines() if line.startswith(HTML))
    assert line.split()[1:4] == [f"{PRIOR[HTML]:+.2f}", "->", f"{load(out).rules[HTML]:+.2f}"]
    assert line.split()[4:] == ["12", "40", "0.769"]
    assert "a decision, not evidence (1):\n    GTUBE" in printed
    assert "too few hits (" in printed
    assert "without rules" in printed
    assert printed.endswith(f"Model {load(out).version} with these points is in {out}\n")


def test_the_model_it_writes_is_whole_and_the_card_tells_of_the_rules(
    trained: Trained, fitted: tuple[Path, str]
) -> None:
    out, _ = fitted
    assert "is whole and passes its self-test" in hamgate("model", "verify", out)
    page = hamgate("model", "show", out)
    assert f"| {HTML} | {PRIOR[HTML]:+.2f} | {load(out).rules[HTML]:+.2f} | 12 | 40 |" in page
    assert "too few hits" in page
    assert load(out).corpora == load(trained[2]).corpora
    assert load(out).metrics["held_out"] == load(trained[2]).metrics["held_out"]


def test_the_points_count_when_mail_is_scored_and_add_up(trained: Trained, fitted: tuple[Path, str]) -> None:
    raw = (trained[1] / "0001.eml").read_bytes()
    before, after = Scanner.load(trained[2]).scan(raw), Scanner.load(fitted[0]).scan(raw)
    points = {hit.symbol: hit.points for hit in after.hits}
    assert points[HTML] == load(fitted[0]).rules[HTML] != PRIOR[HTML]
    assert after.score == pytest.approx(sum(points.values()))
    assert [hit.symbol for hit in before.hits] == [hit.symbol for hit in after.hits]


def test_rules_with_few_hits_and_those_to_keep_are_not_in_the_model(trained: Trained, tmp_path: Path) -> None:
    hamgate(*options(trained), "--keep", HTML.lower(), "GTUBE", "--out", tmp_path / "model")
    rules = load(tmp_path / "model").rules
    assert rules
    assert not {HTML, "GTUBE", "HDR_MISSING_FROM"} & rules.keys()


def test_json_is_one_object_and_nothing_is_written_without_out(trained: Trained) -> None:
    before = sorted(trained[2].parent.rglob("*"))
    report = json.loads(hamgate(*options(trained), "--json"))
    assert {line["symbol"]: line["prior"] for line in report["weighed"]}[HTML] == PRIOR[HTML]
    assert list(report["held_out"]) == ["without", "prior", "fitted"]
    assert report["held_out"]["prior"]["ham"] == 60
    assert "GTUBE" in report["kept"]["a decision, not evidence"]
    assert sorted(trained[2].parent.rglob("*")) == before


def test_mail_that_is_new_to_the_model_is_judged_by_it(trained: Trained, tmp_path: Path) -> None:
    for folder, make in (("ham", mail.ham), ("spam", mail.spam)):
        (tmp_path / folder).mkdir()
        for seed in range(300, 330):
            (tmp_path / folder / f"{seed}.eml").write_bytes(make(seed))
    done = run(
        "rules", "fit", "--ham", tmp_path / "ham", "--spam", tmp_path / "spam", "--model", trained[2], "--jobs", 1
    )
    assert done.returncode == 0
    assert b"each message is scored without it" not in done.stderr
    assert b"each message is scored without it" in run(*options(trained)).stderr


def test_mail_that_the_model_knows_in_part_is_refused(trained: Trained, tmp_path: Path) -> None:
    (tmp_path / "ham").mkdir()
    for path in sorted(trained[0].iterdir())[:50]:
        (tmp_path / "ham" / path.name).write_bytes(path.read_bytes())
    message = refusal("rules", "fit", "--ham", tmp_path / "ham", "--spam", trained[1], "--model", trained[2])
    assert "trained on some of this mail, but not on exactly this mail" in message


def test_copies_of_one_message_are_refused(trained: Trained, tmp_path: Path) -> None:
    for folder in ("ham", "spam"):
        (tmp_path / folder).mkdir()
    for number in range(30):
        copy = mail.ham(500).replace(b"Message-ID: <", b"Message-ID: <new%d." % number)
        (tmp_path / "ham" / f"{number}.eml").write_bytes(copy)
        (tmp_path / "spam" / f"{number}.eml").write_bytes(mail.spam(500 + number))
    message = refusal("rules", "fit", "--ham", tmp_path / "ham", "--spam", tmp_path / "spam", "--model", trained[2])
    assert "the ham messages are near-duplicates of 1 only; at least 10 different ones are needed" in message


def test_what_is_wrong_with_the_arguments_is_said(trained: Trained, tmp_path: Path) -> None:
    assert "no rule is called GTUB; nearest: GTUBE" in refusal(*options(trained), "--keep", "GTUB")
    assert "no model here" in refusal(*options(trained), "--model", tmp_path)
    few, _ = mail.write_folders(tmp_path / "few", 3)
    assert "found 3 ham messages" in refusal("rules", "fit", "--ham", few, "--spam", trained[1])
    assert run(*options(trained), "--cv", 1).returncode == 64


def test_a_model_that_cannot_be_written_is_said(trained: Trained, tmp_path: Path) -> None:
    (tmp_path / "weights.npz").mkdir()  # what only shows when it is written
    message = refusal(*options(trained), "--out", tmp_path)
    assert f"{tmp_path}: the model could not be written: Is a directory" in message


def test_help_has_an_example() -> None:
    assert "hamgate rules fit --model my-model --ham" in hamgate("rules", "fit", "--help")
