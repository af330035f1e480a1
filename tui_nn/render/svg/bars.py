"""Histograms: how values spread."""

from __future__ import annotations

from collections.abc import Sequence

from tui_nn.render.svg.element import drawing, element, label


def svg_histogram(
    counts: Sequence[float],
    low: float,
    high: float,
    *,
    title: str,
    size: tuple[float, float] = (150, 60),
) -> str:
    """Bars of equal width from `low` to `high`, as SVG."""
    width, height = size
    floor, most = height - 16, max(max(counts, default=0), 1)
    each = width / max(1, len(counts))
    bars = [
        element(
            "rect",
            class_="bar",
            x=i * each + 0.5,
            y=floor - count / most * (floor - 2),
            width=each - 1,
            height=count / most * (floor - 2),
        )
        for i, count in enumerate(counts)
    ]
    parts = [element("path", class_="axis", d=f"M0 {floor}h{width}")]
    parts.append(label(f"{low:.2g}", 0.0, height - 3))
    parts.append(label(f"{high:.2g}", width, height - 3, text_anchor="end"))
    return drawing(width, height, title, *bars, *parts)
