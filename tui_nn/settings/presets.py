"""Where settings may start from: presets by name, and configuration files."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from tui_nn.settings.model import SettingsError

# `classic` is the assignment's and the default.
PRESETS: dict[str, dict[str, Any]] = {
    "classic": {},
    "adam": {"optimizer": "adam"},
    # TensorFlow Playground as it opens. Its labels are ±1 and its output tanh; ours are 0 and 1.
    "playground": {
        "dataset": "circle",
        "samples": 500,
        "train_fraction": 0.5,
        "hidden": (4, 2),
        "activation": "tanh",
        "init": "playground",
        "learning_rate": 0.03,
        "penalty": "playground",
        "batch_size": 10,
        "steps_per_epoch": 25,
        "target_loss": None,
    },
}


def read_config(path: Path) -> dict[str, Any]:
    """The values of a TOML file, not validated. Raises SettingsError if it can't be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(error.strerror or str(error), "config", path) from None
    except UnicodeDecodeError:
        raise SettingsError("not UTF-8", "config", path) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"not TOML: {error}", "config", path) from None
