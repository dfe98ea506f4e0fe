"""The accuracy table of the public corpora: `make accuracy`, or table.py CORPORA. Prints Markdown.

Protocols (training/README.md): P1, each class of the 2002 corpus sorted by the md5 of the file name, the first 70 % to
train; P1b, 10 folds; P1g, 10 folds with near-duplicates together; P2, online in the order of the dates, and its tail.
"""

import hashlib
import sys
from collections.abc import Iterator
from functools import partial
from os import cpu_count
from pathlib import Path

import numpy as np

from training import cases, figures, modes, sources
from training.cases import Case, Lot, Scored
from training.evaluate import Bools, Floats
from training.figures import FIGURES
from training.modes import Corpus
from training.protocols import Fold
from training.recipes import SITE, STARTER, Plan
from training.sources import Source

JOBS = cpu_count() or 1
TAIL = 1500
AROUND = 2.0
SHOWN = [figure for figure in FIGURES if figure.key in ("roca", "missed_at_fp_0.5", "fp_at_5", "missed_at_5", "ece")]
NEIGHBOURS = """\
Neighbours, trained on the same files (measured once, elsewhere; SA: SpamAssassin 4.0 with offline rules):

| | P1 1-ROCA% | P1 fp / missed at their default, % | P1 missed where fp <= 0.5 %, % | P2 1-ROCA% (tail) |
|---|---|---|---|---|
| SpamBayes | 0.0455 | 0.32 / 4.39 | 2.46 | 0.32 (0.12) |
| bsfilter | 0.0525 | 0.08 / 8.79 | 3.16 | |
| bogofilter | 0.0746 | 0.08 / 19.9 | 1.23 | 0.27 (0.11) |
| SA rules + Bayes | 0.108 | 0.64 / 3.16 | 5.80 | 0.61 (0.38) |
| SpamProbe | 0.109 | 0.16 / 4.04 | 0.88 | 0.27 (0.20) |
| CRM114 OSB | 0.219 | 0.48 / 1.41 | 0.53 | 0.21 (0.15) |
| rspamd rules + Bayes | 0.355 | 0.48 / 5.27 | 5.27 | 1.99 (0.75) |
"""


def main(corpora: Path) -> None:
    print("| model and rules | " + " | ".join(header()) + " | 1-ROCA% of the model alone |")
    print("|---|" + "---|" * (len(SHOWN) + 1))
    site = read(corpora, SITE)
    folds = None
    for name, scored in site_protocols(site):
        print(line(name, scored), flush=True)
        folds = scored if name == "site P1b" else folds
    print(line("starter P1b", modes.cross_validated(corpus(*read(corpora, STARTER), STARTER), 10)), flush=True)
    print(f"\n{NEIGHBOURS}")
    if folds is not None:
        print("\n".join(kept_promises(folds)))
    print("\n".join(shipped_on_modern_mail(corpora)))


def header() -> Iterator[str]:
    short = {"roca": "1-ROCA%", "missed_at_fp_0.5": "missed where fp <= 0.5 %, %", "ece": "ECE"}
    rates = {"fp_at_5": "ham called spam at 5, %", "missed_at_5": "spam missed at 5, %"}
    yield from (({**short, **rates})[figure.key] for figure in SHOWN)


def read(corpora: Path, plan: Plan) -> tuple[Source[Case], Source[Case]]:
    archive = corpora / "spamassassin-2002.tar.xz"
    work = partial(cases.judge_batch, fields=plan.recipe.fields)
    return sources.read((f"{archive}::sa/ham",), (f"{archive}::sa/spam",), work, JOBS)


def corpus(ham: Source[Case], spam: Source[Case], plan: Plan, grouped: bool = False) -> Corpus:
    return modes.corpus(ham, spam, plan, grouped)


