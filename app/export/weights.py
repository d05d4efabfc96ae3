"""The points and the trained weights of a run as one npz file."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

from app.export.plan import Plan
from app.result import ArmResult
from bncore.fold import infer
from bncore.network import Layout
from bncore.statistics import inference_statistics

__all__ = ["weights_arrays", "weights_npz"]


def weights_arrays(plan: Plan, result: ArmResult) -> dict[str, NDArray[np.float64]]:
    """Return the named arrays: points, trained weights layer by layer, and the app's outputs on the test points, ``logits_test``.

    Parameters
    ----------
    plan : Plan
    result : ArmResult
        Of the same settings; its last frame is taken.

    Notes
    -----
    ``layer1/weight`` has shape (inputs, units); ``bias``, ``gamma``, ``beta``, ``running_mean`` and ``running_var`` (units,).
    The running statistics are the ones that training kept, also where inference uses exact ones: every program makes these anew.
    """
    config, run, data, history = result.config, slice(plan.run, plan.run + 1), result.dataset, result.history
    layout, params, running = Layout.of(config), history.params[-1, run], history.running[-1, run]
    arrays = {name: getattr(data, name)[plan.run] for name in ("x_train", "y_train", "x_test", "y_test")}
    for i, (layer, weights, kept) in enumerate(
        zip(layout.layers, layout.weights(params), layout.statistics(running), strict=True), 1
    ):
        arrays[f"layer{i}/weight"] = weights.weight[0]
        for part in layer.parts:
            if part != "weight":
                arrays[f"layer{i}/{part}"] = getattr(weights, part)[0, 0]
        if kept is not None:
            arrays |= {f"layer{i}/running_mean": kept.mean[0, 0], f"layer{i}/running_var": kept.var[0, 0]}
    statistics = layout.statistics(inference_statistics(config, params, running, data.x_train[run]))
    x_test = data.x_test[run].astype(params.dtype, copy=False)
    outputs = infer(layout, layout.weights(params), statistics, config.eps, x_test)[0]
    arrays["logits_test"] = outputs[:, 0] if config.outputs == 1 else outputs
    return arrays


def weights_npz(plan: Plan, result: ArmResult) -> bytes:
    """Return the bytes of the file; nothing in it needs pickle.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> Plan(RunConfig()).weights_file.endswith("-seed0.npz")
    True
    """
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **weights_arrays(plan, result))
    return file.getvalue()
