"""Instructions of each piece of `work`, counted by callgrind; `make guards` keeps them in instructions.json.

On the interpreter and libraries that they were made with, counts differ by 0.2 % from run to run. On others they are
compared in units of the reference piece: Debian's build of the same Python then differs by 3 %, Python 3.13 by 13 %.
"""

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from filter import kernel
from tests.conftest import ROOT
from tests.guards.work import NAMES, REFERENCE

KEPT = Path(__file__).parent / "instructions.json"
BAR, BAR_ELSEWHERE = 1.15, 1.30
"""What a piece may grow to; the second one where interpreter or libraries are others."""
_TOTAL = re.compile(r"^totals: (\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Counts:
    """Instructions of each of `NAMES`, and what executed them."""

    made_with: dict[str, str]
    instructions: dict[str, int]

    def write(self, file: Path = KEPT) -> None:
        """Keep them."""
        file.write_text(json.dumps(asdict(self), indent=1) + "\n")

    @classmethod
    def read(cls, file: Path = KEPT) -> "Counts":
        """Those that were kept."""
        return cls(**json.loads(file.read_text()))

    def growth(self, kept: "Counts") -> Mapping[str, float]:
        """How many times what was kept each piece but the reference takes."""
        unit = 1.0
        if self.made_with != kept.made_with:
            unit = self.instructions[REFERENCE] / kept.instructions[REFERENCE]
        return {name: self.instructions[name] / unit / kept.instructions[name] for name in NAMES if name != REFERENCE}

    def bar(self, kept: "Counts") -> float:
        """What growth is allowed."""
        return BAR if self.made_with == kept.made_with else BAR_ELSEWHERE


def made_with() -> dict[str, str]:
    """All that counts of the same code depend on."""
    libraries = {name: version(name) for name in ("numpy", "selectolax", "google-re2", "regex")}
    return {"machine": platform.machine(), "python": sys.version, **libraries}


def count(valgrind: str) -> Counts:
    """Run `work` once; some 20 seconds."""
    environment = {**os.environ, "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        words = [valgrind, "--tool=callgrind", f"--callgrind-out-file={out}", "--dump-before=getpriority"]
        words += [sys.executable, "-m", "tests.guards.work"]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ValueError(done.stderr[-4000:])
        return Counts(made_with(), dict(zip(NAMES, _between_marks(out), strict=True)))


def _between_marks(out: Path) -> list[int]:
    """Every second dump holds a piece; those between hold what prepared it, and the file `out` the rest."""
    dumps = len(list(out.parent.glob(f"{out.name}.*")))
    found = [_TOTAL.search(Path(f"{out}.{number}").read_text()) for number in range(2, dumps + 1, 2)]
    return [int(one[1]) for one in found if one]


def main() -> None:
    """Count, and keep the counts. Says what changed."""
    if kernel.IN_USE != "native":
        sys.exit("Counts are kept of the compiled kernel only, which is not in use.")
    kept = Counts.read() if KEPT.exists() else None
    counts = count("valgrind")
    counts.write()
    for name, growth in counts.growth(kept or counts).items():
        print(f"{name}: {counts.instructions[name]:,} instructions, {growth:.3f} of before")


if __name__ == "__main__":
    main()
