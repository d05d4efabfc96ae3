"""Small runs of every kind of setting, their programs, and what running a program leaves behind."""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path
from typing import Any

import numpy as np

from app.export import Plan, program, weights_npz
from app.result import ArmResult
from bncore.config import Arm, Experiment, RunConfig
from bncore.history import History
from tests.app.runs import results_of

__all__ = ["CASES", "batch_losses", "executed", "trained"]

BASE: dict[str, Any] = {"seeds": 2, "samples": 81, "epochs": 3, "batch_size": 13, "hidden": (6, 4, 6), "learning_rate": 0.1}

CASES: dict[str, dict[str, Any]] = {
    "BN before": {},
    "BN after": {"placement": "after", "activation": "tanh", "unbiased_running": True},
    "no normalization": {"norm": "none", "activation": "sigmoid"},
    "layer": {"norm": "layer"},
    "group": {"norm": "group", "groups": 2, "initializer": "he_uniform"},
    "renorm": {"norm": "renorm", "renorm_start": 2, "unbiased_running": True},
    "renorm at once": {"norm": "renorm", "renorm_start": 0, "learn_gamma": False},
    "ghost": {"norm": "ghost", "ghost_size": 4, "unbiased_running": True},
    "noisy": {"norm": "noisy", "norm_output": True},
    "noisy in 32 bits": {"norm": "noisy", "dropout": 0.2, "precision": "float32", "eps": 1e-300},
    "some layers": {"norm_layers": (1, 3), "dropout": 0.3, "dropout_place": "before", "activation": "linear"},
    "some layers, after": {
        "norm_layers": (2,),
        "dropout": 0.3,
        "dropout_place": "before",
        "placement": "after",
        "norm_output": True,
    },
    "frozen": {"freeze_statistics": True, "gamma_init": 2.0, "beta_init": 0.1, "learn_beta": False},
    "frozen ghost, exact": {"norm": "ghost", "freeze_statistics": True, "inference": "exact", "learn_gamma": False},
    "exact": {"inference": "exact", "dropout": 0.2},
    "exact, some layers": {"inference": "exact", "norm_layers": (2,), "norm_output": True, "placement": "after"},
    "no hidden layer": {"hidden": ()},
    "no hidden layer, BN": {"hidden": (), "norm_output": True, "inference": "exact"},
    "output only": {"norm_layers": (), "norm_output": True, "learn_gamma": False, "learn_beta": False},
    "AdamW": {"optimizer": "adamw", "weight_decay": 0.1, "schedule": "cosine", "warmup": 5, "learning_rate": 0.01},
    "AdamW, no decay": {"optimizer": "adamw", "learning_rate": 0.01},
    "RMSprop": {"optimizer": "rmsprop", "weight_decay": 0.01, "schedule": "step", "learning_rate": 0.01, "adam_eps": 1e-3},
    "Nesterov": {"optimizer": "nesterov", "batches": "one_class", "initializer": "he_normal", "init_scale": 1.5},
    "momentum": {"optimizer": "momentum", "batches": "fixed", "warmup": 3, "learning_rate": 0.02},
    "steps": {"epochs": None, "steps": 11, "batches": "replacement", "initializer": "normal", "optimizer": "adam"},
    "batch of one": {"batch_size": 1, "unbiased_running": True},
    "ghosts of one": {"batches": "one_class", "norm": "ghost", "ghost_size": 1},
    "deep": {"hidden": (3,) * 40, "norm_layers": tuple(range(1, 40)), "epochs": 1},
    "classes": {"dataset": "spirals3", "batches": "one_class", "norm_output": True},
    "classes, one joins": {"dataset": "ring_classes", "dropout": 0.2},
    "regression": {"dataset": "plane_wave", "learning_rate": 0.02},
}
"""Every setting that a program is written for, a few at a time."""

RUN = 1


def trained(case: str) -> tuple[Plan, ArmResult]:
    """Return the plan of a case's second run, and what training it gave."""
    config = RunConfig(**BASE | CASES[case])
    return Plan(config, RUN), results_of(Experiment(config, (Arm("one"),)))[0]


def batch_losses(history: History, losses: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Return a program's losses, averaged between the evaluations of the app, and the app's own."""
    parts = np.split(np.array(losses), history.eval_step[1:-1])
    return np.array([part.mean() for part in parts]), history.batch_loss[1:, RUN]


def executed(plan: Plan, result: ArmResult, library: str, folder: Path) -> dict[str, Any]:
    """Run a program in a folder with its weights, and return its names."""
    (folder / plan.weights_file).write_bytes(weights_npz(plan, result))
    names: dict[str, Any] = {"__name__": "program"}
    before = Path.cwd()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(program(plan, library).source, f"{library}.py", "exec"), names)
    finally:
        os.chdir(before)
    return names | {"printed": printed.getvalue()}
