"""Sends of a changed stretch of a line the stretch.

Textual 8 sends a widget's line from its beginning, however far to the right the change is:
`ChopsUpdate.render_segments` crops its end only. Of a picture that changes all over, as a surface
does, that is about half of all bytes.
"""

from __future__ import annotations

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate


def render_segments(self: ChopsUpdate, console: Console) -> str:
    """The update as text for the terminal."""
    sent: list[str] = []
    for y, start, end in self.spans:
        for chop_end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
            left, right = max(x, start), min(chop_end, end)
            if strip is not None and left < right:
                sent += [Control.move_to(left, y).segment.text]
                sent += [strip.crop(left - x, right - x).render(console)]
    return "".join(sent)


ChopsUpdate.render_segments = render_segments  # type: ignore[method-assign]
