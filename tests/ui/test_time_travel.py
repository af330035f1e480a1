"""Looking back at a run, going on from a moment, and coming back from a divergence."""

from driving import Driver, dashboard

from tui_nn.render.look import Look
from tui_nn.ui.widgets.status_line import StatusLine


def said(driver: Driver) -> str:
    return str(driver.main.query_one(StatusLine).render())


async def paused_at(driver: Driver, step: int) -> None:
    """Train so far, and let it be drawn."""
    await driver.until_status("paused")
    await driver.session.step(step)
    driver.main.watcher.wake()
    await driver.until_step(step)
    await driver.until_status("paused")


async def looks_at(driver: Driver, step: int | None) -> None:
    await driver.until(
        lambda: (
            driver.main.view is not None
            and driver.main.view.moment == step
            and (step is None or driver.main.view.snapshot.step == step)
        )
    )


async def test_back_forward_and_to_now() -> None:
    async with dashboard(playing=False, target_loss=None) as driver:
        await paused_at(driver, 200)
        assert driver.main.latest is not None
        moments = driver.main.latest.moments
        assert moments[-1] == 200
        await driver.pilot.press("less_than_sign")
        await looks_at(driver, moments[-2])
        assert driver.main.slider.display
        assert "was at" in said(driver)
        await driver.pilot.press("less_than_sign")
        await looks_at(driver, moments[-3])
        await driver.pilot.press("greater_than_sign")
        await looks_at(driver, moments[-2])
        await driver.pilot.press("greater_than_sign")
        await looks_at(driver, moments[-1])
        await driver.pilot.press("greater_than_sign")
        await looks_at(driver, None)
        assert not driver.main.slider.display
        assert "was at" not in said(driver)


async def test_the_first_moment_is_the_earliest() -> None:
    async with dashboard(playing=False, target_loss=None) as driver:
        await paused_at(driver, 60)
        await driver.pilot.press(*["less_than_sign"] * 12)
        await looks_at(driver, 0)


async def test_looking_back_pauses_and_playing_returns_to_now() -> None:
    async with dashboard(target_loss=None) as driver:
        await driver.until_step(100)
        await driver.pilot.press("less_than_sign")
        await driver.until(lambda: driver.session.status == "paused")
        await driver.until(lambda: driver.main.view and driver.main.view.moment is not None)
        looked_at = driver.main.watcher.moment
        assert looked_at is not None
        await driver.pilot.press("space")
        await looks_at(driver, None)
        await driver.until_status("running")
        await driver.until_step(looked_at + 50)


async def test_the_slider_is_clicked() -> None:
    async with dashboard(playing=False, target_loss=None) as driver:
        await paused_at(driver, 400)
        await driver.pilot.press("less_than_sign")
        await driver.until(lambda: driver.main.slider.display)
        await driver.pilot.pause()
        line = str(driver.main.slider.render())
        first = len(line) - len(line.lstrip())
        last = line.index(" step") - 1
        await driver.pilot.click(driver.main.slider, offset=(first, 0))
        await looks_at(driver, 0)
        await driver.pilot.click(driver.main.slider, offset=(last, 0))
        await looks_at(driver, 400)
        await driver.pilot.click(driver.main.slider, offset=((first + last) // 2, 0))
        await driver.until(lambda: driver.main.watcher.moment not in (0, 400))
        assert 150 <= (driver.main.watcher.moment or 0) <= 250
        await driver.pilot.click(driver.main.slider, offset=(len(line) - 3, 0))  # the words
        assert driver.main.watcher.moment is not None


async def test_b_goes_on_from_the_moment_shown() -> None:
    async with dashboard(playing=False, target_loss=None) as driver:
        await paused_at(driver, 200)
        await driver.pilot.press("right_square_bracket")
        await driver.pilot.press(*["less_than_sign"] * 4)
        await driver.until(lambda: driver.main.view and driver.main.view.moment is not None)
        moment = driver.main.watcher.moment
        assert moment is not None
        await driver.pilot.press("b")
        await looks_at(driver, None)
        await driver.until(lambda: driver.session.history[-1, 0] >= moment)
        assert driver.main.watcher.moment is None
        assert driver.session.settings.learning_rate == 2  # what holds now, holds
        await driver.until(lambda: driver.main.latest and driver.main.latest.step >= moment)
        assert driver.main.latest is not None
        assert max(driver.main.latest.moments) <= driver.main.latest.step
        await driver.until(lambda: "on from here" in str(driver.main.logbook.events))


async def test_b_without_a_moment_says_how_to_get_one() -> None:
    async with dashboard(playing=False) as driver:
        await driver.until_status("paused")
        await driver.pilot.press("b")
        await driver.notified("look back")


async def test_a_diverged_run_says_why_and_recovers_at_half_the_rate() -> None:
    options = {"dataset": "circle", "activation": "relu", "output_activation": "linear"}
    async with dashboard(learning_rate=64.0, target_loss=None, **options) as driver:
        await driver.until(lambda: driver.main.latest and driver.main.latest.reason == "diverged")
        await driver.until(lambda: "the run diverged" in str(driver.main.logbook.events))
        assert "diverged" in said(driver)
        assert "b goes back" in said(driver)
        await driver.pilot.press("b")
        await driver.until(lambda: driver.session.settings.learning_rate == 32)
        await driver.until(lambda: "back from the divergence" in str(driver.main.logbook.events))


async def test_a_theme_redraws_the_panes_in_its_light() -> None:
    async with dashboard(playing=False) as driver:
        await driver.until_status("paused")
        await driver.until(lambda: driver.main.watcher.at_rest)
        before = driver.main.view
        assert before is not None
        assert before.look == Look(dark=True)
        driver.app.theme = "textual-light"
        await driver.until(lambda: driver.main.view and not driver.main.view.look.dark)


async def test_a_step_while_looking_back_is_not_taken_from_now() -> None:
    async with dashboard(playing=False, target_loss=None) as driver:
        await paused_at(driver, 60)
        await driver.pilot.press("less_than_sign")
        await driver.until(lambda: driver.main.view and driver.main.view.moment is not None)
        for key in ("s", "S"):
            driver.app.clear_notifications()
            await driver.pilot.press(key)
            await driver.notified("looking back: b trains on from here, > goes forward")
        assert driver.session.last_step == 60
        assert driver.main.watcher.moment is not None
