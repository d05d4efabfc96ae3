"""The normalisers in plain NumPy: a forward and a backward function each, as text."""

from __future__ import annotations

from app.export.plan import Plan
from app.export.section import block, indented

__all__ = ["normaliser"]

SAID = {
    "batch": "Normalise each unit by its mean and variance over the batch, then scale and shift.",
    "frozen": "Normalise each unit by the running statistics, which never move, then scale and shift.",
    "layer": "Normalise each sample by the mean and variance over its units, then scale and shift.",
    "group": "Normalise each sample by the mean and variance over each group of its units.",
    "renorm": "Normalise by the batch's statistics, corrected towards the running ones (Ioffe 2017).",
    "ghost": "Ghost BN (Hoffer et al. 2017): each part of the batch by its own statistics.",
    "noisy": "BN with noise after it (Santurkar et al. 2018), new in every step.",
}


def normaliser(plan: Plan) -> str:
    """Return the functions ``norm_forward`` and ``norm_backward`` of a plan.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> print(normaliser(Plan(RunConfig(norm="layer"))).splitlines()[0])
    def norm_forward(x, layer, training):
    """
    if plan.kind in ("layer", "group"):
        return _over_units(plan)
    if plan.kind == "frozen":
        return _frozen(plan)
    if plan.kind == "renorm":
        return _renorm(plan)
    whole = _batch(plan)
    return {"ghost": _ghost, "noisy": _noisy}[plan.kind](plan, whole) if plan.kind in ("ghost", "noisy") else whole


def _function(name: str, arguments: str, said: str, *body: str | None) -> str:
    return block(f"def {name}({arguments}):", f'    """{said}"""', indented(block(*body)))


def _learned(plan: Plan) -> str:
    names = [name for name, on in (("gamma", plan.config.learn_gamma), ("beta", plan.config.learn_beta)) if on]
    return "{" + ", ".join(f'"{name}": d{name}' for name in names) + "}"


def _sums(plan: Plan) -> tuple[str, ...]:
    """Return the lines of the gradients that are wanted."""
    return tuple(line for line, on in zip(SUMS, (plan.config.learn_gamma, plan.config.learn_beta), strict=True) if on)


def _update(plan: Plan) -> tuple[str, ...]:
    """Return the lines that move the running statistics by one batch, or part of one."""
    alone = plan.config.batch_size == 1 or (plan.kind == "ghost" and plan.config.ghost_size == 1)
    unbiased = "var * len(x) / max(len(x) - 1, 1)" if alone else "var * len(x) / (len(x) - 1)"
    stored = unbiased if plan.config.unbiased_running else "var"
    said = "  # unbiased, as in PyTorch" if plan.config.unbiased_running else "  # biased, as in Keras"
    return (
        'layer["running_mean"] = BN_MOMENTUM * layer["running_mean"] + (1 - BN_MOMENTUM) * mean',
        f"new_var = {stored}{said}",
        'layer["running_var"] = BN_MOMENTUM * layer["running_var"] + (1 - BN_MOMENTUM) * new_var',
    )


STATISTICS = ("mean = x.mean(axis=0)", "var = ((x - mean) ** 2).mean(axis=0)  # divided by n: biased")
KEPT = 'mean, var = layer["running_mean"], layer["running_var"]'
NORMALISE = ("inv_std = 1 / np.sqrt(var + EPS)", "x_hat = (x - mean) * inv_std")
SCALED = 'layer["gamma"] * x_hat + layer["beta"]'
PULL = 'dx = layer["gamma"] * inv_std * (dy - dbeta / n - x_hat * dgamma / n)'
SUMS = ("dgamma = (dy * x_hat).sum(axis=0)", "dbeta = dy.sum(axis=0)")


def _batch(plan: Plan) -> str:
    forward = _function(
        "norm_forward",
        "x, layer, training",
        SAID["batch"],
        "if training:",
        indented(block(*STATISTICS, *_update(plan))),
        "else:",
        f"    {KEPT}",
        *NORMALISE,
        f"return {SCALED}, (x_hat, inv_std)",
    )
    backward = _function(
        "norm_backward",
        "dy, layer, cache",
        "Return dx and the gradients of what is learned; mean and variance depend on x, too.",
        "x_hat, inv_std = cache",
        "n = len(dy)",
        *SUMS,
        PULL,
        f"return dx, {_learned(plan)}",
    )
    return block(forward, "\n", backward)


def _frozen(plan: Plan) -> str:
    forward = _function(
        "norm_forward",
        "x, layer, training",
        SAID["frozen"],
        KEPT,
        *NORMALISE,
        f"return {SCALED}, (x_hat, inv_std)",
    )
    backward = _function(
        "norm_backward",
        "dy, layer, cache",
        "Return dx and the gradients of what is learned; mean and variance are constants.",
        "x_hat, inv_std = cache" if plan.config.learn_gamma else "_, inv_std = cache",
        *_sums(plan),
        f'return dy * layer["gamma"] * inv_std, {_learned(plan)}',
    )
    return block(forward, "\n", backward)


GROUPED = '''\
def in_groups(x):
    """Return x of shape (n, units) as (n, groups, units of a group)."""
    n, units = x.shape
    groups = max(g for g in range(1, min(units, GROUPS) + 1) if units % g == 0)
    return x.reshape(n, groups, -1)


def over_group(x):
    """Replace every number by the mean of its group."""
    parts = in_groups(x)
    return np.broadcast_to(parts.mean(axis=2, keepdims=True), parts.shape).reshape(x.shape)'''


