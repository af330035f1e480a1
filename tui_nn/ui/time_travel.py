"""Time travel: looking back at moments of the run, and training on from one."""

from __future__ import annotations

from tui_nn.session import Session, Snapshot
from tui_nn.ui.steering import Steering
from tui_nn.ui.watch import Watcher
from tui_nn.ui.widgets.time_slider import moment_beside


class TimeTravel:
    """Says at which moment the watcher looks. latest: of the snapshots of the present, if any."""

    def __init__(self, session: Session, steering: Steering, watcher: Watcher) -> None:
        self.session, self.steering, self.watcher = session, steering, watcher

    def look_back(self, step: int | None) -> None:
        """Show the run as it was at a step, and rest there, unless another dashboard steers it;
        None: as it is now."""
        self.watcher.moment = step
        if step is not None and self.session.steers:
            self.steering.enqueue("pause")
        self.watcher.wake()

    def follow(self, step: int | None) -> None:
        """Look at another step, if at the past at all."""
        if self.watcher.moment is not None:
            self.look_back(step)

    def move(self, direction: int, latest: Snapshot | None) -> None:
        """To the moment before (-1) or after (1)."""
        if latest is not None:
            self.look_back(moment_beside(latest, self.watcher.moment, direction))

    def end(self) -> None:
        """Back to the present, when that is drawn next."""
        self.watcher.moment = None

    def train_on(self, latest: Snapshot | None) -> bool:
        """From the moment that is shown, or from before the divergence; False: there is neither."""
        moment = self.watcher.moment
        if moment is not None:
            self.end()
            self.steering.enqueue("branch", moment)
        elif latest and latest.reason == "diverged":
            self.steering.enqueue("recover")
        else:
            return False
        return True
