"""A comparison as a page, and its pictures as files of their own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tui_nn.compare import Comparison, Plan, Summary
from tui_nn.compare.learnt import Learnt, learnt
from tui_nn.render.comparison import (
    best_of,
    plan_heading,
    shown_rows,
    table_note,
    table_texts,
)
from tui_nn.render.figures import curves, heat, started, target, typical_runs
from tui_nn.render.look import Look
from tui_nn.render.page.frame import Part, page, table
from tui_nn.render.page.maps import map_legend
from tui_nn.render.svg import Series, element, standalone, svg_curves, svg_heatmap, svg_map, text
from tui_nn.render.svg.maps import RESOLUTION
from tui_nn.settings import label

CURVES, POINTS, MAPS = 8, 300, 12


def comparison_files(comparison: Comparison) -> dict[str, str]:
    """report.html, and the SVG pictures in it, by their names."""
    plan = comparison.plan
    summaries = started(comparison.summaries())
    heading = plan_heading(plan, len(comparison.results))
    if not summaries:
        return {"report.html": page("Comparison", [], subtitle=heading)}
    ranked = plan.random is not None or plan.sought is not None
    rows = shown_rows(summaries, ranked=ranked)
    parts = [Part("Result", rows_table(plan, rows, summaries, best_of(summaries)), wide=True)]
    pictures = {"curves.svg": curves_picture(plan, summaries)}
    parts.append(Part("Learning curves", pictures["curves.svg"], wide=True))
    if (found := heat(plan, summaries)) is not None:
        names = label(plan.names[0]), label(plan.names[1])
        pictures["heatmap.svg"] = svg_heatmap(
            found.values,
            found.rows,
            found.columns,
            title=found.title,
            names=names,
            say=found.say,
            marked=found.values == np.nanmin(found.values, initial=np.inf),
        )
        parts.append(Part("Two settings", pictures["heatmap.svg"]))
    known = rows_learnt(plan, rows)
    maps = learnt_maps(known)
    pictures |= {f"map-{i:02}.svg": picture for i, picture in enumerate(maps)}
    if known:
        titles = " ".join(label(name).lower() for name in plan.names)
        legend = f"Titles: {titles}. {map_legend(known[0][1].points)}"
        content = "".join(maps) + element("p", text(legend), class_="faint")
        parts.append(Part("What was learnt: of each row the run with the median loss", content))
    files = {name: standalone(picture) for name, picture in pictures.items()}
    return {"report.html": page("Comparison", parts, subtitle=heading)} | files


def rows_table(
    plan: Plan, rows: Sequence[Summary], summaries: Sequence[Summary], best: Summary | None
) -> str:
    """Some of the rows as a table, and what its numbers are. summaries: all of them."""
    head, lines = table_texts(plan, rows, best, 120, Look())
    note = element("p", text(table_note(plan, rows, summaries)), class_="faint")
    return table(head, lines) + note


def curves_picture(plan: Plan, rows: Sequence[Summary], most: int = CURVES) -> str:
    """The learning curves of the best rows."""
    series = [
        Series(one.name, one.steps, one.values[1], band=(one.values[0], one.values[2]))
        for one in curves(plan, rows, most, POINTS)
    ]
    over = ": median and quartiles over the seeds" if plan.repeats > 1 else ""
    return svg_curves(series, title=f"training loss{over}", y="loss", log=True, target=target(plan))


def rows_learnt(plan: Plan, rows: Sequence[Summary]) -> list[tuple[str, Learnt]]:
    """What the typical run of each row has learnt, by the row's name."""
    typical = typical_runs(plan, rows)[:MAPS]
    return [(name, learnt(result, RESOLUTION, RESOLUTION)) for name, result in typical]


def learnt_maps(known: Sequence[tuple[str, Learnt]], size: float = 240.0) -> list[str]:
    return [svg_map(*one, title=name, size=size) for name, one in known]
