"""The words around the list of runs."""

from recorded import record

from tui_nn.render.run_list import caption
from tui_nn.settings import Settings


def test_a_caption_that_is_cut_says_so() -> None:
    run = record(Settings(dataset="circle", learning_rate=0.25), note="a note")
    whole = caption(run, 100, "…")
    assert whole.startswith("a note  --dataset circle")
    assert caption(run, 20, "…") == whole[:19] + "…"
