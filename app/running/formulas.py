"""Formulas of the momentum lab, in symbols and with the numbers of the moment."""

from __future__ import annotations

from app.maths import fence, frac, math, num, number_text, op, row, sqrt, sym, text
from app.running.lab import Lab

__all__ = ["pytorch_formula", "sample_formula", "update_formulas"]


def update_formulas(lab: Lab) -> str:
    """Return the update of both running statistics, then the same with the numbers of the batch shown, as HTML.

    Examples
    --------
    >>> from app.running.lab import SPECS
    >>> lab = Lab({name: default for name, (_, default) in SPECS.items()} | {"batch": 0})
    >>> "Nothing has come yet" in update_formulas(lab)
    True
    """
    symbols = [_update(stored, batch) for stored, batch in (("running_mean", "mu"), ("running_var", "var"))]
    shown = "".join(f"<div class='formula'>{math(formula, label=said)}</div>" for formula, said in zip(symbols, _SAID, strict=True))
    if lab.k == 0:
        start = ", ".join(map(number_text, lab.start))
        return f"{shown}<p class='note'>Nothing has come yet: the start is stored ({start}).</p>"
    found, k = lab.found, lab.k
    numbers = [
        _numbers(lab.momentum, "running_mean", "mu", (found.running_mean[k - 1], found.batch_mean[k - 1], found.running_mean[k])),
        _numbers(lab.momentum, "running_var", "var", (found.running_var[k - 1], found.batch_var[k - 1], found.running_var[k])),
    ]
    filled = "".join(f"<div class='formula numbers-in'>{math(formula)}</div>" for formula in numbers)
    return f"{shown}<p class='note'>At batch {k} of {lab.source.count}:</p>{filled}"


_SAID = (
    "running mean becomes momentum times running mean plus one minus momentum times batch mean",
    "running variance becomes momentum times running variance plus one minus momentum times batch variance",
)


def _update(stored: str, batch: str) -> str:
    momentum = sym("momentum")
    return row(sym(stored), op("←"), momentum, op("·"), sym(stored), op("+"), fence(num(1), op("−"), momentum), op("·"), sym(batch))


def _numbers(momentum: float, stored: str, batch: str, values: tuple[float, float, float]) -> str:
    before, came, after = map(float, values)
    d = num(momentum, "momentum", 5)
    return row(
        d, op("·"), _signed(before, stored), op("+"), fence(num(1), op("−"), d), op("·"), _signed(came, batch),
        op("="), num(after, stored, 5),
    )  # fmt: skip


def _signed(value: float, name: str) -> str:
    shown = num(value, name, 5)
    return fence(shown) if value < 0 else shown


def pytorch_formula() -> str:
    """Return PyTorch's update, whose momentum p weighs the new value, as MathML."""
    p = '<mrow data-symbol="momentum" tabindex="0" title="p, PyTorch\'s momentum: 1 − d"><mi>p</mi></mrow>'
    unbiased = row(frac(sym("m"), row(sym("m"), op("−"), num(1))), sym("var"))
    stored = sym("running_var")
    formula = row(stored, op("←"), fence(num(1), op("−"), p), op("·"), stored, op("+"), p, op("·"), unbiased)
    return math(
        formula, label="running variance becomes one minus p times running variance plus p times the unbiased batch variance"
    )


def sample_formula(lab: Lab) -> str:
    """Return inference of one sample with frozen statistics, in symbols and numbers, as HTML."""
    here = lab.here
    x, mean, var = sym("x"), sym("running_mean"), sym("running_var")
    symbols = row(
        sym("y"), op("="), sym("gamma"), op("·"), frac(row(x, op("−"), mean), sqrt(var, op("+"), sym("eps"))), op("+"), sym("beta")
    )
    upper = row(num(lab.sample, "x", 5), op("−"), _signed(here.mean, "running_mean"))
    lower = sqrt(num(here.var, "running_var", 5), op("+"), num(here.eps, "eps"))
    numbers = row(
        _signed(lab.gamma, "gamma"), op("·"), frac(upper, lower), op("+"), _signed(lab.beta, "beta"), op("="), num(here.y, "y", 5)
    )
    alone = row(
        text("alone:\u00a0"), sym("mu"), op("="), sym("x"), text(",\u00a0so\u00a0"), sym("z_hat"), op("="), num(0, "z_hat"),
        text("\u00a0and\u00a0"),
        sym("y"), op("="), sym("beta"), op("="), num(lab.beta, "beta", 5),
    )  # fmt: skip
    return (
        f"<div class='formula'>{math(symbols)}</div><div class='formula numbers-in'>{math(numbers)}</div>"
        f"<div class='formula numbers-in'>{math(alone)}</div>"
    )
