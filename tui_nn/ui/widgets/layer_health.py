"""The pane of the layers: how each is doing, and what the run suffers from."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from textual.binding import Binding
from textual.events import MouseScrollDown, MouseScrollUp

from tui_nn.render.layers import layers_cells, layers_shown
from tui_nn.session.diagnosis import Diagnosis, diagnose
from tui_nn.session.layer_record import LayerRecord
from tui_nn.ui.view import View
from tui_nn.ui.widgets.cell_view import CellView

REDRAW = 0.5  # seconds at least between two drawings while it runs


class LayerHealth(CellView, can_focus=True):
    """Draws the layers of each snapshot, above them the diagnosis, and scrolls if they are many."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("up", "scroll_layers(-1)", "Layer up", show=False),
        Binding("down", "scroll_layers(1)", "Layer down", show=False),
        Binding("pageup", "scroll_layers(-4)", "Layers up", show=False),
        Binding("pagedown", "scroll_layers(4)", "Layers down", show=False),
        Binding("home", "scroll_layers(-99)", "First layer", show=False),
        Binding("end", "scroll_layers(99)", "Last layer", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.record = LayerRecord()
        self.findings: list[Diagnosis] = []
        self._view: View | None = None
        self._drawn = 0.0
        self._first = 0  # the uppermost layer

    def wanted(self) -> dict[str, Any]:
        return {"layers": True} if self.is_on_screen else {}

    def show(self, view: View) -> None:
        snapshot = view.snapshot
        if snapshot.layers is None or len(snapshot.layers) != len(view.settings.hidden) + 1:
            return  # of a network that is no more
        self._view = view
        record = view.layers
        if record.rows.shape[1] != len(snapshot.layers):  # none yet, or another network's
            record = LayerRecord().grown(snapshot.step, snapshot.layers)
        self.record = record._replace(latest=snapshot.layers)
        now = time.monotonic()
        if snapshot.status != "running" or now - self._drawn >= REDRAW:
            self._drawn = now
            self.findings = diagnose(view.history, self.record, view.settings)
            self._draw()

    def on_resize(self) -> None:
        self._draw()

    def action_scroll_layers(self, layers: int) -> None:
        count = len(self.record.latest)
        last = count - layers_shown(count, *self.content_size)
        self._first = max(0, min(self._first + layers, last))
        self._draw()

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self.action_scroll_layers(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self.action_scroll_layers(-1)

    def _draw(self) -> None:
        if self._view is None:
            return
        self.show_cells(
            layers_cells(
                self.record,
                self.findings,
                self._view.settings,
                *self.content_size,
                first=self._first,
                look=self._view.look,
            )
        )
