"""What is typed to find runs."""

import time
from typing import Any

import pytest
from recorded import record

from tui_nn.runs.filters import parse_filter
from tui_nn.settings import Settings


def found(text: str, **values: Any) -> bool:
    settings = Settings(dataset="circle", optimizer="adam", hidden="16,4", seed=3)
    said = {"name": "Deep one", "note": "for the talk", "id": "3d3e91ab2c1f", "reason": "max_steps"}
    figures = {"step": 12_000, "train_loss": 0.01, "train_accuracy": 0.985, "seconds": 2.0}
    run = record(settings, started=time.time() - 7200, **(said | figures | values))
    return parse_filter(text)(run)


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "deep", "DEEP talk", "3d3e", "circle adam", "16-4", "max_steps"),
        *("dataset=circle", "optimizer != gd", "network=16-4", "ended=max_steps", "name!=x"),
        *("loss<0.02", "loss <= 1e-2 and accuracy>98%", "accuracy>=0.985", "steps=12k"),
        *("age<1d", "age > 90m", "seed=3", "seconds<3"),
    ],
)
def test_what_fits(text: str) -> None:
    assert found(text)


@pytest.mark.parametrize(
    "text", ["3e91", "deep two", "dataset!=circle", "loss>0.01", "age>1w", "test_loss<1"]
)
def test_what_does_not(text: str) -> None:
    assert not found(text)


def test_the_runs_of_a_comparison() -> None:
    for text in ("group=rates", "rates", "group!=other"):
        assert found(text, group="Rates")
    assert not found("group=rates")
    for text in ('group="my rates"', 'group = "my rates" loss<1', 'group="my rates'):
        assert found(text, group="my rates")
    assert not found("group=my rates", group="my rates")


def test_a_run_that_goes_on_is_being_trained() -> None:
    assert found("ended=training", reason=None)


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("colour=red", "colour: one of name, note, dataset"),
        ("loss<", "loss<: a number"),
        ("loss<1k", "loss<1k: a number"),
        ("age<2", "age<2: a number, or with s, m, h, d, w"),
        ("accuracy>nan", "a number, or with %"),
        ("steps>1e999", "a number, or with k"),
        ("name<x", "name is a text; = or !="),
    ],
)
def test_what_is_wrong_is_said(text: str, wording: str) -> None:
    with pytest.raises(ValueError, match=wording.replace("(", r"\(")):
        parse_filter(text)
