"""Time the engine against its peers on this machine, and write ``docs/benchmarks.md``.

python -m benchmarks [--repeats 15] [--to docs/benchmarks.md]
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

from benchmarks.cases import CASES, Case
from benchmarks.growth import SURFACES, change, growth, memory, picture_share, shares
from benchmarks.machine import machine
from benchmarks.peers import PEERS, compile_seconds
from benchmarks.timing import Timing, interleaved
from bncore.config import Experiment

LONG_RUN = 780
"""Steps over which compiling is spread: those of the default run."""

PACKAGES = ("numpy", "torch", "keras", "jax", "jaxlib", "scikit-learn")


def main() -> None:
    """Run everything and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--to", type=Path, default=Path(__file__).parents[1] / "docs" / "benchmarks.md")
    given = parser.parse_args()
    given.to.write_text("\n".join(page(given.repeats)) + "\n", "utf-8")
    print(f"written: {given.to}")


def page(repeats: int) -> list[str]:
    """Return the lines of the page."""
    lines = [
        "# Benchmarks", "",
        "Written by `make bench`. Everyone takes turns in one process, one thread each; times are medians with the 10 and 90 % of",
        "the rounds in brackets. A step is forward, backward, running statistics and SGD on one batch, BN before every ReLU.", "",
        machine(*PACKAGES), "",
    ]  # fmt: skip
    for case in CASES:
        lines += table(case, repeats)
    times = change(3)
    ours = times["BatchNorm Lab"]
    lines += [
        "## A whole interactive change", "",
        "A new shape, 2 arms x 8 seeds x 100 epochs of 400 points, float32. Ours holds every evaluation and frame; the others only",
        "step.", "",
        *grid("| who | seconds | times ours |", (f"| {name} | {s:.2f} | {s / ours:.1f} |" for name, s in times.items())),
        "## Where the time of a change goes", "",
        "The default page's arms in float64, milliseconds of one core; the pictures are those of one seed.", "",
    ]  # fmt: skip
    for arm in Experiment().configs():
        parts = shares(arm, 5)
        total = sum(parts.values())
        rows = (f"| {name} | {ms:.0f} | {ms / total:.0%} |" for name, ms in parts.items())
        lines += grid(f"| {arm} | ms | share of {total:.0f} |", rows)
    training, drawing = picture_share(5)
    lines += [
        "## Pictures", "",
        f"{SURFACES} decision surfaces of 64 x 64 of one run of the default arm: {1e3 * drawing:.1f} ms,",
        f"{drawing / training:.1%} of the {1e3 * training:.0f} ms of its training.", "",
    ]  # fmt: skip
    lines += [
        "## Growth",
        "",
        "Microseconds a step of all runs together; 2-16-16-1, batch 32, 8 runs, float64, but for what grows.",
        "",
    ]
    for name, times in growth(5).items():
        lines += [f"By {name}:", "", *grid("| case | us |", (f"| {case} | {1e6 * s:.0f} |" for case, s in times.items()))]
    lines += ["## Memory", "", "Most bytes held while one arm of the default network trains 10 epochs: "]
    lines[-1] += ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in memory().items()) + "."
    return lines


def table(case: Case, repeats: int) -> list[str]:
    """Return the lines of one case."""
    contenders = {name: make(case) for name, make in PEERS.items()}
    timings = interleaved(contenders, repeats)
    ours = timings["BatchNorm Lab"].median
    rows = []
    for name, timing in timings.items():
        seconds = next((s for (who, of), s in compile_seconds.items() if who in name and of == case.name), None)
        row = f"| {name} | {said(timing)} | {timing.median / ours:.2f} |"
        if seconds is None:
            rows.append(f"{row} | |")
        else:
            with_it = timing.median + seconds / (LONG_RUN * case.runs)
            rows.append(f"{row} {seconds:.1f} s | {1e6 * with_it:.0f} ({with_it / ours:.1f} times) |")
    head = f"| who | us a step and run | times ours | compiling | with it, over {LONG_RUN} steps |"
    return [f"## {case.name}", "", *grid(head, rows)]


def grid(head: str, rows: Iterable[str]) -> list[str]:
    """Return the lines of a table, and an empty one."""
    return [head, "|---" * (head.count("|") - 1) + "|", *rows, ""]


def said(timing: Timing) -> str:
    """Return a time in microseconds with its spread."""
    return f"{1e6 * timing.median:.1f} [{1e6 * timing.low:.1f}, {1e6 * timing.high:.1f}]"


if __name__ == "__main__":
    main()
