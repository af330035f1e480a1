"""The report of a run: one whole page for every task, that needs nothing else and runs nothing."""

import html.parser
import re
import time

import numpy as np
import pytest
from recorded import record

from tui_nn.render.page import Part, either, page, table
from tui_nn.render.page.report import report
from tui_nn.runs.records import Story
from tui_nn.runs.store import FIGURES
from tui_nn.session import Wanted
from tui_nn.session.training import Training
from tui_nn.settings import Settings

EVIL = '<script>alert("1")</script>&\x1b[31m$title'
VOID = {"meta", "input", "link", "br"}


class Page(html.parser.HTMLParser):
    """Checks that elements are closed as they were opened; gathers what is outside of scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.said += f"{data} "


def story(steps: int = 300, name: str = "", *, kept: bool = True, **settings: object) -> Story:
    training = Training(Settings(**settings), None, True)
    while training.trainer.step < steps and training.active:
        training.step(steps - training.trainer.step)
        training.advance()
    end = training.snapshot(Wanted(predictions=False))
    now = time.time()
    figures = {name: getattr(end, name) for name in FIGURES}
    run = record(
        training.settings, name=name, note=name, reason=end.reason or "interrupted", step=end.step,
        **figures,
    )  # fmt: skip
    events = [(0, now, "started"), (25, now, f"renamed {name}")]
    return Story(run, training.take_history(), events, training.state() if kept else None)


@pytest.mark.parametrize(
    "settings",
    [
        {"dataset": "xor"},
        {"dataset": "rings", "train_fraction": 0.7},
        {"dataset": "multi-gauss", "hidden": "30"},
        {"dataset": "sine", "train_fraction": 0.8},
        {"dataset": "circle", "features": "x,y,x2,y2", "samples": 3000, "hidden": ""},
    ],
)
def test_every_task_has_a_whole_page(settings: dict[str, object]) -> None:
    told = story(**settings)
    text = report(told)
    found = Page(text)
    for word in (told.run.id, "Learning curves", "Truth and prediction", "Layers", "Settings"):
        assert word in found.said
    assert f"tui-nn train --dataset {settings['dataset']}" in found.said or settings == {
        "dataset": "xor"
    }
    assert ("precision" in found.said) == ("Confusion" in found.said)
    assert ("ROC AUC" in found.said) == (settings["dataset"] in ("xor", "circle"))
    assert len(text) < 1_000_000
    kinds = [tag for tag, _ in found.tags]
    assert kinds.count("svg") >= 8
    # Nothing is fetched from elsewhere.
    assert not {"link", "img", "iframe", "object"} & set(kinds)
    assert not re.findall(r"https?://|url\(|@import", text.replace("http://www.w3.org", ""))


def test_what_others_wrote_is_text_on_it() -> None:
    found = Page(report(story(name=EVIL)))
    assert [tag for tag, _ in found.tags].count("script") == 1
    assert found.said.count('<script>alert("1")</script>') >= 3  # title, note, event
    assert "\x1b" not in found.said


def test_without_a_checkpoint_or_after_divergence_it_tells_what_there_is() -> None:
    found = Page(report(story(kept=False)))
    assert "Learning curves" in found.said
    assert "Layers" not in found.said
    wild = story(dataset="multi-gauss", activation="relu", learning_rate=1e6)
    assert wild.run.reason == "diverged"
    found = Page(report(wild))
    assert "diverged" in found.said
    assert not re.search(r"\d{20}", found.said)  # large numbers are written short


def test_the_longest_history_is_less_than_a_megabyte() -> None:
    told = story(train_fraction=0.7)
    random = np.random.default_rng(0)
    history = np.column_stack([25.0 * np.arange(200_000), random.random((200_000, 4))])
    assert len(report(Story(told.run, history, told.events * 2000, told.state))) < 1_000_000


def test_a_page_keeps_its_parts_apart() -> None:
    text = page(
        "t", [Part("a", table((), [])), Part("b", table(("x", "y"), [("1", "<"), ("2", "-")]))]
    )
    found = Page(text + either(("one", "1"), ("two", "2"), name="n"))
    assert [tag for tag, _ in found.tags].count("section") == 2
    right = [attrs for tag, attrs in found.tags if attrs.get("class") == "number"]
    assert len(right) == 3  # heading and cells of the first column
