"""What was measured, in words: the headline, a sentence or two for every moment, and what went wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.arms import labels_within
from app.result import ArmResult, lead_of, reached
from bncore.config import Experiment, RunConfig
from bncore.network import Layout
from bncore.presets import PRESETS, preset_of
from bncore.summary import epochs_to, first_of, median_interval, quantile

__all__ = ["KEPT", "LADDER", "headline", "messages", "sentences", "threshold_of"]

LADDER = (0.95, 0.9, 0.8, 0.7, 0.6)
"""The accuracies, or values of R^2, that a headline may ask for, hardest first."""

KEPT = 5
"""Epochs in a row for which a headline may ask: a first time can be luck."""

INTERVAL_SEEDS = 32
"""From so many seeds on the headline gives the interval of the median."""

MANY_IDLE = 0.25
SLACK = 0.005
Array = NDArray[np.float64]


def threshold_of(experiment: Experiment, results: Sequence[ArmResult]) -> float:
    """Return the accuracy, or R^2, that the headline asks for.

    Returns
    -------
    float
        A preset's own, whatever the seeds; else the hardest of `LADDER` that the median of some arm has reached, or the
        easiest of all.
    """
    name = preset_of(experiment, ("seed", "seeds"))
    own = None if name is None else PRESETS[name].threshold
    if own is not None:
        return own
    for threshold in LADDER:
        if any(quantile(epochs_to(r.history, threshold), 0.5) is not None for r in results):
            return threshold
    return LADDER[-1]


def headline(experiment: Experiment, results: Sequence[ArmResult], threshold: float, sustained: int = 1) -> str:
    """Return the measured result in one sentence.

    Parameters
    ----------
    experiment : Experiment
    results : sequence of ArmResult
        One an arm, trained to its end or not.
    threshold : float
        Test accuracy, 0..1, or R^2 of a regression.
    sustained : int
        Epochs in a row for which it must be kept; the first of them is what is told.
    """
    labels = labels_within(experiment)
    needed = [epochs_to(r.history, threshold, sustained) for r in results]
    unfinished = not all(r.complete for r in results)
    seeds = experiment.base.seeds
    share = experiment.base.score == "accuracy"
    goal = (f"{100 * threshold:.0f} %" if share else f"R² {threshold:g}") + (
        f" for {sustained} epochs in a row" if sustained > 1 else ""
    )
    since = "at epoch" if sustained == 1 else "from epoch"
    same = _same(experiment)
    if same:
        labels, needed, results = labels[:1], needed[:1], results[:1]
    never = ["not yet" if not r.complete else f"never within {_until(r.config)}" for r in results]
    parts = [_reached(*one, since, seeds) for one in zip(needed, [""] if same else labels, never, strict=True)]
    parts = [part.removeprefix(f"{since} ") if any(since in p for p in parts[:i]) else part for i, part in enumerate(parts)]
    if len(set(never)) == 1 and all(quantile(values, 0.5) is None for values in needed):
        text = f"{goal} {never[0]}" + ("" if same else f", {' or '.join(labels)}")
    else:
        text = f"{goal} {', '.join(parts)}"
    text = f"{text} ({', '.join([_of_seeds(seeds), *_order(labels, needed, seeds)])})"
    if same:
        text = f"The twins are the same network now: {text}"
    if unfinished:
        text = f"So far, epoch {reached(results):.0f}: {text}"
    return f"{text}."


def messages(experiment: Experiment, results: Sequence[ArmResult]) -> list[str]:
    """Return a sentence for each arm in which a run stopped being finite, and for each warning of the settings."""
    said = []
    for arm, result in zip(experiment.arms, results, strict=True):
        diverged = result.history.divergences
        if diverged:
            first = min(diverged, key=lambda d: (d.step, d.run))
            count = len({d.run for d in diverged})
            rest = f" {count} of {result.config.seeds} seeds diverged." if result.config.seeds > 1 else ""
            said.append(
                f"{arm.label}: diverged first with seed {first.seed} in epoch {first.epoch}, step {first.step}, "
                f"where {first.quantity} stopped being finite.{rest} A smaller learning rate or initial scale helps."
            )
    return said + list(dict.fromkeys(note for config in experiment.configs().values() for note in config.warnings().values()))


def sentences(experiment: Experiment, results: Sequence[ArmResult], run: int = 0) -> list[str]:
    """Return one or two sentences for each frame of the leading arm (`app.result.lead_of`), about that moment.

    Parameters
    ----------
    experiment : Experiment
    results : sequence of ArmResult
        One an arm, in the experiment's order.
    run : int
        Position of the run whose pictures are shown.
    """
    if _same(experiment):
        experiment, results = Experiment(experiment.base, experiment.arms[:1]), results[:1]
    labels = labels_within(experiment)
    several = sum(r.config.keeps_statistics for r in results) > 1
    moments = results[lead_of(results)].history.frame_epoch
    frames = [np.maximum(np.searchsorted(r.history.frame_epoch, moments + 1e-9, side="right") - 1, 0) for r in results]
    scores = [r.history.test_accuracy[r.history.frame_eval[f]] for r, f in zip(results, frames, strict=True)]
    lags = [_lag(r, run) for r in results]
    middles = list(zip(*(_medians(values) for values in scores), strict=True))
    standings: Sequence[_Standing | None] = _standings(*scores) if len(scores) == 2 else [None] * len(moments)
    told = []
    for i in range(len(moments)):
        standing = standings[i] if moments[i] > 0 else None
        lead = _score_sentence(labels, middles[i], experiment.base, standing, start=moments[i] == 0)
        views = [(label, r, int(f[i]), lag) for label, r, f, lag in zip(labels, results, frames, lags, strict=True)]
        second = next((text for view in views if (text := _oddity(*view, run, several=several))), "")
        told.append(f"{lead} {second}".strip())
    return told


def _same(experiment: Experiment) -> bool:
    """Return whether all of several arms are the same network."""
    return len(experiment.arms) > 1 and len({config.key for config in experiment.configs().values()}) == 1


def _reached(values: Array, label: str, never: str, since: str, seeds: int) -> str:
    middle = quantile(values, 0.5)
    if middle is None:
        return f"{never} {label}".strip()
    interval = ""
    if seeds >= INTERVAL_SEEDS:
        low, high = median_interval(values)
        interval = f" [{_epoch(low)} to {_epoch(high)}]"
    return f"{since} {_epoch(middle)}{interval} {label}".strip()


def _epoch(value: float | None) -> str:
    return "never" if value is None else f"{value:g}"


def _of_seeds(seeds: int) -> str:
    if seeds == 1:
        return "one seed only, and one seed misleads"
    return f"median of {seeds} seeds" + (" with its 95 % interval" if seeds >= INTERVAL_SEEDS else "")


def _order(labels: Sequence[str], needed: Sequence[Array], seeds: int) -> list[str]:
    if len(labels) < 2 or seeds == 1 or not any(np.isfinite(values).any() for values in needed):
        return []
    wins, ties, _ = first_of(needed)
    best = int(np.argmax(wins))
    said = [f"{_name(labels[best])} first in {wins[best]} of {seeds}"]
    return said + ([f"{ties} tie{'s' if ties > 1 else ''}"] if ties else [])


def _name(label: str) -> str:
    return "the twin without" if label == "without" else label.removeprefix("with ")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _until(config: RunConfig) -> str:
    if config.steps is not None:
        return f"{config.total_steps} updates"
    return f"{config.total_epochs} epoch{'s' if config.total_epochs > 1 else ''}"


def _score_sentence(
    labels: Sequence[str], middles: Sequence[float | None], base: RunConfig, standing: _Standing | None, *, start: bool
) -> str:
    parts = [
        f"no finite run {label}" if middle is None else f"{_score(middle, base.score)} {label}"
        for label, middle in zip(labels, middles, strict=True)
    ]
    text = f"{'Before training: ' if start else ''}{', '.join(parts)}"
    named = "test accuracy" if base.score == "accuracy" else "test R²"
    if base.seeds > 1 and standing is not None:
        text += f" (median {named}); {_leader(labels, standing, base)}"
    else:
        text += f" (median {named})" if base.seeds > 1 else f" ({named})"
    return f"{_capital(text)}."


def _medians(values: Array) -> list[float | None]:
    """Return the median over seeds of what is finite, of each moment of ``values (F, R)``; None where nothing is."""
    ordered = np.sort(np.where(np.isfinite(values), values, np.inf), axis=1)
    count = np.isfinite(values).sum(axis=1)
    low, high = (np.take_along_axis(ordered, at[:, None], axis=1)[:, 0] for at in (np.maximum(count - 1, 0) // 2, count // 2))
    return [None if n == 0 else m for n, m in zip(count.tolist(), ((low + high) / 2.0).tolist(), strict=True)]


def _score(value: float, score: str) -> str:
    """Return an accuracy in percent; R^2 as a number, with two decimals where it is near the range that models reach."""
    if score == "accuracy":
        return f"{_points(value)} %"
    text = f"{value + 0.0:.2f}" if abs(value) < 100 else f"{value:.2g}"
    return text.removeprefix("-") if text == "-0.00" else text.replace("-", "\u2212", 1)


def _points(share: float) -> int:
    """Return percent, whole, half a point up: as the player rounds the same number beside its curve."""
    return math.floor(round(100 * share, 4) + 0.5)


class _Standing(NamedTuple):
    """In how many seeds the first of two is ahead of the second at a moment, in how many behind, and the median of how far."""

    ahead: int
    behind: int
    gap: float


def _standings(first: Array, second: Array) -> list[_Standing]:
    """Return how two arms stand to each other at each moment of their scores (F, R); who is not finite is last."""
    both = (np.isfinite(first) & np.isfinite(second)).all(axis=1)
    a, b = (np.where(np.isfinite(values), values, -np.inf) for values in (first, second))
    ahead, behind = (a > b + SLACK).sum(axis=1).tolist(), (b > a + SLACK).sum(axis=1).tolist()
    with np.errstate(invalid="ignore"):
        gaps = np.where(both, np.abs(np.median(a - b, axis=1)), 0.0).tolist()
    return [_Standing(*each) for each in zip(ahead, behind, gaps, strict=True)]


def _leader(labels: Sequence[str], standing: _Standing, base: RunConfig) -> str:
    best, count = (0, standing.ahead) if standing.ahead >= standing.behind else (1, standing.behind)
    if 2 * count <= base.seeds:
        return "level in every seed" if count == 0 else "neither leads in most seeds"
    points = _points(standing.gap)
    far = f"{points} point{'s' if points > 1 else ''}" if base.score == "accuracy" else _score(standing.gap, base.score)
    by = f", by {far}{' in the median seed' if base.seeds > 1 else ''}" if points >= 1 else ""
    return f"{_name(labels[best])} leads in {count} of {base.seeds} seeds{by}"


def _lag(result: ArmResult, run: int) -> tuple[Array, NDArray[np.int64]]:
    """Return, for each frame, how far the running mean is from the last batch's, in its standard deviations, and in which layer.

    Negative where inference and training do not normalise by these two.
    """
    layout, history = Layout.of(result.config), result.history
    running, batch = layout.statistics(history.running[:, run]), layout.statistics(history.batch_stats[:, run])
    distances = np.full((len(history.frame_step), len(running)), -1.0)
    config = result.config
    both = config.inference == "running" and config.norm != "renorm" and not config.freeze_statistics
    for layer, (r, b) in enumerate(zip(running, batch, strict=True)):
        if r is not None and b is not None and both:
            with np.errstate(all="ignore"):
                gap = np.abs(r.mean - b.mean) / np.sqrt(b.var + result.config.eps)  # (F, 1, C)
            distances[:, layer] = np.nan_to_num(np.median(gap, axis=(1, 2)), nan=-1.0, posinf=-1.0)
    return distances.max(axis=1), distances.argmax(axis=1)


def _oddity(label: str, result: ArmResult, frame: int, lag: tuple[Array, NDArray[np.int64]], run: int, *, several: bool) -> str:
    config, history = result.config, result.history
    step = history.frame_step[frame]
    gone = next((d for d in history.divergences if d.run == run and d.step <= step), None)
    if gone is not None:
        what = f"diverged in epoch {gone.epoch}: {gone.quantity} is no longer finite"
        return f"{_capital(label)}, the run shown (seed {gone.seed}) {what}."
    distance, layer = float(lag[0][frame]), int(lag[1][frame])
    if distance > max(0.5, 3.0 / np.sqrt(config.batch_size)):
        where = "the output layer" if layer == len(config.hidden) else f"layer {layer + 1}"
        whose = f"{_capital(label)}, running" if several else "Running"
        return (
            f"{whose} statistics are {distance:.1f} standard deviations from the last batch's in {where}: "
            "inference does not see what training sees."
        )
    idle = result.pictures.idle[frame]
    if idle.size and idle.max() >= MANY_IDLE:
        worst = int(np.argmax(idle))
        word, size = "dead" if config.activation == "relu" else "saturated", config.hidden[worst]
        count = round(float(idle[worst]) * size)
        verb = "is" if count == 1 else "are"
        return f"{_capital(label)}, {count} of {size} units of layer {worst + 1} {verb} {word} in the run shown."
    return ""
