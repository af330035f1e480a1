"""The help page: a line an option, in groups, without frames. It replaces cyclopts' panels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions

NAMES = 26  # columns for an option's names; what is left of 80 is its help
NARROW = 60  # below so many columns the help stands under the names


class HelpPage:
    """What cyclopts asks of a help formatter."""

    def render_usage(self, console: Console, options: ConsoleOptions, usage: Any) -> None:
        text = str(usage)
        console.out(text if text.startswith("Usage") else f"Usage: {text}", highlight=False)

    def render_description(
        self, console: Console, options: ConsoleOptions, description: Any
    ) -> None:
        console.print(description.primary_renderable)

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        if not panel.entries:
            return
        console.print()
        console.print(Text(str(panel.title), style="bold"))
        if console.width < NARROW:
            for entry in panel.entries:
                console.print(Padding(Text(_names(entry), style="cyan"), (0, 0, 0, 2)))
                console.print(Padding(_about(entry), (0, 0, 0, 6)))
        else:
            for entry in panel.entries:
                table = Table.grid(padding=(0, 2))
                table.add_column(width=NAMES - 2, style="cyan")
                table.add_column(max_width=100)
                names = _names(entry)
                if len(names) > NAMES - 2:  # on a line of their own
                    console.print(Padding(Text(names, style="cyan"), (0, 0, 0, 2)))
                    names = ""
                table.add_row(names, _about(entry))
                console.print(Padding(table, (0, 0, 0, 2)))


def _names(entry: HelpEntry) -> str:
    names = ", ".join((*entry.positive_names, *entry.positive_shorts))
    return f"{names} {entry.metavar}" if entry.metavar else names


def _about(entry: HelpEntry) -> Any:
    return entry.description or ""
