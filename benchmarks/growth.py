"""How a step's cost grows, what a whole interactive change takes and where, what pictures add, and what memory a run holds."""

from __future__ import annotations

import tracemalloc

import numpy as np

from benchmarks.cases import Case
from benchmarks.peers import engine, jax_scan, torch_eager
from benchmarks.timing import interleaved
from bncore.config import Experiment, RunConfig
from bncore.data import load_data
from bncore.evaluate import evaluate
from bncore.probe import histograms, surfaces
from bncore.session import Session
from bncore.state import init_state
from bncore.train import train

__all__ = ["SURFACES", "change", "growth", "memory", "picture_share", "shares"]

SURFACES = 60

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
    """Return the seconds of an interactive change: a new shape, both arms x 8 seeds x 100 epochs of 400 points.

    Ours is from the settings to the records, evaluations of every epoch and frames included. The peers only take the steps, with
    BN in both arms: JAX compiles once for the new shape, and its arms run one after the other; PyTorch's time is that of 200 steps
    a run, multiplied. All take turns.
    """
    arms = tuple(Experiment(RunConfig(hidden=(17, 15), epochs=100, precision="float32")).configs().values())
    steps = arms[0].total_steps
    case = Case((17, 15), 32, 8, "float32", steps)

    def ours() -> int:
        for config in arms:
            train(config)
        return 1

    def jax() -> int:
        work = jax_scan(case)  # compiles and runs it once
        for _ in arms[1:]:
            work()
        return 1

    eager = torch_eager(case._replace(steps=200))
    timings = interleaved({"BatchNorm Lab": ours, "JAX, compiling included": jax, "PyTorch eager": eager}, repeats)
    found = {name: timing.median for name, timing in timings.items()}
    found["PyTorch eager"] *= len(arms) * case.runs * steps
    return found


def picture_share(repeats: int) -> tuple[float, float]:
    """Return the seconds of training one arm (60 frames or more) and of drawing 60 surfaces of 64 x 64 of one of its runs."""
    config = RunConfig()
    history, domain = train(config), load_data(config).domain[0]
    frames = np.unique(np.linspace(0, len(history.frame_step) - 1, SURFACES).round().astype(int))

    def training() -> int:
        train(config)
        return 1

    def drawing() -> int:
        surfaces(config, domain, history.params[frames, 0], history.running[frames, 0], size=64)
        return 1

    timings = interleaved({"training": training, "drawing": drawing}, repeats)
    return timings["training"].median, timings["drawing"].median


def shares(arm: str, repeats: int) -> dict[str, float]:
    """Return the milliseconds of each part of one default arm, from its settings to its pictures.

    Steps and evaluations are timed by themselves and multiplied by their number; what is left of the whole is the order of the
    points, the frames and the record.
    """
    config = Experiment().configs()[arm]
    data, history = load_data(config), train(config)
    session = Session(init_state(config))
    session.epoch()
    batch = next(iter(session.batches.values()))

    def steps() -> int:
        for _ in range(100):
            batch.tape.run()
        return 100

    def rest_of_steps() -> int:
        session.losses.clear()
        for _ in range(100):
            session.one_step(batch.x, batch.y)
        return 100

    def evaluations() -> int:
        evaluate(config, data, session.params, session.running)
        return 1

    def whole() -> int:
        train(config)
        return 1

    def drawing() -> int:
        surfaces(config, data.domain[0], history.params[:, 0], history.running[:, 0])
        return 1

    def counting() -> int:
        histograms(config, data.x_train[0], history.params[:, 0])
        return 1

    work = {
        "whole": whole, "tape": steps, "step": rest_of_steps, "evaluation": evaluations, "surfaces": drawing,
        "histograms": counting,
    }  # fmt: skip
    found = {name: 1e3 * timing.median for name, timing in interleaved(work, repeats).items()}
    tape, step = (found.pop(name) * config.total_steps for name in ("tape", "step"))
    evaluated, trained = found.pop("evaluation") * len(history.eval_step), found.pop("whole")
    return {
        f"{config.total_steps} steps, forward and backward ({len(batch.tape)} array operations each)": tape,
        "the rest of the steps: the update, the check for overflow": step - tape,
        f"{len(history.eval_step)} evaluations of all points": evaluated,
        "order of the points, frames, record": trained - step - evaluated,
        **found,
    }


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
