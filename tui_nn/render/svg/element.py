"""Markup, element by element. What others wrote is escaped on its way in."""

from __future__ import annotations

import html
from functools import cache
from importlib.resources import files

from tui_nn.datasets.plain import plain
from tui_nn.render.svg.colours import sheet

VOID = ("input",)  # elements of HTML without an end


def text(content: object) -> str:
    """Text as markup: nothing in it is a tag, an entity or a control character."""
    return html.escape(plain(str(content)))


def element(name: str, /, *content: str, **attributes: object) -> str:
    """An element as markup. content: markup; attributes: values as text, None for none.

    An underscore at the end of an attribute's name is dropped, others become hyphens.
    """
    said = "".join(
        f' {key.removesuffix("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    end = "" if name in VOID else f"</{name}>"
    return f"<{name}{said}>{''.join(content)}{end}"


def _value(value: object) -> str:
    return decimal(value) if isinstance(value, float) else text(value)


def decimal(value: float) -> str:
    """A length or place, to a hundredth of a pixel."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def drawing(width: float, height: float, title: str, *content: str, **attributes: object) -> str:
    """A picture of this size in pixels. title: what a screen reader says."""
    return element(
        "svg",
        element("title", text(title)),
        *content,
        width=width,
        height=height,
        viewBox=f"0 0 {decimal(width)} {decimal(height)}",
        role="img",
        aria_label=title,
        **attributes,
    )


def label(content: object, x: float, y: float, kind: str = "tick", **attributes: object) -> str:
    """A line of text in a picture; kind: its class."""
    return element("text", text(content), x=x, y=y, class_=kind, **attributes)


@cache
def styles() -> str:
    """The style sheet of the pictures."""
    return files(__package__).joinpath("svg.css").read_text("utf-8") + sheet()


def standalone(svg: str) -> str:
    """A picture as a file of its own."""
    head, rest = svg.split(">", 1)
    space = ' xmlns="http://www.w3.org/2000/svg"'
    return f"{head}{space}>{element('style', styles())}{rest}\n"
