"""Data that somebody names in a line: a file, or a function."""

from __future__ import annotations

import os

from tui_nn.datasets import is_known
from tui_nn.datasets.files import STANDARD_INPUT, is_file
from tui_nn.datasets.plain import brief_path


def data_name(text: str) -> str:
    """What `--dataset` would be given. ValueError: there is no such file, or it is a folder."""
    name = os.path.expanduser(text.strip())
    if os.path.isfile(name):
        return name if is_file(name) else os.path.join(".", name)
    if is_known(name) and ("=" in name or not is_file(name)):
        return name
    if name in ("", STANDARD_INPUT):  # which is the keyboard
        raise ValueError("a file's name, as data/flowers.csv, or a function as f(x, y) = x*y > 0")
    what = "is a folder" if os.path.isdir(name) else "there is no such file"
    raise ValueError(f"{brief_path(name)}: {what}")
