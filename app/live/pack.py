"""A run of every arm as the bytes that the player reads; no streamlit."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.arms import short_labels
from app.live.codec import pack, unpack
from app.result import ArmResult, lead_of, reached
from bncore.config import Arm, Experiment, RunConfig
from bncore.data import Dataset
from bncore.history import History
from bncore.network import Layout
from bncore.probe import NORMALISED_EDGES, OTHER_EDGES, signal_names

__all__ = ["ArmResult", "diagram_of", "is_own", "norm_of", "pack", "pack_run", "role_of", "run_hash", "unpack"]

VERSION = 1
CURVES = ("test_loss", "train_loss", "batch_loss", "test_accuracy", "train_accuracy")
TRACES = ("gamma", "beta", "running_mean", "running_var", "batch_mean", "batch_var")


FOLLOWED = ("hidden", "norm", "norm_layers", "norm_output")
"""What a click in the network diagram changes in the base, or draws of it."""


def norm_of(config: RunConfig) -> str:
    """Return the normaliser of an arm; ``none`` where no layer is normalised.

    Examples
    --------
    >>> norm_of(RunConfig(norm="layer")), norm_of(RunConfig(norm_layers=()))
    ('layer', 'none')
    """
    return config.norm if any(config.normalised_layers) else "none"


def role_of(config: RunConfig) -> str:
    """Return the role that decides an arm's colour: ``bn``, ``none``, or ``norm`` for every other normaliser.

    Examples
    --------
    >>> [role_of(RunConfig(norm=norm)) for norm in ("batch", "none", "layer", "ghost")]
    ['bn', 'none', 'norm', 'norm']
    """
    return {"batch": "bn", "none": "none"}.get(norm_of(config), "norm")


def diagram_of(experiment: Experiment) -> int:
    """Return the position of the arm that the network diagram shows: one that is as the base is, normalised if any is.

    Examples
    --------
    >>> diagram_of(Experiment(arms=(Arm("without", (("norm", "none"),)), Arm("with BN"))))
    1
    """
    arms = list(zip(experiment.arms, experiment.configs().values(), strict=True))
    follows = [i for i, (arm, _) in enumerate(arms) if _follows(arm)]
    return next((i for i in follows or range(len(arms)) if any(arms[i][1].normalised_layers)), (follows or [0])[0])


def is_own(experiment: Experiment) -> bool:
    """Return whether no arm follows the base in what a click in the network diagram would change.

    Examples
    --------
    >>> is_own(Experiment()), is_own(Experiment(arms=(Arm("LN", (("norm", "layer"),)), Arm("none", (("norm", "none"),)))))
    (False, True)
    """
    return not any(map(_follows, experiment.arms))


def _follows(arm: Arm) -> bool:
    """Return whether an arm is as the base is in what the network diagram shows."""
    return not any(name in FOLLOWED for name, _ in arm.overrides)


def run_hash(experiment: Experiment, run_index: int = 0) -> str:
    """Return a short name of what is on the screen: the experiment and the run whose pictures are drawn.

    Examples
    --------
    >>> run_hash(Experiment()) == run_hash(Experiment(), 1)
    False
    """
    return hashlib.sha256(f"{experiment.key} {run_index}".encode()).hexdigest()[:12]


def pack_run(
    experiment: Experiment,
    results: Sequence[ArmResult],
    *,
    run_index: int = 0,
    threshold: float = 0.95,
    headline: str = "",
    kept: tuple[int, str] = (0, ""),
    sentences: Sequence[str] = (),
    messages: Sequence[str] = (),
    locked: Sequence[str] = (),
) -> bytes:
    """Return what the player draws of an experiment, trained to its end or not.

    Parameters
    ----------
    experiment : Experiment
    results : sequence of ArmResult
        One an arm, in the experiment's order, as `app.compute.Ticket.results` cuts them.
    run_index : int
        Position of the run whose pictures were made.
    threshold : float
        Score of the line in the plot of the score: accuracy, 0..1, or R^2.
    headline : str
        The measured result in a sentence.
    kept : tuple of int and str
        Epochs in a row, and the result in a sentence where the threshold must be kept for so many; empty where the run has fewer.
    sentences : sequence of str
        What is to be seen, one a frame of the leading arm (`app.result.lead_of`).
    messages : sequence of str
        What the person must know: values replaced, warnings.
    locked : sequence of str
        What the player does not offer: in a class ``class link``, ``layers`` and ``output``, the normalisations of the diagram;
        ``own`` where a click there would change nothing (`is_own`).

    Raises
    ------
    ValueError
        If there is not one result an arm, or an arm has no frame yet.

    Examples
    --------
    >>> from bncore.data import load_data
    >>> from bncore.probe import picture_frames
    >>> from bncore.train import train
    >>> experiment = Experiment(RunConfig(seeds=2, epochs=1))
    >>> results = []
    >>> for config in experiment.configs().values():
    ...     data, history = load_data(config), train(config)
    ...     results.append(ArmResult(config, data, history, picture_frames(config, data, history)))
    >>> header, arrays = unpack(pack_run(experiment, results))
    >>> header["complete"], [arm["role"] for arm in header["arms"]], arrays["a0/gamma1"].shape[1]
    (True, ['bn', 'none'], 16)
    """
    if len(results) != len(experiment.arms):
        mend = "Give one result an arm."
        raise ValueError(f"pack_run.results: must be one an arm ({len(experiment.arms)}); got {len(results)}. {mend}")
    for arm, result in zip(experiment.arms, results, strict=True):
        if len(result.history.frame_step) == 0:
            raise ValueError(f"pack_run.results: every arm must have a frame; got none of {arm.label!r}. Wait for the first slice.")
    base, data = experiment.base, results[0].dataset
    arrays: dict[str, NDArray[Any]] = {
        "points_train": _points(data, data.x_train[run_index], data.y_train[run_index]),
        "points_test": _points(data, data.x_test[run_index], data.y_test[run_index]),
    }
    for i, result in enumerate(results):
        arrays |= {f"a{i}/{name}": array for name, array in _arm_arrays(result, run_index).items()}
    header = {
        "kind": "run",
        "version": VERSION,
        "run": run_hash(experiment, run_index),
        "seed": base.seed + run_index,
        "seeds": list(base.seed_list),
        "run_index": run_index,
        "complete": all(r.complete for r in results),
        "trained": reached(results),
        "epochs": max(r.duration for r in results),
        "lead": lead_of(results),
        "diagram": diagram_of(experiment),
        "steps_per_epoch": results[0].config.steps_per_epoch,
        "threshold": threshold,
        "headline": headline,
        "kept": {"epochs": kept[0], "headline": kept[1]},
        "sentences": list(sentences),
        "messages": list(messages),
        "locked": list(locked),
        "task": base.task,
        "n_classes": base.n_classes,
        "score": base.score,
        "surface_kind": base.surface_kind,
        "target_range": None if data.target_range is None else list(data.target_range),
        "domain": data.domain[run_index].tolist(),
        "feature_names": list(data.feature_names),
        "edges": {"normalised": NORMALISED_EDGES.tolist(), "other": OTHER_EDGES.tolist()},
        "arms": [
            _arm_header(arm, short, result, run_index)
            for arm, short, result in zip(experiment.arms, short_labels(experiment), results, strict=True)
        ],
    }
    return pack(header, arrays)


def _points(data: Dataset, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return a row a point: its place, and its class, or its value as the level 0..255 that the surface draws it with."""
    if data.target_range is not None:
        low, high = data.target_range
        y = np.rint(255 * np.clip((y - low) / (high - low), 0, 1))
    return np.column_stack([x, y]).astype(np.float32)


