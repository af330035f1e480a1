"""What a drawing of the loss chart costs in CPU time: python benchmarks/chart.py

`new` is a drawing after another hundred rows have come, `axes` one for which plotext draws the
frame anew, and `first` the whole history taken in at once, as of a pinned run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import numpy as np

from tui_nn.engine.types import Array
from tui_nn.render.axes import frame
from tui_nn.render.chart import Chart, chart_cells
from tui_nn.render.envelope import Envelope
from tui_nn.render.legend import legend
from tui_nn.session.history import History

SIZES = [(60, 16), (118, 38)]
ROWS = [100, 10_000, 400_000, 10_000_000]


def milliseconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


def history(rows: int) -> Array:
    """A noisy falling loss with a test loss above it."""
    random, table, share = np.random.default_rng(0), History(), np.linspace(0, 4, rows)
    loss = 0.005 + 0.25 * np.exp(-share) + 0.01 * random.random(rows)
    table.append(np.stack([np.arange(rows) * 25, loss, 1 - loss, 1.2 * loss, 1 - loss], axis=1))
    return table.rows


def main() -> None:
    for rows in ROWS:
        whole = history(rows + 2000)
        run = Envelope()
        first = milliseconds(lambda r=run, w=whole: r.follow(w[:-2000]))
        for width, height in SIZES:
            run, new, axes = Envelope(whole[:-2000]), [], []

            def draw() -> None:
                chart = Chart(run, target=0.005, smoothing=0.9)  # noqa: B023
                chart_cells(chart, width, height, caption=legend(chart, width))  # noqa: B023

            for end in range(-1900, -100, 100):
                draw()
                new.append(milliseconds(lambda e=end: (run.follow(whole[:e]), draw())))  # noqa: B023
                frame.cache_clear()
                axes.append(milliseconds(draw))
            print(
                f"{rows:>10} rows {width:>4}x{height}:  new {median(new):5.1f} ms"
                f"   axes {median(axes):5.1f} ms   first {first:7.1f} ms"
            )


if __name__ == "__main__":
    main()
