"""CPU per message on the public corpus or any folder: `make bench`, or bench.py CORPORA. Prints a Markdown table."""

import platform
import resource
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from filter.envelope import NO_ENVELOPE
from filter.features import extract
from filter.message import Message, parse
from filter.scan import Scanner
from filter.verdict import Hit
from training import dataset, fit
from training.recipes import SITE

ROUNDS = 3


def main(corpora: Path) -> None:
    ham, spam = (messages(corpora / "spamassassin-2002.tar.xz", f"sa/{label}/") for label in ("ham", "spam"))
    corpus = {
        "2002 mail": ham + spam,
        "phishing 2022-23": messages(corpora / "phishing-2022-2023.tar.xz"),
    }
    print(f"Python {platform.python_version()} on {platform.machine()}; CPU ms, median of {ROUNDS} rounds\n")
    print("| step | " + " | ".join(f"{name}, mean {mean_size(raw):.1f} KB" for name, raw in corpus.items()) + " |")
    print("|---|" + "---|" * len(corpus))
    scanner = Scanner.load()
    steps: dict[str, Callable[[Sequence[bytes]], object]] = {
        "read (MIME, HTML, links)": lambda raw: [parse(message) for message in raw],
        "read and cut into tokens": lambda raw: [extract(parse(message), scanner.classifier.fields) for message in raw],
        "read, cut and classify": lambda raw: [classified(scanner, message) for message in raw],
        "score, whole": lambda raw: [scanner.scan(message) for message in raw],
        "score, explained": lambda raw: [scanner.scan(message, clues=4) for message in raw],
    }
    for name, step in steps.items():
        print(f"| {name} | " + " | ".join(f"{cost(step, raw):.3f}" for raw in corpus.values()) + " |")
    rules(scanner, corpus)
    train(ham, spam)
    cold_start(ham[0])


def classified(scanner: Scanner, raw: bytes) -> tuple[Message, list[Hit]]:
    message = parse(raw)
    return message, scanner.classifier.hits(extract(message, scanner.classifier.fields))


def rules(scanner: Scanner, corpus: dict[str, list[bytes]]) -> None:
    """All rules on one message again and again: what they cost where nothing else pushes them out of the caches."""
    costs = []
    for raw in corpus.values():
        each = []
        for message in raw[::4]:
            read, hits = classified(scanner, message)
            judge = partial(scanner.rules.judge, read, NO_ENVELOPE, hits)
            each.append(min(elapsed(judge) for _ in range(5)))
        costs.append(f"{1000 * statistics.mean(each):.3f}")
    print(f"| rules alone, in cache | {' | '.join(costs)} |")


def messages(archive: Path, folder: str = "") -> list[bytes]:
    with tarfile.open(archive) as tar:
        members = [member for member in tar if member.isfile() and member.name.startswith(folder)]
        return [file.read() for member in members if (file := tar.extractfile(member)) is not None]


def mean_size(raw: Sequence[bytes]) -> float:
    return statistics.mean(map(len, raw)) / 1024


def cost(step: Callable[[Sequence[bytes]], object], raw: Sequence[bytes]) -> float:
    return statistics.median(elapsed(lambda: step(raw)) for _ in range(ROUNDS)) / len(raw) * 1000


def elapsed(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def train(ham: Sequence[bytes], spam: Sequence[bytes]) -> None:
    seconds = elapsed(
        lambda: fit.fit(
            dataset.build(
                dataset.extract_batch(list(ham), SITE.recipe.fields),
                dataset.extract_batch(list(spam), SITE.recipe.fields),
                SITE.recipe.fields,
            ),
            SITE,
        )
    )
    print(f"\nTraining: {(len(ham) + len(spam)) / seconds:.0f} messages a second on one core, fitting included")


def cold_start(raw: bytes) -> None:
    command = Path(sys.executable).parent / "hamgate"
    with tempfile.NamedTemporaryFile(suffix=".eml") as file:
        file.write(raw)
        file.flush()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        for _ in range(10):
            subprocess.run([command, "score", file.name], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / 10
    print(f"Cold start: `hamgate score FILE` {1000 * seconds:.0f} ms CPU")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/corpora"))