def _over_units(plan: Plan) -> str:
    mean = "over_group({})" if plan.kind == "group" else "({}).mean(axis=1, keepdims=True)"
    plain = "over_group({})" if plan.kind == "group" else "{}.mean(axis=1, keepdims=True)"
    forward = _function(
        "norm_forward",
        "x, layer, training",
        SAID[plan.kind],
        f"centred = x - {plain.format('x')}",
        f"inv_std = 1 / np.sqrt({mean.format('centred**2')} + EPS)",
        "x_hat = centred * inv_std",
        f"return {SCALED}, (x_hat, inv_std)",
    )
    backward = _function(
        "norm_backward",
        "dy, layer, cache",
        "Return dx and the gradients of what is learned; mean and variance depend on x, too.",
        "x_hat, inv_std = cache",
        'g = dy * layer["gamma"]',
        f"pull = x_hat * {mean.format('g * x_hat')}",
        f"dx = inv_std * (g - {plain.format('g')} - pull)",
        *_sums(plan),
        f"return dx, {_learned(plan)}",
    )
    return block(*((GROUPED, "\n") if plan.kind == "group" else ()), forward, "\n", backward)


def _renorm(plan: Plan) -> str:
    start = plan.config.renorm_start
    limits = (
        'layer["seen"] = layer.get("seen", 0) + 1',
        'past = max(0, layer["seen"] - RENORM_START) / RENORM_START',
        "r_max = 1 + min(1, past / 7) * (R_MAX - 1)",
        "d_max = min(1, past / 4) * D_MAX",
    )
    names = ("r_max", "d_max") if start else ("R_MAX", "D_MAX")
    forward = _function(
        "norm_forward",
        "x, layer, training",
        SAID["renorm"],
        'known_std = np.sqrt(layer["running_var"] + EPS)',
        "if not training:",
        '    x_hat = (x - layer["running_mean"]) / known_std',
        f"    return {SCALED}, None",
        *STATISTICS,
        "inv_std = 1 / np.sqrt(var + EPS)",
        *(limits if start else ()),
        f"r = np.clip(1 / (known_std * inv_std), 1 / {names[0]}, {names[0]})",
        f'd = np.clip((mean - layer["running_mean"]) / known_std, -{names[1]}, {names[1]})',
        *_update(plan),
        "x_hat = (x - mean) * inv_std",
        'return layer["gamma"] * (x_hat * r + d) + layer["beta"], (x_hat, inv_std, r, d)',
    )
    backward = _function(
        "norm_backward",
        "dy, layer, cache",
        "Return dx and the gradients of what is learned; r and d count as constants.",
        "x_hat, inv_std, r, d = cache" if plan.config.learn_gamma else "x_hat, inv_std, r, _ = cache",
        "n = len(dy)",
        *SUMS,
        PULL.replace("inv_std *", "r * inv_std *"),
        "dgamma = dgamma * r + dbeta * d" if plan.config.learn_gamma else None,
        f"return dx, {_learned(plan)}",
    )
    return block(forward, "\n", backward)


def _ghost(plan: Plan, whole: str) -> str:
    one = (
        whole.replace("norm_forward(", "part_forward(")
        .replace("norm_backward(", "part_backward(")
        .replace("the batch,", "its part,")
    )
    cut = f"range(GHOST_SIZE, {'len(x)' if plan.config.ghost_size == 1 else 'len(x) - 1'}, GHOST_SIZE)"
    forward = _function(
        "norm_forward",
        "x, layer, training",
        SAID["ghost"],
        f"parts = np.split(x, {cut}) if training else [x]",
        "done = [part_forward(part, layer, training) for part in parts]",
        "return np.concatenate([y for y, _ in done]), [cache for _, cache in done]",
    )
    backward = _function(
        "norm_backward",
        "dy, layer, caches",
        "Return dx and the gradients of what is learned: part by part, then summed.",
        "ends = np.cumsum([len(x_hat) for x_hat, _ in caches])[:-1]",
        "done = [part_backward(part, layer, cache) for part, cache in zip(np.split(dy, ends), caches)]",
        "sums = {name: sum(grad[name] for _, grad in done) for name in done[0][1]}",
        "return np.concatenate([dx for dx, _ in done]), sums",
    )
    return block(one, "\n", forward, "\n", backward)


def _noisy(plan: Plan, whole: str) -> str:
    quiet = whole.replace("norm_forward(", "quiet_forward(").replace("norm_backward(", "quiet_backward(")
    cast = "({}).astype(x.dtype)" if plan.single else "{}"
    forward = _function(
        "norm_forward",
        "x, layer, training",
        SAID["noisy"],
        "y, cache = quiet_forward(x, layer, training)",
        "if not training:",
        "    return y, None",
        "n, units = x.shape",
        'noise = layer["noise"]',
        "middle, spread = noise.uniform(-0.5, 0.5, units), noise.uniform(1, 1.25, units)",
        f"shift = {cast.format('middle + noise.uniform(-0.1, 0.1, (n, units))')}",
        f"scale = {cast.format('spread + 0.1 * noise.standard_normal((n, units))')}",
        "return y * scale + shift, (cache, scale)",
    )
    backward = _function(
        "norm_backward",
        "dy, layer, caches",
        "Return dx and the gradients of what is learned.",
        "cache, scale = caches",
        "return quiet_backward(dy * scale, layer, cache)",
    )
    return block(quiet, "\n", forward, "\n", backward)
