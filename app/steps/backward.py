"""The formulas of the backward pass: in symbols, and with this neuron's numbers; no streamlit."""

from __future__ import annotations

from app.maths import cases, fence, frac, num, op, row, sup, sym
from app.steps.forward import ONE_OVER_M, ROOT, Lines, M
from app.steps.pieces import added, aside, root, shown, total, value
from app.steps.scene import Scene

__all__ = ["BACKWARD"]

HALF = frac(num(1), num(2))
ONE_OVER_ROOT = frac(num(1), ROOT)
DEVIATION = fence(sym("z", "i"), op("−"), sym("mu"))


def _da(scene: Scene) -> Lines:
    i = scene.student
    logit = row(sym("logit_slope", "i"), op("="), frac(row(sym("p", "i"), op("−"), sym("target", "i")), M))
    back = row(sym("da", "i"), op("="), sym("v"), op("·"), sym("logit_slope", "i"))
    p, target = scene.column("probability")[i], scene.targets[i]
    slope = scene.column("dlogit")[i]
    numbers = [
        row(
            shown(scene, "logit_slope"), op("="), frac(row(num(p, "p"), op("−"), num(float(target), "target")), num(scene.m, "m")),
            op("="), num(slope, "logit_slope"),
        ),
        row(
            shown(scene, "da"), op("="), value(scene.learned("out_weight"), "v"), op("·"), value(slope, "logit_slope"), op("="),
            num(scene.column("da")[i], "da"),
        ),
    ]  # fmt: skip
    return [row(logit, op(","), back)], numbers


def _dy(scene: Scene) -> Lines:
    i = scene.student
    y, a, da = (scene.column(name)[i] for name in ("y", "a", "da"))
    because = ""
    if scene.activation == "relu":
        slope = cases((num(1), row(aside("if"), sym("y", "i"), op(">"), num(0))), (num(0), aside("else")))
        found, because = (
            num(1 if a > 0 else 0),
            row(aside("because"), num(y, "y"), op(">" if a > 0 else "≤"), num(0)),
        )
    elif scene.activation == "tanh":
        slope = fence(num(1), op("−"), sym("a", "i", "2"))
        found = fence(num(1), op("−"), sup(value(a, "a"), num(2)))
    else:
        slope = row(sym("a", "i"), fence(num(1), op("−"), sym("a", "i")))
        found = row(num(a, "a"), op("·"), fence(num(1), op("−"), num(a, "a")))
    symbols = row(sym("dy", "i"), op("="), sym("da", "i"), op("·"), slope)
    numbers = row(shown(scene, "dy"), op("="), value(da, "da"), op("·"), found, op("="), num(scene.column("dy")[i], "dy"), because)
    return [symbols], [numbers]


def _dgamma(scene: Scene) -> Lines:
    symbols = row(sym("dgamma"), op("="), total(row(sym("dy", "i"), op("·"), sym("z_hat", "i"))))
    pairs = zip(scene.column("dy"), scene.column("z_hat"), strict=True)
    terms = [row(value(dy, "dy"), op("·"), value(z_hat, "z_hat")) for dy, z_hat in pairs]
    return [symbols], [row(sym("dgamma"), op("="), added(terms), op("="), num(scene.number("dgamma"), "dgamma"))]


def _dbeta(scene: Scene) -> Lines:
    terms = [value(dy, "dy") for dy in scene.column("dy")]
    numbers = row(sym("dbeta"), op("="), added(terms), op("="), num(scene.number("dbeta"), "dbeta"))
    return [row(sym("dbeta"), op("="), total(sym("dy", "i")))], [numbers]


def _dz_hat(scene: Scene) -> Lines:
    i = scene.student
    numbers = row(
        shown(scene, "dz_hat"), op("="), value(scene.learned("gamma"), "gamma"), op("·"), value(scene.column("dy")[i], "dy"),
        op("="), num(scene.column("dz_hat")[i], "dz_hat"),
    )  # fmt: skip
    return [row(sym("dz_hat", "i"), op("="), sym("gamma"), op("·"), sym("dy", "i"))], [numbers]


