"""The optimizers agree with PyTorch, alone and as a population, and go on from a saved state.

The cases are in torch_cases.py; where PyTorch arrived on them was recorded by record_torch.py.
"""

import inspect
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from torch_cases import CASES, PROBLEMS, STEPS, train

from tui_nn.engine.optimizers import REGISTRY, Adam, GradientDescent, Lbfgs, Optimizer

RECORDED = np.load(Path(__file__).with_name("torch_values.npz"))
STEPWISE = [name for name, rule in REGISTRY.items() if not rule.needs_closure]

# Three members' values of the continuous options, with 0 among them where 0 turns something off.
MEMBERS = {
    "learning_rate": (0.1, 0.02, 0.003),
    "momentum": (0.0, 0.5, 0.9),
    "dampening": (0.3, 0.0, 0.5),
    "weight_decay": (0.0, 1e-3, 0.1),
    "beta1": (0.0, 0.7, 0.9),
    "beta2": (0.6, 0.99, 0.999),
    "eps": (1e-8, 1e-6, 1e-3),
    "momentum_decay": (0.0, 4e-3, 0.1),
    "alpha": (0.5, 0.9, 0.99),
    "rho": (0.5, 0.9, 0.95),
    "lr_decay": (0.0, 0.01, 0.1),
    "initial_accumulator_value": (0.0, 0.1, 1.0),
    "eta_minus": (0.3, 0.5, 0.8),
    "eta_plus": (1.05, 1.2, 1.5),
    "step_min": (1e-6, 1e-4, 1e-3),
    "step_max": (0.05, 1.0, 50.0),
}


def options_of(rule: type[Optimizer], kind: type) -> list[str]:
    """The names of a rule's options whose default is of this type."""
    signature = inspect.signature(rule).parameters.values()
    return [option.name for option in signature if type(option.default) is kind]


def variants(name: str) -> list[dict[str, bool]]:
    """No flag set, then each flag of the rule alone."""
    return [{}, *({flag: True} for flag in options_of(REGISTRY[name], bool))]


ALL_VARIANTS = [(name, flags) for name in STEPWISE for flags in variants(name)]


def stream(size: int, steps: int, dtype: str = "float64") -> Iterator[np.ndarray]:
    """Gradients of all sizes, some of them 0."""
    rng = np.random.default_rng(3)
    scale = 10.0 ** rng.uniform(-6, 1, size)
    for _ in range(steps):
        yield (rng.normal(0.2, 1, size) * scale * (rng.random(size) > 0.1)).astype(dtype)


def test_every_rule_is_compared_with_torch() -> None:
    assert {rule for rule, *_ in CASES.values()} == set(REGISTRY)
    assert {f"{problem}/{name}" for problem in PROBLEMS for name in CASES} == set(RECORDED.files)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("problem", PROBLEMS)
def test_training_ends_where_torch_ends(problem: str, name: str) -> None:
    rule, options, *_ = CASES[name]
    parameters = PROBLEMS[problem].start.copy()
    optimizer = REGISTRY[rule](parameters, **options)
    train(optimizer, PROBLEMS[problem].closure(parameters), STEPS)
    expected = RECORDED[f"{problem}/{name}"]
    tolerance = 1e-9 if rule == "lbfgs" else 1e-12
    # The floor is for the parameters near 0, where a rounding elsewhere is large beside them.
    np.testing.assert_allclose(parameters, expected, tolerance, 0.01 * tolerance)


@pytest.fixture
def torch() -> Iterator[Any]:
    torch = pytest.importorskip("torch")
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)  # or NAdam would keep its product of μ in float32
    yield torch
    torch.set_default_dtype(default)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[0] != "lbfgs"])
def test_the_rule_itself_agrees_with_torch_live(name: str, torch: Any) -> None:
    rule, options, torch_rule, torch_options = CASES[name]
    parameters = np.linspace(-2, 2, 50)
    theirs = torch.tensor(parameters)
    optimizer = REGISTRY[rule](parameters, **options)
    reference = getattr(torch.optim, torch_rule)([theirs], foreach=False, **torch_options)
    for step, gradients in enumerate(stream(50, 120)):
        if step == 60:  # options may change on the way
            optimizer.learning_rate = reference.param_groups[0]["lr"] = options["learning_rate"] / 3
            if "weight_decay" in torch_options:
                optimizer.weight_decay = reference.param_groups[0]["weight_decay"] = 0.02
        theirs.grad = torch.tensor(gradients)
        reference.step()
        optimizer.update(gradients)
    np.testing.assert_allclose(parameters, theirs.numpy(), 1e-12, 1e-14)


