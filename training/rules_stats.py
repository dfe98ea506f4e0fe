"""`hamgate rules stats`: on labelled mail, how often each rule is true of ham and of spam."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import click
from joblib import Parallel, delayed

from filter.mailfiles import Mail
from filter.message import parse
from filter.rules.catalogue import RULES
from filter.rules.evidence import Evidence
from filter.rules.ruleset import RuleSet
from training import corpus
from training.dataset import batches
from training.options import ManyValues


@dataclass(frozen=True, slots=True)
class Line:
    """One rule: its points, the percent of ham and of spam it hits, and the spam share of what it hits.

    `spam_share` compares the two rates, so it does not depend on how much mail of each class there is; None if it
    hits nothing.
    """

    symbol: str
    points: float
    ham: float
    spam: float
    spam_share: float | None


def count(messages: list[bytes]) -> Counter[str]:
    """Hits by symbol; runs in a worker process."""
    rules = RuleSet()
    return Counter(hit.symbol for raw in messages for hit in rules.hits(Evidence(parse(raw))))


def measure(ham: tuple[Counter[str], int], spam: tuple[Counter[str], int], points: dict[str, float]) -> list[Line]:
    """A line for each rule in `points`, from its hits and the number of messages in each class."""
    lines = []
    for symbol, value in points.items():
        ham_rate, spam_rate = (100.0 * hits[symbol] / max(1, messages) for hits, messages in (ham, spam))
        share = spam_rate / (ham_rate + spam_rate) if ham_rate + spam_rate else None
        lines.append(Line(symbol, value, ham_rate, spam_rate, share))
    return lines


@click.command(cls=ManyValues)
@click.option("--ham", multiple=True, required=True, metavar="PATH...", help="Good mail, as for `hamgate train`.")
@click.option("--spam", multiple=True, required=True, metavar="PATH...", help="Spam.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes to read mail in.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def stats(ham: tuple[str, ...], spam: tuple[str, ...], jobs: int, as_json: bool) -> None:
    """Count how often each rule is true of your ham and of your spam.

    A rule with points that hits your ham more than your spam is one to look at.

    \b
    Example:
      hamgate rules stats --ham ~/Maildir --spam ~/Maildir/.Junk
    """
    counted = [_read(paths, label, jobs) for label, paths in (("ham", ham), ("spam", spam))]
    for label, (_, messages) in zip(("ham", "spam"), counted, strict=True):
        if not messages:
            raise click.ClickException(f"found no {label}")
    lines = measure(counted[0], counted[1], {rule.symbol: rule.points for rule in RULES})
    if as_json:
        for line in lines:
            click.echo(json.dumps(asdict(line)))
        return
    click.echo(f"{'symbol':<32} {'points':>8} {'ham %':>8} {'spam %':>8} {'S/O':>6}")
    for line in sorted(lines, key=lambda line: -line.spam):
        share = "" if line.spam_share is None else f"{line.spam_share:.3f}"
        click.echo(f"{line.symbol:<32} {line.points:>+8.2f} {line.ham:>8.2f} {line.spam:>8.2f} {share:>6}")


def _read(paths: tuple[str, ...], label: str, jobs: int) -> tuple[Counter[str], int]:
    total: Counter[str] = Counter()
    messages = 0

    def raw() -> Iterator[bytes]:
        nonlocal messages
        for path in paths:
            for mail in corpus.read(path, label):
                if isinstance(mail, Mail):
                    messages += 1
                    yield mail.raw
                else:
                    click.echo(f"hamgate: {mail.name}: {mail.why}", err=True)

    for counts in Parallel(n_jobs=jobs, return_as="generator")(delayed(count)(batch) for batch in batches(raw())):
        total += counts
    return total, messages
