"""One validated description of a run: `Settings`, and what it says of itself.

A new setting is one field in fields.py. A new optimizer or schedule needs one only for an option
whose name no other has.
"""

from tui_nn.datasets.plain import nearest
from tui_nn.settings.fields import GROUPS, SECTIONS, FieldInfo, field_info, is_list
from tui_nn.settings.model import Settings, SettingsError
from tui_nn.settings.presets import PRESETS, read_config
from tui_nn.settings.rules import (
    applies,
    goes_on,
    learning_rate,
    max_epochs,
    options,
    owners,
    source,
    steps_per_epoch,
    task,
)
from tui_nn.settings.text import (
    allowed,
    as_text,
    bounds,
    flag_of,
    label,
    short_text,
    shown_text,
    toml_text,
)

__all__ = [
    "GROUPS",
    "PRESETS",
    "SECTIONS",
    "FieldInfo",
    "Settings",
    "SettingsError",
    "allowed",
    "applies",
    "as_text",
    "bounds",
    "field_info",
    "flag_of",
    "goes_on",
    "is_list",
    "label",
    "learning_rate",
    "max_epochs",
    "nearest",
    "options",
    "owners",
    "read_config",
    "short_text",
    "shown_text",
    "source",
    "steps_per_epoch",
    "task",
    "toml_text",
]
