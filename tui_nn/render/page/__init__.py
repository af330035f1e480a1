"""Pages: reports as single HTML files that need nothing else, online or offline."""

from tui_nn.render.page.frame import Part, cards, either, page, table

__all__ = ["Part", "cards", "either", "page", "table"]
