"""Compute with Keras and PyTorch what each stores after given batches, from its own start of 0 and 1.

Run from the project's folder: ``python -m tests.golden.make_golden_running [FILE]``. It needs requirements-peers.txt.
Names are ``case/array``: ``batches`` (K, N); ``keras`` and ``torch`` (K, 2), running mean and variance after each batch at the
case's momentum (PyTorch's is 1 - momentum); ``keras_default`` and ``torch_default``, the same at the library's own momentum;
``sample`` (1,) and ``keras_y``, ``torch_y`` (1,), what each makes of it in inference with the defaults, gamma 1.5 and beta 0.5.
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

from bncore.tracking import Source, draw

Array = NDArray[np.float64]

FILE = Path(__file__).with_name("running.npz")
SAMPLE = np.array([7.25])
CASES = {
    "usual": (Source(), 0.9),
    "drifting": (Source(mean=-3.0, sd=0.5, drift=40.0, count=25, size=8, seed=7), 0.99),
    "two": (Source(mean=0.0, sd=10.0, count=60, size=2, seed=3), 0.5),
    "nothing kept": (Source(mean=-8.0, sd=3.0, count=5, size=33, seed=11), 0.0),
}


def keras_stores(batches: Array, **settings: float) -> tuple[Array, keras.layers.BatchNormalization]:
    layer = keras.layers.BatchNormalization(**settings)
    layer.build((None, 1))
    stored = []
    for batch in batches:
        layer(torch.tensor(batch[:, None], dtype=torch.float32), training=True)
        stored.append([layer.moving_mean.value.item(), layer.moving_variance.value.item()])
    return np.array(stored), layer


def torch_stores(batches: Array, **settings: float) -> tuple[Array, torch.nn.BatchNorm1d]:
    layer = torch.nn.BatchNorm1d(1, dtype=torch.float64, **settings)
    stored = []
    for batch in batches:
        layer(torch.tensor(batch[:, None]))
        stored.append([layer.running_mean.item(), layer.running_var.item()])
    return np.array(stored), layer


def case(source: Source, momentum: float) -> dict[str, Array]:
    batches = draw(source)
    found = {"batches": batches, "momentum": np.array(momentum), "sample": SAMPLE}
    found["keras"], _ = keras_stores(batches, momentum=momentum)
    found["torch"], _ = torch_stores(batches, momentum=1.0 - momentum)
    found["keras_default"], in_keras = keras_stores(batches)
    found["torch_default"], in_torch = torch_stores(batches)
    in_keras.gamma.assign([1.5])
    in_keras.beta.assign([0.5])
    with torch.no_grad():
        in_torch.weight.fill_(1.5)
        in_torch.bias.fill_(0.5)
        found["keras_y"] = in_keras(torch.tensor(SAMPLE[:, None], dtype=torch.float32), training=False).numpy()[:, 0]
        found["torch_y"] = in_torch.eval()(torch.tensor(SAMPLE[:, None])).numpy()[:, 0]
    return found


def main(file: Path) -> None:
    torch.set_num_threads(1)
    arrays = {"version": np.array(f"Keras {keras.__version__}, PyTorch {torch.__version__}")}
    for name, (source, momentum) in CASES.items():
        arrays |= {f"{name}/{key}": value for key, value in case(source, momentum).items()}
    np.savez_compressed(file, **arrays)
    print(f"{file}: {file.stat().st_size / 1000:.0f} kB, {arrays['version']}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE)
