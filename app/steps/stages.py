"""The stages of one training step, in order, each with its sentence; no streamlit."""

from __future__ import annotations

from dataclasses import dataclass

from app.glossary import term

__all__ = ["STAGES", "Stage", "neighbour"]


@dataclass(frozen=True)
class Stage:
    """One stage.

    Parameters
    ----------
    short : str
        On the strip.
    title : str
    sentence : str
        HTML: what is done, and why.
    back : bool
        It belongs to the backward pass.
    """

    short: str
    title: str
    sentence: str
    back: bool = False


STAGES: dict[str, Stage] = {
    "z": Stage("z", "Weighted sum", "Each student's CGPA and IQ are weighted and added up: one number z a student."),
    "mu": Stage("μ", "Batch mean", f"The mean of z over the {term('batch')}: where this neuron's numbers lie."),
    "var": Stage(
        "σ²", "Batch variance",
        f"The {term('variance')} of z over the batch, divided by m: how far they spread.",
    ),
    "z_hat": Stage(
        "ẑ", "Normalise",
        f"Subtract the mean, divide by the {term('standard deviation')}; {term('epsilon')} keeps the root above zero. On "
        "this batch ẑ has mean 0 and standard deviation σ/√(σ² + ε): just below 1 while ε is far below σ².",
    ),
    "running": Stage(
        "running", "Running statistics",
        f"Put aside for {term('inference')}: the {term('running statistics')} move a little towards this batch. Training itself "
        "does not use them.",
    ),
    "y": Stage(
        "y", "Scale and shift",
        "gamma and beta, learned like weights, give ẑ the spread and the place that help. Drag them and watch. They begin at 1 "
        "and 0, which change nothing.",
    ),
    "a": Stage("a", "Activation", f"The {term('activation')}. What reaches the next layer has another mean and spread than ẑ."),
    "loss": Stage(
        "loss", "Output and loss",
        f"Both neurons make one {term('logit')} s, squeezed into a probability p of being placed; the {term('loss')} L is the mean "
        "of −ln of the probability given to what is true.",
    ),
    "da": Stage(
        "da", "Back to the activation",
        f"Now backwards, by the {term('chain rule')}: how fast the loss changes with each a. This is a {term('gradient')}; da "
        "is short for ∂L/∂a.",
        back=True,
    ),
    "dy": Stage(
        "dy", "Through the activation",
        "Each gradient is multiplied by the slope of the activation at that student's y.",
        back=True,
    ),
    "dgamma": Stage(
        "dγ", "Gradient of gamma", "gamma multiplied every ẑ: its gradient is the sum over the batch of dy times ẑ.", back=True
    ),
    "dbeta": Stage("dβ", "Gradient of beta", "beta was added to every student: its gradient is the sum of dy.", back=True),
    "dz_hat": Stage("dẑ", "Through the scale", "gamma scales what goes back as it scaled what went forward.", back=True),
    "dvar": Stage(
        "dσ²", "Gradient of the variance",
        "Every ẑ was divided by the same root, so the variance gathers a gradient from the whole batch.",
        back=True,
    ),
    "dmu": Stage(
        "dμ", "Gradient of the mean",
        "So does the mean, which was subtracted from every z. The last sum is 0: deviations from a mean add up to nothing.",
        back=True,
    ),
    "dz": Stage(
        "dz", "Back to z",
        "z acts in three ways: directly, through the variance and through the mean. So each student's gradient depends on all "
        "others in the batch.",
        back=True,
    ),
    "dw": Stage(
        "dW", "Gradient of the weights",
        "Each weight multiplied its feature: sum dz times that feature over the batch.",
        back=True,
    ),
    "db": Stage(
        "db", "Gradient of the bias",
        "0 up to rounding, always: b shifts every z alike, the mean takes any common shift away again, so the loss cannot feel b. "
        "beta does its work; before BN a bias is idle.",
        back=True,
    ),
}  # fmt: skip
"""Every stage by its name, which is also the name of what it makes."""


def neighbour(stage: str, steps: int) -> str:
    """Return the stage so many steps further, not beyond the ends.

    Examples
    --------
    >>> neighbour("z", 1), neighbour("z", -1), neighbour("db", 1)
    ('mu', 'z', 'db')
    """
    names = list(STAGES)
    return names[min(max(names.index(stage) + steps, 0), len(names) - 1)]
