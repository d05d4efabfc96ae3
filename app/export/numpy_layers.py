"""The network in plain NumPy: forward and backward through its layers, as text."""

from __future__ import annotations

from app.export.plan import Plan
from app.export.section import block, indented

__all__ = ["backward", "exact", "forward", "mask"]

ACTIVATE = {
    "relu": "np.maximum({}, 0)",
    "tanh": "np.tanh({})",
    "sigmoid": "(1 + np.tanh({} / 2)) / 2",
    "linear": "{}",
}
SLOPE = {"relu": "(a > 0)", "tanh": "(1 - a**2)", "sigmoid": "a * (1 - a)", "linear": ""}
LINEAR = 'z = x @ layer["weight"] + layer["bias"]'


def mask(plan: Plan) -> str:
    """Return the function that draws what dropout multiplies by."""
    drawn = '(layer["masks"].random(x.shape) >= DROPOUT) / (1 - DROPOUT)'
    return block(
        "def dropout_mask(x, layer, training):",
        '    """Return what x is multiplied by: 0 or 1 / (1 - DROPOUT) while training, 1 in inference."""',
        "    if not training:",
        "        return 1",
        f"    return ({drawn}).astype(x.dtype)" if plan.single else f"    return {drawn}",
    )


def _hidden(plan: Plan, *, normalised: bool, inner: str | None = None) -> list[str]:
    """Return the lines from z to what the next layer sees, ``out``; ``inner`` replaces the normaliser of training."""
    act = ACTIVATE[plan.config.activation].format
    drop = plan.drops and inner is None
    if not normalised:
        return [f"a = {act('z')}", *(["mask = dropout_mask(a, layer, training)"] if drop else []), _out("a", drop)]
    first = drop and plan.config.dropout_place == "before"
    last = drop and not first
    lines = [] if plan.before else [f"a = {act('z')}"]
    given = "z" if plan.before else "a"
    if first:
        lines.append(f"mask = dropout_mask({given}, layer, training)")
    call = f"{given} * mask" if first else given
    lines += [inner.format(call)] if inner else [f"y, norm = norm_forward({call}, layer, training)"]
    if plan.before:
        lines.append(f"a = {act('y')}")
    end = "a" if plan.before else "y"
    return [*lines, *([f"mask = dropout_mask({end}, layer, training)"] if last else []), _out(end, last)]


def _out(name: str, masked: bool) -> str:
    return f"out = {name} * mask" if masked else f"out = {name}"


def _cached(plan: Plan) -> list[str]:
    names = ["x"]
    if plan.hidden_norm != "none":
        names.append("norm")
    if plan.config.activation != "linear":
        names.append("a")
    return [*names, *(["mask"] if plan.drops else [])]


def _either(plan: Plan, on: list[str], off: list[str]) -> str:
    """Return the lines of a hidden layer, normalised or not; both where some are."""
    if plan.hidden_norm != "some":
        return block(*(on if plan.hidden_norm == "all" else off))
    return block('if "gamma" in layer:', indented(block(*on)), "else:", indented(block(*off)))


def _tuple(names: list[str]) -> str:
    return f"({', '.join(names)}{',' if len(names) == 1 else ''})"


def forward(plan: Plan) -> str:
    """Return the function ``forward(network, x, training)``."""
    off = _hidden(plan, normalised=False)
    body = block(
        LINEAR,
        _either(plan, _hidden(plan, normalised=True), ["norm = None", *off]),
        f"caches.append({_tuple(_cached(plan))})",
        "x = out",
    )
    if plan.hidden_norm == "none":
        body = body.replace("norm = None\n", "")
    last = (
        block("layer = network[-1]", LINEAR, "y, norm = norm_forward(z, layer, training)", "caches.append((x, norm))")
        if plan.output_norm
        else block("layer = network[-1]", LINEAR, "caches.append((x,))")
    )
    return block(
        "def forward(network, x, training):",
        '    """Return the logits, and for each layer what its backward pass needs."""',
        "    caches = []",
        *(("    for layer in network[:-1]:", indented(body, 2)) if plan.depth else ()),
        indented(last),
        f"    return {'y' if plan.output_norm else 'z'}{plan.column}, caches",
    )


def _back(plan: Plan, *, normalised: bool) -> list[str]:
    """Return the lines from ``dout`` to ``dz`` of a hidden layer."""
    slope = SLOPE[plan.config.activation]
    masked = plan.drops

    def times(name: str, *factors: str) -> str:
        return " * ".join([name, *(factor for factor in factors if factor)])

    if not normalised:
        return [f"dz = {times('dout', 'mask' if masked else '', slope)}"]
    first = masked and plan.config.dropout_place == "before"
    outer, inner = "mask" if masked and not first else "", "mask" if first else ""
    if plan.before:
        lines = [f"dz, dnorm = norm_backward({times('dout', outer, slope)}, layer, norm)"]
        return [*lines, *(["dz = dz * mask"] if inner else [])]
    lines = [f"da, dnorm = norm_backward({times('dout', outer)}, layer, norm)"]
    return [*lines, f"dz = {times('da', inner, slope)}"]


def backward(plan: Plan) -> str:
    """Return the function ``backward(network, caches, dlogits)``."""
    dlogits = "dlogits[:, None]" if plan.column else "dlogits"
    grad = '{"weight": x.T @ dz, "bias": dz.sum(axis=0)%s}'
    has = plan.hidden_norm != "none"
    body = block(
        'dout = dz @ network[i + 1]["weight"].T',
        "layer = network[i]" if has else None,
        f"{', '.join(_cached(plan))}{',' if len(_cached(plan)) == 1 else ''} = caches[i]",
        _either(plan, _back(plan, normalised=True), [*_back(plan, normalised=False), *(["dnorm = {}"] if has else [])]),
        f"grads.insert(0, {grad % (', **dnorm' if has else '')})",
    )
    last = (
        ("x, norm = caches[-1]", f"dz, dnorm = norm_backward({dlogits}, network[-1], norm)")
        if plan.output_norm
        else ("(x,) = caches[-1]", f"dz = {dlogits}")
    )
    return block(
        "def backward(network, caches, dlogits):" if plan.depth or plan.output_norm else "def backward(caches, dlogits):",
        '    """Return the gradients of what is learned, layer by layer."""',
        *(f"    {line}" for line in last),
        f"    grads = [{grad % (', **dnorm' if plan.output_norm else '')}]",
        *(("    for i in reversed(range(len(network) - 1)):", indented(body, 2)) if plan.depth else ()),
        "    return grads",
    )


def exact(plan: Plan) -> str:
    """Return the function that puts the statistics of the whole training set in the place of the running ones."""
    seen = 'layer["running_mean"], layer["running_var"] = {0}.mean(axis=0), {0}.var(axis=0)\ny, _ = norm_forward({0}, layer, False)'
    on, off = (_hidden(plan, normalised=normalised, inner=seen) for normalised in (True, False))
    last = (LINEAR, 'layer["running_mean"], layer["running_var"] = z.mean(axis=0), z.var(axis=0)')
    return block(
        "def set_exact_statistics(network):",
        '    """Put statistics of the whole training set in place of the running ones (precise BN)."""',
        "    x = x_train",
        *(
            ("    for layer in network[:-1]:", indented(block(LINEAR, _either(plan, on, off), "x = out"), 2))
            if plan.hidden_norm != "none"
            else ("    for layer in network[:-1]:", indented(block(LINEAR, *off, "x = out"), 2))
            if plan.depth
            else ()
        ),
        *((indented(block("layer = network[-1]", *last)),) if plan.output_norm else ()),
    )
