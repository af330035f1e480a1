"""A recorded run as files for other programs: metrics, weights, settings."""

from __future__ import annotations

import csv
import errno
import io
import json
import math
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tui_nn.engine.network import Network
from tui_nn.engine.types import Array
from tui_nn.experiment import build_trainer
from tui_nn.runs.extras import needed
from tui_nn.runs.files import check_writable
from tui_nn.runs.records import Record, Story
from tui_nn.runs.store import FIGURES
from tui_nn.session import HISTORY_COLUMNS
from tui_nn.settings import Settings

# What JSON says of a run, beside its settings and versions.
SAID = (
    *("id", "name", "note", "group", "parent", "parent_step", "started", "seen", "ended", "reason"),
    *("step", *FIGURES, "seconds"),
)


def as_csv(history: Array) -> str:
    """A line for each point, under the names of the HISTORY_COLUMNS; no digit is lost, and what
    does not apply is empty."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(HISTORY_COLUMNS)
    for step, *values in history.tolist():
        writer.writerow([int(step), *("" if math.isnan(v) else repr(v) for v in values)])
    return sink.getvalue()


def as_ndjson(history: Array) -> str:
    """An object for each point; what is not a finite number is null, as JSON has it."""
    lines = []
    for step, *values in history.tolist():
        finite = (finite_or_none(value) for value in values)
        lines.append(json.dumps(dict(zip(HISTORY_COLUMNS, (int(step), *finite), strict=True))))
    return "".join(f"{line}\n" for line in lines)


def as_parquet(story: Story) -> bytes:
    """The columns of the history, steps as integers and figures as 64-bit floats; null is what
    does not apply. The file's metadata has the run's id and settings. Raises MissingPackage."""
    polars = needed("polars", "parquet")
    frame = polars.DataFrame(
        {name: story.history[:, i] for i, name in enumerate(HISTORY_COLUMNS)}
    ).with_columns(polars.col("step").cast(polars.Int64), polars.exclude("step").fill_nan(None))
    buffer, settings = io.BytesIO(), story.run.parsed.to_toml()
    frame.write_parquet(buffer, metadata={"run": story.run.id, "settings": settings})
    return buffer.getvalue()


def as_json(run: Record, events: list[tuple[int, float, str]] | None = None) -> dict[str, Any]:
    """What JSON says of a run, and of its events if they are given; a figure that is not a finite
    number is null."""
    said = {name: finite_or_none(getattr(run, name)) for name in SAID}
    said |= {"settings": run.settings, "versions": run.versions}
    if events is not None:
        said["events"] = [{"step": step, "time": t, "text": text} for step, t, text in events]
    return said


def as_json_line(run: Record) -> str:
    """The same object, quickly: settings and versions are JSON already, and most of it."""
    said = json.dumps({name: finite_or_none(getattr(run, name)) for name in SAID})
    return f'{said[:-1]}, "settings": {run.settings_json}, "versions": {run.versions_json}}}\n'


def finite_or_none(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def weights_of(state: dict[str, Any]) -> dict[str, Array]:
    """The weights of a checkpoint: W0, b0, W1, b1, …; W of shape (fan_in, fan_out)."""
    if "sizes" in state:  # its data need not be there
        network = Network(state["sizes"], dtype=state["settings"]["dtype"])
    else:
        network = build_trainer(Settings.parse(state["settings"])).network
    network.parameters[:] = state["trainer"]["parameters"]
    arrays: dict[str, Array] = {}
    for i, (weights, biases) in enumerate(zip(network.weights, network.biases, strict=True)):
        arrays |= {f"W{i}": weights, f"b{i}": biases}
    return arrays


def as_zip(members: Mapping[str, str | bytes]) -> bytes:
    """Files, by name, in one."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def check_export(path: Path, *, force: bool) -> None:
    """Raise OSError where a file can't be written, or, without force, is there already."""
    if not force and path.is_file():
        raise FileExistsError(errno.EEXIST, "is there already; --force replaces it", str(path))
    check_writable(path)
