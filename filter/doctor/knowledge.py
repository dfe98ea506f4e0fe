"""What judges: the model, its state folder, and the mail that was learned on top."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from filter import learn
from filter.config.settings import Settings
from filter.doctor.finding import Finding, fail, ok, skipped, warn
from filter.doctor.folders import closed, usable
from filter.store.errors import StateError
from filter.store.folder import State
from models import model
from models.model import ModelError


def knowledge(settings: Settings) -> Iterator[Finding]:
    """The model as a worker would load it, with its self-test, and what was learned."""
    state = State(settings.model.state) if settings.model.state else None
    if state is not None:
        yield from _folder(state.folder)
    yield _model(settings.model.folder, state)
    yield _learned(state)


def _folder(folder: Path) -> Iterator[Finding]:
    if not folder.is_dir():  # the shipped model judges until something is learned, which makes the folder
        text = f"there is no folder {folder} yet: nothing is learned, and the shipped model judges"
        yield warn("state", text, f"$ install -d -m 0700 {shlex.quote(str(folder))}")
    else:
        yield usable("state", folder, "mail that is learned")
        yield closed("state", folder, "who can read the journal can test which words were in learned mail")


def _model(folder: Path | None, state: State | None) -> Finding:
    try:
        place = state.active() if state else folder or model.DEFAULT
        loaded = learn.checked(model.load(place))
    except (ModelError, StateError) as error:
        remedy = _other_active(state) if state else _other_model(folder)
        return fail("model", str(error), remedy)
    origin = "the shipped one" if place == model.DEFAULT else str(place)
    return ok("model", f"{loaded.version} ({origin}) is whole and passes its self-test")


def _other_active(state: State) -> str:
    try:
        state.activations()
    except StateError:
        return f"move {state.pointer} away: then the shipped model judges"
    return f"go back to the model before it:\n$ hamgate model rollback --state {shlex.quote(str(state.folder))}"


def _other_model(folder: Path | None) -> str:
    if folder is None:
        return "install hamgate again: the model that it ships with is damaged"
    return f"train it again (hamgate train ... --out {shlex.quote(str(folder))}), or take `folder` out of [model]"


def _learned(state: State | None) -> Finding:
    if state is None:
        return skipped("learned", "no state folder is set: nothing is learned from single messages")
    try:
        messages = learn.own_mail(state).messages
    except StateError as error:
        return fail("learned", str(error), f"put back your copy of {state.journal}, or move it away to begin anew")
    if not sum(messages):
        return ok("learned", "nothing yet")
    ham, spam = messages[0] + messages[1], messages[2] + messages[3]
    missing = "".join(f"; missing: {line}" for line in learn.missing(messages))
    return ok("learned", f"{ham} ham, {spam} spam{missing}")
