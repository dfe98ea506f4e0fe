"""`make bench`: ours and the neighbours, in one run, on the same mail. Call: python -m tests.benchmarks --help."""

import sys
from pathlib import Path

import click

from tests.benchmarks import corpus, plot, table
from tests.benchmarks.run import FULL, QUICK, run

HERE = Path(__file__).parent


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default="../shared/corpora")
@click.option("--quick", is_flag=True, help="Few messages and one round: whether all works, not how fast.")
@click.option("--alone", is_flag=True, help="Without the neighbours.")
@click.option("--keep", is_flag=True, help="Write the table into README.md here, and cost.svg beside it.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for bench.json and cost.svg.")
def main(folder: Path, out: Path | None, *, quick: bool, alone: bool, keep: bool) -> None:
    """Measure on the mail in FOLDER, and print the table: the public corpora, ham and spam folders, or any mail."""
    with corpus.scratch_folder() as scratch:
        scale = QUICK if quick else FULL
        try:
            corpora = corpus.read(folder, scale.messages, Path(scratch) / "mail")
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        report = run(
            corpora, scale, Path(scratch), neighbours=not alone, tell=lambda text: print(text, file=sys.stderr)
        )
    print(table.markdown(report), end="")
    if keep:
        table.keep(HERE / "README.md", table.markdown(report))
    for place in [*([out] if out else []), *([HERE] if keep else [])]:
        place.mkdir(parents=True, exist_ok=True)
        report.write(place / "bench.json")
        plot.draw(report, place / "cost.svg")


if __name__ == "__main__":
    main()
