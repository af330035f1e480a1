"""Hypothesis: any settings that are allowed."""

from __future__ import annotations

from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from tui_nn.settings import Settings, SettingsError, field_info


def a_value(name: str) -> st.SearchStrategy[Any]:
    field, info = Settings.model_fields[name], field_info(name)
    if name == "points":
        return st.sampled_from(["-1,-1,0;1,1,1", "0,0.5,1", "9,9,0;0.1,0,1;0,0,0"])
    if info["choices"]:
        return st.sampled_from([None if choice == "none" else choice for choice in info["choices"]])
    if info["text"]:
        return st.just(field.default)
    if field.annotation is bool:
        return st.booleans()
    limits = info["limits"]
    low, high = limits.get("ge", limits.get("gt")), limits.get("le", limits.get("lt"))
    if "int" in str(field.annotation):
        value: st.SearchStrategy[Any] = st.integers(low, high)
    else:
        value = st.floats(low, high, allow_nan=False, allow_infinity=False,
                          exclude_min="gt" in limits, exclude_max="lt" in limits)  # fmt: skip
    if name == "hidden":
        return st.lists(value, max_size=16).map(tuple)
    word = None if info["word"] == "none" else info["word"]
    return value | st.just(word) if info["word"] else value


FIELDS = {name: a_value(name) for name in Settings.model_fields}
VALUES = st.fixed_dictionaries(FIELDS)


@st.composite
def any_settings(draw: st.DrawFn, **fixed: Any) -> Settings:
    """What is allowed by itself; tried until it goes together."""
    values = draw(VALUES) | fixed
    layers = len(values["hidden"])
    if layers > 1 and draw(st.booleans()):
        for name in ("activation", "dropout"):
            values[name] = tuple(draw(FIELDS[name]) for _ in range(layers))
    # What most draws would fail at.
    values["nesterov"] &= values["momentum"] > 0 and values["dampening"] == 0
    values["warmup_steps"] = min(values["warmup_steps"], values["total_steps"] - 1)
    values["samples"] = min(values["samples"], 10**8 // max(1, sum(values["hidden"])))
    if values["optimizer"] == "lbfgs":
        values |= {"batch_size": "full", "dropout": 0.0}
        # A thousand iterations over a history of a thousand take seconds, each update.
        values["max_iter"] = min(values["max_iter"], 20)
    try:
        return Settings.parse(values)
    except SettingsError:
        assume(False)
        raise
