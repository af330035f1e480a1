"""`tui-nn datasets`, `tui-nn optimizers`, …: what there is, with a line on each."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from tui_nn import datasets
from tui_nn.cli.errors import UsageError
from tui_nn.engine import activations, initializers, losses, optimizers, schedules
from tui_nn.settings import nearest, short_text

# Command -> (its help, what it lists, the option that takes these names).
LISTS: dict[str, tuple[str, Mapping[str, Any], str]] = {
    "datasets": ("The data sets, a line on each.", datasets.REGISTRY, "--dataset"),
    "optimizers": ("The optimizers, a line on each.", optimizers.REGISTRY, "--optimizer"),
    "schedules": ("The schedules, a line on each.", schedules.REGISTRY, "--schedule"),
    "activations": ("The activations, a line on each.", activations.OUTPUTS, "--activation"),
    "losses": ("The losses, a line on each.", losses.REGISTRY, "--loss"),
    "initializers": ("The initializers, a line on each.", initializers.REGISTRY, "--init"),
}


def print_list(command: str) -> int:
    """Print a registry as a table of names and first lines."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    _, registry, option = LISTS[command]
    table = Table(box=None, pad_edge=False)
    table.add_column(option, style="cyan", no_wrap=True)
    table.add_column()
    for name, entry in registry.items():
        table.add_row(name, Text(_line(entry)))
    Console(highlight=False).print(table)
    return 0


def _line(entry: Any) -> str:
    """What an entry says of itself, or the first line of its docstring."""
    said = getattr(entry, "description", None) or inspect.getdoc(entry) or ""
    return said.partition("\n")[0].replace("`", "")


def print_recipes(dataset: str | None) -> int:
    """Print the recipes of a data set, or of all. Raises UsageError."""
    from rich.console import Console

    from tui_nn.render.recipes import recipe_text
    from tui_nn.settings.recipes import RECIPES

    if dataset is not None and dataset not in datasets.REGISTRY:
        hint = nearest(dataset, datasets.REGISTRY)
        raise UsageError(f"{short_text(dataset)}: one of {', '.join(datasets.REGISTRY)}{hint}")
    console = Console(highlight=False)
    for recipe in RECIPES:
        if dataset in (None, recipe.dataset):
            console.print(recipe_text(recipe))
    return 0
