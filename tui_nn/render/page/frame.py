"""The frame that all pages share: head, style, script, and parts one below the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Template

from tui_nn import __version__
from tui_nn.render.svg import element, styles, text


@dataclass(frozen=True)
class Part:
    """A section of a page. body: markup; wide: it takes the whole width by itself, otherwise what
    it holds stands side by side where there is room."""

    title: str
    body: str
    wide: bool = False


def page(title: str, parts: Iterable[Part], *, subtitle: str = "") -> str:
    """A whole page, in one file. title, subtitle: text."""
    here = files(__package__)
    sections = [
        element(
            "section",
            element("h2", text(part.title)) if part.title else "",
            element("div", part.body, class_="wide" if part.wide else "row"),
        )
        for part in parts
    ]
    return Template(here.joinpath("page.html").read_text("utf-8")).substitute(
        title=text(title),
        subtitle=element("p", text(subtitle), class_="subtitle") if subtitle else "",
        style=here.joinpath("page.css").read_text("utf-8") + styles(),
        script=here.joinpath("page.js").read_text("utf-8"),
        body="\n".join(sections),
        version=text(__version__),
    )


def cards(figures: Iterable[tuple[object, object]]) -> str:
    """Figures that matter most, each with what it is."""
    boxes = [
        element("div", element("b", text(figure)), element("span", text(what)), class_="card")
        for figure, what in figures
    ]
    return element("div", *boxes, class_="cards")


def either(first: tuple[str, str], second: tuple[str, str], *, name: str) -> str:
    """Two pictures of the same, of which the reader chooses one; each: what it is called, and its
    markup. name: another one for each pair of a page."""
    parts = []
    for i, (title, _) in enumerate((first, second)):
        key = f"{name}-{i}"
        checked = None if i else "checked"
        parts.append(element("input", type="radio", name=name, id=key, checked=checked))
        parts.append(element("label", text(title), for_=key))
    parts += [element("div", body) for _, body in (first, second)]
    return element("div", *parts, class_="either")


def table(heading: Sequence[object], rows: Iterable[Sequence[object]], kind: str = "") -> str:
    """A table of texts; columns of numbers stand to the right. heading: may be empty."""
    lines = [[str(cell) for cell in row] for row in rows]
    right = [all(_is_number(cell) for cell in column) for column in zip(*lines, strict=True)]

    def line(name: str, cells: Sequence[object]) -> str:
        return element("tr", *(
            element(name, text(cell), class_="number" if number else None)
            for cell, number in zip(cells, right or [False] * len(cells), strict=True)
        ))  # fmt: skip

    head = element("thead", line("th", heading)) if heading else ""
    body = element("tbody", *(line("td", row) for row in lines))
    return element("div", element("table", head, body, class_=kind or None), class_="scroll")


def _is_number(said: str) -> bool:
    return said in ("", "-", "–") or said.lstrip("+-−")[:1].isdigit()
