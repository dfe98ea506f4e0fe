"""What a labelled corpus is like, and whether a model can be trained on it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from training import duplicates, fit
from training.duplicates import Integers
from training.examined import Examined
from training.sources import FEWEST, Source
from training.suspects import Suspect

FEWEST_GROUPS = 2 * fit.FOLDS
"""Different messages of each class without which nothing can be held out."""
_LOPSIDED = 20
_FEW_OF_A_LANGUAGE = 0.01
_FEW_HTML, _MUCH_HTML = 0.02, 0.2
_MANY_SUSPECTS = 0.02


@dataclass(frozen=True, slots=True)
class Class:
    """One class: how many messages, what they repeat, when and how they were written. What is counted is by name."""

    label: str
    messages: int
    unreadable: int
    repeated: int
    groups: int
    largest_group: int
    html: int
    years: dict[str, int]
    first: str
    last: str
    languages: dict[str, int]
    scripts: dict[str, int]
    facts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Named:
    """A suspect with its name and label."""

    name: str
    label: str
    points: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All that `hamgate corpus check` says. `problems` make the corpus unusable; `warnings` do not.

    `both`: names of the same message in ham and in spam; `near_both`: groups of near-duplicates with both labels;
    `suspects`: None if none were sought.
    """

    classes: tuple[Class, Class]
    both: list[tuple[str, str]]
    near_both: list[dict[str, object]]
    suspects: list[Named] | None
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        """Whether a model can be trained on it."""
        return not self.problems


def groups(ham: Source[Examined], spam: Source[Examined]) -> Integers:
    """For each message, ham first, the number of its group; the same bytes are of one group whatever they hold."""
    rows = [*ham.rows, *spam.rows]
    return duplicates.groups([(*row.likeness, f"d {row.digest}") for row in rows])


def describe(source: Source[Examined], grouped: Integers) -> Class:
    """What the messages of one class are like; `grouped`: their groups."""
    rows = source.rows
    dates = sorted(row.date for row in rows if row.date)
    sizes = np.unique(grouped, return_counts=True)[1]
    return Class(
        label=source.label,
        messages=len(rows),
        unreadable=len(source.unreadable),
        repeated=len(rows) - len({row.digest for row in rows}),
        groups=len(sizes),
        largest_group=int(sizes.max(initial=0)),
        html=sum(row.extracted.html for row in rows),
        years=_counted(str(row.date.year) if row.date else "no true date" for row in rows),
        first=dates[0].date().isoformat() if dates else "",
        last=dates[-1].date().isoformat() if dates else "",
        languages=_counted(row.language for row in rows),
        scripts=_counted(row.script for row in rows),
        facts=_counted(fact.value for row in rows for fact in row.facts),
    )


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(Counter(names))


def in_both(ham: Source[Examined], spam: Source[Examined]) -> list[tuple[str, str]]:
    """Names of the same message in ham and in spam."""
    first, second = (
        {row.digest: name for row, name in zip(source.rows, source.names, strict=True)} for source in (ham, spam)
    )
    return [(name, second[digest]) for digest, name in first.items() if digest in second]


def near_both(ham: Source[Examined], spam: Source[Examined], grouped: Integers) -> list[dict[str, object]]:
    """Groups of near-duplicates with both labels, the largest first, with a name of each."""
    names, border = [*ham.names, *spam.names], len(ham.rows)
    members: dict[int, list[int]] = {}
    for row in np.flatnonzero(np.isin(grouped, np.intersect1d(grouped[:border], grouped[border:]))):
        members.setdefault(int(grouped[row]), []).append(int(row))
    found: list[dict[str, object]] = []
    for rows in sorted(members.values(), key=len, reverse=True):
        of_ham = sum(row < border for row in rows)
        found.append({"ham": of_ham, "spam": len(rows) - of_ham, "examples": [names[rows[0]], names[rows[-1]]]})
    return found


