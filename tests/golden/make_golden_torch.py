"""Compute with PyTorch, in float64, what bncore is compared with.

Run from the project's folder: ``python -m tests.golden.make_golden_torch [FILE]``. It needs requirements-peers.txt.
Names are ``kind/case/array``; kinds: ``norm`` (forward, backward, running statistics, inference), ``awkward`` (forward,
backward), ``network`` (20 steps from bncore's own first weights, data and batch order).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from bncore.batches import epoch_order
from bncore.config import RunConfig
from bncore.data import load_data
from bncore.network import Layout
from bncore.state import init_state
from bncore.streams import stream
from tests.golden.cases import AWKWARD, BATCHES, KEPT_STEPS, NETWORKS, NormCase

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
    optimizer = optimizer_of(config, net)
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
            params.append(net.flat())
            running.append(net.running())
            losses.append(numbers(loss))
    net.use(given)
    net.eval()
    logits = numbers(net(torch.tensor(data.x_test[run])))
    kept = np.stack(params)[list(KEPT_STEPS)]
    return {"params": kept, "running": np.stack(running), "loss": np.stack(losses), "logits": logits}


def optimizer_of(config: RunConfig, net: Net) -> torch.optim.Optimizer:
    groups: list[dict[str, Any]] = [
        {
            "params": [p for name, p in net.named_parameters() if is_weight(name) is decayed],
            "weight_decay": decayed * config.weight_decay,
        }
        for decayed in (True, False)
    ]
    if config.optimizer == "adam":
        return torch.optim.Adam(groups, config.learning_rate, (config.adam_beta1, config.adam_beta2), config.adam_eps)
    return torch.optim.SGD(groups, config.learning_rate, config.sgd_momentum if config.optimizer == "momentum" else 0.0)


def is_weight(name: str) -> bool:
    return name.startswith("dense.") and name.endswith(".weight")


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
            nn.BatchNorm1d(size, config.eps, 1.0 - config.bn_momentum, dtype=torch.float64) if on else nn.Identity()
            for (_, size), on in zip(sizes, config.normalised_layers, strict=True)
        )
        for _, batch_norm in self.batch_norms():
            batch_norm.weight.requires_grad_(config.learn_gamma)
            batch_norm.bias.requires_grad_(config.learn_beta)

    def batch_norms(self) -> list[tuple[int, nn.BatchNorm1d]]:
        return [(i, m) for i, m in enumerate(self.norms) if isinstance(m, nn.BatchNorm1d)]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        *hidden, last = zip(self.dense, self.norms, strict=True)
        for dense, batch_norm in hidden:
            x = dense(x)
            x = self.activation(batch_norm(x)) if self.before else batch_norm(self.activation(x))
        return last[1](last[0](x))[:, 0]

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
    for name, config in NETWORKS.items():
        arrays |= {f"network/{name}/{key}": value for key, value in network(config).items()}
    np.savez_compressed(file, **arrays)
    print(f"{file}: {file.stat().st_size / 1000:.0f} kB, PyTorch {torch.__version__}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE)
