"""One training step of 2-16-16-1 with BN, batch 32, SGD, float64: this engine against PyTorch eager in the same process.

    python benchmarks/step.py [--repeats 30]

The two take turns; what is printed are medians of microseconds a step and a run, and their ratio. One thread each.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import torch

from bncore.config import RunConfig
from bncore.data import load_data
from bncore.session import Session
from bncore.state import init_state

STEPS = 200


def engine(seeds: int) -> Callable[[], None]:
    """Return a function that takes `STEPS` steps with ``seeds`` runs stacked."""
    config = RunConfig(seeds=seeds)
    data, session = load_data(config), Session(init_state(config))
    x, y = np.ascontiguousarray(data.x_train[:, :32]), np.ascontiguousarray(data.y_train[:, :32])

    def steps() -> None:
        session.losses.clear()
        for _ in range(STEPS):
            session.one_step(x, y)

    return steps


def eager() -> Callable[[], None]:
    """Return a function that takes `STEPS` steps of the same network in PyTorch, eager mode."""
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    data = load_data(RunConfig(seeds=1))
    x, y = torch.from_numpy(data.x_train[0, :32].copy()), torch.from_numpy(data.y_train[0, :32, None].copy())
    net = torch.nn.Sequential(
        torch.nn.Linear(2, 16), torch.nn.BatchNorm1d(16, eps=1e-3), torch.nn.ReLU(),
        torch.nn.Linear(16, 16), torch.nn.BatchNorm1d(16, eps=1e-3), torch.nn.ReLU(), torch.nn.Linear(16, 1),
    )  # fmt: skip
    loss_of, optimizer = torch.nn.BCEWithLogitsLoss(), torch.optim.SGD(net.parameters(), lr=0.03)

    def steps() -> None:
        for _ in range(STEPS):
            optimizer.zero_grad()
            loss_of(net(x), y).backward()
            optimizer.step()

    return steps


def main() -> None:
    """Time both in turn and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=30)
    repeats = parser.parse_args().repeats
    contenders = {"PyTorch eager": (eager(), 1), "1 run": (engine(1), 1), "8 runs": (engine(8), 8), "16 runs": (engine(16), 16)}
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(repeats):
        for name, (steps, runs) in contenders.items():
            start = time.perf_counter()
            steps()
            times[name].append((time.perf_counter() - start) / STEPS / runs * 1e6)
    peer = statistics.median(times["PyTorch eager"])
    for name, values in times.items():
        middle = statistics.median(values)
        low, high = np.percentile(values, [10, 90])
        print(f"{name:14s} {middle:8.1f} us a step and run  [{low:.1f}, {high:.1f}]  {peer / middle:5.1f}x")


if __name__ == "__main__":
    main()
