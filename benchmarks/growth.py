"""How a step's cost grows, what a whole interactive change takes, what pictures add, and what memory a run holds."""

from __future__ import annotations

import time
import tracemalloc

from benchmarks.cases import Case
from benchmarks.peers import engine, jax_scan, torch_eager
from benchmarks.timing import interleaved
from bncore.config import RunConfig
from bncore.data import load_data
from bncore.probe import surfaces
from bncore.train import train

__all__ = ["change", "growth", "memory", "picture_share"]

BASE = Case((16, 16), 32, 8, "float64")
GROWTH = {
    "seeds": [BASE._replace(runs=n) for n in (1, 2, 4, 8, 16, 32, 64, 128)],
    "batch": [BASE._replace(batch=n) for n in (2, 8, 32, 128, 256)],
    "width": [BASE._replace(hidden=(n, n)) for n in (4, 16, 32, 64)],
    "depth": [BASE._replace(hidden=(16,) * n) for n in (1, 2, 4, 8, 16, 32)],
}


def growth(repeats: int) -> dict[str, dict[str, float]]:
    """Return the seconds of one step (of all runs) as one size grows, the others as in ``2-16-16-1``, batch 32, 8 runs."""
    found = {}
    for name, cases in GROWTH.items():
        cases = [case._replace(steps=50) for case in cases]
        timings = interleaved({case.name: engine(case) for case in cases}, repeats)
        found[name] = {case.name: timings[case.name].median * case.runs for case in cases}
    return found


def change(repeats: int) -> dict[str, float]:
    """Return the seconds of an interactive change: a new shape, 8 seeds x 100 epochs of 400 points of the arm with BN.

    Ours is from the settings to the record, evaluations of every epoch and frames included. The peers only take the steps: JAX
    compiles for the new shape first, PyTorch needs no compiling; its time is that of 200 steps a run, multiplied.
    """
    config = RunConfig(hidden=(17, 15), epochs=100, precision="float32")

    def once() -> int:
        train(config)
        return 1

    ours = interleaved({"ours": once}, repeats)["ours"].median
    case = Case((17, 15), 32, 8, "float32", config.total_steps)
    start = time.perf_counter()
    jax_scan(case)
    jax = time.perf_counter() - start
    eager = interleaved({"eager": torch_eager(case._replace(steps=200))}, repeats)["eager"].median * 8 * config.total_steps
    return {"BatchNorm Lab": ours, "JAX, compiling included": jax, "PyTorch eager": eager}


def picture_share() -> tuple[float, float]:
    """Return the seconds of training one arm (60 frames or more) and of drawing all its decision surfaces of one run."""
    config = RunConfig()
    start = time.perf_counter()
    history = train(config)
    middle = time.perf_counter()
    surfaces(config, load_data(config).domain[0], history.params[:, 0], history.running[:, 0])
    return middle - start, time.perf_counter() - middle


def memory() -> dict[str, float]:
    """Return the most bytes that one arm holds while it trains, by its number of seeds."""
    found = {}
    for seeds in (1, 8, 64):
        config = RunConfig(seeds=seeds, epochs=10)
        load_data(config)
        tracemalloc.start()
        train(config)
        found[f"{seeds} seeds"] = float(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    return found
