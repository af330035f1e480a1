"""The characters that predictions are drawn with: none means anything by its colour alone."""

from __future__ import annotations

from typing import NamedTuple

from tui_nn.datasets import Dataset
from tui_nn.render.look import Look


class Glyphs(NamedTuple):
    """Strings have a character a class, or, from low to high, a step of values.

    Each pair is for the points that train, and for those that test. textures: what stands for a
    surface's shades, or its classes, where there are no colours.
    """

    binary: tuple[str, str]
    classes: tuple[str, str]
    steps: tuple[str, str]
    wrong: str
    side: str
    corner: str
    floor: str
    diagonal: str
    binary_textures: str  # of shades, from low to high
    value_textures: str
    class_textures: str
    test_classes: str  # what the legend calls the test points of several classes
    cut: str  # stands for what there is no room for

    def points(self, points: Dataset) -> tuple[str, str]:
        """Those of the points that train and of those that test; of many classes they repeat."""
        if points.task == "regression":
            return self.steps
        if points.task == "binary":
            return self.binary
        times = -(-points.targets.shape[1] // len(self.classes[0]))
        train, test = self.classes
        return train * times, test * times


UNICODE = Glyphs(
    binary=("○●", "△▲"),
    classes=("●▲■◆★▼▶◀♠♥", "○△□◇☆▽▷◁♤♡"),
    steps=("○◔◑◕●", "□▤▦▩■"),
    wrong="✗",
    side="│",
    corner="└",
    floor="─",
    diagonal="·",
    binary_textures="  ·░░▒▒",
    value_textures=" .:░▒▓█",
    class_textures=" ░▒·╱╲─│┼═",
    test_classes="hollow",
    cut="…",
)
ASCII = Glyphs(
    binary=("o#", "vA"),
    classes=("ABCDEFGHIJ", "abcdefghij"),
    steps=("12345", "abcde"),
    wrong="X",
    side="|",
    corner="+",
    floor="-",
    diagonal="/",
    binary_textures="  .:-=+",
    value_textures=" .:-=+%",
    class_textures=" .:-=+'~,_",
    test_classes="small",
    cut="~",
)


def glyphs_of(look: Look) -> Glyphs:
    return ASCII if look.ascii else UNICODE