@pytest.mark.parametrize("name", REGISTRY)
def test_defaults_are_those_of_torch(name: str, torch: Any) -> None:
    torch_rule = next(case[2] for case in CASES.values() if case[0] == name)
    theirs = inspect.signature(getattr(torch.optim, torch_rule)).parameters
    renamed = {
        "learning_rate": ("lr", None),
        "beta1": ("betas", 0),
        "beta2": ("betas", 1),
        "eta_minus": ("etas", 0),
        "eta_plus": ("etas", 1),
        "step_min": ("step_sizes", 0),
        "step_max": ("step_sizes", 1),
    }
    for option in list(inspect.signature(REGISTRY[name]).parameters.values())[1:]:
        their_name, part = renamed.get(option.name, (option.name, None))
        default = theirs[their_name].default
        assert option.default == (default if part is None else default[part]), option.name


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("name", "flags"), ALL_VARIANTS)
def test_a_population_moves_as_its_members_alone(
    name: str, flags: dict[str, bool], dtype: str
) -> None:
    rule = REGISTRY[name]
    varied = {option: np.array(MEMBERS[option])[:, None] for option in options_of(rule, float)}
    if flags.get("nesterov"):
        del varied["dampening"]
        varied["momentum"] = np.array([[0.3], [0.5], [0.9]])
    parameters = np.linspace(-2, 2, 3 * 20).reshape(3, 20).astype(dtype)
    alone = parameters.copy()
    population = rule(parameters, **varied, **flags)
    members = [
        rule(alone[k], **{option: float(v[k, 0]) for option, v in varied.items()}, **flags)
        for k in range(3)
    ]
    for gradients in stream(60, 40, dtype):
        rows = gradients.reshape(3, 20)
        population.update(rows)
        for member, row in zip(members, rows, strict=True):
            member.update(row)
    assert np.isfinite(parameters).all()
    assert parameters.tobytes() == alone.tobytes()


@pytest.mark.parametrize("name", CASES)
def test_a_resumed_run_is_the_uninterrupted_one(name: str) -> None:
    rule, options, *_ = CASES[name]
    problem = PROBLEMS["classes"]
    whole, parts = problem.start.copy(), problem.start.copy()
    optimizer = REGISTRY[rule](whole, **options)
    for _ in range(2):
        train(optimizer, problem.closure(whole), 20)

    first = REGISTRY[rule](parts, **options)
    train(first, problem.closure(parts), 20)
    state = first.state_dict()
    train(first, problem.closure(parts.copy()), 3)  # the state must be a copy
    for name, value in state.items():
        assert name == "name" or isinstance(value, int | float) or value.dtype.kind == "f"
    second = REGISTRY[rule](parts, **options)
    parts[:] = problem.start
    train(REGISTRY[rule](parts, **options), problem.closure(parts), 20)
    second.load_state_dict(state)
    train(second, problem.closure(parts), 20)
    assert parts.tobytes() == whole.tobytes()


@pytest.mark.parametrize(("name", "flags"), ALL_VARIANTS)
def test_a_population_resumes_too(name: str, flags: dict[str, bool]) -> None:
    rule = REGISTRY[name]
    options: dict[str, Any] = {"learning_rate": np.array([[0.1], [0.2], [0.3]]), **flags}
    if "beta1" in options_of(rule, float):
        options["beta1"] = np.array([[0.1], [0.5], [0.9]])
    if "momentum" in options_of(rule, float):
        options["momentum"] = 0.5
    whole, parts = np.ones((3, 4)), np.ones((3, 4))
    optimizer, first, second = rule(whole, **options), rule(parts, **options), None
    for step, gradients in enumerate(stream(12, 20)):
        rows = gradients.reshape(3, 4)
        optimizer.update(rows)
        if step == 10:
            second = rule(parts, **options)
            second.load_state_dict(first.state_dict())
        (second or first).update(rows)
    assert parts.tobytes() == whole.tobytes()


@pytest.mark.parametrize(("name", "flags"), ALL_VARIANTS)
def test_an_update_allocates_nothing_and_leaves_the_gradient(
    name: str, flags: dict[str, bool]
) -> None:
    momentum = {"momentum": 0.9} if "momentum" in options_of(REGISTRY[name], float) else {}
    decay = {"weight_decay": 0.1} if "weight_decay" in options_of(REGISTRY[name], float) else {}
    optimizer = REGISTRY[name](np.ones(10_000), 0.1, **momentum, **decay, **flags)
    gradients = np.linspace(-1, 1, 10_000)
    before = gradients.copy()
    optimizer.update(gradients)
    tracemalloc.start()
    for _ in range(10):
        optimizer.update(gradients)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000  # a vector has 80,000 bytes
    assert (gradients == before).all()


