"""Compute with Keras's BatchNormalization what bncore is compared with.

Run from the project's folder: ``python -m tests.golden.make_golden_keras [FILE]``. It needs requirements-peers.txt.
Keras runs on PyTorch. Whatever the dtype it is asked for, this layer computes in float32.
Names are ``kind/case/array``; kinds: ``norm`` (forward, backward, moving statistics, inference), ``awkward`` (forward, backward).
The inputs stand in torch.npz.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
import torch
from numpy.typing import NDArray

from tests.golden.cases import AWKWARD, BATCHES, NormCase

Array = NDArray[np.float64]
Single = NDArray[np.float32]

FILE = Path(__file__).with_name("keras.npz")


def norm(case: NormCase) -> dict[str, Single]:
    """Return outputs and gradients of every batch, the moving statistics after it, and inference with the last ones."""
    layer = built(case)
    steps = [passed(layer, x, dy, training=True) for x, dy in zip(case.x, case.dy, strict=True)]
    frozen = passed(layer, case.x[0], case.dy[0], training=False)
    kept = {name: np.stack([step[name] for step in steps]) for name in steps[0]}
    return kept | {f"frozen_{name}": frozen[name] for name in ("y", "dx", "dgamma", "dbeta")}


def awkward(case: NormCase) -> dict[str, Single]:
    """Return output and gradients of one batch."""
    found = passed(built(case), case.x[0], case.dy[0], training=True)
    return {name: found[name] for name in ("y", "dx", "dgamma", "dbeta")}


def built(case: NormCase) -> keras.layers.BatchNormalization:
    layer = keras.layers.BatchNormalization(momentum=case.bn_momentum, epsilon=case.eps, dtype="float64")
    layer.build(case.x[0].shape)
    layer.gamma.assign(case.gamma)
    layer.beta.assign(case.beta)
    return layer


def passed(layer: keras.layers.BatchNormalization, x: Array, dy: Array, *, training: bool) -> dict[str, Single]:
    for variable in layer.trainable_variables:
        variable.value.grad = None
    leaf = torch.tensor(x, requires_grad=True)
    y = layer(leaf, training=training)
    y.backward(torch.tensor(dy))
    values = {
        "y": y, "dx": leaf.grad, "dgamma": layer.gamma.value.grad, "dbeta": layer.beta.value.grad,
        "running_mean": layer.moving_mean.value, "running_var": layer.moving_variance.value,
    }  # fmt: skip
    return {name: value.detach().numpy().astype(np.float32) for name, value in values.items()}


def main(file: Path) -> None:
    torch.set_num_threads(1)
    arrays = {"version": np.array(keras.__version__)}
    for kind, cases, compute in (("norm", BATCHES, norm), ("awkward", AWKWARD, awkward)):
        for name, case in cases.items():
            arrays |= {f"{kind}/{name}/{key}": value for key, value in compute(case).items()}
    np.savez_compressed(file, **arrays)
    print(f"{file}: {file.stat().st_size / 1000:.0f} kB, Keras {keras.__version__}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE)
