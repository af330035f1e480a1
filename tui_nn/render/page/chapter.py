"""The results chapter as a page, and its pictures as files of their own."""

from __future__ import annotations

from tui_nn.compare.chapter import Chapter, Study
from tui_nn.compare.findings import Finding
from tui_nn.compare.learnt import learnt
from tui_nn.render.chapter import (
    MAPS,
    TITLE,
    best_row,
    chapter_heading,
    chapter_note,
    typical_run,
    unfinished,
)
from tui_nn.render.comparison import plan_heading, shown_rows
from tui_nn.render.figures import started
from tui_nn.render.judgement import verdict
from tui_nn.render.look import Look
from tui_nn.render.page.comparison import curves_picture, learnt_maps, rows_learnt, rows_table
from tui_nn.render.page.frame import Part, page
from tui_nn.render.svg import element, standalone, svg_map, text
from tui_nn.render.svg.maps import RESOLUTION

CURVES = 10
MAPS_NOTE = "What was learnt: of each row the run with the median loss."
KINDS = {True: "well", False: "ill", None: "still"}


def chapter_files(chapter: Chapter) -> dict[str, str]:
    """report.html, and the SVG pictures in it, by their names."""
    pictures = {study.name: _pictures(study) for study in chapter.studies}
    parts = [Part("Findings", _overview(chapter), wide=True)]
    for experiment, studies in chapter.by_experiment():
        shown = [_study(study, pictures[study.name]) for study in studies]
        question = element("p", text(experiment.question))
        parts.append(Part(experiment.title, question + "".join(shown), wide=True))
    files = {
        f"{name}.svg": standalone(picture)
        for own in pictures.values()
        for name, picture in own.items()
    }
    return {"report.html": page(TITLE, parts, subtitle=chapter_heading(chapter))} | files


def _overview(chapter: Chapter) -> str:
    """All findings, and how they are to be read."""
    lines = list[str]()
    if missing := unfinished(chapter):
        lines.append(element("p", text(missing), class_="finding ill"))
    for experiment, studies in chapter.by_experiment():
        lines.append(element("h3", text(experiment.title)))
        lines += [_finding(found, study.dataset) for study in studies for found in study.findings()]
    return "".join(lines) + element("p", text(chapter_note(Look())), class_="faint")


def _finding(finding: Finding, dataset: str = "") -> str:
    said = element("b", text(dataset)) + ": " if dataset else ""
    return element("p", said + text(finding.text), class_=f"finding {KINDS[finding.expected]}")


def _study(study: Study, pictures: dict[str, str]) -> str:
    """A data set's findings, table and pictures."""
    plan, summaries = study.comparison.plan, study.comparison.summaries()
    known = started(summaries)
    parts = [element("h3", text(plan_heading(plan, len(study.comparison.results))))]
    parts += [_finding(finding) for finding in study.findings()]
    if known:
        parts.append(
            rows_table(plan, shown_rows(known, ranked=False), known, best_row(study, known))
        )
    curves = [picture for name, picture in pictures.items() if name.endswith("curves")]
    maps = [picture for name, picture in pictures.items() if not name.endswith("curves")]
    if maps and study.experiment.vary:
        maps.insert(0, element("p", text(MAPS_NOTE), class_="faint"))
    return element("div", *parts, *curves, element("div", *maps, class_="row"), class_="study")


def _pictures(study: Study) -> dict[str, str]:
    """Curves and maps, by their names."""
    plan, rows = study.comparison.plan, started(study.contenders())
    if not rows:
        return {}
    found = {f"{study.name}-curves": curves_picture(plan, rows, CURVES)}
    if study.experiment.vary:
        maps = learnt_maps(rows_learnt(plan, rows)) if len(rows) <= MAPS else []
        return found | {f"{study.name}-map-{i}": one for i, one in enumerate(maps)}
    run = typical_run(study)
    if run is None:
        return found
    points, outputs, surface = learnt(run, RESOLUTION, RESOLUTION)
    title = f"Prediction, seed {run.cell.settings.seed}: {', '.join(verdict(points, outputs))}"
    return found | {
        f"{study.name}-truth": svg_map(points, points.targets, title="Ground truth"),
        f"{study.name}-prediction": svg_map(points, outputs, surface, title=title),
    }
