"""The pane "Predictions": ground truth and prediction side by side, and where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from textual.binding import Binding
from textual.message import Message
from textual.reactive import reactive

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.cells import Cells, filled, text_cells, too_small
from tui_nn.render.images import image_cells, kept_in_place, ranked, room
from tui_nn.render.judgement import of_training
from tui_nn.render.maps import surface_shades, surface_shape
from tui_nn.render.plane import SMALLEST
from tui_nn.render.predictions import (
    IMAGES,
    error_cells,
    points_legend,
    prediction_cells,
    side_by_side,
    truth_cells,
    verdict_title,
)
from tui_nn.ui.view import Pin, View
from tui_nn.ui.widgets.cell_view import CellView

WIDE = 30  # cells that a picture has where three stand side by side unasked


class PredictionMaps(CellView, can_focus=True):
    """Draws the predictions over the surface that fits its size.

    errors: whether the confusion matrix (or predicted against true values) is there, beside the
    prediction or, where there is no room, in its place; None: where there is room. pinned: which
    of the pins stands in the ground truth's place, counted from 1; 0: none. picked: a point of the
    view that is marked.
    """

    BINDINGS: ClassVar[list[Any]] = [
        Binding("x", "toggle('discrete')", "discretize"),
        Binding("t", "toggle('test')", "test points"),
        Binding("v", "errors", "errors"),
        Binding("w", "pin", "pinned run"),
    ]

    discrete = reactive(False)
    test = reactive(True)
    errors: reactive[bool | None] = reactive(None, init=False)
    pinned = reactive(0)
    picked: reactive[int | None] = reactive(None, init=False)

    @dataclass
    class WantsOther(Message):
        """`wanted` has changed: a run at rest is to be asked once more."""

    def __init__(self) -> None:
        super().__init__()
        self._view: View | None = None
        self._outputs: Array | None = None
        self._surface: Array | None = None
        self._shades: Array | None = None  # as they were drawn last
        self._order: Array | None = None  # of the images that were drawn last
        self._legend = ""

    def wanted(self) -> dict[str, Any]:
        """The predictions, and the surface if its picture is there."""
        if not (self.display and self._fits):
            return {}
        return {"predictions": True, "surface": self.wanted_surface}

    @property
    def wanted_surface(self) -> tuple[int, int] | None:
        """The (rows, columns) of surface that this size can show."""
        if not (self._fits and self._shows_map) or self._shows_images:
            return None
        return surface_shape(*self.picture_size)

    def show(self, view: View) -> None:
        """Draw a view; a snapshot without predictions or surface leaves them as they were."""
        if self._view is None or self._view.points is not view.points:
            self._outputs = self._surface = self._shades = self._order = None
        snapshot = view.snapshot
        self._view = view
        self._outputs = self._outputs if snapshot.predictions is None else snapshot.predictions
        self._surface = self._surface if snapshot.surface is None else snapshot.surface
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def action_errors(self) -> None:
        self.errors = not self._shows_errors

    def action_pin(self) -> None:
        pins = self._view.pins if self._view else []
        self.pinned = (self.pinned + 1) % (len(pins) + 1)

    def watch_discrete(self) -> None:
        self._shades = None
        self._draw()

    def watch_test(self) -> None:
        self._order = self._shades = None  # the range of the values may be another one
        self._draw()

    def watch_errors(self) -> None:
        self._draw()
        self.post_message(self.WantsOther())

    def watch_pinned(self) -> None:
        self._draw()

    def watch_picked(self) -> None:
        self._draw()

    @property
    def _has_room(self) -> bool:
        """Whether three pictures can stand side by side."""
        return self.content_size.width >= 3 * WIDE + 2

    @property
    def _shows_errors(self) -> bool:
        return self._has_room if self.errors is None else self.errors

    @property
    def _shows_map(self) -> bool:
        return self._has_room or not self._shows_errors

    @property
    def _shows_images(self) -> bool:
        return self._view is not None and self._view.points.image is not None

    @property
    def picture_size(self) -> tuple[int, int]:
        """Columns and lines of each picture."""
        count = 3 if self._has_room and self._shows_errors else 2
        return (self.content_size.width - count + 1) // count, self.content_size.height

    @property
    def _fits(self) -> bool:
        width, height = self.picture_size
        return width >= SMALLEST[0] and height >= SMALLEST[1]

    def _draw(self) -> None:
        view = self._view
        if view is None or self._outputs is None or not self.content_size.width:
            self.show_cells([])
        elif not self._fits:
            columns, lines = SMALLEST
            self.show_cells(too_small(2 * columns + 1, lines, self.content_size.width))
        else:
            points, outputs = self._chosen(view.points, self._outputs)
            if points.image is None:
                pictures = [self._left(view, points), *self._right(view, points, outputs)]
            else:
                pictures = self._images(view, points, outputs)
            self.show_cells(side_by_side(*pictures))
            self._show_legend(points_legend(points, view.look, self.content_size.width - 4))

    def _images(self, view: View, points: Dataset, outputs: Array) -> list[Cells]:
        """The images with what is said of them, and beside or instead which is taken for which."""
        (width, height), pictures = self.picture_size, []
        errors_width = width if self._has_room else self.content_size.width
        if self._shows_map:
            beside = errors_width + 1 if self._shows_errors else 0
            wide = self.content_size.width - beside
            rows, columns = room(points, wide, height)
            first = ranked(points, outputs)[: rows * columns]
            # While training runs, an image stays where it is as long as it is among the worst.
            before = self._order if view.snapshot.status == "running" else None
            self._order = kept_in_place(first, before)
            title = verdict_title(IMAGES, points, outputs, wide, view.look)
            pictures.append(
                image_cells(title, points, outputs, self._order, wide, height, view.look)
            )
        if self._shows_errors:
            pictures.append(error_cells(points, outputs, errors_width, height, view.look))
        return pictures

    def _chosen(self, points: Dataset, outputs: Array) -> tuple[Dataset, Array]:
        return (points, outputs) if self.test else of_training(points, outputs)

    def _picked(self, points: Dataset) -> int | None:
        """Where the picked point is among the chosen ones of these."""
        picked = self.picked
        if picked is None or picked >= len(points.train) or not (self.test or points.train[picked]):
            return None
        return picked if self.test else int(points.train[:picked].sum())

    def _left(self, view: View, points: Dataset) -> Cells:
        """The ground truth, or what a pinned run says."""
        if not 0 < self.pinned <= len(view.pins):
            return truth_cells(points, *self.picture_size, view.look, self._picked(view.points))
        pin = view.pins[self.pinned - 1]
        said = pin.snapshot.predictions
        if said is None or not view.points.has_points_of(pin.points):
            return self._other_points(view, pin)
        points, said = self._chosen(view.points, said)
        (width, height), surface = self.picture_size, pin.snapshot.surface
        title = verdict_title(f"pinned: {pin.name}", points, said, width, view.look)
        shades = surface_shades(points, surface, width, height, discrete=self.discrete)
        shown = title, points, said, surface, width, height, view.look
        return prediction_cells(*shown, shades=shades, picked=self._picked(view.points))

    def _other_points(self, view: View, pin: Pin) -> Cells:
        width, height = self.picture_size
        lines = [f"pinned: {pin.name}", "has other points"]
        return filled([text_cells(line) for line in lines], width, height)

    def _right(self, view: View, points: Dataset, outputs: Array) -> list[Cells]:
        """What the network says, and where it is wrong."""
        (width, height), pictures = self.picture_size, []
        if self._shows_map:
            # At rest it is exact; while training runs, what hardly changes is not sent again.
            before = self._shades if view.snapshot.status == "running" else None
            self._shades = surface_shades(
                points, self._surface, width, height, before=before, discrete=self.discrete
            )
            title = verdict_title("Prediction", points, outputs, width, view.look)
            shown = title, points, outputs, self._surface, width, height, view.look
            picked = self._picked(view.points)
            pictures.append(prediction_cells(*shown, shades=self._shades, picked=picked))
        if self._shows_errors:
            pictures.append(error_cells(points, outputs, width, height, view.look))
        return pictures

    def _show_legend(self, text: str) -> None:
        if text != self._legend:  # setting it draws the whole widget anew
            self._legend = text
            self.border_subtitle = text.replace("[", "\\[")
