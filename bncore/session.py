"""Training in place: the working copy of a state, and its record."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bncore.batches import epoch_order
from bncore.data import load_data
from bncore.divergence import Divergence, first_not_finite
from bncore.evaluate import evaluate
from bncore.history import History, frame_steps
from bncore.network import Layout, Statistics, Trace, Weights, backward, forward
from bncore.norm import update_running
from bncore.ops import Array, bce_backward, bce_forward
from bncore.optim import optimizer_step
from bncore.state import TrainState
from bncore.streams import stream
from bncore.tape import Tape

__all__ = ["Batch", "Session"]


class Batch(NamedTuple):
    """Batches of one size: their inputs ``(R, N, 2)``, their targets ``(R, N)``, and what is done with them."""

    x: Array
    y: Array
    tape: Tape


class Session:
    """The working copy of a state during one `advance`, and what it records; it is changed in place.

    Parameters
    ----------
    state : TrainState
        Stays as it is.
    """

    def __init__(self, state: TrainState) -> None:
        self.config = config = state.config
        self.layout = Layout.of(config)
        self.data = load_data(config)
        self.step = state.step
        self.params, self.running, self.moments = state.params.copy(), state.running.copy(), state.moments.copy()
        self.grad = np.zeros_like(self.params)
        self.vitals = np.full(self.running.size + config.seeds, np.nan)  # of the last batch
        self.stats, self.loss = self.vitals[: self.running.size].reshape(self.running.shape), self.vitals[self.running.size :]
        self.batches: dict[int, Batch] = {}
        self.weights, self.gradients = self.layout.weights(self.params), self.layout.weights(self.grad)
        self.batch_views = self.layout.statistics(self.stats)
        self.streams = []
        for seed, order in zip(config.seed_list, state.orders, strict=True):
            rng = stream(seed, "order")
            rng.bit_generator.state = order
            self.streams.append(rng)
        self.diverged = np.array(state.diverged)
        self.divergences: list[Divergence] = []
        frozen = [name for name, learned in (("gamma", config.learn_gamma), ("beta", config.learn_beta)) if not learned]
        self.trainable = 1.0 - self.layout.mask(*frozen) if frozen else None
        self.decay = config.weight_decay * self.layout.mask("weight") if config.weight_decay else None
        self.frames = set(frame_steps(config))
        self.norms = np.full((config.seeds, len(self.layout.layers)), np.nan)
        self.losses: list[Array] = []
        self.evals: list[tuple[int, bool, Array, Array]] = []
        self.kept: list[tuple[int, int, Array, Array, Array, Array]] = []

    def epoch(self) -> bool:
        """Train one epoch, or what is left of the run; return whether there is more to do."""
        config, data = self.config, self.data
        orders = np.array([epoch_order(config, y, rng) for y, rng in zip(data.y_train, self.streams, strict=True)])
        x = np.take_along_axis(data.x_train, orders[:, :, None], axis=1)
        y = np.take_along_axis(data.y_train, orders, axis=1)
        bounds = config.batch_bounds
        for first, last in bounds:
            self.one_step(x[:, first:last], y[:, first:last])
            end = self.step % len(bounds) == 0
            if end or self.step in self.frames:
                self.record(epoch_end=end)
            if self.step >= config.total_steps:
                return False
        return True

    def one_step(self, x: Array, y: Array) -> None:
        """Learn from one mini-batch: ``x (R, N, 2)``, ``y (R, N)``."""
        self.step += 1
        batch = self.batches.get(x.shape[1])
        if batch is None:
            batch = self.batches[x.shape[1]] = self.new_batch(x.shape[1])
        batch.x[...], batch.y[...] = x, y
        traces = batch.tape.run()
        self.losses.append(self.loss.copy())
        if not math.isfinite(self.vitals.dot(self.vitals)):  # an infinite variance normalises to 0: the loss stays finite
            self.set_aside(np.isfinite(self.loss) & np.isfinite(self.stats).all(axis=1), traces)
        grad = self.grad
        if self.step in self.frames:
            self.norms = self.gradient_norms()
        if self.decay is not None:
            grad += self.decay * self.params
        if self.trainable is not None:
            grad *= self.trainable
        optimizer_step(self.config, self.params, grad, self.moments, self.step)
        if self.step == self.config.total_steps:  # no later step would notice
            self.set_aside(np.isfinite(self.loss) & np.isfinite(self.params).all(axis=1), traces)

    def new_batch(self, n: int) -> Batch:
        """Return the memory and the program of a step on ``n`` samples a run."""
        x, y = np.empty((len(self.params), n, 2)), np.empty((len(self.params), n))
        arrays = (x, y, self.weights, self.gradients, self.batch_views, self.loss, self.stats, self.running)
        return Batch(x, y, Tape(self.differentiate, *arrays))

    def differentiate(
        self,
        x: Array,
        y: Array,
        weights: tuple[Weights, ...],
        gradients: tuple[Weights, ...],
        batch_views: tuple[Statistics | None, ...],
        loss: Array,
        stats: Array,
        running: Array,
    ) -> list[Trace]:
        """Pass forward and backward, and update the running statistics; for a tape."""
        traces = forward(self.layout, weights, x, self.config.eps)
        loss[...], cache = bce_forward(traces[-1].out[..., 0], y)
        for trace, view in zip(traces, batch_views, strict=True):
            if view is not None and trace.norm is not None:
                view.mean[...], view.var[...] = trace.norm.mean, trace.norm.var
        backward(self.layout, weights, traces, bce_backward(cache)[..., None], gradients)
        if self.layout.n_running:
            update_running(running, stats, self.config.bn_momentum, out=running)
        return traces

    def gradient_norms(self) -> Array:
        """Return the L2 norm of each layer's weight gradient, shape (R, L + 1)."""
        return np.stack([np.sqrt((g.weight * g.weight).sum(axis=(1, 2))) for g in self.gradients], axis=1)

    def set_aside(self, finite: NDArray[np.bool_], traces: list[Trace]) -> None:
        """Name what first stopped being finite in each newly diverged run, and let it stay out of the way as NaN."""
        for run in np.flatnonzero(~finite & ~self.diverged):
            quantity = first_not_finite(self.weights, traces, int(run))
            epoch = math.ceil(self.step / self.config.steps_per_epoch)
            self.divergences.append(Divergence(int(run), self.config.seed + int(run), epoch, self.step, quantity))
            self.diverged[run] = True
            self.params[run] = np.nan

    def record(self, *, epoch_end: bool) -> None:
        """Evaluate this moment, and keep all of it if it is a frame."""
        losses = np.mean(self.losses, axis=0) if self.losses else np.full(self.config.seeds, np.nan)
        self.losses.clear()
        self.evals.append((self.step, epoch_end, losses, evaluate(self.config, self.data, self.params, self.running)))
        if self.step in self.frames:
            frame = (self.step, len(self.evals) - 1, self.params.copy(), self.running.copy(), self.stats.copy(), self.norms)
            self.kept.append(frame)

    def state(self) -> TrainState:
        """Return the state now; the session must not go on after it."""
        orders = tuple(rng.bit_generator.state for rng in self.streams)
        return TrainState(
            self.config, self.step, self.params, self.running, self.moments, orders, tuple(self.diverged.tolist())
        )  # fmt: skip

    def history(self) -> History:
        """Return what was recorded."""
        config, layout = self.config, self.layout
        measured = np.stack([m for *_, m in self.evals], axis=1)  # (4, E, R)
        sizes = (layout.n_params, layout.n_running, layout.n_running, len(layout.layers))
        params, running, batch_stats, gradient_norm = (
            np.stack([frame[i] for frame in self.kept]) if self.kept else np.empty((0, config.seeds, size))
            for i, size in enumerate(sizes, 2)
        )
        return History(
            config=config,
            eval_step=np.array([step for step, *_ in self.evals], dtype=np.int64),
            eval_epoch_end=np.array([end for _, end, *_ in self.evals]),
            test_loss=measured[0],
            test_accuracy=measured[1],
            train_loss=measured[2],
            train_accuracy=measured[3],
            batch_loss=np.stack([losses for _, _, losses, _ in self.evals]),
            frame_step=np.array([frame[0] for frame in self.kept], dtype=np.int64),
            frame_eval=np.array([frame[1] for frame in self.kept], dtype=np.int64),
            params=params,
            running=running,
            batch_stats=batch_stats,
            gradient_norm=gradient_norm,
            divergences=tuple(self.divergences),
        )
