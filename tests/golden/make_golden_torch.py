"""Compute with PyTorch, in float64, what bncore is compared with.

Run from the project's folder: ``python -m tests.golden.make_golden_torch [FILE]``. It needs requirements-peers.txt.
Names are ``kind/case/array``; kinds: ``norm`` (forward, backward, running statistics, inference), ``awkward`` (forward,
backward), ``grouped`` (the same of layer and group normalization), ``optimizer`` (20 steps of given gradients), ``schedule``
(the learning rate of every step), ``network`` (20 steps from bncore's own first weights, data and batch order).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.optim import lr_scheduler

from bncore.batches import epoch_order
from bncore.config import RunConfig
from bncore.data import load_data
from bncore.network import Layout
from bncore.state import init_state
from bncore.streams import stream
from tests.golden.cases import (
    AWKWARD,
    BATCHES,
    DECAYED,
    GRADIENTS,
    GROUPED,
    KEPT_STEPS,
    NETWORKS,
    SCHEDULES,
    START,
    STEPPED,
    NormCase,
)

Array = NDArray[np.float64]

FILE = Path(__file__).with_name("torch.npz")
ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "linear": nn.Identity}


def norm(case: NormCase) -> dict[str, Array]:
    """Return outputs and gradients of every batch, the running statistics after it, and inference with the last ones.

    Running statistics as PyTorch keeps them: momentum 1 - bn_momentum, variance divided by N - 1.
    """
    layer = nn.BatchNorm1d(case.x.shape[2], eps=case.eps, momentum=1.0 - case.bn_momentum, dtype=torch.float64)
    set_to(layer.weight, case.gamma)
    set_to(layer.bias, case.beta)
    found: dict[str, list[Array]] = {}
    for x, dy in zip(case.x, case.dy, strict=True):
        layer.zero_grad()
        leaf = torch.tensor(x, requires_grad=True)
        y = layer(leaf)
        y.backward(torch.tensor(dy))
        values = {
            "y": y, "dx": leaf.grad, "dgamma": layer.weight.grad, "dbeta": layer.bias.grad,
            "running_mean": layer.running_mean, "running_var": layer.running_var,
        }  # fmt: skip
        for name, value in values.items():
            found.setdefault(name, []).append(numbers(value))
    layer.eval()
    layer.zero_grad()
    leaf = torch.tensor(case.x[0], requires_grad=True)
    y = layer(leaf)
    y.backward(torch.tensor(case.dy[0]))
    frozen = {"frozen_y": y, "frozen_dx": leaf.grad, "frozen_dgamma": layer.weight.grad, "frozen_dbeta": layer.bias.grad}
    return {name: np.stack(values) for name, values in found.items()} | {k: numbers(v) for k, v in frozen.items()}


def awkward(case: NormCase) -> dict[str, Array]:
    """Return output and gradients of one batch, from the kernel itself: `nn.BatchNorm1d` refuses a batch of one."""
    leaves = [torch.tensor(a, requires_grad=True) for a in (case.x[0], case.gamma, case.beta)]
    y = torch.batch_norm(*leaves, None, None, True, 0.0, case.eps, False)
    y.backward(torch.tensor(case.dy[0]))
    return {"y": numbers(y)} | {f"d{name}": numbers(leaf.grad) for name, leaf in zip(("x", "gamma", "beta"), leaves, strict=True)}


def grouped(groups: int, case: NormCase) -> dict[str, Array]:
    """Return outputs and gradients of every batch; one group is `nn.LayerNorm`."""
    c = case.x.shape[2]
    layer: nn.LayerNorm | nn.GroupNorm = nn.GroupNorm(groups, c, case.eps, dtype=torch.float64)
    if groups == 1:
        layer = nn.LayerNorm(c, case.eps, dtype=torch.float64)
    set_to(layer.weight, case.gamma)
    set_to(layer.bias, case.beta)
    found: dict[str, list[Array]] = {}
    for x, dy in zip(case.x, case.dy, strict=True):
        layer.zero_grad()
        leaf = torch.tensor(x, requires_grad=True)
        y = layer(leaf)
        y.backward(torch.tensor(dy))
        for name, value in {"y": y, "dx": leaf.grad, "dgamma": layer.weight.grad, "dbeta": layer.bias.grad}.items():
            found.setdefault(name, []).append(numbers(value))
    return {name: np.stack(values) for name, values in found.items()}


def stepped(config: RunConfig) -> dict[str, Array]:
    """Return the parameters after every step of `GRADIENTS`, ``params (21, 6)``."""
    places = [np.flatnonzero(DECAYED == 1.0), np.flatnonzero(DECAYED == 0.0)]
    leaves = [torch.tensor(START[place], requires_grad=True) for place in places]
    optimizer = optimizer_of(config, leaves[:1], leaves[1:])
    params = np.tile(START, (len(GRADIENTS) + 1, 1))
    for step, grad in enumerate(GRADIENTS, 1):
        for leaf, place in zip(leaves, places, strict=True):
            leaf.grad = torch.tensor(grad[place])
        optimizer.step()
        for leaf, place in zip(leaves, places, strict=True):
            params[step, place] = numbers(leaf)
    return {"params": params}


def schedule(config: RunConfig) -> dict[str, Array]:
    """Return the learning rate of every step."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], config.learning_rate)
    scheduler = scheduler_of(config, optimizer)
    rates = []
    for _ in range(config.total_steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return {"rate": np.array(rates)}


def network(config: RunConfig) -> dict[str, Array]:
    """Return every run's flat vectors at `KEPT_STEPS`, and running statistics and loss at every step.

    ``params (K, R, P)`` and ``running (steps + 1, R, S)`` are laid out as bncore's; the variances in ``running`` are PyTorch's.
    ``given`` are made-up statistics, ``logits (R, n_test)`` the trained network's answer with them in inference mode.
    """
    data = load_data(config)
    given = np.random.default_rng(config.seed).uniform(0.5, 2.0, (config.seeds, Layout.of(config).n_running))
    runs = [one_run(config, run, given[run]) for run in range(config.seeds)]
    steps = {name: np.stack([found[name] for found in runs], axis=1) for name in ("params", "running", "loss")}
    logits = np.stack([found["logits"] for found in runs])
    return {**steps, "x_train": data.x_train, "x_test": data.x_test, "given": given, "logits": logits}


def one_run(config: RunConfig, run: int, given: Array) -> dict[str, Array]:
    data = load_data(config)
    x_train, y_train = data.x_train[run], data.y_train[run]
    net = Net(config)
    net.load(init_state(config).params[run])
    weights, others = ([p for name, p in net.named_parameters() if is_weight(name) is wanted] for wanted in (True, False))
    optimizer = optimizer_of(config, weights, others)
    scheduler = scheduler_of(config, optimizer)
    order_stream = stream(config.seed_list[run], "order")
    params, running, losses = [net.flat()], [net.running()], []
    while len(losses) < config.total_steps:
        order = epoch_order(config, y_train, order_stream)
        for first, last in config.batch_bounds[: config.total_steps - len(losses)]:
            points = order[first:last]
            optimizer.zero_grad()
            loss = nn.functional.binary_cross_entropy_with_logits(net(torch.tensor(x_train[points])), torch.tensor(y_train[points]))
            loss.backward()
            optimizer.step()
            scheduler.step()
            params.append(net.flat())
            running.append(net.running())
            losses.append(numbers(loss))
    net.use(given)
    net.eval()
    logits = numbers(net(torch.tensor(data.x_test[run])))
    kept = np.stack(params)[list(KEPT_STEPS)]
    return {"params": kept, "running": np.stack(running), "loss": np.stack(losses), "logits": logits}


def optimizer_of(config: RunConfig, decayed: Sequence[torch.Tensor], others: Sequence[torch.Tensor]) -> torch.optim.Optimizer:
    groups: list[dict[str, Any]] = [
        {"params": list(decayed), "weight_decay": config.weight_decay},
        {"params": list(others), "weight_decay": 0.0},
    ]
    rate, betas, eps = config.learning_rate, (config.adam_beta1, config.adam_beta2), config.adam_eps
    if config.optimizer in ("adam", "adamw"):
        return {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[config.optimizer](groups, rate, betas, eps)
    if config.optimizer == "rmsprop":
        return torch.optim.RMSprop(groups, rate, config.rmsprop_rho, eps)
    momentum = 0.0 if config.optimizer == "sgd" else config.sgd_momentum
    return torch.optim.SGD(groups, rate, momentum, nesterov=config.optimizer == "nesterov")


def scheduler_of(config: RunConfig, optimizer: torch.optim.Optimizer) -> lr_scheduler.LRScheduler:
    total, parts = config.total_steps, []
    if config.schedule == "cosine":
        parts.append(lr_scheduler.CosineAnnealingLR(optimizer, total))
    if config.schedule == "step":
        parts.append(lr_scheduler.MultiStepLR(optimizer, [math.ceil(total / 2), math.ceil(3 * total / 4)], 0.1))
    if config.warmup > 1:
        parts.append(lr_scheduler.LinearLR(optimizer, 1.0 / config.warmup, 1.0, config.warmup - 1))
    return lr_scheduler.ChainedScheduler(parts or [lr_scheduler.ConstantLR(optimizer, 1.0)], optimizer)


def is_weight(name: str) -> bool:
    return name.startswith("dense.") and name.endswith(".weight")


def normaliser(config: RunConfig, size: int) -> nn.Module:
    if config.norm == "layer":
        return nn.LayerNorm(size, config.eps, dtype=torch.float64)
    if config.norm == "group":
        groups = max(n for n in range(1, min(size, config.groups) + 1) if size % n == 0)
        return nn.GroupNorm(groups, size, config.eps, dtype=torch.float64)
    return nn.BatchNorm1d(size, config.eps, 1.0 - config.bn_momentum, dtype=torch.float64)


class Net(nn.Module):
    """The configured network out of PyTorch's own parts."""

    def __init__(self, config: RunConfig) -> None:
        super().__init__()
        self.layout = layout = Layout.of(config)
        self.before = config.placement == "before"
        self.activation = ACTIVATIONS[config.activation]()
        sizes = [(layer.fan_in, layer.fan_out) for layer in layout.layers]
        self.dense = nn.ModuleList(nn.Linear(*size, dtype=torch.float64) for size in sizes)
        self.norms = nn.ModuleList(
            normaliser(config, size) if on else nn.Identity() for (_, size), on in zip(sizes, config.normalised_layers, strict=True)
        )
        for norm, on in zip(self.norms, config.normalised_layers, strict=True):
            if on:
                norm.weight.requires_grad_(config.learn_gamma)
                norm.bias.requires_grad_(config.learn_beta)
                norm.train(not config.freeze_statistics)

    def batch_norms(self) -> list[tuple[int, nn.BatchNorm1d]]:
        return [(i, m) for i, m in enumerate(self.norms) if isinstance(m, nn.BatchNorm1d)]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.outputs(x)[:, 0]

    def outputs(self, x: torch.Tensor) -> torch.Tensor:
        *hidden, last = zip(self.dense, self.norms, strict=True)
        for dense, batch_norm in hidden:
            x = dense(x)
            x = self.activation(batch_norm(x)) if self.before else batch_norm(self.activation(x))
        return last[1](last[0](x))

    def load(self, vector: Array) -> None:
        for layer, dense, batch_norm in zip(self.layout.layers, self.dense, self.norms, strict=True):
            parts = layer.parts
            set_to(dense.weight, vector[parts["weight"]].reshape(layer.fan_in, layer.fan_out).T)
            set_to(dense.bias, vector[parts["bias"]])
            if "gamma" in parts:
                set_to(batch_norm.weight, vector[parts["gamma"]])
                set_to(batch_norm.bias, vector[parts["beta"]])

    def flat(self) -> Array:
        vector = np.full(self.layout.n_params, np.nan)
        for layer, dense, batch_norm in zip(self.layout.layers, self.dense, self.norms, strict=True):
            parts = layer.parts
            vector[parts["weight"]] = numbers(dense.weight).T.ravel()
            vector[parts["bias"]] = numbers(dense.bias)
            if "gamma" in parts:
                vector[parts["gamma"]] = numbers(batch_norm.weight)
                vector[parts["beta"]] = numbers(batch_norm.bias)
        return vector

    def running(self) -> Array:
        return np.concatenate([np.empty(0), *(numbers(v) for _, m in self.batch_norms() for v in (m.running_mean, m.running_var))])

    def use(self, given: Array) -> None:
        for i, batch_norm in self.batch_norms():
            layer = self.layout.layers[i]
            mean, var = np.split(given[layer.statistics : layer.statistics + 2 * layer.fan_out], 2)
            set_to(batch_norm.running_mean, mean)
            set_to(batch_norm.running_var, var)


def set_to(tensor: torch.Tensor, values: Array) -> None:
    with torch.no_grad():
        tensor.copy_(torch.tensor(values))


def numbers(tensor: torch.Tensor) -> Array:
    return tensor.detach().numpy().copy()


def main(file: Path) -> None:
    torch.set_num_threads(1)
    arrays = {"version": np.array(torch.__version__)}
    for kind, cases, compute in (("norm", BATCHES, norm), ("awkward", AWKWARD, awkward)):
        for name, case in cases.items():
            arrays |= {f"{kind}/{name}/{key}": value for key, value in (case.arrays() | compute(case)).items()}
    for name, (groups, case) in GROUPED.items():
        arrays |= {f"grouped/{name}/{key}": value for key, value in (case.arrays() | grouped(groups, case)).items()}
    for kind, configs, compute in (
        ("optimizer", STEPPED, stepped),
        ("schedule", SCHEDULES, schedule),
        ("network", NETWORKS, network),
    ):
        for name, config in configs.items():
            arrays |= {f"{kind}/{name}/{key}": value for key, value in compute(config).items()}
    np.savez_compressed(file, **arrays)
    print(f"{file}: {file.stat().st_size / 1000:.0f} kB, PyTorch {torch.__version__}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE)
