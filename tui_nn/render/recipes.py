"""Recipes as text: what became of them, and the table of them all."""

from __future__ import annotations

import shlex
from typing import Any

from rich.text import Text

from tui_nn.render.tables import format_loss, format_score, metric_name
from tui_nn.settings.recipes import Recipe, figures


def outcome(figure: dict[str, Any], metric: str) -> str:
    """How the recorded runs ended, in the median."""
    reached, seeds = figure["reached"], figure["seeds"]
    end = f"loss {format_loss(figure['loss'])}, {metric} {format_score(figure['metric'], metric)}"
    if "test_metric" in figure:
        end += f", on the test points {format_score(figure['test_metric'], metric)}"
    if reached:
        return f"{reached} of {seeds} seeds reach the target, after {figure['step']:,} steps: {end}"
    return f"none of {seeds} seeds ends at a target, after {figure['step']:,} steps: {end}"


def recipe_text(recipe: Recipe) -> Text:
    """A recipe with its reason and its figures."""
    sign, style = ("+", "green") if recipe.works else ("-", "red")
    return Text.assemble(
        (f"{sign} {recipe.name}", f"bold {style}"),
        f"\n  {recipe.why}",
        (f"\n  {outcome(figures()[recipe.name], metric_name(recipe.settings()))}", "dim"),
    )


def command_text(recipe: Recipe) -> Text:
    """Its command line, and a line between it and the next one."""
    return Text(f"  {shlex.join(['tui-nn', *recipe.settings().to_flags()])}\n", "cyan")
