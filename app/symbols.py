"""The quantities of the pages' formulas: how each is set, spoken and coloured."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SYMBOLS", "Symbol"]


@dataclass(frozen=True)
class Symbol:
    """One quantity of the pages' formulas.

    Parameters
    ----------
    glyph : str
        MathML of it, without its index.
    spoken : str
        Its name in words.
    role : str
        Class of its colour; empty for the text's.
    """

    glyph: str
    spoken: str
    role: str = ""


def _bare(letter: str) -> str:
    return f"<mi>{letter}</mi>"


def _hat(letter: str) -> str:
    return f"<mover accent='true'><mi>{letter}</mi><mo>^</mo></mover>"


def _squared(letter: str) -> str:
    return f"<msup><mi>{letter}</mi><mn>2</mn></msup>"


def _slope(of: str) -> str:
    return f"<mfrac><mrow><mo>∂</mo><mi>L</mi></mrow><mrow><mo>∂</mo>{of}</mrow></mfrac>"


SYMBOLS = {
    "x": Symbol(_bare("x"), "x"),
    "w": Symbol(_bare("w"), "w"),
    "b": Symbol(_bare("b"), "b"),
    "m": Symbol(_bare("m"), "m, the batch size"),
    "z": Symbol(_bare("z"), "z"),
    "mu": Symbol(_bare("μ"), "mu, the batch mean", "batch"),
    "var": Symbol(_squared("σ"), "sigma squared, the batch variance", "batch"),
    "sigma": Symbol(_bare("σ"), "sigma, the batch standard deviation", "batch"),
    "eps": Symbol(_bare("ε"), "epsilon"),
    "z_hat": Symbol(_hat("z"), "z hat"),
    "gamma": Symbol(_bare("γ"), "gamma", "gamma"),
    "beta": Symbol(_bare("β"), "beta", "beta"),
    "y": Symbol(_bare("y"), "y"),
    "a": Symbol(_bare("a"), "a"),
    "v": Symbol(_bare("v"), "v, the weight to the output"),
    "c": Symbol(_bare("c"), "c, the bias of the output"),
    "target": Symbol(_bare("t"), "t, the target"),
    "logit": Symbol(_bare("s"), "s, the logit"),
    "p": Symbol(_bare("p"), "p"),
    "loss": Symbol(_bare("L"), "L, the loss"),
    "momentum": Symbol(_bare("d"), "d, the momentum"),
    "running_mean": Symbol("<msub><mi>μ</mi><mtext>run</mtext></msub>", "running mean", "running"),
    "running_var": Symbol("<msubsup><mi>σ</mi><mtext>run</mtext><mn>2</mn></msubsup>", "running variance", "running"),
    "rate": Symbol(_bare("η"), "eta, the learning rate"),
    "lambda": Symbol(_bare("λ"), "lambda, an eigenvalue"),
    "kappa": Symbol(_bare("κ"), "kappa, the condition number"),
    "steps": Symbol(_bare("k"), "k, the steps taken"),
    "drift": Symbol(_bare("D"), "D, the drift"),
    "g": Symbol(_bare("g"), "g, the gradient", "gradient"),
    "loss_range": Symbol("<mtext>loss range</mtext>", "loss range"),
    "gradient_change": Symbol("<mtext>gradient change</mtext>", "gradient change"),
    "smoothness": Symbol("<mtext>effective smoothness</mtext>", "effective smoothness"),
    "shift": Symbol("<mtext>internal covariate shift</mtext>", "internal covariate shift"),
    "da": Symbol(_slope(_bare("a")), "slope of the loss in a", "gradient"),
    "dy": Symbol(_slope(_bare("y")), "slope of the loss in y", "gradient"),
    "dgamma": Symbol(_slope(_bare("γ")), "slope of the loss in gamma", "gradient"),
    "dbeta": Symbol(_slope(_bare("β")), "slope of the loss in beta", "gradient"),
    "dz_hat": Symbol(_slope(_hat("z")), "slope of the loss in z hat", "gradient"),
    "dvar": Symbol(_slope(_squared("σ")), "slope of the loss in sigma squared", "gradient"),
    "dmu": Symbol(_slope(_bare("μ")), "slope of the loss in mu", "gradient"),
    "dz": Symbol(_slope(_bare("z")), "slope of the loss in z", "gradient"),
    "dw": Symbol(_slope(_bare("w")), "slope of the loss in w", "gradient"),
    "db": Symbol(_slope(_bare("b")), "slope of the loss in b", "gradient"),
    "logit_slope": Symbol(_slope(_bare("s")), "slope of the loss in the logit", "gradient"),
}
"""Every symbol by its name, which is also its ``data-symbol``."""
