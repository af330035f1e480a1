"""Pictures as SVG: functions of data that return markup, for pages and for files.

Their colours and line styles are classes of `svg.css`, so that a page shows them dark or light as
its reader likes it. A file of its own needs `standalone`.
"""

from tui_nn.render.svg.bars import svg_histogram
from tui_nn.render.svg.curves import Mark, Series, svg_curves
from tui_nn.render.svg.element import element, standalone, styles, text
from tui_nn.render.svg.heatmap import svg_heatmap
from tui_nn.render.svg.maps import svg_map, svg_scatter

__all__ = [
    "Mark",
    "Series",
    "element",
    "standalone",
    "styles",
    "svg_curves",
    "svg_heatmap",
    "svg_histogram",
    "svg_map",
    "svg_scatter",
    "text",
]
