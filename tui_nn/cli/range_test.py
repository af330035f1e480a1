"""`tui-nn range-test`: which learning rates can work, before a run is spent on finding out."""

from __future__ import annotations

import json
import shlex

from rich.console import Console
from rich.text import Text

from tui_nn.cli.data import copied, data_error
from tui_nn.cli.errors import UsageError
from tui_nn.cli.picture import CHART_HEIGHT, WIDEST, look_of
from tui_nn.cli.values import parse_count
from tui_nn.datasets.plain import plain
from tui_nn.engine.range_test import RangeTest, range_test
from tui_nn.experiment import build_trainer, prepare
from tui_nn.render.rate_chart import rate_chart, rate_legend
from tui_nn.settings import Settings, SettingsError, allowed, as_text, short_text

# Rules for which one step at each of many rates says nothing about training at one of them.
REFUSED = {
    "rprop": "it heeds the learning rate in its first step only",
    "lbfgs": "its learning rate is a share of the step that it finds; leave it at auto",
}
MOST_STEPS = 100_000


def run_range_test(settings: Settings, lowest: str, highest: str, steps: str, as_json: bool) -> int:
    """Sweep and print. Raises UsageError."""
    if why := REFUSED.get(settings.optimizer):
        raise UsageError(f"--optimizer {settings.optimizer}: has no range test: {why}")
    low, high = parse_rate("--lowest", lowest), parse_rate("--highest", highest)
    if low >= high:
        raise UsageError(f"--lowest {short_text(lowest)}: must be below --highest, {as_text(high)}")
    count, stand_in = parse_count("--steps", steps, MOST_STEPS, 2), copied(settings)
    path = None if stand_in is None else f"/proc/self/fd/{stand_in.fileno()}"
    try:
        prepared = prepare(settings, stand_in=path)
    except SettingsError as error:
        raise UsageError(data_error(error)) from None
    settings = prepared.settings
    found = range_test(build_trainer(settings, prepared.dataset), low, high, count)
    if as_json:
        print(to_json(found))
        return 0
    console = Console(highlight=False)
    if len(found.losses) > 1:
        print_chart(console, found)
    console.print(Text(verdict(found, settings, low, high)), soft_wrap=True)
    return 0


def print_chart(console: Console, found: RangeTest) -> None:
    """The chart in the width that there is."""
    look, width = look_of(console), max(16, min(console.width, WIDEST))
    curves = found.learning_rates, found.losses, found.smoothed, found.suggestion
    console.print(rate_chart(*curves, width, CHART_HEIGHT, look))
    console.print(rate_legend(found.suggestion, look))
    console.print()


def verdict(found: RangeTest, settings: Settings, lowest: float, highest: float) -> str:
    """The suggestion, to two digits, and how to train with it; or that there is none."""
    if found.suggestion is None:
        return f"The loss falls at no learning rate from {as_text(lowest)} to {as_text(highest)}."
    rate = float(f"{found.suggestion:.2g}")
    flags = settings.changed(learning_rate=rate).to_flags()
    return f"Learning rate {as_text(rate)}: {plain(shlex.join(['tui-nn', 'train', *flags]))}"


def to_json(found: RangeTest) -> str:
    return json.dumps(
        {
            "rates": found.learning_rates.tolist(),
            "losses": found.losses.tolist(),
            "smoothed": found.smoothed.tolist(),
            "suggestion": found.suggestion,
        }
    )


def parse_rate(option: str, text: str) -> float:
    """A learning rate, within the bounds of the setting. Raises UsageError."""
    try:
        Settings.parse({"learning_rate": text})
        return float(text)
    except ValueError:  # a SettingsError is one; auto is no number
        reason = allowed("learning_rate").removesuffix(", or auto")
        raise UsageError(f"{option} {short_text(text)}: {reason}") from None
