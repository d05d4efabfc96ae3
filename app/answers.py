"""The answers to what the player asks between runs: the probe, the lens and batch mates. No streamlit.

An ask comes from a browser and may be anything: every field is checked, and a bad one is answered with a sentence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.live.codec import pack
from app.result import ArmResult, lead_of
from bncore.batches import epoch_order
from bncore.config import RunConfig
from bncore.evaluate import evaluate
from bncore.instruments import jitter, logits
from bncore.network import Layout
from bncore.probe import histograms, surfaces
from bncore.statistics import exact_statistics, inference_statistics
from bncore.streams import stream

__all__ = ["AskError", "answer", "draws_for", "early"]

Array = NDArray[np.float64]

MAX_SHIFT = 1000.0
MAX_PLACE = 10_000_000.0
MAX_BATCH = 1_000_000
NUMBERS = 20_000_000
"""Outputs of units that an answer about mates may compute an arm: some 0.4 s."""
MEASURES = ("test_loss", "test_accuracy", "train_loss", "train_accuracy")


class AskError(ValueError):
    """An ask that cannot be answered; its text is for people."""


def answer(ask: Mapping[str, Any], results: Sequence[ArmResult], run: str, index: int = 0) -> bytes | None:
    """Return the answer to an ask as bytes for the player, or None if it is about another run.

    Parameters
    ----------
    ask : mapping
        A probe: ``run, kind "probe", arm, frame, layer (from 0), unit or null, gamma, beta``: what the network
        of this frame would do with these instead of what it learned; where gamma or beta is null, every unit keeps its own.
        A lens: ``run, kind "lens", frame (of the leading arm), mode, batch``: what it does with other statistics: of
        one mini-batch (``batch``), of the whole training set (``exact``), or the ``running`` ones.
        Mates: ``run, kind "mates", frame (of the leading arm), x, y, draw``: what becomes of one point among random others.
    results : sequence of ArmResult
        What is on the screen, one an arm.
    run : str
        The short hash of what is on the screen (`app.live.pack.run_hash`).
    index : int
        Position of the run whose pictures are shown.

    Returns
    -------
    bytes or None
        Header ``kind "answer"``, ``run`` and ``error``, a sentence; or, for a probe, ``arm`` and the four measures of the
        run shown (null where there is no number), with arrays ``surface (48, 48)`` and ``histogram (L, K, 42)``; or, for a lens,
        ``mode``, ``label`` and lists of the measures, an arm an entry, with arrays ``a{i}/surface (48, 48)``; or, for mates,
        ``place``, ``class`` and ``value`` of the training point that is pinned (null where there is none), ``quantity`` (of two
        classes the ``logit``, of more the ``margin`` of a class over the best other, of a regression the ``prediction``)
        and lists ``logit`` (that quantity in inference mode), ``mean``, ``sd``, ``flips``, ``toward`` (the class of the margin: the
        point's own, else the one that wins in inference), ``chance`` (its probability; null where it is no margin), ``draws`` and
        ``batch``, with arrays ``a{i}/logits (K,)``. An arm that normalises by no batch draws once.
    """
    if ask.get("run") != run:
        return None
    header: dict[str, Any] = {"kind": "answer", "run": run}
    try:
        kinds = {"probe": _probe, "lens": _lens, "mates": _mates}
        if ask.get("kind") not in tuple(kinds):
            raise _error("kind", "probe, lens or mates", ask.get("kind"))
        said, arrays = kinds[ask["kind"]](ask, results, index)
    except AskError as error:
        return pack({**header, "error": str(error)}, {})
    return pack({**header, **said}, arrays)


def early(ask: Mapping[str, Any], results: Sequence[ArmResult]) -> bool:
    """Return whether an ask is about a frame that is still to be trained: a run that made room for others is trained again."""
    frame, going = ask.get("frame"), [len(result.history.frame_step) for result in results if not result.complete]
    return bool(going) and isinstance(frame, int) and frame >= min(going)


def _probe(ask: Mapping[str, Any], results: Sequence[ArmResult], index: int) -> tuple[dict[str, Any], dict[str, Any]]:
    arm = _whole(ask, "arm", len(results))
    result = results[arm]
    config, history = result.config, result.history
    frame = _whole(ask, "frame", len(history.frame_step))
    layer = _whole(ask, "layer", len(config.hidden) + 1)
    if not config.normalised_layers[layer]:
        raise AskError(f"Ask.layer: must be a normalised layer; got layer {layer + 1}. Choose another.")
    sizes = (*config.hidden, config.outputs)
    unit = None if ask.get("unit") is None else _whole(ask, "unit", sizes[layer])
    params = history.params[frame, index : index + 1].copy()  # (1, P)
    weights = Layout.of(config).weights(params)[layer]
    place = slice(None) if unit is None else slice(unit, unit + 1)
    for name, values in (("gamma", weights.gamma), ("beta", weights.beta)):
        if values is not None and ask.get(name) is not None:
            values[:, :, place] = _number(ask, name)
    running = history.running[frame, index : index + 1]
    said, surface = _look(result, index, params, inference_statistics(config, params, running, _points(result, index)))
    with np.errstate(all="ignore"):
        counts = histograms(config, result.dataset.x_train[index], params, running)[0][0]
    return {"arm": arm, **said}, {"surface": surface, "histogram": counts}


def _lens(ask: Mapping[str, Any], results: Sequence[ArmResult], index: int) -> tuple[dict[str, Any], dict[str, Any]]:
    mode, batch = ask.get("mode"), _whole(ask, "batch", MAX_BATCH)
    if mode not in ("batch", "exact", "running"):
        raise _error("mode", "batch, exact or running", mode)
    said: list[dict[str, float | None]] = []
    arrays, sizes = {}, set()
    for i, (result, frame) in enumerate(zip(results, _frames(ask, results), strict=True)):
        history, config = result.history, result.config
        params, given = history.params[frame, index : index + 1], history.running[frame, index : index + 1]
        x = _points(result, index)
        if mode == "batch":
            order = epoch_order(config, result.dataset.y_train[index], stream(config.seed + index, "lens", batch))
            first, last = config.batch_bounds[0]
            order = order[first:last][: config.ghost_size if config.norm == "ghost" else None]
            if config.keeps_statistics:
                sizes.add(len(order))
            x = x[:, order]
        measures, arrays[f"a{i}/surface"] = _look(
            result, index, params, given if mode == "running" else exact_statistics(config, params, x)
        )
        said.append(measures)
    points = f"{' or '.join(map(str, sorted(sizes)))} point{'s' if sizes != {1} else ''}"
    one = "one virtual batch" if all(r.config.norm == "ghost" for r in results if r.config.keeps_statistics) else "one mini-batch"
    labels = {
        "batch": f"statistics of {one} of {points}" if sizes else "statistics of one mini-batch",
        "exact": "exact statistics of the whole training set",
        "running": "running statistics",
    }
    return {"mode": mode, "label": labels[mode], **{name: [one[name] for one in said] for name in MEASURES}}, arrays


def _mates(ask: Mapping[str, Any], results: Sequence[ArmResult], index: int) -> tuple[dict[str, Any], dict[str, Any]]:
    place, draw = np.array([_number(ask, "x", MAX_PLACE), _number(ask, "y", MAX_PLACE)]), _whole(ask, "draw", MAX_BATCH)
    data = results[0].dataset
    here, points = place.astype(np.float32), data.x_train[index].astype(np.float32)
    pinned = np.flatnonzero((points == here).all(axis=1))[:1]  # the browser has points of 32 bits
    target = None if len(pinned) == 0 else float(data.y_train[index, pinned[0]])
    said: dict[str, list[float | None]] = {
        name: [] for name in ("logit", "mean", "sd", "flips", "draws", "batch", "toward", "chance")
    }
    arrays: dict[str, Any] = {}
    for i, (result, frame) in enumerate(zip(results, _frames(ask, results), strict=True)):
        config, history = result.config, result.history
        params, running = history.params[frame, index : index + 1], history.running[frame, index : index + 1]
        known = inference_statistics(config, params, running, _points(result, index))
        point = place[None, None] if target is None else data.x_train[index, pinned][None]
        others = np.delete(data.x_train[index], pinned, axis=0)
        stream(config.seed + index, "lens", draw).shuffle(others)  # jitter draws the same places every time
        size = min(config.batch_size, len(others) + 1)
        count = draws_for(config, size) if config.keeps_statistics and not config.freeze_statistics else 1
        sure, toward, chance = _sure(config, logits(config, params, known, point, training=False)[0, 0], target)
        batch = replace(
            data, x_train=np.concatenate([point, others[None]], axis=1), y_train=np.full((1, len(others) + 1), toward or 0.0)
        )
        found = jitter(config.replace(seeds=1), batch, params, running, 0, batch_size=size, draws=count)
        with np.errstate(all="ignore"):
            numbers = (sure, found.values.mean(), found.sd[0], found.flips[0], count, size, toward, chance)
        for name, value in zip(said, numbers, strict=True):
            said[name].append(float(value) if value is not None and math.isfinite(value) else None)
        arrays[f"a{i}/logits"] = found.values[:, 0].astype(np.float64)
    task = results[0].config.task
    quantity = {"binary": "logit", "classes": "margin", "regression": "prediction"}[task]
    kind, value = (None, target) if task == "regression" else (target if target is None else int(target), None)
    return {"place": place.tolist(), "class": kind, "value": value, "quantity": quantity, **said}, arrays


def _sure(config: RunConfig, outputs: Array, target: float | None) -> tuple[float, int | None, float | None]:
    """Return what inference mode answers to a point: logit, margin or prediction; the class of the margin; its probability."""
    if config.outputs == 1:
        return float(outputs), None, None
    toward = int(np.argmax(outputs)) if target is None else int(target)
    with np.errstate(all="ignore"):
        shares = np.exp(outputs - outputs.max())
        margin, chance = outputs[toward] - np.delete(outputs, toward).max(), shares[toward] / shares.sum()
    return float(margin), toward, float(chance)


def draws_for(config: RunConfig, size: int) -> int:
    """Return how many batches are drawn: fewer where a pass takes long, so that an answer comes within a second or two.

    Examples
    --------
    >>> draws_for(RunConfig(), 32), draws_for(RunConfig(hidden=(64,) * 40), 400)
    (200, 20)
    """
    return max(20, min(200, NUMBERS // (size * (sum(config.hidden) + 1))))


def _frames(ask: Mapping[str, Any], results: Sequence[ArmResult]) -> list[int]:
    """Return the frame of every arm at a frame of the leading one."""
    moments = results[lead_of(results)].history.frame_epoch
    now = moments[_whole(ask, "frame", len(moments))]
    return [max(0, int(np.searchsorted(r.history.frame_epoch, now + 1e-9, side="right")) - 1) for r in results]


def _points(result: ArmResult, index: int) -> Array:
    return result.dataset.x_train[index : index + 1]


def _look(result: ArmResult, index: int, params: Array, given: Array) -> tuple[dict[str, float | None], NDArray[np.uint8]]:
    """Return the four measures and the surface of a network that normalises by the given statistics."""
    data, one = result.dataset, slice(index, index + 1)
    cut = {name: getattr(data, name)[one] for name in ("x_train", "y_train", "x_test", "y_test", "domain")}
    shown = replace(data, **cut)
    config = result.config.replace(inference="running")
    with np.errstate(all="ignore"):
        values = evaluate(config, shown, params, given)[:, 0].tolist()
    surface = surfaces(config, data.domain[index], params, given)[0]
    return {name: value if math.isfinite(value) else None for name, value in zip(MEASURES, values, strict=True)}, surface


def _whole(ask: Mapping[str, Any], name: str, end: int) -> int:
    value = ask.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value or value not in range(end):
        raise _error(name, f"a whole number in 0..{end - 1}", value)
    return int(value)


def _number(ask: Mapping[str, Any], name: str, most: float = MAX_SHIFT) -> float:
    value = ask.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= most:
        raise _error(name, f"a number in -{most:g}..{most:g}", value)
    return float(value)


def _error(name: str, rule: str, came: Any) -> AskError:
    return AskError(f"Ask.{name}: must be {rule}; got {repr(came)[:40]}. Move the control again.")
