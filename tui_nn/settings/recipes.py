"""Recipes: for each data set settings that work, and some that fail, and why.

The figures beside them are in recipes.json; `python docs/record_recipes.py` makes them anew, from
runs of this program.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, NamedTuple

from tui_nn.settings.model import Settings


class Recipe(NamedTuple):
    """values: settings beside the defaults. works: whether it is meant to. why: two sentences."""

    dataset: str
    title: str
    works: bool
    values: dict[str, Any]
    why: str

    @property
    def name(self) -> str:
        return f"{self.dataset}: {self.title}"

    def settings(self) -> Settings:
        return Settings.parse({"dataset": self.dataset, **self.values})


_TANH_ADAM = {"activation": "tanh", "optimizer": "adam", "learning_rate": 0.02}
_LIMIT = {"max_steps": 20_000}


def _recipe(dataset: str, title: str, works: bool, why: str, **values: Any) -> Recipe:
    return Recipe(dataset, title, works, _LIMIT | values, why)


RECIPES = (
    _recipe(
        "xor",
        "the classic",
        True,
        "Two layers of sigmoids bend the plane until one cut separates the diagonals. At a learning"
        " rate of 1 plain gradient descent gets there, since the slopes of sigmoids are small.",
    ),
    _recipe(
        "xor",
        "Adam and tanh",
        True,
        "Adam gives each weight a step of its own, so the plateau at the beginning is short."
        " Its rate must be far smaller than that of gradient descent: 0.02, not 1.",
        **_TANH_ADAM,
    ),
    _recipe(
        "xor",
        "no activation",
        False,
        "Without an activation layers on layers are one linear map, and a straight cut is all it"
        " can make. The loss stays near 0.25: the best it can say is one half everywhere.",
        activation="linear",
        learning_rate=0.1,
    ),
    _recipe(
        "xor",
        "zero weights",
        False,
        "All units of a layer begin alike and get the same gradient, so they stay alike for ever."
        " Random first weights are there to break this symmetry.",
        init="zeros",
    ),
    _recipe(
        "linear",
        "the classic",
        True,
        "One straight cut is enough, so nearly anything learns it. What takes time is to make the"
        " outputs near the border steep.",
    ),
    _recipe(
        "linear",
        "no hidden layer",
        True,
        "A single sigmoid unit, logistic regression, can make this cut and no other. It is slow at"
        " the end, since its slope is its weight and has to grow.",
        hidden="none",
        learning_rate=5.0,
        target_loss=0.01,
    ),
    _recipe(
        "linear",
        "learning rate far too high",
        False,
        "Each step overshoots so far that the sigmoids saturate, where their slope is nothing."
        " A network that no longer gets a gradient can't come back.",
        learning_rate=300.0,
    ),
    _recipe(
        "circle",
        "tanh and Adam",
        True,
        "A closed border takes at least three cuts, which eight units have to spare. tanh is"
        " centred, so the layers after it learn faster than after sigmoids.",
        **_TANH_ADAM,
    ),
    _recipe(
        "circle",
        "squares instead of units",
        True,
        "In x² and y² the circle is a straight line, so no hidden layer is needed. The right"
        " features can be worth more than a deeper network.",
        hidden="none",
        features="x2,y2",
        optimizer="adam",
        learning_rate=0.3,
    ),
    _recipe(
        "circle",
        "two units",
        False,
        "Two cuts can't enclose a disc: at least one side stays open. The surface shows a wedge,"
        " and the loss settles where it is the least wrong.",
        **{**_TANH_ADAM, "hidden": "2"},
    ),
    _recipe(
        "quadrants",
        "tanh and Adam",
        True,
        "The sign of x·y needs two crossing cuts and a unit that combines them. Adam finds them in"
        " a few hundred steps.",
        **_TANH_ADAM,
    ),
    _recipe(
        "quadrants",
        "the product as a feature",
        True,
        "Told x·y itself, a single sigmoid unit is enough. A feature does by multiplication what"
        " sums of tanh can only approach.",
        hidden="none",
        features="xy",
    ),
    _recipe(
        "gauss",
        "gradient descent",
        True,
        "Two clouds that hardly touch are parted by one straight cut. Even plain gradient descent"
        " needs few steps.",
        learning_rate=0.3,
    ),
    _recipe(
        "gauss",
        "noise and far too many units",
        False,
        "The clouds overlap by now, and 64 units begin to fence in single points. The training loss"
        " falls while the test loss rises: overfitting.",
        **{**_TANH_ADAM, "hidden": "64,64", "noise": 0.25, "train_fraction": 0.5},
        target_loss=None,
    ),
    _recipe(
        "spiral",
        "two wide layers",
        True,
        "Many turns need many cuts, and a second layer to combine them. Adam with tanh winds up"
        " the plane step by step; watch the bent space.",
        **{**_TANH_ADAM, "hidden": "16,16", "samples": 200, "target_loss": 0.01},
    ),
    _recipe(
        "spiral",
        "sines as features",
        True,
        "Waves of x and y already turn as the arms do. With them a small network finds the rest.",
        **{
            **_TANH_ADAM,
            "features": "x,y,sin_x,sin_y",
            "hidden": "12,8",
            "samples": 200,
            "target_loss": 0.01,
        },
    ),
    _recipe(
        "spiral",
        "sigmoids and gradient descent",
        False,
        "Saturated sigmoids pass on little gradient, and plain gradient descent has one rate for"
        " all. After 20,000 steps the arms' inner turns are still wrong.",
        samples=200,
        learning_rate=0.3,
    ),
    _recipe(
        "moons",
        "relu and Adam",
        True,
        "Two half circles need a border with two bends. relu makes it of straight pieces, which"
        " the surface shows.",
        activation="relu",
        init="he_normal",
        optimizer="adam",
        learning_rate=0.02,
    ),
    _recipe(
        "rings",
        "softmax of three",
        True,
        "Three outputs, one a class, are made shares of one by softmax. Cross-entropy has its"
        " steepest slope where the network is most wrong.",
        **_TANH_ADAM,
    ),
    _recipe(
        "plane",
        "no hidden layer",
        True,
        "Values that rise along a diagonal are a linear map, so weights without activation are"
        " exactly right. The loss falls to the last digit.",
        hidden="none",
        learning_rate=0.02,
        target_loss=1e-6,
    ),
    _recipe(
        "multi-gauss",
        "a wide layer",
        True,
        "Six bumps need many units that each bend a part of the plane. With 400 points the"
        " network sees all of them.",
        **{**_TANH_ADAM, "hidden": "24,16", "samples": 400, "learning_rate": 0.01},
    ),
    _recipe(
        "sine",
        "tanh",
        True,
        "A wave is the sum of a few shifted tanh steps. Adam lays them where the curve bends.",
        **{**_TANH_ADAM, "target_loss": 0.001},
    ),
    _recipe(
        "sine",
        "no activation",
        False,
        "Without an activation the output is a straight line through the wave. R² says how much of"
        " the wave such a line explains.",
        activation="linear",
        learning_rate=0.01,
    ),
    _recipe(
        "digits",
        "Adam in batches",
        True,
        "Sixteen tanh units find the strokes that tell ten digits apart. Batches of 50 images make"
        " many updates of each pass; the points kept back say how well it reads others.",
        **{**_TANH_ADAM, "hidden": "16", "learning_rate": 0.01, "batch_size": 50},
        train_fraction=0.7,
        target_loss=0.01,
    ),
)


def figures() -> dict[str, dict[str, Any]]:
    """What became of each recipe, by its name: seeds, reached; medians of step, loss, metric."""
    text = files("tui_nn.settings").joinpath("recipes.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = json.loads(text)
    return found
