"""The formats that runs are exported in, by name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tui_nn.cli.errors import UsageError
from tui_nn.settings import nearest, short_text

# The names of `run_files.FORMATS`, which takes longer to import, and all of them in one file.
FORMATS = (
    *("report", "txt", "ansi", "html", "svg", "csv", "ndjson", "parquet", "tensorboard"),
    *("npz", "safetensors", "onnx", "torch-state-dict", "python", "toml", "json", "zip"),
)
ALIASES = {
    **{"log": "txt", "jsonl": "ndjson"},
    **{"pt": "torch-state-dict", "pth": "torch-state-dict", "py": "python"},
}


def export_kind(
    format: str | None, out: str | None, usual: str = "zip", formats: Sequence[str] = FORMATS
) -> str:
    """The format that is meant, one of these. Raises UsageError."""
    kind = format or (Path(out).suffix[1:] if out else "") or usual
    kind = ALIASES.get(kind, kind)
    if kind not in formats:
        spelled = f"--format {short_text(kind)}" if format else f"--out {short_text(out)}"
        raise UsageError(f"{spelled}: one of {', '.join(formats)}{nearest(kind, formats)}")
    return kind