def _arm_header(arm: Arm, short: str, result: ArmResult, run_index: int) -> dict[str, Any]:
    config = result.config
    names = signal_names(config)
    return {
        "label": arm.label,
        "short": short,
        "role": role_of(config),
        "norm": norm_of(config),
        "keeps": config.keeps_statistics and any(config.normalised_layers),
        "config": config.as_text(),
        "frames": len(result.history.frame_step),
        "hidden": list(config.hidden),
        "activation": config.activation,
        "placement": config.placement,
        "layers": [
            {"normalised": on, "signals": list(signals)} for on, signals in zip(config.normalised_layers[:-1], names, strict=True)
        ],
        "output_normalised": config.normalised_layers[-1],
        "diverged": _divergence(result.history, run_index),
        "diverged_seeds": len({d.run for d in result.history.divergences}),
    }


def _divergence(history: History, run_index: int) -> str | None:
    for d in history.divergences:
        if d.run == run_index:
            return f"diverged in epoch {d.epoch}, step {d.step}: {d.quantity} is no longer finite"
    return None


def _arm_arrays(result: ArmResult, run_index: int) -> dict[str, NDArray[Any]]:
    history, pictures = result.history, result.pictures
    counts = pictures.histogram
    floats = {name: getattr(history, name) for name in ("frame_epoch", "eval_epoch", *CURVES)}
    floats |= {"idle": pictures.idle, "gradient_norm": history.gradient_norm[:, run_index], **_traces(result, run_index)}
    with np.errstate(over="ignore", invalid="ignore"):  # what is beyond float32 is drawn as infinite
        small = {name: array.astype(np.float32) for name, array in floats.items()}
    return {
        **small,
        "frame_eval": history.frame_eval.astype(np.int32),
        "surface": pictures.surface,
        "histogram": counts.astype(np.uint16) if counts.max(initial=0) < 2**16 else counts,
        "finite": pictures.finite,
    }


def _traces(result: ArmResult, run_index: int) -> dict[str, NDArray[np.float64]]:
    """Return gamma, beta and, where they are kept, the statistics of every normalised layer over the frames, each ``(F, C)``."""
    layout, history = Layout.of(result.config), result.history
    weights = layout.weights(history.params[:, run_index])
    running = layout.statistics(history.running[:, run_index])
    batch = layout.statistics(history.batch_stats[:, run_index])
    arrays: dict[str, NDArray[np.float64]] = {}
    for i, (w, r, b) in enumerate(zip(weights, running, batch, strict=True)):
        if w.gamma is not None and w.beta is not None:
            values = (w.gamma, w.beta) if r is None or b is None else (w.gamma, w.beta, r.mean, r.var, b.mean, b.var)
            arrays |= {f"{name}{i}": value[:, 0] for name, value in zip(TRACES, values, strict=False)}
    return arrays
