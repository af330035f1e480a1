"""Renders and sends what has changed, and not what is beside it.

Textual 8 sends a widget's line from its beginning, however far to the right the change is:
`ChopsUpdate.render_segments` crops its end only. Of a picture that changes all over, as a surface
does, that is about half of all bytes. And it asks all widgets in the box around all changes for
their lines, so that of a change at two corners of the screen all of them are: about half of the
time that a picture takes, beside a form. And whenever the layout may have changed it sends the
whole screen, though nearly all of it is there already: at the beginning five times.
"""

from __future__ import annotations

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual.strip import Strip

_render = Compositor.render_partial_update
# What the terminal shows, as far as it is known: of each line the pieces by where they begin, each
# with its end and its text.
_there: dict[int, dict[int, tuple[int, str]]] = {}


def forget() -> None:
    """The terminal may have anything on it: send all again."""
    _there.clear()


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


def render_stretches(self: ChopsUpdate, console: Console) -> str:
    """What has changed as text for the terminal."""
    sent: list[str] = []
    for y, start, end in self.spans:
        for chop_end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
            left, right = max(x, start), min(chop_end, end)
            if strip is not None and left < right:
                sent.append(_piece(left, y, strip.crop(left - x, right - x), console))
    return "".join(sent)


def render_screen(self: LayoutUpdate, console: Console) -> str:
    """The whole screen as text for the terminal."""
    sent: list[str] = []
    for y, strips in enumerate(self.strips, self.region.y):
        x = self.region.x
        for strip in strips:
            sent.append(_piece(x, y, strip, console))
            x += strip.cell_length
    return "".join(sent)


def _piece(x: int, y: int, strip: Strip, console: Console) -> str:
    """A piece of a line; "" if it is there already."""
    pieces = _there.setdefault(y, {})
    end, text = new = x + strip.cell_length, strip.render(console)
    if pieces.get(x) == new:
        return ""
    for begin in [at for at, (stop, _) in pieces.items() if at < end and x < stop]:
        del pieces[begin]
    pieces[x] = new
    return f"{Control.move_to(x, y).segment.text}{text}"


Compositor.render_partial_update = render_partial_update  # type: ignore[method-assign]
ChopsUpdate.render_segments = render_stretches  # type: ignore[method-assign]
LayoutUpdate.render_segments = render_screen  # type: ignore[method-assign]