def site_protocols(mail: tuple[Source[Case], Source[Case]]) -> Iterator[tuple[str, Scored]]:
    plain = corpus(*mail, SITE)
    yield "site P1", modes.by_splits(plain, [p1(plain.lot)])
    yield "site P1b", modes.cross_validated(plain, 10)
    yield "site P1g", modes.cross_validated(corpus(*mail, SITE, grouped=True), 10)
    stream = modes.streamed(plain)
    yield "site P2, online", stream
    yield f"site P2, messages {TAIL + 1} to {len(plain.lot)}", tail(stream, TAIL)


def tail(scored: Scored, first: int) -> Scored:
    """Without what came before place `first` (from 0) of the stream."""
    rows = np.arange(len(scored.rows)) >= first
    return Scored(scored.lot, scored.rows[rows], scored.whole[rows], scored.alone[rows], scored.hits[first:])


def p1(lot: Lot) -> Fold:
    names = [hashlib.md5(name.rpartition("/")[2].encode()).hexdigest() for name in lot.names]  # noqa: S324
    train, test = [], []
    for label in (False, True):
        rows = sorted(np.flatnonzero(lot.spam == label), key=names.__getitem__)
        cut = int(len(rows) * 0.7)
        train += rows[:cut]
        test += rows[cut:]
    return np.array(sorted(train)), np.array(sorted(test))


def line(name: str, scored: Scored) -> str:
    found = figures.estimates(scored.whole, scored.spam, figures=SHOWN)
    alone = figures.estimates(scored.alone, scored.spam, figures=FIGURES[:1])["roca"]
    cells = (cell(found[figure.key], figure.digits) for figure in SHOWN)
    return f"| {name} | " + " | ".join(cells) + f" | {cell(alone, 4)} |"


def cell(one: figures.Estimate, digits: int) -> str:
    return f"{one.value:.{digits}f} [{one.low:.{digits}f}, {one.high:.{digits}f}]"


def kept_promises(scored: Scored) -> Iterator[str]:
    """Whether 5 and 15 points are 90 and 99.86 % spam, by the messages about there (Wilson, 95 %)."""
    for at, promised in ((5.0, 90.0), (15.0, 99.86)):
        near = scored.spam[np.abs(scored.whole - at) <= AROUND]
        low, high = (100.0 * float(end[0]) for end in figures.wilson(np.array([near.sum()]), np.array([len(near)])))
        told = f"{100.0 * near.mean():.1f} [{low:.1f}, {high:.1f}] % are spam; {promised:g} % promised"
        yield f"Site P1b: of {len(near)} messages at {at - AROUND:g} to {at + AROUND:g} points {told}"


def shipped_on_modern_mail(corpora: Path) -> Iterator[str]:
    modern, phishing = corpora / "modern-ham-dev.tar.xz", corpora / "phishing-2022-2023.tar.xz"
    work = partial(cases.scan_batch, folder=None, rules=None)
    ham = (f"{modern}::modern_ham_dev/newsletters", f"{modern}::modern_ham_dev/templates")
    scored = cases.scanned(cases.lot(*sources.read(ham, (f"{phishing}::phish_dev/spam",), work, JOBS)))
    origins = np.array(scored.lot.origins)
    yield "\nThe shipped starter, in percent at so many points or more:\n"
    yield "| mail | messages | at 0 | at 5 | at 15 |\n|---|---|---|---|---|"
    yield reached("newsletters of 2023", scored.whole[origins == ham[0]])
    yield reached("HTML templates", scored.whole[origins == ham[1]])
    yield reached("phishing of 2022-23, design half", scored.whole[design_half(scored.lot)])


def design_half(lot: Lot) -> Bools:
    """The phishing that rules may be designed with: an even md5 of the file name."""
    digests = [int(hashlib.md5(name.rpartition("/")[2].encode()).hexdigest(), 16) for name in lot.names]  # noqa: S324
    even: Bools = np.array([digest % 2 == 0 for digest in digests])
    return lot.spam & even


def reached(name: str, points: Floats) -> str:
    shares = " | ".join(f"{100.0 * np.mean(points >= at):.1f}" for at in (0.0, 5.0, 15.0))
    return f"| {name} | {len(points)} | {shares} |"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
