from pathlib import Path

import pytest

from tui_nn.experiment import build_trainer, prepare
from tui_nn.session.progress import most_steps, share_done
from tui_nn.settings import Settings


def test_the_nearest_limit_is_how_far_a_run_may_go(tmp_path: Path) -> None:
    own = str(tmp_path / "own.csv")
    assert most_steps(Settings()) == 100_000 * 500
    assert most_steps(Settings(dataset=own)) == 200 * 500
    assert most_steps(Settings(dataset=own, max_epochs=3, steps_per_epoch=7)) == 21
    assert most_steps(Settings(dataset=own, max_epochs=3, max_steps=20)) == 20
    assert most_steps(Settings.parse({"max_epochs": "none"})) is None


def test_a_share_is_of_the_limit_or_of_the_way_to_the_target() -> None:
    limited = Settings(max_steps=1000, target_loss=None)
    assert share_done(limited, 1.0, 0.5, 250) == 0.25
    assert share_done(limited, 1.0, 0.5, 2000) == 1.0
    assert share_done(Settings(target_loss=0.01), 1.0, 0.1, 10) == pytest.approx(0.5)


def test_what_can_not_be_fitted_ends_all_the_same(tmp_path: Path) -> None:
    """The same inputs with other values have no loss of 0.005."""
    path = tmp_path / "noisy.csv"
    path.write_text("x,y\n" + "1,1.5\n1,2.5\n2,2.25\n2,7.5\n" * 3)
    found = prepare(Settings(dataset=str(path), steps_per_epoch=1))
    trainer = build_trainer(found.settings, found.dataset)
    trainer.run(1000)
    assert (trainer.reason, trainer.step) == ("max_epochs", 200)
