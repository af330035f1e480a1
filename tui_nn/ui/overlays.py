"""What is opened above the main screen, and what follows from its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from tui_nn.render.tables import metric_name
from tui_nn.ui import explain
from tui_nn.ui.data_names import data_choice
from tui_nn.ui.goals import parse_goal
from tui_nn.ui.layout import PANES
from tui_nn.ui.screens.help import HelpScreen
from tui_nn.ui.screens.prompt import Prompt
from tui_nn.ui.screens.recipes import RecipesScreen
from tui_nn.ui.screens.text import TextScreen

if TYPE_CHECKING:
    from tui_nn.runs.records import Resumption
    from tui_nn.ui.comparing import Comparing
    from tui_nn.ui.screens.main import MainScreen


class Overlays:
    """Opens the screens that the keys name. What only one of them needs is imported by then."""

    def __init__(self, main: MainScreen) -> None:
        self._main = main
        self.comparing: Comparing | None = None
        self._typed = ""  # which data, the last time

    def data(self) -> None:
        """The line stays until the file is open, and says what is wrong with it."""

        def begin(text: str, prompt: Prompt) -> None:
            def told(wrong: str) -> None:
                if prompt.is_attached:
                    prompt.answer(wrong)
                elif wrong:
                    self._main.notify(wrong, severity="error", markup=False)

            self._typed = text
            self._main.steer("open_data", data_choice(text), told)

        title = "Data: a file (--target, --drop, --missing …), or f(x, y) = x*y > 0"
        self._main.app.push_screen(Prompt(title, self._typed, check=data_choice, attempt=begin))

    def until(self) -> None:
        def go(text: str | None) -> None:
            if text is not None:
                what, value = parse_goal(text)
                if what == "steps":
                    self._main.steer("step", int(value))
                else:
                    self._main.steer("run_until", what, value)

        metric = metric_name(self._main.session.settings)
        score = "R² 0.9" if metric == "R²" else "accuracy 99%"
        latest = self._main.latest
        loss = "test loss 0.1" if latest and latest.test_loss is not None else "loss 0.01"
        title = f"Run until: {loss}, {score}, epoch 20, time 30s; or 100 steps"
        self._main.app.push_screen(Prompt(title, check=parse_goal), go)

    def recipes(self) -> None:
        def start(values: dict[str, Any] | None) -> None:
            if values is not None:
                self._main.steer("start_from", values)

        dataset = self._main.session.settings.dataset
        self._main.app.push_screen(RecipesScreen(dataset), start)

    def runs(self) -> None:
        from tui_nn.ui.screens.runs import RunsScreen

        main = self._main

        def go_on(found: Resumption | None) -> None:
            if found is not None:
                main.steer("go_on", found)

        def current() -> int | None:
            return main.recorder.number if main.recorder else None

        screen = RunsScreen(main.store, current, main.pins.keep, lambda: main.latest)
        main.app.push_screen(screen, go_on)

    def compare(self) -> None:
        from tui_nn.ui.comparing import Comparing

        self.comparing = self.comparing or Comparing(self._main)
        self.comparing.show()

    def warn(self, key: str) -> bool:
        """Say what else ends with the dashboard; False: nothing, or it was said."""
        return self.comparing is not None and self.comparing.warn(key)

    def filter(self) -> None:
        """Of the current pane, or else of one that can be filtered."""
        main = self._main
        name = main.grid.current
        if not hasattr(main.panes[name], "filter"):
            name = "settings" if "settings" in main.shares.visible else "log"
        pane = cast(Any, main.panes[name])

        before = pane.text if name == "points" else ""

        def go_there(text: str | None) -> None:
            if name == "points" and text is None:
                pane.filter(before)
            if name == "settings" and main.form.is_filtered:
                pane.focus()  # so that escape ends the filter, in the first of these fields

        title = f"Filter {PANES[name].lower()}"
        prompt = Prompt(title, before, check=pane.filter, live=pane.filter)
        main.app.push_screen(prompt, go_there)

    def explain(self) -> None:
        """Of the current pane."""
        main = self._main
        if main.view is not None:
            pane = main.grid.current
            pane, title = ("draw", "Draw") if main.grid.is_lent(pane) else (pane, PANES[pane])
            shown = main.maps.shown, main.maps.part_of(judged=True)
            main.app.push_screen(TextScreen(title, explain.explain(pane, main.view, *shown)))

    def help(self) -> None:
        self._main.app.push_screen(HelpScreen())

    @property
    def progress(self) -> str:
        """What the status line says of what goes on behind them, or ""."""
        return self.comparing.brief if self.comparing else ""

    async def close(self) -> None:
        """End what goes on behind them."""
        if self.comparing is not None:
            await self.comparing.close()
