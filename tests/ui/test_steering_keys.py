"""Keys that change the run, and what the network pane asks for."""

import numpy as np
from driving import Driver, dashboard

from tui_nn.render.wiring import Pick
from tui_nn.ui.widgets.network_graph import NetworkGraph


async def test_noise_sample_share_and_undo_while_it_runs() -> None:
    async with dashboard(dataset="circle", target_loss=None) as driver:
        await driver.until_step(20)
        settings = driver.session.settings
        await driver.pilot.press("n")
        await driver.until(lambda: driver.session.settings.noise == 0.05)
        await driver.pilot.press("N")
        await driver.until(lambda: driver.session.settings.data_seed == 1)
        await driver.pilot.press("percent_sign")
        await driver.until(lambda: driver.session.settings.train_fraction == 0.9)
        await driver.until(lambda: driver.main.latest and driver.main.latest.test_loss)
        await driver.pilot.press("number_sign")
        await driver.until(lambda: driver.session.settings.samples == 200)
        assert driver.main.latest is not None
        assert driver.main.latest.step >= 20  # the network was kept
        await driver.pilot.press("u", "u", "u", "u")
        await driver.until(lambda: driver.session.settings == settings)
        await driver.pilot.press("u")
        await driver.notified("nothing to undo")
        assert "undone" in str(driver.main.logbook.events)


async def test_pinned_runs_reach_the_panes_and_are_few() -> None:
    async with dashboard(playing=False, target_loss=None) as driver:
        await driver.until_status("paused")
        for key in ("p", "o", "p", "o", "p", "o", "p"):
            await driver.pilot.press(key)
            await driver.pilot.pause(0.05)
        await driver.until(lambda: driver.main.view and len(driver.main.view.pins) == 3)
        assert len(set(driver.main.view.pin_names)) == 3
        await driver.pilot.press("P")
        await driver.until(lambda: driver.main.view and not driver.main.view.pins)


async def test_a_pin_is_called_by_what_has_changed_since() -> None:
    async with dashboard(target_loss=None) as driver:

        async def called(*names: str) -> None:
            await driver.until(lambda: driver.main.view and driver.main.view.pin_names == [*names])

        await driver.until(lambda: driver.main.latest)
        await driver.pilot.press("p")
        await called("pin 1")
        await driver.pilot.press("o")
        await called("gd lr 1")
        before = driver.session.settings.optimizer
        await driver.pilot.press("p", "a", "o")
        await driver.until(lambda: driver.session.settings.optimizer != before)
        await called("gd lr 1 sigmoid", f"{before} sigmoid")


async def test_the_command_line_is_copied() -> None:
    async with dashboard(playing=False, dataset="spiral", hidden=(4, 3)) as driver:
        await driver.until_status("paused")
        await driver.pilot.press("y")
        assert driver.app.clipboard == "tui-nn --dataset spiral --hidden 4,3"
        titles = [note.title for note in driver.app._notifications]
        assert titles == ["Copied"]
        await driver.pilot.press("]")
        await driver.until(lambda: driver.session.settings.learning_rate == 2)
        await driver.pilot.press("y")
        await driver.until(lambda: len(driver.app._notifications) == 2)
        assert "was changed on its way" in list(driver.app._notifications)[1].title
        await driver.pilot.press("r")
        await driver.until(lambda: "reset" in str(driver.main.logbook.events))
        assert not driver.main.steering.altered


async def network(driver: Driver) -> NetworkGraph:
    """The network pane, with the focus and a picture."""
    graph = driver.main.query_one(NetworkGraph)
    await driver.pilot.press("3")
    await driver.until(lambda: driver.main.view and driver.main.view.snapshot.weights)
    await driver.until(lambda: graph.has_focus)
    return graph


async def test_a_unit_and_a_layer_more() -> None:
    async with dashboard((200, 60), playing=False) as driver:
        graph = await network(driver)
        graph.pick = Pick(1, 0)
        await driver.pilot.press("i")
        await driver.until(lambda: driver.session.settings.hidden == (9, 8))
        await driver.until(lambda: driver.main.latest and len(driver.main.latest.neurons[1]) == 9)
        graph.pick = Pick(2, 0)
        await driver.pilot.press("I")
        await driver.until(lambda: driver.session.settings.hidden == (9, 8, 8))
        await driver.pilot.press("u")
        await driver.until(lambda: driver.session.settings.hidden == (9, 8))


async def test_an_input_is_switched_on() -> None:
    async with dashboard((120, 40), playing=False, features=("x", "y")) as driver:
        graph = await network(driver)
        graph.pick = Pick(0, 1)
        await driver.pilot.press("x")
        await driver.until(lambda: driver.session.settings.features == ("x",))


async def test_a_weight_is_set_by_hand() -> None:
    async with dashboard((120, 40), playing=False) as driver:
        graph = await network(driver)
        graph.pick = Pick(1, 2, 1)
        before = await driver.session.weights()
        await driver.pilot.press("enter")
        await driver.until(lambda: graph.field.open)
        graph.field.value = "0.5"
        await driver.pilot.press("enter")
        await driver.until(lambda: "y → h1₃ = 0.5" in str(driver.main.logbook.events))
        after = await driver.session.weights()
        assert after["W0"][1, 2] == 0.5
        assert np.sum(after["W0"] != before["W0"]) == 1
        await driver.pilot.press("u")
        await driver.until(lambda: "undone: y → h1₃ =" in str(driver.main.logbook.events))
        assert np.array_equal((await driver.session.weights())["W0"], before["W0"])
        await driver.pilot.press("u")
        await driver.notified("nothing to undo")


async def test_ctrl_c_quits_where_a_weight_is_typed() -> None:
    async with dashboard((120, 40), playing=False) as driver:
        graph = await network(driver)
        graph.pick = Pick(1, 2, 1)
        await driver.pilot.press("enter")
        await driver.until(lambda: graph.field.open)
        await driver.pilot.press("ctrl+c")
        await driver.until(lambda: driver.app._exit)
