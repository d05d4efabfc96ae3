"""The normalisers in Keras 3: its own layers where it has them, else a small class, as text."""

from __future__ import annotations

from app.export.plan import Plan
from bncore.parts_norm import groups_of

__all__ = ["custom_layers", "layer_of"]

FROZEN = '''\
class FrozenBatchNormalization(layers.BatchNormalization):
    """BatchNormalization by the running statistics, in training, too; they do not move."""

    def call(self, x, training=False):
        return super().call(x, training=False)'''

GHOST = '''\
class GhostBatchNormalization(layers.BatchNormalization):
    """Ghost BN (Hoffer et al. 2017): each part of the batch by its own statistics."""

    def call(self, x, training=False):
        normalise = super().call
        if not training:
            return normalise(x, training=False)
        n = x.shape[0]
        ends = [0, *range(GHOST_SIZE, {end}, GHOST_SIZE), n]
        parts = [x[first:last] for first, last in zip(ends, ends[1:])]
        return ops.concatenate([normalise(part, training=True) for part in parts])'''

NOISY = '''\
class NoisyBatchNormalization(layers.BatchNormalization):
    """BN with noise after it (Santurkar et al. 2018), new in every step."""

    def build(self, shape):
        super().build(shape)
        self.noise = keras.random.SeedGenerator(SEED)

    def call(self, x, training=False):
        y = super().call(x, training=training)
        if not training:
            return y
        shape, units = ops.shape(y), (y.shape[1],)
        middle = keras.random.uniform(units, -0.5, 0.5, seed=self.noise)
        spread = keras.random.uniform(units, 1, 1.25, seed=self.noise)
        shift = middle + keras.random.uniform(shape, -0.1, 0.1, seed=self.noise)
        scale = spread + keras.random.normal(shape, stddev=0.1, seed=self.noise)
        return y * scale + shift'''

LIMITS = """\
        past = max(0, self.seen - RENORM_START) / RENORM_START
        r_max = 1 + min(1, past / 7) * (R_MAX - 1)
        d_max = min(1, past / 4) * D_MAX
"""

RENORM = '''\
class BatchRenormalization(layers.BatchNormalization):
    """Batch renormalization (Ioffe 2017): batch statistics, corrected towards running ones."""
{seen}
    def call(self, x, training=False):
        if not training:
            return super().call(x, training=False)
{limits}        mean, var = ops.moments(x, axes=[0])
        std = ops.sqrt(var + self.epsilon)
        known_std = ops.sqrt(self.moving_variance + self.epsilon)
        r = ops.stop_gradient(ops.clip(std / known_std, 1 / {r_max}, {r_max}))
        d = ops.stop_gradient(ops.clip((mean - self.moving_mean) / known_std, -{d_max}, {d_max}))
        y = self.gamma * ((x - mean) / std * r + d) + self.beta
        old, new = self.momentum, 1 - self.momentum
        self.moving_mean.assign(old * self.moving_mean + new * ops.stop_gradient(mean))
        new_var = {stored}
        self.moving_variance.assign(old * self.moving_variance + new * ops.stop_gradient(new_var))
        return y'''

SEEN = """
    def build(self, shape):
        super().build(shape)
        self.seen = 0  # batches
"""


def custom_layers(plan: Plan) -> str:
    """Return the classes that Keras does not have; empty where it has all.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> custom_layers(Plan(RunConfig())), custom_layers(Plan(RunConfig(norm="ghost"))).splitlines()[0]
    ('', 'class GhostBatchNormalization(layers.BatchNormalization):')
    """
    c = plan.config
    if plan.kind == "renorm":
        names = ("r_max", "d_max") if c.renorm_start else ("R_MAX", "D_MAX")
        counted = "        self.seen += 1\n" + LIMITS
        fewest = "max(x.shape[0] - 1, 1)" if c.batch_size == 1 else "(x.shape[0] - 1)"
        return RENORM.format(
            stored=f"var * x.shape[0] / {fewest}" if c.unbiased_running else "var",
            seen=SEEN if c.renorm_start else "",
            limits=counted if c.renorm_start else "",
            r_max=names[0],
            d_max=names[1],
        )
    if plan.kind == "ghost":
        return GHOST.format(end="n" if c.ghost_size == 1 else "n - 1")
    return {"frozen": FROZEN, "noisy": NOISY}.get(plan.kind, "")


def layer_of(plan: Plan, units: int, name: str) -> str:
    """Return the expression of one normalising layer.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> layer_of(Plan(RunConfig(norm="layer")), 16, "norm1")
    'layers.LayerNormalization(epsilon=EPS, name="norm1")'
    """
    if plan.kind == "layer":
        return f'layers.LayerNormalization(epsilon=EPS, name="{name}")'
    if plan.kind == "group":
        return f'layers.GroupNormalization({groups_of(units, plan.config.groups)}, epsilon=EPS, name="{name}")'
    if plan.kind == "frozen":
        return f'FrozenBatchNormalization(epsilon=EPS, name="{name}")'
    own = {"ghost": "GhostBatchNormalization", "noisy": "NoisyBatchNormalization", "renorm": "BatchRenormalization"}
    return f'{own.get(plan.kind, "layers.BatchNormalization")}(momentum=BN_MOMENTUM, epsilon=EPS, name="{name}")'
