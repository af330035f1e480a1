"""The recipes: settings that work, or fail, and why; and the presets."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui_nn.render.recipes import outcome
from tui_nn.render.tables import metric_name
from tui_nn.settings import PRESETS
from tui_nn.settings.recipes import RECIPES, figures
from tui_nn.ui.screens.overlay import Overlay
from tui_nn.ui.screens.prompt import Prompt


class RecipesScreen(Overlay[dict[str, Any] | None]):
    """Gives the settings that were chosen, or None. Those of the data set in use come first."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("escape,q,ctrl+r", "dismiss(None)", "Close", key_display="escape"),
        Binding("slash", "filter", "Filter", key_display="/"),
    ]

    def __init__(self, dataset: str) -> None:
        super().__init__()
        self._recipes = sorted(RECIPES, key=lambda recipe: recipe.dataset != dataset)
        self._list = OptionList()

    def compose(self) -> ComposeResult:
        self._list.border_title = "Recipes: enter begins a run"
        self._list.border_subtitle = "+ works, - fails; / filters, escape closes"
        yield self._list

    def on_mount(self) -> None:
        self._fill("")

    def _fill(self, text: str) -> None:
        """The recipes and presets with this text in them."""
        ends = figures()
        options = []
        for i, recipe in enumerate(self._recipes):
            words = Text(f"{'+' if recipe.works else '-'} {recipe.name}\n", style="bold")
            words.append(f"  {recipe.why}\n", style="not bold")
            words.append(
                f"  {outcome(ends[recipe.name], metric_name(recipe.settings()))}",
                style="not bold dim",
            )
            options.append(Option(words, f"recipe {i}"))
        for name in PRESETS:
            options.append(Option(Text(f"  preset {name}", style="bold"), f"preset {name}"))
        found = [option for option in options if text.lower() in str(option.prompt).lower()]
        self._list.clear_options()
        self._list.add_options(found)
        self._list.highlighted = 0 if found else None

    def action_filter(self) -> None:
        self.app.push_screen(Prompt("Filter recipes", live=self._fill))

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        kind, _, name = str(event.option_id).partition(" ")
        if kind == "preset":
            self.dismiss(dict(PRESETS[name]))
        else:
            recipe = self._recipes[int(name)]
            self.dismiss({"dataset": recipe.dataset, **recipe.values})
