"""What `tui-nn runs export` and `show --html` write: a run in each of the formats."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from tui_nn.cli.errors import RunError
from tui_nn.datasets.plain import called
from tui_nn.runs import exports, weights
from tui_nn.runs.extras import MissingPackage
from tui_nn.runs.files import write_atomically
from tui_nn.runs.model import Model, model_of
from tui_nn.runs.onnx_file import as_onnx
from tui_nn.runs.python_file import TooLarge, as_python
from tui_nn.runs.records import Story
from tui_nn.runs.store import StoreError
from tui_nn.runs.tensorboard import as_event_file, event_file_name
from tui_nn.runs.torch_file import as_state_dict


class Format(NamedTuple):
    """name: of the file in an archive. about: what is in it, a line."""

    name: str
    about: str
    content: Callable[[Story], str | bytes]
    in_zip: bool = True


def _log(suffix: str) -> Callable[[Story], str]:
    return lambda story: _log_texts(story)[suffix]


@lru_cache(maxsize=1)  # of one run there are four
def _log_texts(story: Story) -> dict[str, str]:
    from tui_nn.render.runs import log_texts

    return log_texts(story)


def _report(story: Story) -> str:
    from tui_nn.render.page.report import report

    return report(story)


def _arrays(story: Story) -> dict[str, Any]:
    return exports.weights_of(_state(story))


def model(story: Story) -> Model:
    """What a run has learnt. Raises StoreError."""
    return model_of(story.run, _state(story))


def _state(story: Story) -> dict[str, Any]:
    if story.state is None:
        raise StoreError(f"run {story.run.id}: has no checkpoint")
    return story.state


def _model(write: Callable[[Model, str], str | bytes]) -> Callable[[Story], str | bytes]:
    """A file of the model, with a line that says what it is."""

    def content(story: Story) -> str | bytes:
        found, run = model(story), story.run
        units = " - ".join(map(str, found.network.sizes))
        about = f"A network of {units} units: run {run.id} of tui-nn on {called(run.dataset)}."
        return write(found, about)

    return content


FORMATS = {
    "report": Format("report.html", "the report: open it in a browser", _report),
    "txt": Format("log.txt", "the log as plain text", _log(".txt")),
    "ansi": Format("log.ansi", "the log in a terminal's colours: cat log.ansi", _log(".ansi")),
    "html": Format("log.html", "the log as a page", _log(".html")),
    "svg": Format("log.svg", "the log as a picture", _log(".svg")),
    "csv": Format("metrics.csv", "the history", lambda story: exports.as_csv(story.history)),
    "ndjson": Format(
        "metrics.ndjson", "the history, a JSON object for each point",
        lambda story: exports.as_ndjson(story.history),
    ),
    "parquet": Format("metrics.parquet", "the history, for data frames", exports.as_parquet),
    "tensorboard": Format(
        "tensorboard/{event_file}", "the curves: tensorboard --logdir tensorboard", as_event_file
    ),
    "npz": Format(
        "weights.npz", "the weights, for NumPy and for --init-weights",
        lambda story: weights.as_npz(_arrays(story)),
    ),
    "safetensors": Format(
        "weights.safetensors", "the weights, for other libraries",
        lambda story: weights.as_safetensors(_arrays(story)),
    ),
    "onnx": Format(
        "model.onnx", "the whole model, for ONNX runtimes", _model(as_onnx)
    ),
    "torch-state-dict": Format(
        "model.pt", "the weights, for PyTorch",
        lambda story: as_state_dict(model(story).network),
        in_zip=False,  # PyTorch takes seconds to import, and reads safetensors as well
    ),
    "python": Format(
        "model.py", "the whole model in NumPy: python model.py new.csv", _model(as_python)
    ),
    "toml": Format(
        "settings.toml", "the settings: tui-nn train --config settings.toml",
        lambda story: story.run.parsed.to_toml(),
    ),
    "json": Format(
        "run.json", "how it went, its settings, versions and events",
        lambda story: json.dumps(exports.as_json(story.run, story.events), indent=1) + "\n",
    ),
}  # fmt: skip


# What a file's name ends in, where that is not its format's.
SUFFIXES = {
    **{"report": "html", "html": "log.html", "json": "run.json"},
    "torch-state-dict": "pt",
}


def content_of(story: Story, kind: str) -> str | bytes:
    """A run in one of the FORMATS, or as a zip. Raises RunError, StoreError."""
    try:
        return exports.as_zip(_members(story)) if kind == "zip" else FORMATS[kind].content(story)
    except (MissingPackage, TooLarge) as error:
        raise RunError(f"--format {kind}: {error}") from None


def _members(story: Story) -> dict[str, str | bytes]:
    """All formats by the names of their files, and a page that says what each is."""
    members, said, missing = dict[str, str | bytes](), list[str](), list[str]()
    for kind, (pattern, about, content, in_zip) in FORMATS.items():
        if not in_zip:
            continue
        name = pattern.format(event_file=event_file_name(story.run))
        try:
            members[name] = content(story)
        except (MissingPackage, StoreError, TooLarge) as error:
            missing.append(f"  {kind}: {error}")
        else:
            said.append(f"  {name:<20}  {about}")
    lines = [f"Run {story.run.id} of tui-nn, a neural network in the terminal.", "", *said]
    lines += ["", "Left out:", *missing] if missing else []
    return {"README.txt": "\n".join([*lines, ""])} | members


def place_of(story: Story, kind: str, folder: str | None) -> Path:
    """Where a run's file goes in a folder; None: the usual one."""
    if kind == "tensorboard":  # its file's name says what it is, and its folder's of which run
        return Path(folder or "tensorboard") / story.run.id / event_file_name(story.run)
    if kind == "python":  # as Python can import it
        return Path(folder or ".") / f"model_{story.run.id}.py"
    return Path(folder or ".") / f"tui-nn-{story.run.id}.{SUFFIXES.get(kind, kind)}"


def write(
    option: str, path: Path, story: Story, kind: str, *, force: bool, folder: bool = False
) -> None:
    """Write a run into a file, whole or not at all. folder: made, if it is not there, when there is
    something to put into it. Raises RunError, StoreError."""
    try:
        if path.parent.is_dir() or not folder:
            exports.check_export(path, force=force)  # before it takes its time
        content = content_of(story, kind)
        if folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)
    except OSError as error:
        raise RunError(f"{option} {path}: {error.strerror}") from None
