"""Inks: seen against their ground by everyone, and told apart by the colour-blind in their palette.

What is seen by whom is blind to one of the three is simulated after Machado, Oliveira and Fernandes
2009; how far apart two colours are is measured in Oklab (Ottosson 2020).
"""

from itertools import combinations, product

import numpy as np
import pytest
from rich.color import Color

from tui_nn.engine.types import Array
from tui_nn.render.inks import Inks, colour, inks
from tui_nn.render.look import PALETTES, Look

BLINDNESS = {
    "none": np.eye(3),
    "red": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "green": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "blue": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear(ink: str | int) -> Array:
    found = colour(ink) if isinstance(ink, int) else Color.parse(ink)
    share = np.array(found.get_truecolor()) / 255
    light: Array = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return light


def apart(one: str | int, other: str | int) -> float:
    """How far at least, over all kinds of eyes; 0.02 is hardly seen, black to white is 1."""

    def seen(ink: str | int, eye: Array) -> Array:
        found: Array = TO_OKLAB @ np.cbrt(TO_CONES @ np.clip(eye @ linear(ink), 0, 1))
        return found

    eyes = BLINDNESS.values()
    return min(float(np.linalg.norm(seen(one, eye) - seen(other, eye))) for eye in eyes)


def nearest(these: list[str | int]) -> float:
    return min(apart(*pair) for pair in combinations(these, 2))


def contrast(one: str | int, other: str | int) -> float:
    """As the WCAG define it."""
    low, high = sorted(float(np.array([0.2126, 0.7152, 0.0722]) @ linear(i)) for i in (one, other))
    return (high + 0.05) / (low + 0.05)


def lines(found: Inks) -> list[str | int]:
    return [found.low.full, found.high.full, found.other, found.best, found.event, found.wrong]


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("dark", [True, False])
def test_what_is_drawn_is_seen_against_its_ground(palette: str, dark: bool) -> None:
    found = inks(Look(dark, palette=palette))
    for ink in [*lines(found), found.greys.faint]:
        assert contrast(ink, found.greys.ground) > 3.5
    for tints in (found.low, found.high):
        seen = [contrast(ink, found.greys.ground) for ink in tints]
        assert seen == sorted(seen)


@pytest.mark.parametrize("dark", [True, False])
def test_the_colour_blind_tell_apart_what_has_another_meaning(dark: bool) -> None:
    found = inks(Look(dark, palette="colour-blind"))
    assert nearest(lines(found)) > 0.07
    assert nearest([found.low.full, found.high.full, *found.pins]) > 0.09
    certain = [ramp[-1] for ramp in found.classes]
    assert nearest([*certain[:3]]) > 0.25
    assert nearest([*certain[:6]]) > 0.08
    assert len(set(certain)) == 10
    surface = [number for ramp in found.classes[:6] for number in ramp] + [found.greys.middle]
    assert min(apart(found.fault, number) for number in surface) > 0.3
    usual = inks(Look(dark))
    assert min(apart(usual.fault, n) for n in usual.classes[0]) < 0.15  # which is why


def test_without_colours_there_are_greys_only() -> None:
    for dark, palette in product((True, False), PALETTES):
        found = inks(Look(dark, colour=False, palette=palette))
        for ink in (*found.low, *found.high, *found.units):
            assert len(set(Color.parse(ink).get_truecolor())) == 1
