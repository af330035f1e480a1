"""Renders and sends what has changed, and not what is beside it.

Textual 8 sends a widget's line from its beginning, however far to the right the change is:
`ChopsUpdate.render_segments` crops its end only. Of a picture that changes all over, as a surface
does, that is about half of all bytes. And it asks all widgets in the box around all changes for
their lines, so that of a change at two corners of the screen all of them are: about half of the
time that a picture takes, beside a form.
"""

from __future__ import annotations

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor

_render = Compositor.render_partial_update


def render_partial_update(self: Compositor) -> ChopsUpdate | None:
    """An update that only the widgets which have changed, or lie over those, are asked for."""
    changed: dict[int, tuple[int, int]] = {}  # of each line, from where to where
    for y, start, end in self._regions_to_spans(self._dirty_regions):
        changed[y] = changed.get(y, (start, end))[0], end  # the spans ascend
    everything, touched = self.visible_widgets, {}
    for widget, (region, clip) in everything.items():
        x, y, width, height = region.intersection(clip)
        for line in range(y, y + height):
            start, end = changed.get(line, (0, 0))
            if x < end and start < x + width:
                touched[widget] = region, clip
                break
    _ = self.cuts  # these are of all
    self._visible_widgets = touched
    try:
        return _render(self)
    finally:
        if self._visible_widgets is touched:
            self._visible_widgets = everything


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


Compositor.render_partial_update = render_partial_update  # type: ignore[method-assign]
ChopsUpdate.render_segments = render_segments  # type: ignore[method-assign]
