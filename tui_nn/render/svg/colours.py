"""The colours of the pictures, on white and on a dark ground, as rules of a style sheet.

Written out as they are, without variables, so that other programs than browsers can read them. The
hues are Okabe and Ito's, which the colour-blind can tell apart, and the dashboard's.
"""

from __future__ import annotations

from typing import NamedTuple


class Palette(NamedTuple):
    """Colours as #rrggbb. curves: by their number; classes: likewise."""

    paper: str
    ink: str
    faint: str
    guide: str
    middle: str  # between two classes, or two signs
    low: str  # one of two classes, low values
    high: str  # the other one, high values
    wrong: str
    target: str
    curves: tuple[str, ...]
    classes: tuple[str, ...]


LIGHT = Palette(
    paper="#ffffff",
    ink="#1c2026",
    faint="#626c79",
    guide="#e6e9ed",
    middle="#f4f4f2",
    low="#e07800",
    high="#0068bd",
    wrong="#c4122f",
    target="#2f7d32",
    curves=("#005fb0", "#c25e00", "#00795a", "#a8467d", "#2a8fc7", "#8a7000", "#c0392b", "#5b6470"),
    classes=("#e07800", "#0068bd", "#009e73", "#b8568e", "#3a9fd8", "#c7b200", "#c94a1a", "#6f7680",
             "#7a1f4a", "#3b3f45"),
)  # fmt: skip
DARK = Palette(
    paper="#15171b",
    ink="#e7e9ec",
    faint="#99a2ae",
    guide="#2a2e35",
    middle="#23262b",
    low="#f0963c",
    high="#4ca6eb",
    wrong="#ff6b6b",
    target="#66bb6a",
    curves=("#55a8e8", "#f0963c", "#3dbd93", "#d98bb9", "#8fcdf2", "#d8b94a", "#f07860", "#a5adb8"),
    classes=("#f0963c", "#4ca6eb", "#2fbf93", "#d98bb9", "#8fcdf2", "#e6d840", "#f07850", "#a5adb8",
             "#b04a78", "#e7e9ec"),
)  # fmt: skip
_BANDS = (0.62, 0.5, 0.37, 0.24, 0.1)  # how strong values are, from the ends to the middle
_LEADS = (0.14, 0.3, 0.48)


def rules(palette: Palette) -> str:
    """Who has which of the colours."""
    p, found = palette, list[str]()

    def rule(selectors: str, **properties: str) -> None:
        found.append(f"{selectors} {{ {'; '.join(f'{k}: {v}' for k, v in properties.items())} }}")

    rule("text", fill=p.faint)
    rule(".heading, .legend, .number, .tip", fill=p.ink)
    rule(".tip", stroke=p.paper)
    rule(".guide", stroke=p.guide)
    rule(".axis, .mark, .diagonal", stroke=p.faint)
    rule(".flag", fill=p.faint)
    rule(".rule, .boundary, .marked", stroke=p.ink)
    rule(".target", stroke=p.target)
    rule(".target-name", fill=p.target)
    rule(".bar", fill=p.curves[0])
    for i, colour in enumerate(p.curves):
        rule(f".curve.c{i}", stroke=colour)
        rule(f".band.c{i}", fill=colour)
    rule(".ground", fill=p.middle)
    for i, share in enumerate(_BANDS):
        rule(f".v{i}", fill=mixed(p.low, p.middle, share))
        rule(f".v{2 * len(_BANDS) - 1 - i}", fill=mixed(p.high, p.middle, share))
    for i, colour in enumerate(p.classes):
        for strength, share in enumerate(_LEADS):
            rule(f".k{i}.a{strength}", fill=mixed(colour, p.middle, share))
        rule(f".point.k{i}", fill=colour)
        rule(f".point.test.k{i}", stroke=colour)
    for i in range(11):
        rule(f".plus.h{i}", fill=mixed(p.high, p.middle, 0.07 * i))
        rule(f".minus.h{i}", fill=mixed(p.low, p.middle, 0.07 * i))
        rule(f".confusion .minus.h{i}", fill=mixed(p.wrong, p.middle, 0.06 * i))
    for i, share in enumerate((1.0, 0.55, 0.0, 0.55, 1.0)):
        rule(f".point.v{2 * i}", fill=mixed(p.low if i < 2 else p.high, p.paper, share))
    rule(".point", stroke=p.paper)
    rule(".point.regression", stroke=p.ink)
    rule(".point.test:not(.regression)", fill=p.paper)
    rule(".wrong", stroke=p.wrong)
    return "\n".join(found)


def mixed(colour: str, ground: str, share: float) -> str:
    """So much of a colour on that ground."""
    channels = [(int(colour[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in channels)


def sheet() -> str:
    """On white, on paper too; on a dark ground where that is what a screen's reader likes."""
    dark = "@media screen and (prefers-color-scheme: dark) {\n"
    return f"{rules(LIGHT)}\n{dark}{rules(DARK)}\n}}\n"
