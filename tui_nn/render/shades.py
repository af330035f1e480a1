"""What surfaces are painted with: few shades, since a cell is sent again when its shade changes."""

from __future__ import annotations

from functools import cache

import numpy as np
from rich.segment import Segment
from rich.style import Style

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.cells import cell
from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.inks import colour, inks
from tui_nn.render.judgement import classes, shares, steps
from tui_nn.render.look import Look

SHADES = 7  # of values; odd, so that the middle one is an output of 0.5
_STEP_SHADES = np.array([0, 1, SHADES // 2, SHADES - 2, SHADES - 1])  # of STEPS of values
CERTAINTIES = 3  # shades of a class, by how far it is ahead of the second
SLACK = 0.25  # of a shade: how far beyond its bounds a value keeps it while training runs


@cache
def shade_numbers(task: str, look: Look) -> tuple[int, ...]:
    """The colour of each shade: of values from low to high, or of classes and their certainties."""
    found = inks(look)
    if task == "multiclass":
        return tuple(number for ramp in found.classes for number in ramp)
    return (*reversed(found.classes[0]), found.greys.middle, *found.classes[1])


def shades_of(
    points: Dataset, outputs: Array, before: Array | None = None, discrete: bool = False
) -> Array:
    """The shade (an index into `shade_numbers`) of each output; outputs (…, outputs).

    before: the shades of the picture before, which are kept while a value is beyond the bounds by
    less than SLACK. discrete: classes only, or STEPS of values.
    """
    if points.task == "multiclass":
        return _class_shades(outputs, before, discrete)
    share = shares(points, outputs[..., 0])
    if discrete and points.task == "binary":
        return np.asarray(share >= 0.5) * (SHADES - 1)
    if discrete:
        return _STEP_SHADES[steps(share)]
    height = share * (SHADES - 1)
    shades: Array = np.rint(height).astype(int)
    if before is not None:
        shades = np.where(np.abs(height - before) <= 0.5 + SLACK, before, shades)
    return shades


def _class_shades(outputs: Array, before: Array | None, discrete: bool) -> Array:
    said = np.nan_to_num(outputs)
    best = classes(said.reshape(-1, said.shape[-1])).reshape(said.shape[:-1]) % len(
        inks(Look()).classes
    )
    if discrete:
        return best * CERTAINTIES + CERTAINTIES - 1
    second, first = np.moveaxis(np.partition(said, -2, axis=-1)[..., -2:], -1, 0)
    height = np.clip(first - second, 0, 1) * CERTAINTIES
    shades: Array = best * CERTAINTIES + np.minimum(height, CERTAINTIES - 1).astype(int)
    if before is not None:
        old, level = np.divmod(before, CERTAINTIES)
        # Another class's lead counts against the one that a cell has.
        height = np.where(best == old, height, -height)
        kept = (height >= level - SLACK) & (height <= level + 1 + SLACK)
        shades = np.where(kept, before, shades)
    return shades


@cache
def ground_cells(task: str, look: Look) -> list[list[Segment]]:
    """Cell of the shade of its upper half and that of its lower half.

    Without colour a texture stands for the upper one; ASCII has no half blocks.
    """
    numbers, glyphs = shade_numbers(task, look), glyphs_of(look)
    textures = {
        "binary": glyphs.binary_textures,
        "regression": glyphs.value_textures,
        "multiclass": "".join(texture * CERTAINTIES for texture in glyphs.class_textures),
    }[task]

    def ground(upper: int, lower: int) -> Segment:
        if not look.colour:
            return cell(textures[upper])
        if look.ascii or upper == lower:
            return cell(" ", Style(bgcolor=colour(numbers[upper])))
        return cell("▀", Style(color=colour(numbers[upper]), bgcolor=colour(numbers[lower])))

    return [[ground(u, w) for w in range(len(numbers))] for u in range(len(numbers))]


@cache
def point_cell(glyph: str, shade: int | None, task: str, look: Look) -> Segment:
    """A point on the ground of a shade, or on none."""
    if not look.colour or shade is None:
        return cell(glyph, Style(bold=True))
    return inked(glyph, shade_numbers(task, look)[shade], look)


def wrong_cell(glyph: str, look: Look) -> Segment:
    return inked(glyph, inks(look).fault, look) if look.colour else cell(glyph, Style(bold=True))


def curve_cell(character: str, look: Look) -> Segment:
    return cell(character, Style(color=inks(look).high.full) if look.colour else None)


@cache
def inked(character: str, ground: int, look: Look) -> Segment:
    """A character on that colour: on a dark screen in white, but on the brightest; on a light one
    in black, but on the darkest."""
    red, green, blue = colour(ground).get_truecolor()
    bright = 0.3 * red + 0.59 * green + 0.11 * blue > (170 if look.dark else 80)
    style = Style(color=colour(16 if bright else 231), bgcolor=colour(ground), bold=True)
    return cell(character, style)