def named(found: Sequence[Suspect], ham: Source[Examined], spam: Source[Examined]) -> list[Named]:
    """Suspects with names and labels."""
    names, border = [*ham.names, *spam.names], len(ham.rows)
    return [Named(names[one.row], "ham" if one.row < border else "spam", one.points, one.why) for one in found]


def can_be_fitted(classes: tuple[Class, Class]) -> bool:
    """Whether there is enough different mail of both classes to hold some out."""
    return all(one.messages >= FEWEST and one.groups >= FEWEST_GROUPS for one in classes)


def problems(classes: tuple[Class, Class], both: Sequence[object]) -> list[str]:
    """Why no model can be trained, each with what to do."""
    found = []
    for one in classes:
        if one.messages < FEWEST:
            found.append(f"{one.messages} {one.label} messages: collect at least {FEWEST}, better a few hundred")
        elif one.groups < FEWEST_GROUPS:
            found.append(
                f"the {one.messages} {one.label} messages are near-duplicates of {one.groups}: "
                f"add at least {FEWEST_GROUPS} different ones"
            )
    if both:
        found.append(f"same message as ham and as spam: {len(both)}; delete it from one of them")
    return found


def warnings(report: Report) -> list[str]:
    """What makes a model worse or its figures too good, each with what to do."""
    return [*_balance(report.classes), *_kinds(report.classes), *_when(report.classes), *_labels(report)]


def _balance(classes: tuple[Class, Class]) -> list[str]:
    found = [
        f"{one.unreadable} paths of {one.label} gave no message: see the lines above the table"
        for one in classes
        if one.unreadable
    ]
    few, many = sorted(classes, key=lambda one: one.messages)
    if few.messages and many.messages > _LOPSIDED * few.messages:
        found.append(
            f"{many.messages / few.messages:.0f} times more {many.label} than {few.label}: collect more {few.label}"
        )
    found += [
        f"{100 * (1 - one.groups / one.messages):.0f} % of {one.label} repeat others (threads, campaigns): figures on "
        "mail held out are too good; judge the model by later mail"
        for one in classes
        if one.messages and one.groups < one.messages / 2
    ]
    return found


def _kinds(classes: tuple[Class, Class]) -> list[str]:
    ham, spam = (one.html / max(one.messages, 1) for one in classes)
    found = []
    if ham < _FEW_HTML and spam > _MUCH_HTML:
        found.append("HTML stands in spam only: add newsletters and receipts to ham, or they will be taken for spam")
    for one, other in (classes, classes[::-1]):
        for name, count in one.languages.items():
            if (
                name != "unknown"
                and count >= max(FEWEST, _FEW_OF_A_LANGUAGE * one.messages)
                and name not in other.languages
                and other.messages
            ):
                found.append(
                    f"{count} {one.label} messages are in {name}, and no {other.label}: add such {other.label}, "
                    f"or the language itself will speak for {one.label}"
                )
    return found


def _when(classes: tuple[Class, Class]) -> list[str]:
    ham, spam = classes
    if ham.first and spam.first and (ham.last < spam.first or spam.last < ham.first):
        return [
            f"ham is from {ham.first} to {ham.last}, spam from {spam.first} to {spam.last}: "
            "add mail of the same time, or the model learns the period"
        ]
    return []


def _labels(report: Report) -> list[str]:
    found, total = [], sum(one.messages for one in report.classes)
    if report.near_both:
        found.append(f"{len(report.near_both)} groups of near-duplicates have both labels: look at them")
    if report.suspects:
        number = "1 message looks" if len(report.suspects) == 1 else f"{len(report.suspects)} messages look"
        found.append(f"{number} mislabelled: look at the list, and move those that are")
    if report.suspects and len(report.suspects) > _MANY_SUSPECTS * total:
        found.append("so many suspects say that labels were swapped, or that a folder holds both kinds")
    return found
