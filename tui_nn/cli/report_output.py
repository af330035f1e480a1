"""What a chapter leaves: text on the terminal, lines of JSON, files."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from tui_nn.cli.compare_output import print_curves, print_maps
from tui_nn.cli.picture import WIDEST, look_of, map_size, wanted_surface
from tui_nn.compare.chapter import Chapter, Study
from tui_nn.compare.exports import row_object
from tui_nn.compare.findings import Finding
from tui_nn.compare.learnt import learnt
from tui_nn.render.chapter import (
    MAPS,
    TITLE,
    best_row,
    chapter_heading,
    chapter_note,
    finding_mark,
    typical_run,
    unfinished,
)
from tui_nn.render.comparison import (
    comparison_table,
    plan_heading,
    shown_rows,
    table_note,
)
from tui_nn.render.figures import started
from tui_nn.render.predictions import TruthAndPrediction
from tui_nn.runs.files import write_atomically

INKS = {True: "green", False: "red", None: ""}


def print_chapter(chapter: Chapter, console: Console, *, pictures: bool) -> None:
    """Findings and tables of all experiments. pictures: with the curves and maps of all of them;
    else only with the maps of the first one."""
    width = min(console.width, WIDEST)
    console.print(Text(TITLE, "bold"))
    console.print(Text(chapter_heading(chapter)), width=width)
    console.print(Text(chapter_note(look_of(console)), "dim"), width=width)
    for experiment, studies in chapter.by_experiment():
        console.print()
        line = "-" if look_of(console).ascii else "─"
        rule = Text.assemble((experiment.title, "bold"), " ", (line * width, "dim"))
        rule.truncate(width)
        console.print(rule)
        console.print(Text(experiment.question), width=width)
        for study in studies:
            console.print()
            _print_study(study, console, pictures)
    if missing := unfinished(chapter):
        console.print()
        console.print(Text(missing, "bold"), width=width)


def _print_study(study: Study, console: Console, pictures: bool) -> None:
    plan, look = study.comparison.plan, look_of(console)
    width = max(40, min(console.width, WIDEST))
    summaries = study.comparison.summaries()
    known = started(summaries)
    console.print(Text(plan_heading(plan, len(study.comparison.results)), "bold"))
    for finding in study.findings():
        _print_finding(finding, console)
    if not known:
        return
    rows = shown_rows(known, ranked=False)
    console.print()
    console.print(
        comparison_table(plan, rows, best_row(study, known), min(width, console.width), look)
    )
    console.print(Text(table_note(plan, rows, summaries), "dim"))
    contenders = started(study.contenders())
    if pictures and contenders:
        console.print()
        print_curves(plan, contenders, console, width, look)
    if not study.experiment.vary:
        _print_truth_and_prediction(study, console)
    elif pictures and len(contenders) <= MAPS:
        print_maps(plan, contenders, console, width, look)


def _print_finding(finding: Finding, console: Console) -> None:
    """With its mark before it, and the lines below each other."""
    look = look_of(console)
    said = Text(f"{finding_mark(finding, look)} ", INKS[finding.expected])
    text = finding.text.replace("–", "-") if look.ascii else finding.text
    lines = Text(text).wrap(console, max(20, min(console.width, WIDEST) - 2))
    for i, line in enumerate(lines):
        console.print(Text.assemble("  " if i else said, line.plain.rstrip()))


def _print_truth_and_prediction(study: Study, console: Console) -> None:
    """By the network of the typical run."""
    run = typical_run(study)
    if run is None:
        return
    points, outputs, surface = learnt(run, *wanted_surface(console))
    console.print()
    size = map_size(console)
    console.print(TruthAndPrediction(points, outputs, surface, *size, look_of(console)))


def chapter_lines(chapter: Chapter, reason: str) -> list[dict[str, Any]]:
    """An object for each experiment, with all its rows and findings, and a last one."""
    lines = []
    for study in chapter.studies:
        plan = study.comparison.plan
        lines.append(
            {
                "event": "experiment",
                "name": study.experiment.name,
                "dataset": study.dataset,
                "question": study.experiment.question,
                "findings": [finding._asdict() for finding in study.findings()],
                "rows": [row_object(plan, one) for one in study.comparison.summaries()],
                "settings": plan.base.resolved().model_dump(mode="json"),
            }
        )
    return [*lines, {"event": "end", "reason": reason, "left": chapter.left}]


def print_lines(chapter: Chapter, reason: str) -> None:
    for line in chapter_lines(chapter, reason):
        print(json.dumps(line), flush=True)


def save_chapter(chapter: Chapter, folder: Path) -> None:
    """As HTML, SVG and TXT. Raises OSError."""
    from tui_nn.render.page.chapter import chapter_files

    console = Console(
        file=io.StringIO(), width=WIDEST, record=True, highlight=False, color_system=None
    )
    print_chapter(chapter, console, pictures=True)
    write_atomically(folder / "report.txt", console.export_text())
    for name, content in chapter_files(chapter).items():
        write_atomically(folder / name, content)
