"""Pages: reports as single HTML files that need nothing else, online or offline."""

from tui_nn.render.page.frame import Part, page, table

__all__ = ["Part", "page", "table"]
