"""What a command costs that starts for one message, and training."""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.contest import Costs
from tests.benchmarks.corpus import Corpus, Mail
from tests.benchmarks.machine import MEASURED, on
from tests.benchmarks.neighbours import bogofilter
from tests.benchmarks.steps import seconds
from tests.gate import ENVIRONMENT
from training import dataset, fit
from training.recipes import SITE

COLD = "`hamgate score FILE`"
TRAINING, TRAINING_BOGOFILTER = "reading and fitting", "bogofilter's word list"


class Cold:
    """A command that scores one file, from start to end."""

    def __init__(self, name: str, words: Sequence[str], codes: Sequence[int] = (0,)) -> None:
        """`codes`: those that mean a verdict."""
        self._name = name
        self._words = words
        self._codes = codes

    def costs(self, mail: Sequence[Mail]) -> Costs:
        """CPU of one start."""
        with on(MEASURED):
            process = subprocess.Popen(self._words, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in self._codes:
            raise ValueError(f"{self._words[0]}: exit code {process.returncode}")
        return {self._name: [used.ru_utime + used.ru_stime]}


class Training:
    """Reading, cutting into tokens and fitting, in this process."""

    def __init__(self, corpus: Corpus) -> None:
        self._ham, self._spam = ([mail.raw for mail in kind] for kind in (corpus.ham, corpus.spam))

    def costs(self, mail: Sequence[Mail]) -> Costs:
        """CPU per message learned."""
        with on(MEASURED):
            spent = seconds(self._fit)
        return {TRAINING: [spent / (len(self._ham) + len(self._spam))]}

    def _fit(self) -> None:
        fields = SITE.recipe.fields
        ham, spam = (dataset.extract_batch(list(raw), fields) for raw in (self._ham, self._spam))
        fit.fit(dataset.build(ham, spam, fields), SITE)


class BogofilterTraining:
    """A new word list from the same mail."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def costs(self, mail: Sequence[Mail]) -> Costs:
        """CPU per message learned."""
        ham, spam = self._corpus.ham, self._corpus.spam
        with tempfile.TemporaryDirectory() as folder:
            spent = bogofilter.learn(Path(folder), ham, spam)
        return {TRAINING_BOGOFILTER: [spent / (len(ham) + len(spam))]}
