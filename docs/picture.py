"""Make docs/dashboard.svg, the README's picture: the dashboard itself after 900 steps of xor.

python docs/picture.py
"""

import asyncio
from pathlib import Path

from tui_nn.session import TrainingSession
from tui_nn.settings import Settings
from tui_nn.ui.app import Dashboard


async def main() -> None:
    async with TrainingSession(Settings(), playing=False) as session:
        app = Dashboard(session)
        async with app.run_test(size=(120, 40)) as pilot:
            while app.main.latest is None or app.main.latest.step < 900:
                await pilot.pause(0.05)
            await pilot.press("space")
            await pilot.press("right_square_bracket", "space")
            await pilot.pause(0.7)
            svg = app.export_screenshot(title="tui-nn", simplify=True)
    Path(__file__).with_name("dashboard.svg").write_text(svg, encoding="utf-8")


asyncio.run(main())
