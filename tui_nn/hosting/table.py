"""The hosts as a Rich table."""

from __future__ import annotations

import time

from rich.table import Table
from rich.text import Text

from tui_nn.hosting.roster import Status
from tui_nn.render.plain import plain
from tui_nn.render.run_list import SHORT, age
from tui_nn.render.tables import format_loss


def hosts_table(hosts: list[Status]) -> Table:
    """A row for each."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("run", "data set", "state"):
        table.add_column(name, no_wrap=True)
    for name in ("pace", "step", "train loss", "since"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("attached", overflow="fold", min_width=8)
    table.add_column("name", no_wrap=True, overflow="ellipsis")
    for host in hosts:
        pace = "max" if host.pace is None else f"{host.pace}/s"
        watching = [f"{plain(terminal)} watches" for terminal in host.attached[1:]]
        attached = [f"{plain(terminal)} steers" for terminal in host.attached[:1]] + watching
        cells = (
            *(host.id[:SHORT], plain(host.dataset), plain(host.status), pace, str(host.step)),
            *(format_loss(host.train_loss), age(time.time() - host.since)),
            *(", ".join(attached) or "nobody", plain(host.name)),
        )
        table.add_row(*map(Text, cells))
    return table