def _dvar(scene: Scene) -> Lines:
    under = sup(fence(sym("var"), op("+"), sym("eps")), row(num(3), op("/"), num(2)))
    symbols = row(sym("dvar"), op("="), op("−"), HALF, frac(num(1), under), total(row(sym("dz_hat", "i"), DEVIATION)))
    pairs = zip(scene.column("dz_hat"), scene.column("centred"), strict=True)
    terms = [row(value(dz_hat, "dz_hat"), op("·"), value(centred, "z")) for dz_hat, centred in pairs]
    below = sup(fence(num(scene.number("var"), "var"), op("+"), num(scene.eps, "eps")), row(num(3), op("/"), num(2)))
    numbers = row(
        sym("dvar"), op("="), op("−"), HALF, frac(num(1), below), fence(added(terms)), op("="), num(scene.number("dvar"), "dvar")
    )
    return [symbols], [numbers]


def _dmu(scene: Scene) -> Lines:
    first = row(op("−"), ONE_OVER_ROOT, total(sym("dz_hat", "i")))
    second = row(op("−"), frac(num(2), M), sym("dvar"), total(DEVIATION))
    terms = added([value(dz_hat, "dz_hat") for dz_hat in scene.column("dz_hat")])
    numbers = row(
        sym("dmu"), op("="), op("−"), frac(num(1), root(scene)), fence(terms), op("−"), frac(num(2), num(scene.m, "m")), op("·"),
        value(scene.number("dvar"), "dvar"), op("·"), num(0), op("="), num(scene.number("dmu"), "dmu"),
    )  # fmt: skip
    return [row(sym("dmu"), op("="), first, second)], [numbers]


def _dz(scene: Scene) -> Lines:
    i, m = scene.student, num(scene.m, "m")
    symbols = row(
        sym("dz", "i"), op("="), ONE_OVER_ROOT, op("·"), sym("dz_hat", "i"), op("+"), frac(row(num(2), DEVIATION), M), op("·"),
        sym("dvar"), op("+"), ONE_OVER_M, op("·"), sym("dmu"),
    )  # fmt: skip
    through_var = row(
        frac(row(num(2), op("·"), value(scene.column("centred")[i])), m), op("·"), value(scene.number("dvar"), "dvar")
    )
    numbers = row(
        shown(scene, "dz"), op("="), frac(num(1), root(scene)), op("·"), value(scene.column("dz_hat")[i], "dz_hat"), op("+"),
        through_var, op("+"), frac(num(1), m), op("·"), value(scene.number("dmu"), "dmu"), op("="),
        num(scene.column("dz")[i], "dz"),
    )  # fmt: skip
    return [symbols], [numbers]


def _dw(scene: Scene) -> Lines:
    symbols = row(sym("dw", "k"), op("="), total(row(sym("dz", "i"), op("·"), sym("x", "i,k"))))
    numbers = []
    for k, name in enumerate(("CGPA", "IQ")):
        pairs = zip(scene.column("dz"), scene.x[:, k].tolist(), strict=True)
        terms = [row(value(dz, "dz"), op("·"), value(x, "x")) for dz, x in pairs]
        found = num(float(scene.walk.dw[k, scene.neuron]), "dw")
        numbers.append(row(sym("dw", name), op("="), added(terms), op("="), found))
    return [symbols], numbers


def _db(scene: Scene) -> Lines:
    terms = [value(dz, "dz") for dz in scene.column("dz")]
    numbers = row(sym("db"), op("="), added(terms), op("="), num(scene.number("db"), "db"))
    return [row(sym("db"), op("="), total(sym("dz", "i")), op("="), num(0), aside("up to rounding"))], [numbers]


BACKWARD = {
    "da": _da, "dy": _dy, "dgamma": _dgamma, "dbeta": _dbeta, "dz_hat": _dz_hat, "dvar": _dvar, "dmu": _dmu, "dz": _dz, "dw": _dw,
    "db": _db,
}  # fmt: skip
"""The lines of each stage: a function of the scene."""
