"""The log pane: its lines fit its width, whatever that was when they were written."""

from textual.app import App, ComposeResult

from tui_nn.ui.widgets.event_log import EventLog

LONG = "learning rate 0.1 and then a word more than there is room for: END"


class Pane(App[None]):
    def compose(self) -> ComposeResult:
        yield EventLog()


def lines(log: EventLog) -> list[str]:
    return [strip.text.rstrip() for strip in log.lines]


async def test_lines_are_wrapped_anew_where_the_pane_has_another_width() -> None:
    async with Pane().run_test(size=(40, 12)) as pilot:
        log = pilot.app.query_one(EventLog)
        log.add(3, LONG)
        await pilot.pause()
        assert len(log.lines) > 1
        await pilot.resize_terminal(120, 12)
        await pilot.pause()
        assert lines(log) == [f"       3  {LONG}"]
        await pilot.resize_terminal(40, 12)
        await pilot.pause()
        assert len(log.lines) > 1


async def test_no_end_of_a_line_is_beneath_the_scrollbar() -> None:
    async with Pane().run_test(size=(40, 12)) as pilot:
        log = pilot.app.query_one(EventLog)
        for step in range(20):  # the bar comes with the twelfth
            log.add(step, "x" * 30)  # as many cells as there are
        await pilot.pause()
        assert log.show_vertical_scrollbar
        assert max(map(len, lines(log))) < 40
