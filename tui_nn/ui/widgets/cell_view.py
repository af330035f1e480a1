"""A widget that shows a picture of cells and sends only what changed of it."""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui_nn.render.cells import Cells
from tui_nn.ui import partial_updates as partial_updates  # what changed, and no more

# Two changed stretches of a line this near are one: moving the cursor costs bytes as well.
GAP = 3


class CellView(Widget):
    """Draws the cells it was last given; a slow line gets the difference to those before."""

    def __init__(self) -> None:
        super().__init__()
        self._cells: Cells = []
        self._strips: list[Strip] = []

    def show_cells(self, cells: Cells) -> None:
        """Replace the picture."""
        before, self._cells = self._cells, cells
        same_shape = [len(line) for line in before] == [len(line) for line in cells]
        if not same_shape:
            self._strips = [Strip(Segment.simplify(line)) for line in cells]
            self.refresh()
            return
        changed = []
        for y, (old, new) in enumerate(zip(before, cells, strict=True)):
            if stretches := differences(old, new):
                self._strips[y] = Strip(Segment.simplify(new))
                changed += [Region(a, y, b - a, 1) for a, b in stretches]
        if changed:
            self.refresh(*changed)

    def render_line(self, y: int) -> Strip:
        ground, width = self.rich_style, self.content_size.width
        if y >= len(self._strips):
            return Strip.blank(width, ground)
        return Strip(on_ground(self._strips[y], ground)).adjust_cell_length(width, ground)


def on_ground(segments: Iterable[Segment], ground: Style) -> list[Segment]:
    """Segments on a widget's ground. Blanks of another ground get no ink: it would be sent."""
    styled = []
    for segment in segments:
        style = segment.style
        if style is None or style.bgcolor is None or not segment.text.isspace():
            style = ground if style is None else ground + style
        styled.append(Segment(segment.text, style))
    return styled


def differences(old: list[Segment], new: list[Segment]) -> list[tuple[int, int]]:
    """The stretches (start, end) in which two lines of cells differ; equal cells are identical."""
    if old == new:
        return []
    stretches: list[tuple[int, int]] = []
    for x, (a, b) in enumerate(zip(old, new, strict=True)):
        if a is b:
            continue
        if stretches and x - stretches[-1][1] < GAP:
            stretches[-1] = (stretches[-1][0], x + 1)
        else:
            stretches.append((x, x + 1))
    return stretches
