"""What is typed after `:` — how far to train — and what it means."""

from __future__ import annotations

import re

UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "k": 1e3, "%": 0.01}
KINDS = {
    "step": "step",
    "epoch": "epoch",
    "loss": "loss",
    "accuracy": "accuracy",
    "acc": "accuracy",
    "r2": "accuracy",
    "time": "seconds",
    "seconds": "seconds",
}
ALLOWED = "steps as in 100, or step 5000, epoch 20, loss 0.01, accuracy 99%, time 30s"
_FORM = re.compile(r"(?:(?:until\s+)?([a-z]\w*)\s+)?([0-9.e+-]+?)\s*([smhk%]?)")


def parse_goal(text: str) -> tuple[str, float]:
    """ "loss 0.01" is ("loss", 0.01); a number alone is ("steps", 100). ValueError: neither."""
    match = _FORM.fullmatch(text.strip().lower())
    kind = match and (KINDS.get(match[1]) if match[1] else "steps")
    try:
        value = float(match[2]) * UNITS[match[3]] if match else -1.0
    except ValueError:
        value = -1.0
    if not kind or not 0 < value < 1e12 or (kind == "steps" and value < 1):
        raise ValueError(ALLOWED)
    return kind, value
