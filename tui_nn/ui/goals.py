"""What is typed after `:` — how far to train — and what it means."""

from __future__ import annotations

import re

COUNTS = {"": 1.0, "k": 1e3}
UNITS = {
    "steps": COUNTS,
    "step": COUNTS,
    "epoch": COUNTS,
    "loss": {"": 1.0},
    "test_loss": {"": 1.0},
    "accuracy": {"": 1.0, "%": 0.01},
    "seconds": {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0},
}
WORDS = {kind: kind for kind in UNITS}
WORDS |= {"acc": "accuracy", "r2": "accuracy", "r²": "accuracy", "time": "seconds"}
ALLOWED = (
    "100 steps, or step 5000, epoch 20, loss 0.01, test loss 0.1, accuracy 99% or R² 0.9, time 30s"
)
_FORM = re.compile(r"(?:(?:until\s+)?([a-z]\w*)\s+)?([0-9.e+-]+?)\s*([smhk%]?)(\s*steps?)?")


def parse_goal(text: str) -> tuple[str, float]:
    """ "loss 0.01" is ("loss", 0.01); 100 steps, or a number alone, is ("steps", 100).
    ValueError: neither."""
    text = re.sub(r"\btest\s+loss\b", "test_loss", text.strip().lower())
    match = _FORM.fullmatch(text)
    kind = match and (WORDS.get(match[1]) if match[1] else "steps")
    if not match or not kind or match[3] not in UNITS[kind] or (match[1] and match[4]):
        raise ValueError(ALLOWED)
    try:
        value = float(match[2]) * UNITS[kind][match[3]]
    except ValueError:
        value = 0.0
    if kind == "accuracy" and value > 1:
        raise ValueError("accuracy, R²: at most 100 %, which is 1")
    part = kind in ("steps", "step") and value % 1
    if not 0 < value < 1e12 or part:
        raise ValueError(ALLOWED)
    return kind, value
