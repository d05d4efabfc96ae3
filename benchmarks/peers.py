"""The same step in other libraries: functions that make a contender of a case, or say that it cannot be had."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.cases import Case
from bncore.session import Session
from bncore.state import init_state

os.environ.setdefault("KERAS_BACKEND", "torch")

__all__ = ["PEERS", "compile_seconds"]

RATE, EPS, MOMENTUM = 0.03, 1e-3, 0.9
Work = Callable[[], int]

compile_seconds: dict[tuple[str, str], float] = {}
"""Seconds that compiling took, by peer and case."""


def engine(case: Case) -> Work:
    """BatchNorm Lab."""
    session, (x, y) = Session(init_state(case.config)), case.points()

    def work() -> int:
        session.losses.clear()
        for _ in range(case.steps):
            session.one_step(x, y)
        return case.steps * case.runs

    return work


def _torch_net(case: Case) -> Any:
    import torch

    kind = getattr(torch, case.precision)
    layers: list[Any] = []
    for fan_in, fan_out in zip((2, *case.hidden), case.hidden, strict=False):
        norm = torch.nn.BatchNorm1d(fan_out, eps=EPS, momentum=1 - MOMENTUM, dtype=kind)
        layers += [torch.nn.Linear(fan_in, fan_out, dtype=kind), norm, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers, torch.nn.Linear(case.hidden[-1], 1, dtype=kind))


def torch_eager(case: Case, *, compiled: bool = False) -> Work:
    """PyTorch, eager; one network after the other where there are several runs."""
    import torch

    torch.set_num_threads(1)
    xs, ys = case.points()
    jobs = []
    for x, y in zip(xs, ys, strict=True):
        net = _torch_net(case)
        optimizer = torch.optim.SGD(net.parameters(), lr=RATE)
        loss_of = torch.nn.BCEWithLogitsLoss()
        forward = torch.compile(lambda a, b, net=net, loss_of=loss_of: loss_of(net(a), b)) if compiled else None
        jobs.append((net, optimizer, loss_of, forward, torch.from_numpy(x), torch.from_numpy(y[:, None].copy())))
        if compiled or len(jobs) == 2:  # two are enough to time one
            break

    def work() -> int:
        for net, optimizer, loss_of, forward, x, y in jobs:
            for _ in range(case.steps // 4):
                optimizer.zero_grad()
                (forward(x, y) if forward else loss_of(net(x), y)).backward()
                optimizer.step()
        return case.steps // 4 * len(jobs)

    if compiled:
        start = time.perf_counter()
        work()
        compile_seconds["torch.compile", case.name] = time.perf_counter() - start
    return work


def torch_compiled(case: Case) -> Work:
    """PyTorch with torch.compile around the forward pass and the loss."""
    return torch_eager(case, compiled=True)


def keras_train(case: Case) -> Work:
    """Keras ``train_on_batch`` on its PyTorch backend."""
    import keras

    keras.config.set_dtype_policy(case.precision)
    layers: list[Any] = [keras.Input((2,))]
    for units in case.hidden:
        layers += [keras.layers.Dense(units), keras.layers.BatchNormalization(momentum=MOMENTUM, epsilon=EPS), keras.layers.ReLU()]
    model = keras.Sequential([*layers, keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(RATE), keras.losses.BinaryCrossentropy(from_logits=True))
    x, y = (a[0] for a in case.points())

    def work() -> int:
        for _ in range(10):
            model.train_on_batch(x, y[:, None])
        return 10

    return work


def jax_scan(case: Case) -> Work:
    """JAX: ``jit(scan)`` of one run, ``jit(vmap(scan))`` of several; compiled before it is timed."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", case.precision == "float64")  # type: ignore[no-untyped-call]

    def loss_of(layers: Any, x: Any, y: Any) -> Any:
        seen = []
        for weight, bias, gamma, beta in layers[:-1]:
            z = x @ weight + bias
            mean, var = z.mean(0), z.var(0)
            seen.append((mean, var))
            x = jax.nn.relu((z - mean) * jax.lax.rsqrt(var + EPS) * gamma + beta)
        weight, bias = layers[-1]
        z = (x @ weight + bias)[:, 0]
        return jnp.mean(jnp.maximum(z, 0) - z * y + jnp.log1p(jnp.exp(-jnp.abs(z)))), seen

    def step(carry: Any, batch: Any) -> Any:
        layers, running = carry
        (loss, seen), grads = jax.value_and_grad(loss_of, has_aux=True)(layers, *batch)
        layers = jax.tree.map(lambda p, g: p - RATE * g, layers, grads)
        return (layers, jax.tree.map(lambda r, s: MOMENTUM * r + (1 - MOMENTUM) * s, running, seen)), loss

    def many(layers: Any, running: Any, xs: Any, ys: Any) -> Any:
        return jax.lax.scan(step, (layers, running), (xs, ys))

    rng, kind = np.random.default_rng(0), case.precision

    def drawn(*shape: int) -> Any:
        return (rng.standard_normal((case.runs, *shape)) / np.sqrt(shape[0])).astype(kind)

    layers: list[Any] = []
    for a, b in zip((2, *case.hidden), case.hidden, strict=False):
        ones, zeros = np.ones((case.runs, b), kind), np.zeros((case.runs, b), kind)
        layers.append([drawn(a, b), zeros, ones, zeros])
    layers.append([drawn(case.hidden[-1], 1), np.zeros((case.runs, 1), kind)])
    running = [(np.zeros((case.runs, b), kind), np.ones((case.runs, b), kind)) for b in case.hidden]
    x, y = case.points()
    xs, ys = (np.repeat(a[:, None], case.steps, axis=1) for a in (x, y))  # (R, steps, N, ...)
    arguments = (layers, running, xs, ys)
    if case.runs == 1:
        arguments = jax.tree.map(lambda a: a[0], arguments)
    arguments = jax.device_put(arguments)
    run = jax.jit(many if case.runs == 1 else jax.vmap(many))

    def work() -> int:
        jax.block_until_ready(run(*arguments))
        return case.steps * case.runs

    start = time.perf_counter()
    work()
    compile_seconds["JAX", case.name] = time.perf_counter() - start
    return work


def sklearn_fit(case: Case) -> Work:
    """scikit-learn's ``MLPClassifier.partial_fit``, which has no BN."""
    from sklearn.neural_network import MLPClassifier

    net = MLPClassifier(case.hidden, solver="sgd", learning_rate_init=RATE, momentum=0.0, batch_size=case.batch)
    x, y = (a[0] for a in case.points())

    def work() -> int:
        for _ in range(20):
            net.partial_fit(x, y, classes=[0.0, 1.0])
        return 20

    return work


PEERS = {
    "BatchNorm Lab": engine,
    "PyTorch eager": torch_eager,
    "PyTorch torch.compile": torch_compiled,
    "Keras train_on_batch": keras_train,
    "JAX jit scan": jax_scan,
    "scikit-learn partial_fit (no BN)": sklearn_fit,
}
"""Who is timed, by name."""
