"""Data that somebody names in a line: a file, with options on how to read it, or a function."""

from __future__ import annotations

import os
import shlex

from tui_nn.datasets import is_known
from tui_nn.datasets.expressions import Function, is_function
from tui_nn.datasets.files import STANDARD_INPUT, is_file
from tui_nn.datasets.plain import brief_path
from tui_nn.experiment import READING
from tui_nn.settings import Settings, SettingsError, flag_of

OPTIONS = {flag_of(name): name for name in READING if name not in ("dataset", "data_hash")}


def data_choice(text: str) -> dict[str, str]:
    """The settings that a line says: a name, and behind it options as of the command line.

    ValueError: there is no such data, or no such option."""
    name, given, options = text.partition(" --")
    if not given or os.path.exists(os.path.expanduser(text.strip())):
        return {"dataset": data_name(text)}
    values, words = {"dataset": data_name(name)}, shlex.split(f"--{options}")
    while words:
        flag, equals, value = words.pop(0).partition("=")
        if flag not in OPTIONS:
            raise ValueError(f"{flag}: one of {', '.join(OPTIONS)}")
        if not equals and not words:
            raise ValueError(f"{flag}: needs a value")
        values[OPTIONS[flag]] = value if equals else words.pop(0)
    try:
        Settings().changed(**values)
    except SettingsError as error:
        raise ValueError(str(error)) from None
    return values


def data_name(text: str) -> str:
    """What `--dataset` would be given. ValueError: there is no such file, or it is a folder."""
    name = os.path.expanduser(text.strip())
    if os.path.isfile(name):
        return name if is_file(name) else os.path.join(".", name)
    if is_known(name) and ("=" in name or not is_file(name)):
        if is_function(name):
            Function.parse(name)  # which may be wrong: said at once, where it can be mended
        return name
    if name in ("", STANDARD_INPUT):  # which is the keyboard
        raise ValueError("a file's name, as data/flowers.csv, or a function as f(x, y) = x*y > 0")
    if "\0" not in name and os.path.exists(name):
        raise ValueError(
            f"{brief_path(name)}: is {'a folder' if os.path.isdir(name) else 'no file'}"
        )
    what = "there is no such file"
    raise ValueError(f"{brief_path(name)}: {what}")
