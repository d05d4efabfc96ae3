"""Pictures of the momentum lab: dots are batches, the line is what is stored, the dashed rule is the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.figures.plot import Plot
from app.maths import number_text
from app.running.lab import KERAS, PYTORCH, Answer, Lab
from bncore.ops import Array

__all__ = ["HEIGHT", "mean_picture", "sample_picture", "var_picture"]

HEIGHT = 210
TOLD = 60
"""Up to so many batches each dot tells its number where a pointer rests."""


def mean_picture(lab: Lab) -> str:
    """Return batch means and the running mean up to the batch shown, as HTML.

    Examples
    --------
    >>> from app.running.lab import SPECS
    >>> mean_picture(Lab({name: default for name, (_, default) in SPECS.items()})).count("data-symbol='mu'")
    25
    """
    truth = list(map(float, lab.true_mean))
    name = f"true mean {number_text(truth[0], 3)}" + (f" to {number_text(truth[-1], 3)}" if lab.source.drift else "")
    values = (lab.found.batch_mean, lab.found.running_mean, lab.expected[:, 0])
    return _picture(lab, "mean", ("mu", "running_mean"), values, truth, name)


def var_picture(lab: Lab) -> str:
    """Return batch variances and the running variance up to the batch shown, as HTML."""
    truth = list(map(float, lab.true_var))
    values = (lab.found.batch_var, lab.found.running_var, lab.expected[:, 1])
    return _picture(lab, "variance", ("var", "running_var"), values, truth, f"true variance {number_text(truth[0], 3)}")


def _picture(lab: Lab, what: str, symbols: tuple[str, str], values: Sequence[Array], truth: list[float], name: str) -> str:
    (batch, stored, expected), k, count = (list(map(float, v)) for v in values), lab.k, lab.source.count
    span = lab.spans[what == "variance"]
    said = (
        f"{what.capitalize()} of {k} of {count} batches: the running {what} goes from {number_text(stored[0])} to "
        f"{number_text(stored[k])}; {name}."
    )
    axis = (0.0, float(count) + 0.5)
    plot = Plot(
        HEIGHT, axis, span, title=f"{what.capitalize()} of the batches, and the running {what}", x_label="batch", label=said
    )
    at = list(range(count + 1))
    plot.line(at[1:], truth, "muted", dash=True)
    if count == 1:
        plot.rule(y=truth[0])
    plot.line(at, expected, "running", symbols[1], dash=True)
    labels = [f"batch {i}: {what} {number_text(v)}" for i, v in enumerate(batch[:k], 1)] if count <= TOLD else ()
    plot.dots(at[1 : k + 1], batch[:k], "batch", symbols[0], labels, size="dot" if count <= TOLD else "small")
    plot.line(at[: k + 1], stored[: k + 1], "running", symbols[1])
    plot.dots(
        [k], [stored[k]], "running", symbols[1], [f"running {what} after batch {k}: {number_text(stored[k])}"], "large", "diamond"
    )
    plot.text(axis[1], truth[-1], name, "muted", "end")
    return plot.svg()


def sample_picture(lab: Lab, answers: Mapping[str, Answer | None]) -> str:
    """Return output against input, with frozen statistics and as a batch of one, as HTML; the sample stands on each.

    Parameters
    ----------
    lab : Lab
    answers : mapping of str to Answer or None
        What `Lab.answers` returned.
    """
    here, alone = lab.here, lab.alone
    spread = max(4.0 * lab.source.sd, 1.25 * abs(lab.sample - lab.true_mean[0]))
    axis = (float(lab.true_mean.min() - spread), float(lab.true_mean.max() + spread))
    ours = _line(lab, here, axis)
    low, high = min(*ours, lab.beta), max(*ours, lab.beta)
    room = 0.12 * (high - low) or 1.0
    said = f"Frozen statistics make {number_text(here.y)} of {number_text(lab.sample)}, a batch of one {number_text(alone.y)}."
    span = (low - room, high + room)
    plot = Plot(HEIGHT, axis, span, title="What one sample becomes", x_label="the sample x", y_label="y", label=said)
    for library in (KERAS, PYTORCH):
        if other := answers[library.name]:
            line = _line(lab, other, axis)
            plot.line(axis, line, "muted", dash=True)
            at = axis[0] + 0.3 * (axis[1] - axis[0])
            height, own = (lab.frozen(a.mean, a.var, a.eps, at).y for a in (other, here))
            if abs(height - own) > 0.1 * (high - low) and low < height < high:
                plot.text(at, height, f"{library.name}'s defaults", "muted", "end")
    plot.line(axis, ours, "running", "running_mean")
    plot.line(axis, [lab.beta, lab.beta], "beta", "beta")
    plot.text(axis[1], lab.beta, "a batch of one: always β", "beta", "end")
    plot.rule(x=lab.sample, symbol="x")
    plot.dots([lab.sample], [here.y], "running", "y", [f"frozen statistics: {number_text(here.y)}"], "large", "diamond")
    plot.dots([lab.sample], [alone.y], "beta", "y", [f"batch of one: {number_text(alone.y)}"], "large", "ring")
    return plot.svg()


def _line(lab: Lab, answer: Answer, axis: tuple[float, float]) -> list[float]:
    return [lab.frozen(answer.mean, answer.var, answer.eps, x).y for x in axis]
