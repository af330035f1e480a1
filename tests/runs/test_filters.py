"""What is typed to find runs."""

import json
import time
from typing import Any

import pytest

from tui_nn.runs.filters import parse_filter
from tui_nn.runs.records import Record
from tui_nn.settings import Settings


def record(**values: Any) -> Record:
    settings = json.dumps(Settings(seed=3, dataset="circle", optimizer="adam").model_dump())
    fields: dict[str, Any] = {
        **dict.fromkeys(Record._fields),
        **{"number": 1, "id": "3d3e91ab2c1f", "name": "Deep one", "note": "for the talk"},
        **{"started": time.time() - 7200, "dataset": "circle", "optimizer": "adam"},
        **{
            "hidden": "[16,4]",
            "seed": 3,
            "step": 12_000,
            "train_loss": 0.01,
            "reason": "max_steps",
        },
        **{"train_accuracy": 0.985, "seconds": 2.0, "settings_json": settings},
    }
    return Record(**(fields | values))


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "deep", "DEEP talk", "3d3e", "circle adam", "16-4", "max_steps"),
        *("dataset=circle", "optimizer != gd", "network=16-4", "ended=max_steps", "name!=x"),
        *("loss<0.02", "loss <= 1e-2 and accuracy>98%", "accuracy>=0.985", "steps=12k"),
        *("age<1d", "age > 90m", "seed=3", "seconds<3", "test_loss<1 or"),
    ],
)
def test_what_fits(text: str) -> None:
    fits = parse_filter(text)
    assert fits(record()) is (text != "test_loss<1 or")  # a figure that there is not is not below 1


@pytest.mark.parametrize("text", ["3e91", "deep two", "dataset!=circle", "loss>0.01", "age>1w"])
def test_what_does_not(text: str) -> None:
    assert not parse_filter(text)(record())


def test_a_run_that_goes_on_is_being_trained() -> None:
    assert parse_filter("ended=training")(record(reason=None))


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
