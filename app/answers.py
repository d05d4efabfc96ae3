"""The answers to what the player asks between runs: the probe and the lens. No streamlit.

An ask comes from a browser and may be anything: every field is checked, and a bad one is answered with a sentence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.live.codec import pack
from app.result import ArmResult
from bncore.batches import epoch_order
from bncore.config import RunConfig
from bncore.data import Dataset
from bncore.evaluate import evaluate
from bncore.network import Layout, forward
from bncore.probe import histograms, surfaces
from bncore.streams import stream

__all__ = ["AskError", "answer"]

Array = NDArray[np.float64]

MAX_SHIFT = 1000.0
MAX_BATCH = 1_000_000
MEASURES = ("test_loss", "test_accuracy", "train_loss", "train_accuracy")


class AskError(ValueError):
    """An ask that cannot be answered; its text is for people."""


def answer(ask: Mapping[str, Any], results: Sequence[ArmResult], run: str, index: int = 0) -> bytes | None:
    """Return the answer to an ask as bytes for the player, or None if it is about another run.

    Parameters
    ----------
    ask : mapping
        A probe: ``id, run, kind "probe", arm, frame, layer (from 0), unit or null, gamma, beta``: what the network
        of this frame would do with these instead of what it learned. A lens: ``id, run, kind "lens", frame (of the
        first arm), batch``: what it does with the statistics of one mini-batch.
    results : sequence of ArmResult
        What is on the screen, one an arm.
    run : str
        The short hash of what is on the screen (`app.live.pack.run_hash`).
    index : int
        Position of the run whose pictures are shown.

    Returns
    -------
    bytes or None
        Header ``kind "answer"``, ``id``, ``run`` and ``error``, a sentence; or, for a probe, ``arm`` and the four measures of the
        run shown (null where there is no number), with arrays ``surface (48, 48)`` and ``histogram (L, K, 42)``; or, for a lens,
        ``label`` and lists of the measures, an arm an entry, with arrays ``a{i}/surface (48, 48)``.
    """
    if ask.get("run") != run:
        return None
    name = ask.get("id")
    name = name if (isinstance(name, (str, int)) and not isinstance(name, bool) and len(str(name)) <= 64) else None
    header: dict[str, Any] = {"kind": "answer", "id": name, "run": run}
    try:
        if name is None:
            raise _error("id", "a short text or a whole number", ask.get("id"))
        kinds = {"probe": _probe, "lens": _lens}
        if ask.get("kind") not in ("probe", "lens"):
            raise _error("kind", "probe or lens", ask.get("kind"))
        said, arrays = kinds[ask["kind"]](ask, results, index)
    except AskError as error:
        return pack({**header, "error": str(error)}, {})
    return pack({**header, **said}, arrays)


def _probe(ask: Mapping[str, Any], results: Sequence[ArmResult], index: int) -> tuple[dict[str, Any], dict[str, Any]]:
    arm = _whole(ask, "arm", len(results))
    result = results[arm]
    config, history = result.config, result.history
    frame = _whole(ask, "frame", len(history.frame_step))
    layer = _whole(ask, "layer", len(config.hidden) + 1)
    if not config.normalised_layers[layer]:
        raise AskError(f"Ask.layer: must be a normalised layer; got layer {layer + 1}. Choose one with BN.")
    sizes = (*config.hidden, 1)
    unit = None if ask.get("unit") is None else _whole(ask, "unit", sizes[layer])
    params = history.params[frame, index : index + 1].copy()  # (1, P)
    weights = Layout.of(config).weights(params)[layer]
    place = slice(None) if unit is None else slice(unit, unit + 1)
    for name, values in (("gamma", weights.gamma), ("beta", weights.beta)):
        if values is not None:
            values[:, :, place] = _number(ask, name)
    said, surface = _look(result, index, params, history.running[frame, index : index + 1])
    with np.errstate(all="ignore"):
        counts = histograms(config, result.dataset.x_train[index], params)[0][0]
    return {"arm": arm, **said}, {"surface": surface, "histogram": counts}


def _lens(ask: Mapping[str, Any], results: Sequence[ArmResult], index: int) -> tuple[dict[str, Any], dict[str, Any]]:
    moments = results[0].history.frame_epoch
    frame = _whole(ask, "frame", len(moments))
    batch = _whole(ask, "batch", MAX_BATCH)
    said: list[dict[str, float | None]] = []
    arrays = {}
    for i, result in enumerate(results):
        history = result.history
        here = max(0, int(np.searchsorted(history.frame_epoch, moments[frame] + 1e-9, side="right")) - 1)
        params = history.params[here, index : index + 1]
        given = _batch_statistics(result.config, result.dataset, params, index, batch)
        measures, arrays[f"a{i}/surface"] = _look(result, index, params, given)
        said.append(measures)
    sizes = sorted({first[1] - first[0] for first in (r.config.batch_bounds[0] for r in results)})
    label = f"statistics of one mini-batch of {' or '.join(map(str, sizes))} point{'s' if sizes != [1] else ''}"
    return {"label": label, **{name: [one[name] for one in said] for name in MEASURES}}, arrays


def _batch_statistics(config: RunConfig, data: Dataset, params: Array, index: int, batch: int) -> Array:
    """Return the statistics (1, S) of the first mini-batch of an epoch drawn by itself; arms draw the same one."""
    layout = Layout.of(config)
    order = epoch_order(config, data.y_train[index], stream(config.seed + index, "lens", batch))
    first, last = config.batch_bounds[0]
    given = np.zeros((1, layout.n_running))
    with np.errstate(all="ignore"):
        traces = forward(layout, layout.weights(params), data.x_train[index : index + 1, order[first:last]], config.eps)
    for view, trace in zip(layout.statistics(given), traces, strict=True):
        if view is not None and trace.norm is not None:
            view.mean[...], view.var[...] = trace.norm.mean, trace.norm.var
    return given


def _look(result: ArmResult, index: int, params: Array, running: Array) -> tuple[dict[str, float | None], NDArray[np.uint8]]:
    data, one = result.dataset, slice(index, index + 1)
    shown = Dataset(data.x_train[one], data.y_train[one], data.x_test[one], data.y_test[one], data.domain[one], data.feature_names)
    with np.errstate(all="ignore"):
        values = evaluate(result.config, shown, params, running)[:, 0].tolist()
    surface = surfaces(result.config, data.domain[index], params, running)[0]
    return {name: value if math.isfinite(value) else None for name, value in zip(MEASURES, values, strict=True)}, surface


def _whole(ask: Mapping[str, Any], name: str, end: int) -> int:
    value = ask.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value or value not in range(end):
        raise _error(name, f"a whole number in 0..{end - 1}", value)
    return int(value)


def _number(ask: Mapping[str, Any], name: str) -> float:
    value = ask.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= MAX_SHIFT:
        raise _error(name, f"a number in -{MAX_SHIFT:g}..{MAX_SHIFT:g}", value)
    return float(value)


def _error(name: str, rule: str, came: Any) -> AskError:
    return AskError(f"Ask.{name}: must be {rule}; got {repr(came)[:40]}. Move the control again.")
