"""How pictures are drawn: what the terminal can show, and what its user wants to see."""

from __future__ import annotations

from dataclasses import dataclass

PALETTES = ("standard", "colour-blind")


@dataclass(frozen=True)
class Look:
    """For a dark or a light ground, in colours of a palette or without, with Unicode's glyphs or
    ASCII's."""

    dark: bool = True
    colour: bool = True
    ascii: bool = False
    palette: str = PALETTES[0]
