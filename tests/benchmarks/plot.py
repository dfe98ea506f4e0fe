"""Cost of a message against its size, ours and theirs, both axes logarithmic."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from tests.benchmarks.neighbours import bogofilter, rspamd, spamd
from tests.benchmarks.report import Report
from tests.benchmarks.steps import WHOLE

LINES = {
    WHOLE: ("hamgate, score", "C0"),
    "spamd door": ("hamgate, spamd door", "C1"),
    "milter door": ("hamgate, milter", "C2"),
    bogofilter.NAME: ("bogofilter, bulk", "C3"),
    rspamd.NAME: ("rspamd, worker", "C4"),
    spamd.NAME: ("SpamAssassin, spamd", "C5"),
}
_MARKERS = "os^D"


def draw(report: Report, file: Path) -> None:
    """Write the picture to `file`, SVG or PNG by its name; the same octets for the same report."""
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.add_subplot(xscale="log", yscale="log", xlabel="size of the message, KiB", ylabel="CPU ms a message")
    for part, marker in zip([one for one in report.parts if one.sizes], _MARKERS, strict=False):
        for name, (label, colour) in LINES.items():
            points = part.sizes.get(name, [])
            if points:
                octets, costs = zip(*points, strict=True)
                sizes = [size / 1024 for size in octets]
                axes.plot(sizes, costs, color=colour, marker=marker, label=f"{label} ({part.title})")
    axes.grid(which="both", alpha=0.3)
    figure.legend(loc="outside right upper", fontsize="small")
    with mpl.rc_context({"svg.hashsalt": "bench"}):
        figure.savefig(file, metadata={"Date": None} if file.suffix == ".svg" else None)
