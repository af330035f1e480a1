"""Make the pictures of README and guide: the dashboard itself, as a network learns a spiral.

python docs/picture.py
"""

import asyncio
from pathlib import Path

from tui_nn.session import TrainingSession
from tui_nn.settings import Settings
from tui_nn.ui.app import Dashboard

SPIRAL = Settings(
    dataset="spiral",
    samples=300,
    noise=0.02,
    train_fraction=0.7,
    features=("x", "y", "sin_x", "sin_y"),
    hidden=(8, 6),
    activation="tanh",
    init="xavier_normal",
    optimizer="adam",
    learning_rate=0.01,
    batch_size=30,
    seed=5,
    target_loss=None,
)
STEPS, PORTION = 1000, 40  # a portion is a point of the layers' curves


async def picture(name: str, size: tuple[int, int], *keys: str) -> None:
    """keys: pressed before the training, so that the panes that they show see all of it."""
    async with TrainingSession(SPIRAL, pace=200, playing=False) as session:
        app = Dashboard(session, play=False, layout=None)
        async with app.run_test(size=size) as pilot:
            await pilot.pause(1)  # until the form is there
            await pilot.press(*keys)
            for step in range(PORTION, STEPS + 1, PORTION):
                app.main.action_steer("step", (PORTION,))
                while app.main.latest is None or app.main.latest.step < step:
                    await pilot.pause(0.02)
                if step == 600:
                    await pilot.press("left_square_bracket")  # a lower learning rate
            await pilot.press("space")
            await pilot.pause(1)  # until its speed is known
            svg = app.export_screenshot(title="tui-nn", simplify=True)
    Path(__file__).with_name(name).write_text(svg, encoding="utf-8")


async def main() -> None:
    panes = ("4", "3", "ctrl+up", "ctrl+up", "7", "7")  # layers, a high network, no log
    await picture("dashboard.svg", (120, 40), *panes, "escape")
    await picture("dashboard-large.svg", (200, 60))


asyncio.run(main())