@pytest.mark.parametrize("name", STEPWISE)
def test_float32_stays_float32(name: str) -> None:
    optimizer = REGISTRY[name](np.ones(5, "float32"), 0.01)
    optimizer.update(np.arange(5, dtype="float32"))
    for value in (optimizer.parameters, *optimizer.state_dict().values()):
        assert np.ndim(value) == 0 or value.dtype == np.float32


def test_lbfgs_in_float32_descends() -> None:
    problem = PROBLEMS["linear"]
    parameters = problem.start.astype("float32")
    evaluate = problem.closure(parameters)
    optimizer = Lbfgs(parameters, max_iter=30, line_search_fn="strong_wolfe")
    first = optimizer.update_with(evaluate)
    assert evaluate()[0] < first / 2
    assert optimizer.direction.dtype == np.float32


@pytest.mark.parametrize("line_search_fn", [None, "strong_wolfe"])
@pytest.mark.parametrize("learning_rate", [0.0, 1.0, 1e300])
def test_lbfgs_survives_what_is_not_finite(
    learning_rate: float, line_search_fn: str | None
) -> None:
    parameters = np.ones(3)

    def evaluate() -> tuple[float, np.ndarray]:
        with np.errstate(all="ignore"):
            return float(np.sum(parameters**4)), 4 * parameters**3

    optimizer = Lbfgs(parameters, learning_rate, line_search_fn=line_search_fn)
    for _ in range(3):
        optimizer.update_with(evaluate)
    if line_search_fn:
        assert np.isfinite(parameters).all()


def test_lbfgs_neither_follows_nor_remembers_nan() -> None:
    evaluations = 0

    def evaluate() -> tuple[float, np.ndarray]:
        nonlocal evaluations
        evaluations += 1
        return 1 / evaluations, np.full(3, 1.0 if evaluations < 5 else np.nan)

    parameters = np.ones(3)
    optimizer = Lbfgs(parameters, max_iter=500, tolerance_change=0)
    optimizer.update_with(evaluate)
    assert evaluations < 10
    assert np.isnan(parameters).all()
    assert not optimizer.s
    optimizer.update_with(evaluate)
    assert evaluations < 15


def test_lbfgs_needs_a_closure_and_the_others_take_one() -> None:
    with pytest.raises(TypeError, match="update_with"):
        Lbfgs(np.ones(2)).update(np.ones(2))
    parameters = np.ones(2)
    assert GradientDescent(parameters, 0.5).update_with(lambda: (3.0, np.ones(2))) == 3.0
    assert parameters.tolist() == [0.5, 0.5]


def test_a_member_needs_its_own_row_of_options() -> None:
    with pytest.raises(ValueError, match=r"\(3,\): must be a number or \(K, 1\)"):
        Adam(np.ones((3, 5)), beta1=np.array([0.1, 0.2, 0.3]))
    with pytest.raises(ValueError, match="one vector"):
        Lbfgs(np.ones((3, 5)))


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("gd", {"learning_rate": -1.0}, "learning_rate: -1.0: must be ≥ 0"),
        ("gd", {"learning_rate": float("nan")}, "learning_rate: nan: must be ≥ 0"),
        ("gd", {"momentum": -0.1}, "momentum: -0.1: must be ≥ 0"),
        ("gd", {"nesterov": True}, "nesterov: True: needs momentum above 0"),
        ("gd", {"nesterov": True, "momentum": 0.9, "dampening": 0.1}, "momentum .* dampening 0"),
        ("adam", {"beta1": 1.0}, "beta1: 1.0: must be ≥ 0 and < 1"),
        ("adam", {"weight_decay": -1.0}, "weight_decay: -1.0: must be ≥ 0"),
        ("adadelta", {"rho": 1.5}, "rho: 1.5: must be ≥ 0 and ≤ 1"),
        ("rprop", {"eta_minus": 0.0}, "eta_minus: 0.0: must be > 0 and < 1"),
        ("lbfgs", {"max_iter": 0}, "max_iter: 0: must be ≥ 1"),
        ("lbfgs", {"line_search_fn": "armijo"}, "line_search_fn: armijo: must be strong_wolfe"),
    ],
)
def test_a_wrong_option_is_named(name: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        REGISTRY[name](np.ones(3), **options)


@pytest.mark.parametrize("name", REGISTRY)
def test_options_are_keywords_and_documented(name: str) -> None:
    rule = REGISTRY[name]
    _, learning_rate, *options = inspect.signature(rule).parameters.values()
    assert learning_rate.name == "learning_rate"
    assert {option.kind for option in options} == {inspect.Parameter.KEYWORD_ONLY}
    documented = " ".join(cls.__doc__ or "" for cls in rule.__mro__)
    assert all(f"{option.name}" in documented for option in options)
    assert (rule.__doc__ or "").splitlines()[0].endswith(".")
