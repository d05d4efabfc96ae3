"""Compute with PyTorch, in float64, the losses and networks of other targets than two classes.

Run from the project's folder: ``python -m tests.golden.make_golden_targets [FILE]``. It needs requirements-peers.txt.
Names are ``kind/case/array``; kinds: ``loss`` (value and gradient of given outputs), ``network`` (20 steps from bncore's own first
weights, data and batch order).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

from bncore.batches import epoch_order
from bncore.config import RunConfig
from bncore.data import load_data
from bncore.state import init_state
from bncore.streams import stream
from tests.golden.cases import KEPT_STEPS, TARGETS
from tests.golden.make_golden_torch import Array, Net, is_weight, numbers, optimizer_of, scheduler_of

FILE = Path(__file__).with_name("targets.npz")


def loss_of(task: str, outputs: torch.Tensor, targets: Array) -> torch.Tensor:
    if task == "classes":
        return nn.CrossEntropyLoss()(outputs, torch.tensor(targets.astype(np.int64)))
    return nn.MSELoss()(outputs[:, 0], torch.tensor(targets))


def losses() -> dict[str, Array]:
    rng = np.random.default_rng([1502, 3171])
    found: dict[str, Array] = {}
    for task, outputs, targets in (
        ("classes", 6.0 * rng.standard_normal((40, 5)), rng.integers(5, size=40).astype(float)),
        ("regression", 50.0 + 20.0 * rng.standard_normal((40, 1)), 50.0 + 20.0 * rng.standard_normal(40)),
    ):
        leaf = torch.tensor(outputs, requires_grad=True)
        loss = loss_of(task, leaf, targets)
        loss.backward()
        arrays = {"outputs": outputs, "targets": targets, "loss": numbers(loss), "grad": numbers(leaf.grad)}
        found |= {f"loss/{task}/{name}": value for name, value in arrays.items()}
    return found


def network(config: RunConfig) -> dict[str, Array]:
    """Return every run's flat vectors at `KEPT_STEPS`, the loss of every step and the last network's answers to the test points."""
    runs = [one_run(config, run) for run in range(config.seeds)]
    return {name: np.stack([found[name] for found in runs], axis=1) for name in ("params", "loss", "test")}


def one_run(config: RunConfig, run: int) -> dict[str, Array]:
    data = load_data(config)
    x_train, y_train = data.x_train[run], data.y_train[run]
    net = Net(config)
    net.load(init_state(config).params[run])
    weights, others = ([p for name, p in net.named_parameters() if is_weight(name) is wanted] for wanted in (True, False))
    optimizer = optimizer_of(config, weights, others)
    scheduler = scheduler_of(config, optimizer)
    order_stream = stream(config.seed_list[run], "order")
    params, values = [net.flat()], []
    while len(values) < config.total_steps:
        order = epoch_order(config, y_train, order_stream)
        for first, last in config.batch_bounds[: config.total_steps - len(values)]:
            points = order[first:last]
            optimizer.zero_grad()
            loss = loss_of(config.task, net.outputs(torch.tensor(x_train[points])), y_train[points])
            loss.backward()
            optimizer.step()
            scheduler.step()
            params.append(net.flat())
            values.append(numbers(loss))
    net.train()  # the test set as one batch: no running statistics, whose variance PyTorch keeps unbiased
    return {
        "params": np.stack(params)[list(KEPT_STEPS)],
        "loss": np.stack(values),
        "test": numbers(net.outputs(torch.tensor(data.x_test[run]))),
    }


def main(file: Path) -> None:
    torch.set_num_threads(1)
    arrays: dict[str, Array] = {"version": np.array(torch.__version__)} | losses()
    for name, config in TARGETS.items():
        arrays |= {f"network/{name}/{key}": value for key, value in network(config).items()}
    np.savez_compressed(file, **arrays)
    print(f"{file}: {file.stat().st_size / 1000:.0f} kB, PyTorch {torch.__version__}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE)
