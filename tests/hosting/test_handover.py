"""What a host is given."""

from io import BytesIO
from pathlib import Path

import numpy as np

from tui_nn.hosting.handover import Handover
from tui_nn.runs.place import Label
from tui_nn.runs.recorder import new_bookmark
from tui_nn.session.layer_record import COLUMNS, LayerRecord
from tui_nn.session.process import Ends
from tui_nn.settings import Settings


def test_a_handover_arrives_as_it_was_sent() -> None:
    layer = {name: float(i) for i, name in enumerate(COLUMNS)}
    given = Handover(
        *(Settings(dataset="circle"), 500, Path("/runs.sqlite3"), Label("a name")),
        *(new_bookmark(3), [(0, "started")], Ends(1, 2, 3, 4, True, b"half")),
        layers=LayerRecord().grown(0, [layer]).grown(25, [layer]),
    )
    sink = BytesIO()
    given.write(sink)
    sink.seek(0)
    found = Handover.read(sink)
    assert found.layers.latest == given.layers.latest
    assert found.layers.steps.tolist() == [0, 25]
    assert np.array_equal(found.layers.rows, given.layers.rows)
    for name in ("settings", "pace", "store", "label", "bookmark", "events", "worker"):
        assert getattr(found, name) == getattr(given, name)
