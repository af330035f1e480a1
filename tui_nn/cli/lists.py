"""`tui-nn datasets`, `tui-nn optimizers`, …: what there is, with a line on each."""

from __future__ import annotations

import inspect
import shlex
from collections.abc import Mapping
from typing import Any, NoReturn

from tui_nn import datasets
from tui_nn.cli.errors import UsageError
from tui_nn.engine import activations, initializers, losses, optimizers, schedules
from tui_nn.settings import nearest, short_text

# Command -> (its help, what it lists, the option that takes these names).
LISTS: dict[str, tuple[str, Mapping[str, Any], str]] = {
    "datasets": ("The data sets, each with a picture.", datasets.REGISTRY, "--dataset"),
    "optimizers": ("The optimizers, a line on each.", optimizers.REGISTRY, "--optimizer"),
    "schedules": ("The schedules, a line on each.", schedules.REGISTRY, "--schedule"),
    "activations": ("The activations, a line on each.", activations.OUTPUTS, "--activation"),
    "losses": ("The losses, a line on each.", losses.REGISTRY, "--loss"),
    "initializers": ("The initializers, a line on each.", initializers.REGISTRY, "--init"),
}

OTHERS = (
    "drawn, with --points or E in the dashboard, a file (CSV, Parquet, NDJSON, .npz),"
    " - for standard input, or f(x, y) = sin(x)*y > 0.2"
)


def print_list(command: str) -> int:
    """Print a registry as a table of names and first lines."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    _, registry, option = LISTS[command]
    console = Console(highlight=False)
    if command == "datasets" and console.is_terminal:
        from tui_nn.cli.picture import look_of
        from tui_nn.render.thumbnails import thumbnails

        console.print(thumbnails(console.width, look_of(console)), soft_wrap=True)
        console.print(Text(f"Or {OTHERS}."))
        return 0
    table = Table(box=None, pad_edge=False)
    table.add_column(option, style="cyan", no_wrap=True)
    table.add_column()
    for name, entry in registry.items():
        table.add_row(name, Text(_line(entry)))
    console.print(table)
    return 0


def _line(entry: Any) -> str:
    """What an entry says of itself, or the first line of its docstring."""
    said = getattr(entry, "description", None) or inspect.getdoc(entry) or ""
    return said.partition("\n")[0].replace("`", "")


def print_recipes(dataset: str | None) -> int:
    """Print the recipes of a data set, or of all. Raises UsageError."""
    from rich.console import Console

    from tui_nn.render.recipes import command_text, recipe_text
    from tui_nn.settings.recipes import RECIPES

    if dataset is not None and dataset not in datasets.REGISTRY:
        _refuse(dataset)
    console = Console(highlight=False)
    for recipe in RECIPES:
        if dataset in (None, recipe.dataset):
            console.print(recipe_text(recipe), soft_wrap=not console.is_terminal)
            # A command line that is broken in two is two commands.
            console.print(command_text(recipe), soft_wrap=True)
    return 0


def _refuse(dataset: str) -> NoReturn:
    if datasets.is_known(dataset):
        raise UsageError(
            f"{short_text(dataset)}: recipes are of the built-in data sets; what works on your own"
            f" is found by tui-nn range-test --dataset {shlex.quote(dataset)} and by tui-nn compare"
        )
    hint = nearest(dataset, datasets.REGISTRY)
    raise UsageError(f"{short_text(dataset)}: one of {', '.join(datasets.REGISTRY)}{hint}")
