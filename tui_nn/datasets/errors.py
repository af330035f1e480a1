"""What can't be done with somebody's data, in one line that says why."""

from __future__ import annotations


class DataError(ValueError):
    """field: the setting that is to blame; value: what it was, where the line is to repeat it."""

    def __init__(self, reason: str, field: str = "dataset", value: object = None) -> None:
        super().__init__(reason)
        self.reason, self.field, self.value = reason, field, value
