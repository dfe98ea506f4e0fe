"""One HTML file that needs nothing else: what the reports have in common, and how they are written."""

import os
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from filter.assembly.house import version
from training import evaluation_text
from training.figures import FIGURES


def render(template: str, title: str, **values: Any) -> str:
    """The page of a `template` of this folder. Whatever comes from mail is escaped."""
    pages = Environment(
        loader=PackageLoader("training", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return pages.get_template(template).render(
        title_of_page=title,
        figures=FIGURES,
        number=evaluation_text.number,
        title=evaluation_text.title,
        version=version(),
        **values,
    )


def write(text: str, path: Path) -> None:
    """Write the page to `path`, to a temporary file first. Raises OSError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
