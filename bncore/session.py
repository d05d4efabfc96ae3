"""Training in place: the working copy of a state, and its record."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bncore.batches import epoch_order
from bncore.chance import Chance, generators
from bncore.divergence import Divergence, first_not_finite
from bncore.evaluate import evaluate
from bncore.history import History, frame_steps
from bncore.losses import LOSSES
from bncore.network import Layout, Trace, Weights, backward, forward
from bncore.norm import update_running
from bncore.normalise import Extras, Statistics
from bncore.ops import Array
from bncore.optim import optimizer_step
from bncore.parts_norm import PartsCache, ghost_share, unbiasing
from bncore.schedule import rate_factor
from bncore.stack import rule_of, stacked_data, value_of
from bncore.state import TrainState
from bncore.tape import Tape

__all__ = ["Batch", "Session"]


class Batch(NamedTuple):
    """Batches of one size: inputs (R, N, 2), targets (R, N), what chance hands to each layer, and what is done with them."""

    x: Array
    y: Array
    extras: tuple[Extras, ...] | None
    tape: Tape


class Session:
    """The working copy of one state, or of several stacked ones, during one `advance`; it is changed in place.

    Parameters
    ----------
    *states : TrainState
        At the same step, of the same `structure`; they stay as they are.
    """

    def __init__(self, *states: TrainState) -> None:
        self.states, self.configs = states, tuple(state.config for state in states)
        self.config = config = self.configs[0]
        self.layout = Layout.of(config)
        self.data = stacked_data(self.configs)
        self.step = states[0].step
        self.params, self.running = (np.concatenate([getattr(s, name) for s in states]) for name in ("params", "running"))
        self.moments = np.concatenate([state.moments for state in states], axis=1)
        self.grad = np.zeros_like(self.params)
        ends = (self.running.size, self.running.size + len(self.params))
        self.vitals = np.zeros(ends[1] + len(self.params), self.params.dtype)  # of the last batch
        self.stats, self.loss = self.vitals[: ends[0]].reshape(self.running.shape), self.vitals[ends[0] : ends[1]]
        self.stats[...] = np.nan
        self.spread = self.vitals[ends[1] :]  # sum of the variances of parts
        self.batches: dict[int, Batch] = {}
        self.weights, self.gradients = self.layout.weights(self.params), self.layout.weights(self.grad)
        self.batch_views, self.known = self.layout.statistics(self.stats), self.layout.statistics(self.running)
        eps, momentum = value_of(self.configs, "eps"), value_of(self.configs, "bn_momentum")
        self.eps = eps if isinstance(eps, float) else eps[:, None, None].astype(self.params.dtype)
        self.momentum = momentum if isinstance(momentum, float) else momentum[:, None]
        self.orders = [rng for s in states for rng in generators(s.config, "order", s.orders)]
        masks = [rng for s in states for rng in generators(s.config, "dropout", s.masks)]
        noises = [rng for s in states for rng in generators(s.config, "noise", s.noises)]
        self.chance = Chance(self.layout, self.configs, masks, noises, self.known, self.params.dtype)
        self.diverged = np.concatenate([np.array(state.diverged) for state in states])
        self.seeds = [seed for c in self.configs for seed in c.seed_list]
        self.divergences: list[Divergence] = []
        frozen = [name for name, learned in (("gamma", config.learn_gamma), ("beta", config.learn_beta)) if not learned]
        self.trainable = (1.0 - self.layout.mask(*frozen)).astype(self.params.dtype) if frozen else None
        self.rule = rule_of(self.configs)
        self.decayed = self.layout.mask("weight") if np.any(self.rule.weight_decay) else None
        self.frames, self.total_steps = set(frame_steps(config)), config.total_steps
        self.norms = np.full((len(self.params), len(self.layout.layers)), np.nan, self.params.dtype)
        self.losses: list[Array] = []
        self.evals: list[tuple[int, bool, Array, Array]] = []
        self.kept: list[tuple[Any, ...]] = []

    def epoch(self) -> bool:
        """Train one epoch, or what is left of the run; return whether there is more to do."""
        config, data = self.config, self.data
        orders = np.array([epoch_order(config, y, rng) for y, rng in zip(data.y_train, self.orders, strict=True)])
        orders += np.arange(len(orders))[:, None] * orders.shape[1]  # places among the points of all runs: one `take` is quicker
        x, y = data.x_train.reshape(-1, 2).take(orders, axis=0), data.y_train.reshape(-1).take(orders)
        bounds = config.batch_bounds
        for first, last in bounds:
            self.one_step(x[:, first:last], y[:, first:last])
            end = self.step % len(bounds) == 0
            if end or self.step in self.frames:
                self.record(epoch_end=end)
            if self.step >= self.total_steps:
                return False
        return True

    def one_step(self, x: Array, y: Array) -> None:
        """Learn from one mini-batch: ``x (R, N, 2)``, ``y (R, N)``."""
        self.step += 1
        batch = self.batches.get(x.shape[1])
        if batch is None:
            batch = self.batches[x.shape[1]] = self.new_batch(x.shape[1])
        batch.x[...], batch.y[...] = x, y
        self.chance.draw(batch.extras, self.step)
        traces = batch.tape.run()
        self.losses.append(self.loss.copy())
        if not math.isfinite(self.vitals.dot(self.vitals)):  # an infinite variance normalises to 0: the loss stays finite
            self.set_aside(np.isfinite(self.loss) & np.isfinite(self.spread) & np.isfinite(self.stats).all(axis=1), traces)
        grad = self.grad
        if self.step in self.frames:
            self.norms = self.gradient_norms()
        if self.trainable is not None:
            grad *= self.trainable
        config = self.config
        rate = self.rule.learning_rate * rate_factor(config.schedule, config.warmup, self.step, self.total_steps)
        optimizer_step(self.rule, self.params, grad, self.moments, self.step, rate, self.decayed)
        if self.step == self.total_steps:  # no later step would notice
            self.set_aside(np.isfinite(self.loss) & np.isfinite(self.params).all(axis=1), traces)

    def new_batch(self, n: int) -> Batch:
        """Return the memory and the program of a step on ``n`` samples a run."""
        dtype = self.params.dtype
        x, y = np.empty((len(self.params), n, 2), dtype), np.empty((len(self.params), n), dtype)
        extras = self.chance.extras(len(self.params), n)
        arrays = (
            x,
            y,
            self.weights,
            self.gradients,
            self.batch_views,
            self.known,
            extras,
            self.loss,
            self.stats,
            self.running,
            self.spread,
        )
        return Batch(x, y, extras, Tape(self.differentiate, *arrays))

    def differentiate(
        self,
        x: Array,
        y: Array,
        weights: tuple[Weights, ...],
        gradients: tuple[Weights, ...],
        batch_views: tuple[Statistics | None, ...],
        known: tuple[Statistics | None, ...],
        extras: tuple[Extras, ...] | None,
        loss: Array,
        stats: Array,
        running: Array,
        spread: Array,
    ) -> list[Trace]:
        """Pass forward and backward, and update the running statistics; for a tape."""
        config, n = self.config, x.shape[1]
        traces = forward(self.layout, weights, x, self.eps, known if config.freeze_statistics else None, extras)
        kind = LOSSES[config.task]
        loss[...], cache = kind.forward(traces[-1].out, y)
        backward(self.layout, weights, traces, kind.backward(cache), gradients)
        spreads = [np.add.reduce(t.norm.var, axis=(1, 2)) for t in traces if isinstance(t.norm, PartsCache)]
        if spreads:
            spread[...] = sum(spreads)
        if not self.layout.n_running:
            return traces
        size = config.ghost_size if config.norm == "ghost" else n
        share, old = ghost_share(n, size, self.momentum, stats.dtype)
        for trace, view in zip(traces, batch_views, strict=True):
            if view is not None and trace.norm is not None:
                parts = isinstance(trace.norm, PartsCache)
                view.mean[...] = share @ trace.norm.mean if parts else trace.norm.mean
                view.var[...] = share @ trace.norm.var if parts else trace.norm.var
        if config.unbiased_running:
            stats = np.positive(stats)  # the record keeps the biased ones
            factor = unbiasing(n, size, stats.dtype)
            for trace, view in zip(traces, self.layout.statistics(stats), strict=True):
                if view is not None and trace.norm is not None:
                    parts = isinstance(trace.norm, PartsCache)
                    view.var[...] = (share * factor) @ trace.norm.var if parts else trace.norm.var * factor[..., :1]
        if not config.freeze_statistics:
            update_running(running, stats, old[:, 0], out=running)
        return traces

    def gradient_norms(self) -> Array:
        """Return the L2 norm of each layer's weight gradient, shape (R, L + 1)."""
        return np.stack([np.sqrt((g.weight * g.weight).sum(axis=(1, 2))) for g in self.gradients], axis=1)

    def set_aside(self, finite: NDArray[np.bool_], traces: list[Trace]) -> None:
        """Name what first stopped being finite in each newly diverged run, and let it stay out of the way as NaN."""
        for run in np.flatnonzero(~finite & ~self.diverged):
            quantity = first_not_finite(self.weights, traces, int(run))
            epoch = math.ceil(self.step / self.config.steps_per_epoch)
            self.divergences.append(Divergence(int(run), self.seeds[run], epoch, self.step, quantity))
            self.diverged[run] = True
            self.params[run] = np.nan

    def record(self, *, epoch_end: bool) -> None:
        """Evaluate this moment, and keep all of it if it is a frame."""
        losses: Array = np.mean(self.losses, axis=0, dtype=np.float64) if self.losses else np.full(len(self.params), np.nan)
        self.losses.clear()
        measured = evaluate(self.config, self.data, self.params, self.running, self.eps)
        self.evals.append((self.step, epoch_end, losses, measured))
        if self.step in self.frames:
            frame = (self.step, len(self.evals) - 1, self.params.copy(), self.running.copy(), self.stats.copy(), self.norms)
            self.kept.append(frame)

    def parts(self) -> list[slice]:
        """Return the runs of each of the stacked states."""
        ends = np.cumsum([0, *(config.seeds for config in self.configs)]).tolist()
        return [slice(a, b) for a, b in pairwise(ends)]

    def results(self) -> list[tuple[TrainState, History]]:
        """Return each state now, and what was recorded of it; the session must not go on after it."""
        return [(self.state(i, runs), self.history(i, runs)) for i, runs in enumerate(self.parts())]

    def state(self, i: int, runs: slice) -> TrainState:
        """Return one of the stacked states now."""
        each = [(rngs, len(rngs) // len(self.params)) for rngs in (self.orders, self.chance.masks, self.chance.noises)]
        orders, masks, noises = (tuple(rng.bit_generator.state for rng in rngs[runs.start * n : runs.stop * n]) for rngs, n in each)
        return replace(
            self.states[i], step=self.step, params=self.params[runs], running=self.running[runs], moments=self.moments[:, runs],
            orders=orders, masks=masks, noises=noises, diverged=tuple(self.diverged[runs].tolist()),
        )  # fmt: skip

    def history(self, i: int, runs: slice) -> History:
        """Return what was recorded of one of the stacked states."""
        config, layout = self.configs[i], self.layout
        measured = np.stack([m for *_, m in self.evals], axis=1)[:, :, runs]  # (4, E, R)
        sizes = (layout.n_params, layout.n_running, layout.n_running, len(layout.layers))
        params, running, batch_stats, gradient_norm = (
            np.stack([frame[j][runs] for frame in self.kept]) if self.kept else np.empty((0, config.seeds, size), self.params.dtype)
            for j, size in enumerate(sizes, 2)
        )
        return History(
            config=config,
            eval_step=np.array([step for step, *_ in self.evals], dtype=np.int64),
            eval_epoch_end=np.array([end for _, end, *_ in self.evals]),
            test_loss=measured[0],
            test_accuracy=measured[1],
            train_loss=measured[2],
            train_accuracy=measured[3],
            batch_loss=np.stack([losses[runs] for _, _, losses, _ in self.evals]),
            frame_step=np.array([frame[0] for frame in self.kept], dtype=np.int64),
            frame_eval=np.array([frame[1] for frame in self.kept], dtype=np.int64),
            params=params,
            running=running,
            batch_stats=batch_stats,
            gradient_norm=gradient_norm,
            origin=self.states[i].origin,
            divergences=tuple(replace(d, run=d.run - runs.start) for d in self.divergences if runs.start <= d.run < runs.stop),
        )
