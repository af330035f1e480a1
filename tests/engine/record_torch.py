"""Record where PyTorch's optimizers arrive on the cases of torch_cases.py, into torch_values.npz,
and the learning rates of its schedules on schedule_cases.py, into torch_schedules.npz.

Run it where torch is installed: python tests/engine/record_torch.py
"""

from pathlib import Path

import numpy as np
import schedule_cases
import torch
from torch_cases import CASES, LBFGS_ITERATIONS, PROBLEMS, STEPS, Linear, Problem

# PyTorch keeps scalar state (NAdam's product of μ) in the default type: float32 if it is left.
torch.set_default_dtype(torch.float64)


def loss_of(problem: Problem, parameters: torch.Tensor) -> torch.Tensor:
    a = torch.tensor(problem.inputs)
    *hidden, last = problem.layers(parameters)
    activation = torch.sigmoid if isinstance(problem, Linear) else torch.tanh
    for layer in hidden:
        a = activation(a @ layer[:-1] + layer[-1])
    z = a @ last[:-1] + last[-1]
    if isinstance(problem, Linear):
        return torch.nn.functional.mse_loss(torch.sigmoid(z), torch.tensor(problem.truth))
    return torch.nn.functional.cross_entropy(z, torch.tensor(problem.truth))


def main() -> None:
    values = {}
    for problem_name, problem in PROBLEMS.items():
        for name, (rule, _, torch_rule, options) in CASES.items():
            parameters = torch.tensor(problem.start, requires_grad=True)
            foreach = {} if rule == "lbfgs" else {"foreach": False}
            optimizer = getattr(torch.optim, torch_rule)([parameters], **foreach, **options)

            def closure() -> torch.Tensor:
                optimizer.zero_grad()  # noqa: B023
                loss = loss_of(problem, parameters)  # noqa: B023
                loss.backward()
                return loss

            updates = LBFGS_ITERATIONS // options["max_iter"] if rule == "lbfgs" else STEPS
            for _ in range(updates):
                optimizer.step(closure)
            values[f"{problem_name}/{name}"] = parameters.detach().numpy()
    np.savez_compressed(Path(__file__).with_name("torch_values.npz"), **values)
    rates = {name: schedule_cases.torch_rates(torch, name) for name in schedule_cases.CASES}
    np.savez_compressed(Path(__file__).with_name("torch_schedules.npz"), **rates)


if __name__ == "__main__":
    main()
