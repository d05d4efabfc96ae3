"""What the section on the game of telephone says: HTML of the moment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.figures.telephone import drift_plot, layer_plot, limit_of, moment_plot
from app.glossary import term
from app.maths import fence, frac, math, num, number_text, op, row, sqrt, sub, sup, sym, text
from app.why.html import arxiv, panel, player, table
from app.why.telephone import EPOCHS, SEEDS, Heard

__all__ = ["telephone_parts"]

NAMES, ROLES = ("with BN", "without"), ("bn", "plain")
GIVEN = ("y", "z")
"""Symbol of what the activation is given, with BN and without."""

DEAD = 0.6

HEAD = (
    "<h2>The game of telephone: what each layer hears while the layers before it learn</h2><p>Every layer learns from what "
    "the one before it passes on, and that changes as the one before it learns. The notes call this {shift}. Here is what "
    "each hidden layer hears, the input of its activation, from the first epoch to the last.</p>"
)


def telephone_parts(arms: Sequence[Heard], epoch: int, playing: bool) -> dict[str, str]:
    """Return the parts of the sheet, top to bottom.

    Parameters
    ----------
    arms : sequence of Heard
        With BN, without.
    epoch : int
        The moment shown.
    playing : bool
    """
    limit = limit_of([arm.bands for arm in arms])
    plots = "".join(
        f"<div>{moment_plot(arm.bands[epoch], limit, f'{name}, epoch {epoch}', role, given)}</div>"
        for arm, name, role, given in zip(arms, NAMES, ROLES, GIVEN, strict=True)
    )
    drift = drift_plot([arm.drift for arm in arms], NAMES, ROLES)
    return {
        "head": HEAD.format(shift=term("internal covariate shift")),
        "pictures": f'<div class="grid2">{plots}</div>',
        "moment": player("epoch", "epoch", epoch, EPOCHS, str(epoch), playing, 350),
        "say": f'<p aria-live="{"off" if playing else "polite"}">{_said(arms)}</p>',
        "drift": f'<div class="grid2"><div>{drift}</div><div>{_numbers(arms)}</div></div>',
        "formula": _formula(arms, epoch),
        "layers": _layers(arms, limit, epoch),
        "notes": _notes(),
    }


def _drift(arm: Heard) -> tuple[float, float]:
    """Return the median over seeds of the mean drift of all layers, and of that of the last."""
    return float(np.median(arm.drift.mean(axis=0))), float(np.median(arm.drift[-1]))


def _said(arms: Sequence[Heard]) -> str:
    (with_mean, with_last), (without_mean, without_last) = (_drift(arm) for arm in arms)
    right = [float(np.median(arm.accuracy)) for arm in arms]
    numbers = (
        f"Drift, all layers: <b class='bn'>{number_text(with_mean, 2)}</b> an epoch with BN, "
        f"<b class='plain'>{number_text(without_mean, 2)}</b> without; last hidden layer: "
        f"<b class='bn'>{number_text(with_last, 2)}</b> and <b class='plain'>{number_text(without_last, 2)}</b>. "
        f"Test accuracy: <b class='bn'>{_percent(right[0])}</b> and <b class='plain'>{_percent(right[1])}</b> (medians of "
        f"{SEEDS} seeds)."
    )
    if not np.isfinite(without_mean) or not np.isfinite(with_mean):
        who = "without BN" if np.isfinite(with_mean) else "with BN" if np.isfinite(without_mean) else "both with BN and without"
        return f"{numbers} Most runs {who} have diverged: their numbers grew beyond all bounds."
    if without_mean < with_mean and right[1] < DEAD:
        first = number_text(float(np.median(arms[1].drift[0])), 2)
        return (
            f"{numbers} <b>The trap:</b> the network without BN drifts least, because it is dead: next to no gradient "
            f"reaches its early layers (the first drifts by {first}), only the last ones stir, and "
            "nothing is learned. Little drift is no merit by itself."
        )
    if without_mean > with_mean:
        return f"{numbers} Here BN holds the layers' means still, and the message without it wanders."
    return f"{numbers} Here BN does not drift less."


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if np.isfinite(share) else "no number"


def _numbers(arms: Sequence[Heard]) -> str:
    count = len(arms[0].drift)
    rows = [
        [
            f"layer {i + 1}",
            *(
                f'<span class="{role}">{number_text(float(np.median(a.drift[i])), 2)}</span>'
                for a, role in zip(arms, ROLES, strict=True)
            ),
        ]
        for i in sorted({0, count // 3, 2 * count // 3, count - 1})
    ]
    return table(["drift an epoch", *NAMES], rows, f"Drift of some layers, medians of {SEEDS} seeds", ["drift"] * 3)


def _formula(arms: Sequence[Heard], epoch: int) -> str:
    mean = sub("<mi>m</mi>", "<mi>c,e</mi>")
    before = sub("<mi>m</mi>", "<mi>c,e−1</mi>")
    parts = [
        text("drift of a layer in epoch e:\u2003"),
        sym("drift"),
        op("="),
        sqrt(frac(num(1), "<mi>C</mi>"), op("∑"), sup(fence(mean, op("−"), before), num(2))),
    ]
    if epoch > 0:
        values = [float(np.median(arm.moved[epoch, -1])) for arm in arms]
        parts += [
            op("="),
            num(values[0], "drift", digits=3),
            text("\u00a0with BN,\u00a0"),
            num(values[1], "drift", digits=3),
            text("\u00a0without, in the last layer, epoch\u00a0"),
        ]
        parts.append(num(epoch))
    own = math(
        text("with BN, over the batch:\u2003"), op("mean"), fence(sym("y")), op("="), sym("gamma"), op("mean"), fence(sym("z_hat")),
        op("+"), sym("beta"), op("="), row(sym("gamma"), op("·"), num(0), op("+"), sym("beta")), op("="), sym("beta"),
    )  # fmt: skip
    other = math(
        text("without BN:\u2003"), op("mean"), fence(sym("z")), op("="), sym("w"), op("mean"), fence(sym("x")), op("+"), sym("b"),
    )  # fmt: skip
    said = (
        '<p class="note">m is the mean of one of the layer\'s C units over the training set. After BN that mean is β, '
        "whatever the layers before do: the drift with BN is the movement of β alone. Without BN it moves with x, "
        "all that the layers before hand on, and with the layer's own w and b. So BN takes this drift away by "
        "construction; whether that is why it helps is another question.</p>"
    )
    return f'<div class="formula">{math(*parts)}</div><div class="formula">{own}</div><div class="formula">{other}</div>{said}'


def _layers(arms: Sequence[Heard], limit: float, epoch: int) -> str:
    count = arms[0].bands.shape[1]
    columns = []
    for arm, name, role, given in zip(arms, NAMES, ROLES, GIVEN, strict=True):
        plots = "".join(
            layer_plot(arm.bands[:, i], limit, epoch, f"{name}, layer {i + 1}", role, given, last=i == count - 1)
            for i in range(count)
        )
        columns.append(f'<div class="stack">{plots}</div>')
    return (
        '<details id="every-layer" open><summary>Every layer over training: median, middle half, and 5th to 95th '
        f'{term("percentile", "percentiles")}</summary><div class="grid2">{"".join(columns)}</div></details>'
    )


def _notes() -> str:
    idea = (
        f"{arxiv('1502.03167', 'Ioffe and Szegedy 2015')}, gave this as the reason for BN, and showed percentiles of one "
        "unit like these (figure 1)."
    )
    doubt = (
        f"{arxiv('1805.11604', 'Santurkar et al. 2018')}, added noise after BN that moves the distributions on purpose, and "
        "found that it trained about as well. The next section measures that here."
    )
    return f'<div class="grid2">{panel("The idea", f"<p>{idea}</p>")}{panel("The doubt", f"<p>{doubt}</p>")}</div>'
