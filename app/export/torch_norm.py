"""The normalisers in PyTorch: its own layers where it has them, else a small class, as text."""

from __future__ import annotations

from app.export.plan import Plan
from bncore.parts_norm import groups_of

__all__ = ["alone", "custom_layers", "layer_of"]

ALONE = '''\
class BatchNorm(nn.BatchNorm1d):
    """BatchNorm1d for batches of one sample, which PyTorch's own refuses: x_hat is 0 then."""

    def forward(self, x):
        if not self.training:
            return super().forward(x)
        mean, var = x.mean(0), x.var(0, correction=0)
        self.running_mean.lerp_(mean.detach(), self.momentum)
        self.running_var.lerp_({stored}, self.momentum)
        return self.weight * (x - mean) / torch.sqrt(var + self.eps) + self.bias'''

GHOST = '''\
class GhostBatchNorm({base}):
    """Ghost BN (Hoffer et al. 2017): each part of the batch by its own statistics."""

    def forward(self, x):
        normalise = super().forward
        if not self.training:
            return normalise(x)
        parts = torch.tensor_split(x, tuple(range(GHOST_SIZE, {end}, GHOST_SIZE)))
        return torch.cat([normalise(part) for part in parts])'''

NOISY = '''\
class NoisyBatchNorm({base}):
    """BN with noise after it (Santurkar et al. 2018), new in every step."""

    def forward(self, x):
        y = super().forward(x)
        if not self.training:
            return y
        middle, spread = torch.rand(y.shape[1]) - 0.5, 1 + 0.25 * torch.rand(y.shape[1])
        shift = middle + 0.2 * torch.rand(y.shape) - 0.1
        scale = spread + 0.1 * torch.randn(y.shape)
        return y * scale + shift'''

LIMITS = """\
        self.num_batches_tracked += 1
        past = max(0, self.num_batches_tracked.item() - RENORM_START) / RENORM_START
        r_max = 1 + min(1, past / 7) * (R_MAX - 1)
        d_max = min(1, past / 4) * D_MAX
"""

RENORM = '''\
class BatchRenorm(nn.BatchNorm1d):
    """Batch renormalization (Ioffe 2017): batch statistics, corrected towards running ones."""

    def forward(self, x):
        if not self.training:
            return super().forward(x)
{limits}        mean, var = x.mean(0), x.var(0, correction=0)
        std, known_std = torch.sqrt(var + self.eps), torch.sqrt(self.running_var + self.eps)
        r = (std / known_std).detach().clamp(1 / {r_max}, {r_max})
        d = ((mean - self.running_mean) / known_std).detach().clamp(-{d_max}, {d_max})
        self.running_mean.lerp_(mean.detach(), self.momentum)
        self.running_var.lerp_({stored}, self.momentum)
        return self.weight * ((x - mean) / std * r + d) + self.bias'''


def alone(plan: Plan) -> bool:
    """Return whether statistics are made of one sample, which PyTorch refuses.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> alone(Plan(RunConfig(batch_size=1)))
    True
    """
    c = plan.config
    return plan.kind in ("batch", "ghost", "noisy") and (c.batch_size == 1 or (plan.kind == "ghost" and c.ghost_size == 1))


def custom_layers(plan: Plan) -> str:
    """Return the classes that PyTorch does not have; empty where it has all.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> custom_layers(Plan(RunConfig())), custom_layers(Plan(RunConfig(norm="noisy"))).splitlines()[0]
    ('', 'class NoisyBatchNorm(nn.BatchNorm1d):')
    """
    c, single = plan.config, alone(plan)
    fewest = "max(len(x) - 1, 1)" if c.batch_size == 1 or single else "(len(x) - 1)"
    stored = f"var.detach() * len(x) / {fewest}" if c.unbiased_running else "var.detach()"
    base = "BatchNorm" if single else "nn.BatchNorm1d"
    limits = ("r_max", "d_max") if c.renorm_start else ("R_MAX", "D_MAX")
    found = [ALONE.format(stored=stored)] if single else []
    if plan.kind == "ghost":
        found.append(GHOST.format(base=base, end="len(x)" if c.ghost_size == 1 else "len(x) - 1"))
    elif plan.kind == "noisy":
        found.append(NOISY.format(base=base))
    elif plan.kind == "renorm":
        found.append(RENORM.format(limits=LIMITS if c.renorm_start else "", r_max=limits[0], d_max=limits[1], stored=stored))
    return "\n\n\n".join(found)


def layer_of(plan: Plan, units: int) -> str:
    """Return the expression of one normalising layer.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> layer_of(Plan(RunConfig(norm="group")), 16)
    'nn.GroupNorm(4, 16, eps=EPS)'
    """
    if plan.kind == "layer":
        return f"nn.LayerNorm({units}, eps=EPS)"
    if plan.kind == "group":
        return f"nn.GroupNorm({groups_of(units, plan.config.groups)}, {units}, eps=EPS)"
    if plan.kind == "frozen":
        return f"nn.BatchNorm1d({units}, eps=EPS)"
    own = {"ghost": "GhostBatchNorm", "noisy": "NoisyBatchNorm", "renorm": "BatchRenorm"}
    name = own.get(plan.kind, "BatchNorm" if alone(plan) else "nn.BatchNorm1d")
    return f"{name}({units}, eps=EPS, momentum=1 - BN_MOMENTUM)"
