from __future__ import annotations

from tui_nn.engine.optimizers.adam import Adam
from tui_nn.engine.optimizers.base import Number
from tui_nn.engine.types import Array


class AdamW(Adam):
    """Adam whose weight decay shrinks the parameters directly.

    θ ← θ·(1 − learning_rate·weight_decay)
    then as Adam with the bare gradient. In Adam the decay is divided by √v̂ like every gradient, so
    that parameters with large gradients decay least; here all decay alike.

    Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101; agrees with `torch.optim.AdamW`.

    weight_decay: how fast the parameters shrink, in units of the learning rate (0.01).
    The other options are Adam's.
    """

    name = "adamw"
    decoupled_weight_decay = True

    def __init__(
        self,
        parameters: Array,
        learning_rate: Number = 1e-3,
        *,
        beta1: Number = 0.9,
        beta2: Number = 0.999,
        eps: Number = 1e-8,
        amsgrad: bool = False,
        weight_decay: Number = 0.01,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            parameters,
            learning_rate,
            beta1=beta1,
            beta2=beta2,
            eps=eps,
            amsgrad=amsgrad,
            weight_decay=weight_decay,
            maximize=maximize,
        )
