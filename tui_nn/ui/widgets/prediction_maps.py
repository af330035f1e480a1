"""The pane "Predictions": ground truth and prediction side by side, and what they are worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.cells import Cells, filled, text_cells, too_small
from tui_nn.render.images import image_cells, kept_in_place, ranked, room
from tui_nn.render.importance import importance_cells
from tui_nn.render.maps import surface_shades, surface_shape
from tui_nn.render.plane import SMALLEST
from tui_nn.render.predictions import (
    IMAGES,
    curves_cells,
    error_cells,
    judgement_cells,
    kinds,
    points_counted,
    points_legend,
    prediction_cells,
    side_by_side,
    truth_cells,
    verdict_title,
)
from tui_nn.settings.rules import output_activation
from tui_nn.ui.parts import Chosen, Parts, place_among
from tui_nn.ui.view import View, same_plane
from tui_nn.ui.widgets.cell_view import CellView

WIDE = 30  # cells that a picture has where three stand side by side unasked


class PredictionMaps(CellView, can_focus=True):
    """Draws the predictions over the surface that fits its size.

    kind: what is shown, one of `kinds`, or None for the first of them. part: which
    points, see `Parts`. axes: the inputs that a map is over, see `Wanted`.
    pinned: which of the pins stands in the ground truth's place, counted from 1; 0: none. picked:
    a point of the view that is marked.
    """

    BINDINGS: ClassVar[list[Any]] = [
        Binding("v", "kind", "view"),
        Binding("left", "axis(0, -1)", "axes", key_display="←→↑↓"),
        Binding("right", "axis(0, 1)", "next across", show=False),
        Binding("up", "axis(1, -1)", "previous up", show=False),
        Binding("down", "axis(1, 1)", "next up", show=False),
        Binding("g", "principal", "principal"),
        Binding("x", "toggle('discrete')", "discretize"),
        Binding("t", "part", "train, test"),
        Binding("w", "pin", "pinned run"),
    ]

    kind: reactive[str | None] = reactive(None, init=False)
    part: reactive[str | None] = reactive(None)
    discrete = reactive(False)
    axes: reactive[tuple[int, ...] | None] = reactive((), init=False)
    pinned = reactive(0)
    picked: reactive[int | None] = reactive(None, init=False)

    @dataclass
    class WantsOther(Message):
        """`wanted` has changed, or `axes`: a run at rest is to be asked once more."""

    def __init__(self) -> None:
        super().__init__()
        self._view: View | None = None
        self._parts: Parts | None = None  # of the view's points
        self._outputs: Array | None = None
        self._surface: Array | None = None
        self._importance: dict[str, Any] | None = None
        self._shades: Array | None = None  # as they were drawn last
        self._order: Array | None = None  # of the images that were drawn last
        self._legend = ""

    def wanted(self) -> dict[str, Any]:
        """The predictions, and the surface or the importance if its picture is there."""
        if not (self.display and self._fits):
            return {}
        more = {"importance": True} if self.shown == "importance" else {}
        return {"predictions": True, "surface": self.wanted_surface, **more}

    @property
    def wanted_surface(self) -> tuple[int, int] | None:
        """The (rows, columns) of surface that this size can show."""
        if not self._fits or self.shown not in ("all", "maps"):
            return None
        if self._has_images and self.axes is not None:
            return None
        return surface_shape(*self.picture_size)

    def show(self, view: View) -> None:
        """Draw a view; a snapshot without predictions or surface leaves them as they were."""
        before = self._view.points if self._view else None
        if before is not view.points:
            self._outputs = self._surface = self._shades = self._order = None
            self._parts = Parts(view.points)
            self.refresh_bindings()
        if before is not view.points or self._view is None or self._view.moment != view.moment:
            self._importance = None
        snapshot = view.snapshot
        self._view = view
        self._outputs = self._outputs if snapshot.predictions is None else snapshot.predictions
        self._surface = self._surface if snapshot.surface is None else snapshot.surface
        self._importance = snapshot.importance or self._importance
        names = view.points.coordinates
        if (before is None or before.coordinates != names) and (self.axes or len(names) <= 2):
            self.axes = ()
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    # What is shown

    @property
    def kinds(self) -> list[str]:
        """What there is to show: see `predictions.kinds`."""
        wide = self.content_size.width >= 3 * WIDE + 2
        return kinds(self._view.points, wide) if self._view else ["all" if wide else "maps"]

    @property
    def shown(self) -> str:
        """The kind that is."""
        kinds = self.kinds
        return self.kind if self.kind in kinds else kinds[0]

    @property
    def _has_images(self) -> bool:
        return self._view is not None and self._view.points.image is not None

    @property
    def _has_axes(self) -> bool:
        """Whether there are others to choose."""
        return self._view is not None and len(self._view.points.coordinates) > 2

    @property
    def picture_size(self) -> tuple[int, int]:
        """Columns and lines of each picture."""
        count = {"all": 3, "importance": 1}.get(self.shown, 2)
        return (self.content_size.width - count + 1) // count, self.content_size.height

    def part_of(self, *, judged: bool) -> str:
        """Which points a map has, or a judgement is of: see `Parts.name`."""
        return self._parts.name(self.part, judged=judged) if self._parts else "all"

    @property
    def _fits(self) -> bool:
        width, height = self.picture_size
        return width >= SMALLEST[0] and height >= SMALLEST[1]

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "axis":
            return self._has_axes and not self._has_images
        if action == "part":
            return self._parts is not None and self._parts.several
        return self._has_axes if action == "principal" else True

    def action_kind(self) -> None:
        kinds = self.kinds
        place = (kinds.index(self.shown) + 1) % len(kinds)
        self.kind = kinds[place] if place else None

    def action_part(self) -> None:
        assert self._parts is not None
        self.part = self._parts.after(self.part, self.shown)

    def action_axis(self, which: int, step: int) -> None:
        """Another input across (0) or up (1); the two are never the same."""
        assert self._view is not None
        count = len(self._view.points.coordinates)
        pair = list(self.axes or self._view.points.axes)
        pair[which] = (pair[which] + step) % count
        if pair[0] == pair[1]:
            pair[which] = (pair[which] + step) % count
        self.axes = (pair[0], pair[1])

    def action_principal(self) -> None:
        assert self._view is not None
        self.axes = self._view.points.axes if self.axes is None else None

    def action_pin(self) -> None:
        pins = self._view.pins if self._view else []
        self.pinned = (self.pinned + 1) % (len(pins) + 1)

    def watch_kind(self) -> None:
        self._draw()
        self.post_message(self.WantsOther())

    def watch_axes(self) -> None:
        self.post_message(self.WantsOther())

    def watch_discrete(self) -> None:
        self._shades = None
        self._draw()

    def watch_part(self) -> None:
        self._order = self._shades = None  # the range of the values may be another
        self._draw()

    def watch_pinned(self) -> None:
        self._draw()

    def watch_picked(self) -> None:
        self._draw()

    # Drawing

    def _draw(self) -> None:
        view = self._view
        if view is None or self._outputs is None or not self.content_size.width:
            self.show_cells([])
        elif not self._fits:
            columns, lines = SMALLEST
            self.show_cells(too_small(2 * columns + 1, lines, self.content_size.width))
        else:
            assert self._parts is not None
            drawn, judged = (self._parts.which(self.part, judged=j) for j in (False, True))
            self.show_cells(side_by_side(*self._pictures(view, drawn, judged, self._outputs)))
            legend = points_legend(drawn[0], view.look, self.content_size.width - 4)
            if self.shown in ("errors", "curves") and view.points.task != "regression":
                legend = points_counted(judged[0])
            self._show_legend("" if self.shown == "importance" else legend)

    def _pictures(self, view: View, drawn: Chosen, judged: Chosen, outputs: Array) -> list[Cells]:
        """Those that stand side by side."""
        (points, which), (asked, among), sized = drawn, judged, (*self.picture_size, view.look)
        if self.shown == "importance":
            return [importance_cells(self._importance, points, *sized)]
        of, said = "" if view.points.train.all() else self.part_of(judged=True), outputs[among]
        if self.shown == "curves":
            return curves_cells(asked, said, output_activation(view.settings), *sized, of)
        if self.shown == "errors" and points.task != "regression":
            return judgement_cells(asked, said, *sized, of)
        beside = [] if self.shown == "maps" else [error_cells(asked, said, *sized, of)]
        if self._has_images and points.principal is None and self.shown != "errors":
            return [self._images(view, points, outputs[which]), *beside]
        right = [] if self.shown == "errors" else [self._right(view, points, outputs, which)]
        return [self._left(view, points, which), *right, *beside]

    def _images(self, view: View, points: Dataset, outputs: Array) -> Cells:
        """The images with what is said of them."""
        width, height = self.content_size
        if self.shown == "all":
            width -= self.picture_size[0] + 1
        rows, columns = room(points, width, height)
        first = ranked(points, outputs)[: rows * columns]
        # While training runs, an image stays where it is as long as it is among the worst.
        before = self._order if view.snapshot.status == "running" else None
        self._order = kept_in_place(first, before)
        title = verdict_title(IMAGES, points, outputs, width, view.look)
        return image_cells(title, points, outputs, self._order, width, height, view.look)

    def _left(self, view: View, points: Dataset, which: Array) -> Cells:
        """The ground truth, or what a pinned run says."""
        (width, height), picked = self.picture_size, place_among(which, self.picked)
        if not 0 < self.pinned <= len(view.pins):
            return truth_cells(points, width, height, view.look, picked)
        pin, name = view.pins[self.pinned - 1], f"pinned: {view.pin_names[self.pinned - 1]}"
        said, surface = pin.snapshot.predictions, pin.snapshot.surface
        if said is None or pin.points is None or not view.points.has_points_of(pin.points):
            lines = [name, "has other points"]
            return filled([text_cells(line) for line in lines], width, height)
        if not same_plane(pin.snapshot.plane, view.snapshot.plane):
            surface = None
        said = said[which]
        title = verdict_title(name, points, said, width, view.look)
        shades = surface_shades(points, surface, width, height, discrete=self.discrete)
        shown = title, points, said, surface, width, height, view.look
        return prediction_cells(*shown, shades=shades, picked=picked)

    def _right(self, view: View, points: Dataset, outputs: Array, which: Array) -> Cells:
        """What the network says."""
        width, height = self.picture_size
        # At rest it is exact; while training runs, what hardly changes is not sent again.
        before = self._shades if view.snapshot.status == "running" else None
        self._shades = surface_shades(
            points, self._surface, width, height, before=before, discrete=self.discrete
        )
        said = outputs[which]
        title = verdict_title("Prediction", points, said, width, view.look)
        shown = title, points, said, self._surface, width, height, view.look
        return prediction_cells(*shown, shades=self._shades, picked=place_among(which, self.picked))

    def _show_legend(self, text: str) -> None:
        if text != self._legend:  # setting it draws the whole widget anew
            self._legend = text
            self.border_subtitle = Content(text)
