"""The network pane: units and weights to look at, and to change by hand."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, ClassVar

from rich.style import Style
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding
from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.message import Message

from tui_nn.render.cells import Cells, fitted, text_cells, too_small
from tui_nn.render.levels import Levels
from tui_nn.render.network import HEADER, edge_at, place
from tui_nn.render.network_pane import graph_size, pane_cells
from tui_nn.render.neuron import title
from tui_nn.render.perspective import GRID, Perspective
from tui_nn.render.plan import Plan
from tui_nn.render.wiring import Pick, Wiring, wiring
from tui_nn.ui import reshape
from tui_nn.ui.view import View
from tui_nn.ui.widgets.cell_view import CellView
from tui_nn.ui.widgets.weight_input import WeightInput

LEAST_WIDTH, LEAST_HEIGHT = 36, 6
PLANE = 24  # rows and columns of what each unit says, enough for the large map
# Changed cells a second at most, on average: a slow line. Those of lines alone cost fewer bytes.
GRAPH_CELLS, BENT_CELLS = 150, 300
BENT = ("look", "principal", "graph")  # actions in bent space alone
FLAT = ("move", "unit", "enter", "bend")  # and in the graph alone
LONGEST_WAIT = 1.0  # seconds; a picture that is all new, as of another pick, is not one of many


class NetworkGraph(CellView, can_focus=True):
    """Shows the network, and posts what is to become of it."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("left", "look('layer', (-1,))", "layer", key_display="←→"),
        Binding("right", "look('layer', (1,))", "layer", show=False),
        Binding("up", "look('unit', (0, -1))", "unit across", key_display="↑↓"),
        Binding("down", "look('unit', (0, 1))", "unit across", show=False),
        Binding("pageup", "look('unit', (1, -1))", "unit up", key_display="pgup pgdn"),
        Binding("pagedown", "look('unit', (1, 1))", "unit up", show=False),
        Binding("g", "principal", "principal"),
        Binding("v", "graph", "graph"),
        Binding("left", "move(-1, 0)", "pick", key_display="←↑↓→"),
        Binding("right", "move(1, 0)", "pick", show=False),
        Binding("up", "move(0, -1)", "pick", show=False),
        Binding("down", "move(0, 1)", "pick", show=False),
        Binding("home", "unit(0)", "first unit", show=False),
        Binding("end", "unit(-1)", "last unit", show=False),
        Binding("enter", "enter", "edges, edit"),
        Binding("escape", "back", "back", show=False),
        Binding("i", "reshape('units', 1)", "± unit", key_display="i k"),
        Binding("k", "reshape('units', -1)", "− unit", show=False),
        Binding("I", "reshape('add_layer')", "± layer", key_display="I K"),
        Binding("K", "reshape('drop_layer')", "− layer", show=False),
        Binding("x", "reshape('feature')", "input on/off"),
        Binding("w", "reshape('activation')", "activation"),
        Binding("t", "reshape('dropout')", "dropout"),
        Binding("v", "bend", "bent space"),
    ]

    @dataclass
    class WeightEdited(Message):
        """A weight of layer `layer` (0: the first that computes) is to have a value; the row after
        its last input is the bias. called: as the pane names it."""

        layer: int
        row: int
        unit: int
        value: float
        called: str

    @dataclass
    class SettingChanged(Message):
        """A setting is to have a value, and others along with it that would not go with it."""

        name: str
        value: str
        also: dict[str, str] = field(default_factory=dict)

    def __init__(self) -> None:
        super().__init__()
        self.pick: Pick | None = None
        self.bent: Perspective | None = None  # None: the graph is shown
        self.message = ""  # to the user, until the next key
        self.field = WeightInput()
        self._view: View | None = None
        self._wiring: Wiring | None = None
        self._levels = Levels()
        self._due = 0.0  # when a running network is drawn again

    def compose(self) -> ComposeResult:
        yield self.field

    # What it needs and draws.

    def wanted(self) -> dict[str, Any]:
        if not self.is_on_screen or not self._fits:
            return {}
        side = GRID if self.bent else PLANE
        return {"neurons": (side, side), "weights": True, "layers": True}

    def show(self, view: View) -> None:
        """Of a snapshot that does not have what was wanted, the picture stays as it is."""
        wires = wiring(view.settings, view.points)
        if not wires.fits(view.snapshot):
            return
        if self._view is None or wires != self._wiring or view.points is not self._view.points:
            self._levels = Levels()
        self._wiring = wires
        if self.pick is not None and not wires.holds(self.pick):
            self.pick = None
            self._leave_edit()
        self._view = view
        if view.snapshot.status != "running" or time.monotonic() >= self._due:
            self._draw()

    def on_resize(self) -> None:
        self._draw()

    @property
    def _fits(self) -> bool:
        width, height = self.content_size
        return width >= LEAST_WIDTH and height >= LEAST_HEIGHT

    def _draw(self) -> None:
        width = self.content_size.width
        if not self._fits:
            self.show_cells(too_small(LEAST_WIDTH, LEAST_HEIGHT, width))
            return
        view, wires = self._view, self._wiring
        if view is None or wires is None:
            return
        if self.bent:
            cells = self._bent_cells(self.bent, view, wires)
        else:
            sized = wires, self._levels, *self.content_size, self.pick, self.message
            cells = pane_cells(view.snapshot, view.points, *sized, view.look)
        if self.field.open and self.pick is not None:  # it takes the last line
            name = title(wires, self.pick, view.look)
            said = self.message or f"{name}: new value (enter sets it, escape leaves)"
            cells[-2] = fitted(text_cells(said, Style(bold=True)), width)
        before = self._cells
        self.show_cells(cells)
        pairs = zip(chain(*before), chain(*cells), strict=False)
        changed = sum(a is not b for a, b in pairs)
        wait = changed / (BENT_CELLS if self.bent else GRAPH_CELLS)
        self._due = time.monotonic() + min(wait, LONGEST_WAIT)

    def _bent_cells(self, bent: Perspective, view: View, wires: Wiring) -> Cells:
        assert view.snapshot.neurons is not None
        width, height = self.content_size
        cells = bent.cells(
            view.snapshot.neurons, view.points, wires, self._levels, width, height - 1, view.look
        )
        said = self.message or bent.title(wires, view.points, view.look)
        return [*cells, fitted(text_cells(said, Style(dim=True)), width)]

    def _plan(self, wires: Wiring) -> Plan:
        return place(wires, *graph_size(*self.content_size, self.pick), self.pick)

    # Picking.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # While a value is typed, only escape is for the pane.
        if action in (BENT if self.bent is None else FLAT):
            return False
        return action == "back" or not self.field.open

    def _pick(self, pick: Pick | None) -> None:
        self.pick, self.message = pick, ""
        self._draw()

    def action_move(self, right: int, down: int) -> None:
        if wires := self._wiring:
            self._pick(self._plan(wires).moved(self.pick, wires, right, down))

    def action_unit(self, unit: int) -> None:
        if self.pick and self._wiring:
            self._pick(Pick(self.pick.layer, unit % self._wiring.units(self.pick.layer)))

    def action_enter(self) -> None:
        pick, wires = self.pick, self._wiring
        if pick is None or wires is None or self._view is None:
            return
        if pick.layer == 0:
            self.action_reshape("feature")
        elif self._view.snapshot.weights is None:
            self._say("the network is too large to look at its weights one by one")
        elif pick.row is None:
            self._pick(pick._replace(row=0))
        else:
            block = self._view.snapshot.weights[pick.layer - 1]
            self.field.edit(float(block[pick.row, pick.unit]))
            self._say("")

    def action_back(self) -> None:
        if self.field.open:
            self._leave_edit()
        elif self.bent:
            self.action_bend()
        elif self.pick is None:
            raise SkipAction
        else:
            self._pick(self.pick._replace(row=None) if self.pick.row is not None else None)

    def on_click(self, event: Click) -> None:
        at, wires = event.get_content_offset(self), self._wiring
        if at is None or wires is None or self.bent or self.field.open:
            return
        plan = self._plan(wires)
        unit = plan.unit_at(at.x, at.y - HEADER)
        found = Pick(*unit) if unit else edge_at(self._levels, wires, plan, at.x, at.y - HEADER)
        if found is not None and found == self.pick:
            self.action_enter()
        elif found is not None:
            self._pick(found)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self._scroll(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self._scroll(-1)

    def _scroll(self, step: int) -> None:
        if self.bent:
            self.action_look("unit", (0, step))
        else:
            self.action_move(0, step)

    # Changing.

    def _say(self, message: str) -> None:
        self.message = message
        self._draw()

    def action_reshape(self, what: str, *arguments: int) -> None:
        wires, view = self._wiring, self._view
        if wires is None or view is None:
            return
        given = (view.settings,) if what in ("activation", "feature") else ()
        try:
            changes = getattr(reshape, what)(*given, wires, self.pick, *arguments)
        except ValueError as error:
            self._say(str(error))
            return
        (name, value), *others = changes.items()
        self.post_message(self.SettingChanged(name, value, dict(others)))

    def on_weight_input_entered(self, event: WeightInput.Entered) -> None:
        event.stop()
        pick, wires, view = self.pick, self._wiring, self._view
        self._leave_edit()
        if wires is not None and view is not None and pick is not None and pick.row is not None:
            at, called = (pick.layer - 1, pick.row, pick.unit), title(wires, pick, view.look)
            self.post_message(self.WeightEdited(*at, event.value, called))

    def on_weight_input_wrong(self, event: WeightInput.Wrong) -> None:
        event.stop()
        self._say(event.reason)

    def on_descendant_blur(self) -> None:
        if self.field.open and not self.field.has_focus:
            self.field.close()
            self._pick(self.pick)

    def _leave_edit(self) -> None:
        if self.field.open:
            self.field.close()
            self.focus()
            self._pick(self.pick)

    # Bent space.

    def action_bend(self) -> None:
        self.bent, self.message = None if self.bent else Perspective(), ""
        self.refresh_bindings()
        self._draw()

    def action_look(self, other: str, steps: tuple[int, ...]) -> None:
        if self.bent and self._wiring:
            getattr(self.bent, f"other_{other}")(self._wiring, *steps)
            self._draw()

    action_graph = action_bend

    def action_principal(self) -> None:
        if self.bent:
            self.bent.principal = not self.bent.principal
            self.bent.turn()
            self._draw()
