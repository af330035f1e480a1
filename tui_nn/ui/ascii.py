"""Every screen in ASCII: what is drawn is respelt last of all, cell by cell, whoever drew it.

Pictures choose glyphs of ASCII themselves (`Look.ascii`), since what tells their glyphs apart would
be lost. The rest, as frames, arrows, bars, keys, words, and names of a file, need not know of it.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

SIGNS = {
    **dict.fromkeys("─━┄╌╍═–—−‒╸╺―", "-"),
    **dict.fromkeys("│┃┊┆║╎╏▏▎▍▌▐▕‖", "|"),
    **dict.fromkeys("┌┏┐┓└┗┘┛├┤┬┴┼╔╗╚╝╭╮╯╰╱╲", "+"),
    **dict.fromkeys("▀▁▂▃▄▅▆▇▔▖▗▘▝", " "),  # of scrollbars: their colour is seen
    **dict.fromkeys("█▉▊▋■▤▦▩▙▛▜▟▓▒", "#"),
    **dict.fromkeys("░▚▞", ":"),
    **dict.fromkeys("●◆★♠♣♥•", "*"),
    **dict.fromkeys("○◇☆□◔◑◕", "o"),
    **dict.fromkeys("▲△▴↑⌃", "^"),
    **dict.fromkeys("▼▽▾↓", "v"),
    **dict.fromkeys("▶▷▸→↦›⏎", ">"),
    **dict.fromkeys("◀◁◂←‹⌫", "<"),
    **dict.fromkeys("’‘′", "'"),
    **dict.fromkeys("“”″", '"'),
    **dict.fromkeys("αΑ", "a"),
    **{"…": "~", "·": "-", "∘": "*", "×": "x", "÷": "/", "±": "+", "½": "%", "✗": "x", "✓": "+"},
    **{"≤": "<", "≥": ">", "√": "V", "∞": "8", "∂": "d", "∈": "e", "⁻": "-", "⌊": "[", "⌋": "]"},
    **{"β": "b", "δ": "d", "Δ": "D", "η": "n", "θ": "t", "λ": "l", "μ": "m", "π": "p", "Π": "P"},
    **{"🔎": "> ", "ρ": "r", "σ": "s", "Σ": "S", "φ": "f", "Φ": "F"},
}


class Ascii(LineFilter):
    """Respells what there is no ASCII for, in as many cells."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(text.isascii() for text, _, _ in segments):
            return segments
        return [Segment(in_ascii(text), style, control) for text, style, control in segments]


@lru_cache(maxsize=4096)
def in_ascii(text: str) -> str:
    """A text of as many cells."""
    return text if text.isascii() else "".join(map(_sign, text))


@cache
def _sign(char: str) -> str:
    if char.isascii():
        return char
    if char in SIGNS:
        return SIGNS[char]
    if "\u2800" <= char <= "\u28ff":  # braille
        return " " if char == "\u2800" else "."
    letters = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
    cells = cell_len(char)
    return letters if len(letters) == cells else "?" * cells
