"""The formulas of the forward pass: in symbols, and with this neuron's numbers; no streamlit."""

from __future__ import annotations

from app.maths import cases, fence, frac, num, op, row, sqrt, sup, sym, text
from app.steps.pieces import added, aside, mean_of, root, shown, total, value
from app.steps.scene import Scene
from bncore.walk import START_MEAN, START_VAR

__all__ = ["FORWARD"]

Lines = tuple[list[str], list[str]]
"""A formula's lines in symbols, and with numbers."""

M = sym("m")
ONE_OVER_M = frac(num(1), M)
ROOT = sqrt(sym("var"), op("+"), sym("eps"))
WORD = '<mtext data-symbol="momentum" tabindex="0">momentum</mtext>'


def _z(scene: Scene) -> Lines:
    i, j = scene.student, scene.neuron
    x, w = scene.x[i].tolist(), scene.weights.weight[:, j].tolist()
    terms = [
        row(num(w[k], "w"), op("·"), num(x[k], "x")) if w[k] >= 0 else row(value(w[k], "w"), op("·"), num(x[k], "x"))
        for k in (0, 1)
    ]
    symbols = row(
        sym("z", "i"), op("="), sym("w", "CGPA"), op("·"), sym("x", "i,CGPA"), op("+"), sym("w", "IQ"), op("·"), sym("x", "i,IQ"),
        op("+"), sym("b"),
    )  # fmt: skip
    numbers = row(
        shown(scene, "z"), op("="), added([*terms, value(scene.learned("bias"), "b")]), op("="), num(scene.column("z")[i], "z")
    )
    return [symbols], [numbers]


def _mu(scene: Scene) -> Lines:
    symbols = row(sym("mu"), op("="), ONE_OVER_M, total(sym("z", "i")))
    terms = [value(z, "z") for z in scene.column("z")]
    return [symbols], [row(sym("mu"), op("="), mean_of(terms), op("="), num(scene.number("mu"), "mu"))]


def _var(scene: Scene) -> Lines:
    symbols = row(sym("var"), op("="), ONE_OVER_M, total(sup(fence(sym("z", "i"), op("−"), sym("mu")), num(2))))
    terms = [sup(value(centred, "z"), num(2)) for centred in scene.column("centred")]
    return [symbols], [row(sym("var"), op("="), mean_of(terms), op("="), num(scene.number("var"), "var"))]


def _z_hat(scene: Scene) -> Lines:
    i = scene.student
    symbols = row(sym("z_hat", "i"), op("="), frac(row(sym("z", "i"), op("−"), sym("mu")), ROOT))
    above = row(num(scene.column("z")[i], "z"), op("−"), value(scene.number("mu"), "mu"))
    return [symbols], [
        row(shown(scene, "z_hat"), op("="), frac(above, root(scene)), op("="), num(scene.column("z_hat")[i], "z_hat"))
    ]


def _running(scene: Scene) -> Lines:
    symbols, numbers = [], []
    for name, batch, start in (("running_mean", "mu", START_MEAN), ("running_var", "var", START_VAR)):
        kept = row(WORD, op("·"), sym(name))
        symbols.append(row(sym(name), op("←"), kept, op("+"), fence(num(1), op("−"), WORD), op("·"), sym(batch)))
        old = row(num(scene.momentum), op("·"), num(start, name))
        new = row(fence(num(1), op("−"), num(scene.momentum)), op("·"), value(scene.number(batch), batch))
        numbers.append(row(sym(name), op("←"), old, op("+"), new, op("="), num(scene.number(name), name)))
    return symbols, numbers


def _y(scene: Scene) -> Lines:
    i = scene.student
    symbols = row(sym("y", "i"), op("="), sym("gamma"), op("·"), sym("z_hat", "i"), op("+"), sym("beta"))
    numbers = row(
        shown(scene, "y"), op("="), value(scene.learned("gamma"), "gamma"), op("·"), value(scene.column("z_hat")[i], "z_hat"),
        op("+"), value(scene.learned("beta"), "beta"), op("="), num(scene.column("y")[i], "y"),
    )  # fmt: skip
    return [symbols], [numbers]


def _a(scene: Scene) -> Lines:
    i = scene.student
    y, a = scene.column("y")[i], num(scene.column("a")[i], "a")
    if scene.activation == "relu":
        of = [row(text("max"), fence(num(0), op(","), each)) for each in (sym("y", "i"), num(y, "y"))]
    elif scene.activation == "tanh":
        of = [row(text("tanh"), fence(each)) for each in (sym("y", "i"), num(y, "y"))]
    else:
        powers = (row(op("−"), sym("y", "i")), row(op("−"), value(y, "y")))
        of = [frac(num(1), row(num(1), op("+"), sup("<mi>e</mi>", power))) for power in powers]
    return [row(sym("a", "i"), op("="), of[0])], [row(shown(scene, "a"), op("="), of[1], op("="), a)]


def _loss(scene: Scene) -> Lines:
    i, steps = scene.student, scene.walk
    a, v = steps.a[i].tolist(), scene.weights.out_weight.tolist()
    logit = row(
        sym("logit", "i"), op("="), sym("v", "1"), op("·"), sym("a", "i,1"), op("+"), sym("v", "2"), op("·"), sym("a", "i,2"),
        op("+"), sym("c"),
    )  # fmt: skip
    squeezed = row(sym("p", "i"), op("="), frac(num(1), row(num(1), op("+"), sup("<mi>e</mi>", row(op("−"), sym("logit", "i"))))))
    true = cases(
        (row(text("ln"), sym("p", "i")), aside("placed")),
        (row(text("ln"), fence(num(1), op("−"), sym("p", "i"))), aside("not")),
    )
    loss = row(sym("loss"), op("="), op("−"), ONE_OVER_M, total(true))
    terms = [row(value(v[j], "v"), op("·"), value(a[j], "a")) for j in (0, 1)]
    numbers = [
        row(
            shown(scene, "logit"), op("="), added([*terms, value(scene.weights.out_bias, "c")]), op("="),
            num(scene.column("logit")[i], "logit"), op(","), shown(scene, "p"), op("="), num(scene.column("probability")[i], "p"),
        ),
        row(sym("loss"), op("="), mean_of([num(each) for each in scene.column("losses")]), op("="), num(steps.loss, "loss")),
    ]  # fmt: skip
    return [row(logit, op(","), squeezed), loss], numbers


FORWARD = {"z": _z, "mu": _mu, "var": _var, "z_hat": _z_hat, "running": _running, "y": _y, "a": _a, "loss": _loss}
"""The lines of each stage: a function of the scene."""
