"""Data files of a test's own: opened, or the line that says what is wrong with them."""

from pathlib import Path
from typing import Any

import pytest

from tui_nn.experiment import Prepared, prepare
from tui_nn.settings import Settings, SettingsError

FLOWERS = "petal,stem,species\n1.5,3,rose\n2.5,4,lily\n1.4,5,rose\n2.6,3.5,lily\n"


def opened(path: Path, content: str | bytes = "", **settings: Any) -> Prepared:
    if content:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return prepare(Settings.parse({"dataset": str(path), **settings}))


def fault(path: Path, content: str | bytes = "", **settings: Any) -> str:
    with pytest.raises(SettingsError) as error:
        opened(path, content, **settings)
    assert "\n" not in str(error.value)
    assert str(error.value).isprintable()
    return str(error.value)
