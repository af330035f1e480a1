"""`tui-nn export`: what a run has learnt, for elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from tui_nn.cli import run_files
from tui_nn.cli.formats import export_kind
from tui_nn.cli.options import option
from tui_nn.cli.runs import RunArgument, StoreOption, opened
from tui_nn.datasets.plain import plain
from tui_nn.engine.network import Network
from tui_nn.runs.records import find, story
from tui_nn.runs.torch_file import SINE, sequential

FORMATS = ("npz", "safetensors", "onnx", "torch-state-dict", "python")


def export(
    run: RunArgument,
    /,
    *,
    format: Annotated[
        str | None, option(f"{', '.join(FORMATS)} [as FILE ends, or python]", "NAME")
    ] = None,
    out: Annotated[str | None, option("where to [here]", "FILE")] = None,
    force: Annotated[bool, option("replace a file that is there")] = False,
    store: StoreOption = None,
) -> int:
    """Write a run's model for elsewhere: NumPy, ONNX, PyTorch, Python."""
    kind = export_kind(format, out, "python", FORMATS)
    with opened(store) as there:
        told = story(there, find(there, run))
        path = Path(out) if out else run_files.place_of(told, kind, None)
        run_files.write("--out", path, told, kind, force=force)
        print(plain(str(path)))
        if kind == "torch-state-dict":
            print(how_to_load(run_files.model(told).network, path), file=sys.stderr)
    return 0


def how_to_load(network: Network, path: Path) -> str:
    """The lines of Python that do it."""
    lines = ["import torch", "from torch import nn", ""]
    if any(activation.name == "sine" for activation in network.activations):
        lines += [SINE, ""]
    lines.append(f"model = {sequential(network)}")
    lines.append(f"model.load_state_dict(torch.load({str(path)!r}, weights_only=True))")
    return "\n".join(lines)
