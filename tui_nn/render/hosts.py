"""The hosts as a Rich table."""

from __future__ import annotations

import time

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from tui_nn.datasets.plain import called, plain
from tui_nn.hosting.roster import Status
from tui_nn.render.run_list import SHORT, age
from tui_nn.render.tables import format_loss

HEADS = ("run", "data set", "state", "pace", "step", "train loss", "since", "attached", "name")
RIGHT = ("pace", "step", "train loss", "since")
ELASTIC = ("data set", "attached", "name")
LEAST, GAP = 8, 2  # cells of an elastic column, and between two columns


def hosts_table(hosts: list[Status], width: int) -> Table:
    """A row for each, in so many cells: figures are whole, and names take what is left."""
    rows = [_row(host) for host in hosts]
    longest = [max(map(cell_len, column)) for column in zip(HEADS, *rows, strict=True)]
    widths = dict(zip(HEADS, longest, strict=True))
    left = width - sum(widths[head] + GAP for head in HEADS if head not in ELASTIC)
    for count, head in enumerate(sorted(ELASTIC, key=widths.__getitem__), -len(ELASTIC)):
        widths[head] = min(widths[head], max(LEAST, left // -count - GAP))
        left -= widths[head] + GAP
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="bold")
    for head in HEADS:
        folds = head == "attached"
        table.add_column(
            head,
            width=widths[head],
            justify="right" if head in RIGHT else "left",
            overflow="fold" if folds else "ellipsis",
            no_wrap=not folds,
        )
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _row(host: Status) -> tuple[str, ...]:
    pace = "max" if host.pace is None else f"{host.pace}/s"
    watching = [f"{plain(terminal)} watches" for terminal in host.attached[1:]]
    attached = [f"{plain(terminal)} steers" for terminal in host.attached[:1]] + watching
    return (
        *(host.id[:SHORT], called(host.dataset), plain(host.status), pace, str(host.step)),
        *(format_loss(host.train_loss), age(time.time() - host.since)),
        *(", ".join(attached) or "nobody", plain(host.name)),
    )
