"""Inks: every colour, by what it means, on a dark and on a light ground.

A picture asks for a meaning and never names a colour. Orange is low, negative, class 0 and the test
points; blue is high, positive, class 1 and the training points. Each meaning has a glyph, a texture
or a place of its own as well: without colours nothing is lost.

Surfaces and points on them are painted in the 256 colours that every terminal has: a cell of two of
them takes 27 bytes, of two 24-bit ones 41.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from rich.color import Color, ColorType

from tui_nn.render.look import Look


class Tints(NamedTuple):
    """One hue, from hardly to well seen against the ground."""

    faint: str
    soft: str
    full: str
    strong: str


class Greys(NamedTuple):
    """What has no hue, from the ground to what stands out most from it."""

    ground: str
    middle: int  # of a surface: an output that is undecided
    dim: str
    plain: str
    faint: str
    bright: str


class Inks(NamedTuple):
    """The inks of one palette on one ground.

    other: the target's line, a layer's outputs, what is well. best: the best loss. event: a change.
    wrong: what is wrong, or ill. fault: what a wrong point stands on; faint_fault: what little is
    wrong. pins: of pinned runs. units:
    a unit's picture at its lowest, neutral and at its highest. classes: of each class, from
    uncertain to certain; the first two are also those of low and of high values.
    """

    greys: Greys
    low: Tints
    high: Tints
    other: str
    best: str
    event: str
    wrong: str
    fault: int
    faint_fault: int
    pins: tuple[str, str, str]
    units: tuple[str, str, str]
    classes: tuple[tuple[int, int, int], ...]


# Okabe and Ito's hues: orange, blue, bluish green, reddish purple, sky blue, yellow, vermillion,
# grey; wine and white (black) are ours.
_ON_DARK = (
    (94, 130, 172),
    (24, 25, 32),
    (23, 29, 36),
    (96, 132, 175),
    (60, 67, 74),
    (100, 142, 184),
    (88, 124, 166),
    (240, 243, 247),
    (53, 89, 125),
    (249, 252, 255),
)
_ON_LIGHT = (
    (223, 215, 208),
    (153, 75, 32),
    (151, 115, 36),
    (182, 175, 169),
    (195, 159, 117),
    (230, 228, 227),
    (216, 209, 166),
    (250, 247, 244),
    (181, 132, 125),
    (245, 241, 238),
)
# The same, those first that are told apart best whatever one is blind to.
_FAR_APART = (0, 1, 9, 7, 5, 4, 6, 8, 2, 3)

_DARK = Inks(
    greys=Greys("#121212", 236, "#383b40", "#4a4d52", "#8a8f98", "#ffffff"),
    low=Tints("#704a20", "#c17d28", "#eb8c28", "#ffb04d"),
    high=Tints("#2b5573", "#3c8ac4", "#409cde", "#6cc0ff"),
    other="#5aaa5a",
    best="#d75fb0",
    event="#d8b94a",
    wrong="#f0524f",
    fault=160,
    faint_fault=88,
    pins=("#9680c0", "#6f9a88", "#a8826e"),
    units=("#c17724", "#26282c", "#106399"),
    classes=_ON_DARK,
)
_LIGHT = Inks(
    greys=Greys("#fafafa", 254, "#d5d7d9", "#b4b7ba", "#666c75", "#000000"),
    low=Tints("#e2bf95", "#cf8530", "#b85c00", "#9c5200"),
    high=Tints("#a6c8e0", "#4a90c2", "#005fb0", "#0a5288"),
    other="#2f7d32",
    best="#a0267a",
    event="#806000",
    wrong="#c4122f",
    fault=160,
    faint_fault=217,
    pins=("#7a5ca8", "#4a7d68", "#8c5f48"),
    units=("#f2a954", "#e8eaeb", "#4094c8"),
    classes=_ON_LIGHT,
)
# Okabe and Ito's hues for all, in lightnesses that differ too; a wrong point stands on black.
_PALETTES = {
    "standard": (_LIGHT, _DARK),
    "colour-blind": (
        _LIGHT._replace(
            low=Tints("#e3c98f", "#c79332", "#a16f00", "#6e4c00"),
            high=Tints("#9cc6e0", "#3f93c6", "#0072b2", "#004f7c"),
            other="#00281d",
            best="#7d4a67",
            event="#3c3910",
            wrong="#954200",
            fault=16,
            faint_fault=250,
            pins=("#1c1c1c", "#565656", "#a0a0a0"),
            classes=tuple(_ON_LIGHT[i] for i in _FAR_APART),
        ),
        _DARK._replace(
            low=Tints("#6b4a00", "#b57d00", "#e69f00", "#ffc34d"),
            high=Tints("#2a5874", "#3f86ae", "#56b4e9", "#a3d6f4"),
            other="#99d8c7",
            best="#ad678e",
            event="#f0e442",
            wrong="#d55e00",
            fault=16,
            faint_fault=240,
            pins=("#f0f0f0", "#a5a5a5", "#6c6c6c"),
            classes=tuple(_ON_DARK[i] for i in _FAR_APART),
        ),
    ),
}
# Without colours orange and blue would be the same grey.
_GREY_TINTS = (
    Tints("#a8a8a8", "#707070", "#707070", "#000000"),
    Tints("#6a6a6a", "#a0a0a0", "#a0a0a0", "#ffffff"),
)
_GREYS = (
    _LIGHT._replace(
        low=_GREY_TINTS[0], high=_GREY_TINTS[0], units=("#3c3c3c", "#aaaaaa", "#fafafa")
    ),
    _DARK._replace(
        low=_GREY_TINTS[1], high=_GREY_TINTS[1], units=("#0c0c0c", "#545454", "#c8c8c8")
    ),
)


def inks(look: Look) -> Inks:
    """Those of a look; without colours there are greys for what is painted in shades."""
    return (_PALETTES[look.palette] if look.colour else _GREYS)[look.dark]


@cache
def colour(number: int) -> Color:
    """One of the 256. With its RGB, or Textual would turn it into a 24-bit colour."""
    triplet = Color.from_ansi(number).get_truecolor()
    return Color(f"color({number})", ColorType.EIGHT_BIT, number, triplet)
