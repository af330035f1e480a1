"""The report of one run: a page that tells all that was recorded of it."""

from __future__ import annotations

import math
import shlex
import time
from typing import Any

import numpy as np

from tui_nn.datasets.plain import called
from tui_nn.render.chart import CEILING, R2_FLOOR
from tui_nn.render.page.frame import Part, cards, either, page, table
from tui_nn.render.page.layers import layers, weights
from tui_nn.render.page.maps import maps
from tui_nn.render.runs import origin_text, training_again
from tui_nn.render.svg import Mark, Series, element, svg_curves, text
from tui_nn.render.tables import format_loss, format_rate, format_score, metric_name
from tui_nn.runs.records import Record, Story
from tui_nn.session.reasons import REASONS
from tui_nn.settings import GROUPS, Settings, applies, field_info, label, shown_text

MOST_EVENTS = 500


def report(story: Story) -> str:
    """The page, as HTML."""
    run, parts = story.run, [_figures(story), _curves(story)]
    training = training_again(run, story.state)
    if training is not None and story.state is not None:
        parts += [maps(training), layers(story.history, story.state, training), weights(training)]
    settings = training.settings if training else run.parsed
    parts += [_settings(settings), _events(story), _again(run, settings)]
    begun = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.started))
    data = called(settings.dataset)
    subtitle = f"Run {run.id} on {data}, begun {begun}"
    if origin := origin_text(run):
        subtitle += f"; {origin}"
    return page(run.name or f"A network learns {data}", parts, subtitle=subtitle)


def _figures(story: Story) -> Part:
    run, metric = story.run, metric_name(story.run.parsed)
    said = [
        (format_loss(run.train_loss), "training loss"),
        (format_score(run.train_accuracy, metric), f"training {metric}"),
    ]
    if run.test_loss is not None:
        said.append((format_loss(run.test_loss), "test loss"))
        said.append((format_score(run.test_accuracy, metric), f"test {metric}"))
    said.append((f"{run.step:,}", "steps"))
    if run.seconds:
        rate = f"{format_rate(run.step / run.seconds)} steps/s"
        said.append((f"{run.seconds:.2f} s", f"training, {rate}"))
    ended = REASONS.get(run.reason or "", run.reason or "it goes on")
    note = element("p", text(run.note)) if run.note else ""
    return Part("", note + element("p", text(f"Ended: {ended}.")) + cards(said), wide=True)


def _curves(story: Story) -> Part:
    history, settings, metric = story.history, story.run.parsed, metric_name(story.run.parsed)
    if not len(history):
        return Part("Loss", element("p", "Nothing was recorded."), wide=True)
    steps, has_test = history[:, 0], bool(np.isfinite(history[:, 3]).any())
    marks = [Mark(step, what) for step, _, what in story.events if 0 < step < steps[-1]]

    def chart(title: str, columns: tuple[int, int], **more: Any) -> str:
        series = [Series("training", steps, history[:, columns[0]], colour=0)]
        if has_test:
            series.append(Series("test", steps, history[:, columns[1]], colour=1, dashed=True))
        return svg_curves(series, title=title, marks=marks[:MOST_EVENTS], **more)

    losses = history[:, [1, 3]][np.isfinite(history[:, [1, 3]])]
    ceiling = CEILING * float(losses[0]) if len(losses) else math.inf
    exploded = (0.0, ceiling) if losses.max(initial=0) > ceiling else None
    loss = {"y": f"loss ({settings.resolved().loss})", "target": settings.target_loss}
    both = either(
        ("logarithmic", chart("Loss over steps, logarithmic", (1, 3), log=True, **loss)),
        ("linear", chart("Loss over steps", (1, 3), limits=exploded, **loss)),
        name="loss",
    )
    accuracy = history[:, [2, 4]][np.isfinite(history[:, [2, 4]])]
    low = max(R2_FLOOR, math.floor(10 * float(accuracy.min(initial=1.0))) / 10)
    limits = (min(low, 0.9), 1.02)
    other = chart(f"{metric} over steps", (2, 4), y=metric, limits=limits, size=(760, 200))
    return Part("Learning curves", both + other, wide=True)


def _settings(settings: Settings) -> Part:
    """Every setting that makes a difference; those that are not the default are marked."""
    resolved, usual = settings.resolved(), Settings()
    blocks = []
    for group in GROUPS:
        rows = []
        for name in Settings.model_fields:
            if field_info(name)["group"] == group and applies(name, resolved):
                changed = getattr(settings, name) != getattr(usual, name)
                said = text(shown_text(name, getattr(resolved, name)))
                rows.append(
                    element(
                        "tr",
                        element("td", text(label(name)), class_="faint"),
                        element("td", element("b", said) if changed else said),
                    )
                )
        if rows:
            markup = element("table", element("tbody", *rows))
            blocks.append(element("div", element("h3", text(group)), markup))
    note = element("p", "Bold: not the default.", class_="faint")
    return Part("Settings", element("div", *blocks, class_="columns") + note, wide=True)


def _events(story: Story) -> Part:
    rows: list[tuple[object, ...]] = [
        (step, time.strftime("%H:%M:%S", time.localtime(when)), what)
        for step, when, what in story.events
    ]
    left_out = len(rows) - MOST_EVENTS
    if left_out > 0:
        rows = [
            *rows[: MOST_EVENTS // 2],
            ("", "", f"… {left_out} more …"),
            *rows[-MOST_EVENTS // 2 :],
        ]
    return Part("Events", table(("step", "time", "event"), rows), wide=True)


def _again(run: Record, settings: Settings) -> Part:
    command = shlex.join(["tui-nn", "train", *settings.to_flags()])
    versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
    body = element("p", "The same settings, those that held last, from the beginning:")
    body += element("pre", text(command))
    body += element("p", text(f"Recorded with {versions}; seed {settings.seed}."), class_="faint")
    return Part("To reproduce it", body, wide=True)
