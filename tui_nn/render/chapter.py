"""The results chapter in words, for the terminal and for a page."""

from __future__ import annotations

from collections.abc import Sequence

from tui_nn.compare import Summary
from tui_nn.compare.chapter import Chapter, Study
from tui_nn.compare.findings import Finding
from tui_nn.compare.results import Result
from tui_nn.compare.summary import typical
from tui_nn.datasets.plain import counted
from tui_nn.render.comparison import best_of
from tui_nn.render.look import Look
from tui_nn.settings import Settings, as_text

MAPS = 6  # rows of which each has a map; of more they would be alike
TITLE = "Results: a network learns linear and xor"


def chapter_heading(chapter: Chapter) -> str:
    """What all experiments share."""
    usual, last = Settings().resolved(), chapter.seed + chapter.repeats - 1
    units = "-".join(map(str, (2, *usual.hidden, 1)))
    seeds = f"seeds {chapter.seed} to {last}" if chapter.repeats > 1 else f"seed {chapter.seed}"
    return (
        f"Unless said otherwise: a {units} network, {usual.activation}, gradient descent on all "
        f"points, learning rate {as_text(usual.learning_rate)}; each run until loss "
        f"{usual.target_loss:g} or {chapter.steps:,} steps; {seeds}."
    )


def chapter_note(look: Look) -> str:
    """How findings are to be read."""
    well, ill, open_ = (finding_mark(Finding("", kind), look) for kind in (True, False, None))
    return (
        f"Every finding is computed from this run's numbers: {well} as a textbook has one expect, "
        f"{ill} otherwise, {open_} open. Steps and losses are medians, with quartiles in brackets; "
        "a difference is clear if rank tests say so, at a level of 5 % for all those of a "
        "question. A run that does not come to the target counts there as one that never does, "
        "and is left out of a table's steps."
    )


def finding_mark(finding: Finding, look: Look) -> str:
    marks = {True: "+", False: "x", None: "-"} if look.ascii else {True: "✓", False: "✗", None: "–"}
    return marks[finding.expected]


def unfinished(chapter: Chapter) -> str:
    """What is missing, or ""."""
    if not chapter.left:
        return ""
    names = [study.name for study in chapter.studies if study.left]
    return f"Interrupted: {counted(chapter.left, 'run')} missing, of {', '.join(names)}."


def typical_run(study: Study) -> Result | None:
    """The run with the median loss of all rows together."""
    return typical(study.comparison.results)


def best_row(study: Study, rows: Sequence[Summary]) -> Summary | None:
    """The one that the table marks; seeds don't compete."""
    return best_of(rows) if study.experiment.vary else None
