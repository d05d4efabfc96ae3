"""What the section on later measurements says: HTML of the moment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.figures.landscape import measure_plot, walk_plot
from app.glossary import term
from app.maths import fence, frac, math, num, number_text, op, row, sub, sup, sym, text
from app.why.html import arxiv, panel, player, table
from app.why.landscape import BATCH, MEASURES, MOMENTS, STEPS, Measured, lower
from bncore.ops import Array

__all__ = ["landscape_parts"]

NAMES, ROLES = ("without", "with BN", "noisy BN"), ("plain", "bn", "other")
WHOLE_NAMES = ("without BN", "with BN", "with noisy BN")
MARKS = ("■", "●", "◆")
MOST, FEW = 0.75, 0.25
SYMBOLS = ("loss_range", "gradient_change", "smoothness", "shift")
"""Of each measure, in the formulas, the table and the pictures."""

HEAD = (
    "<h2>What was measured later: is it the shift inside, or the shape of the loss?</h2><p>Two explanations of BN, "
    "measured on the runs you choose: less {ics}, or a loss whose {gradient} keeps its word for longer. {noisy} is the "
    "test of the first: it moves the distributions on purpose. Pick a configuration; then pick another.</p>"
)


def landscape_parts(arms: Sequence[Measured], moment: int, playing: bool) -> dict[str, str]:
    """Return the parts of the sheet, top to bottom.

    Parameters
    ----------
    arms : sequence of Measured
        Without, with BN, with noisy BN.
    moment : int
    playing : bool
    """
    step = int(arms[0].step[moment])
    return {
        "head": HEAD.format(ics=term("internal covariate shift"), gradient=term("gradient"), noisy=term("noisy BN", "Noisy BN")),
        "pictures": _pictures(arms, moment),
        "moment": player("walk", "training", moment, MOMENTS - 1, f"step {step}", playing),
        "say": f'<p aria-live="{"off" if playing else "polite"}">{_verdict(arms)}</p>',
        "numbers": _numbers(arms),
        "formula": _formula(arms, moment),
        "three": _three(arms),
        "measured": _two(),
        "sources": _sources(),
    }


def _pictures(arms: Sequence[Measured], moment: int) -> str:
    walks = [np.concatenate([arm.start[moment][None], arm.walk[moment]]) for arm in arms]
    everything = np.concatenate([np.median(arm.walk, axis=2).ravel() for arm in arms])
    usual = everything[np.isfinite(everything)]
    top = float(np.clip(1.15 * np.quantile(usual, 0.95), 0.8, 5.0)) if len(usual) else 1.0
    walk = walk_plot(walks, NAMES, ROLES, top, f"Down the gradient at step {int(arms[0].step[moment])}")
    legend = " ".join(f'<span class="{role}">{mark} {name}</span>' for name, role, mark in zip(NAMES, ROLES, MARKS, strict=True))
    values = [[arm.values[i] for arm in arms] for i in range(len(MEASURES))]
    plots = [
        measure_plot(arms[0].step, values[i], NAMES, ROLES, moment, name.capitalize(), SYMBOLS[i])
        for i, name in enumerate(MEASURES)
    ]
    small = "".join(f'<div style="flex:1 1 240px;min-width:0">{plot}</div>' for plot in plots)
    return (
        f'<div class="grid2"><div>{walk}<p class="note">{legend}; medians, band: 10 to 90 % of {len(arms[0].loss)} seeds. '
        f'One learning rate is the step that training takes.</p></div><div class="row" style="align-items:start">'
        f"{small}</div></div>"
    )


def _verdict(arms: Sequence[Measured]) -> str:
    without, with_bn, noisy = arms
    seeds = len(without.loss)
    smoother, better = lower(with_bn, without)[:3], int((with_bn.loss < without.loss).sum())
    lost = [name for name, arm in zip(WHOLE_NAMES, arms, strict=True) if np.isinf(np.median(arm.loss))]
    if lost:
        said = f"<b>Most runs {' and '.join(lost)} have diverged</b>: a run that left all numbers counts as the higher"
    elif min(smoother) >= MOST * seeds:
        said = "<b>Here BN smooths</b>: along the gradient the loss and the gradient change less with it"
    elif max(smoother) <= FEW * seeds:
        said = "<b>Here BN does not smooth</b>: along the gradient the loss and the gradient change more with it"
    else:
        said = "<b>Here the measures of smoothness disagree, or the seeds do</b>"
    counts = ", ".join(f"{name} {count}" for name, count in zip(MEASURES[:3], smoother, strict=True))
    return (
        f"{said} (seeds of {seeds} in which BN's is the lower: {counts}). The loss at the end is lower with BN in {better} "
        f"of {seeds}; medians <b class='plain'>{_number(without.loss)}</b> without, <b "
        f"class='bn'>{_number(with_bn.loss)}</b> with BN, <b class='other'>{_number(noisy.loss)}</b> with noisy BN."
    )


def _percent(values: Array) -> str:
    middle = float(np.median(values))
    return f"{100 * middle:.0f} %" if np.isfinite(middle) else "diverged"


def _number(values: Array) -> str:
    middle = float(np.median(values))
    return number_text(middle, 2) if np.isfinite(middle) else "diverged"


def _numbers(arms: Sequence[Measured]) -> str:
    without, with_bn, noisy = arms
    seeds = len(without.loss)
    pairs = (lower(with_bn, without), lower(noisy, without), lower(noisy, with_bn))
    rows = []
    for i, name in enumerate(MEASURES):
        medians = [f'<span class="{role}">{_number(arm.means[i])}</span>' for arm, role in zip(arms, ROLES, strict=True)]
        first = term(*TERMS[name]) if name in TERMS else name
        rows.append([first, *medians, *(f"{pair[i]} of {seeds}" for pair in pairs)])
    accuracy = [f'<span class="{role}">{_percent(arm.accuracy)}</span>' for arm, role in zip(arms, ROLES, strict=True)]
    rows.append(["test accuracy at the end", *accuracy, "", "", ""])
    head = ["mean over training", *NAMES, "BN lower than without", "noisy BN lower than without", "noisy BN lower than BN"]
    lines = [*SYMBOLS, ""]
    return table(head, rows, "What was measured, medians over the seeds, and in how many seeds one is lower", lines=lines)


TERMS = {
    "gradient change": ("gradient predictiveness", "gradient change (predictiveness)"),
    "effective smoothness": ("effective smoothness", "effective smoothness"),
    "internal covariate shift": ("gradient shift", "internal covariate shift"),
}


def _formula(arms: Sequence[Measured], moment: int) -> str:
    def line(index: int, formula: str) -> str:
        name = SYMBOLS[index]
        plain, bn, noisy = (num(float(np.median(arm.values[index, moment])), name, digits=3) for arm in arms)
        shown = (plain, text("\u00a0without,\u00a0"), bn, text("\u00a0with BN,\u00a0"), noisy, text("\u00a0noisy"))
        return math(sym(name), text(":\u2003"), formula, op("="), *shown)

    there = fence(sym("w"), op("−"), "<mi>s</mi>", sym("rate"), sym("g"))
    slope = row("<mi>∇</mi>", sym("loss"))
    change = row(op("‖"), slope, there, op("−"), sym("g"), op("‖"))
    most = sub(op("max"), "<mi>s</mi>")
    lines = (
        line(0, row(most, sym("loss"), there, op("−"), sub(op("min"), "<mi>s</mi>"), sym("loss"), there)),
        line(1, row(most, change)),
        line(2, row(most, frac(change, row("<mi>s</mi>", sym("rate"), op("‖"), sym("g"), op("‖"))))),
        line(
            3,
            row(
                op("mean"),
                op("‖"),
                sub("<mi>G</mi>", "<mi>i</mi>"),
                op("−"),
                sup(sub("<mi>G</mi>", "<mi>i</mi>"), op("′")),
                op("‖"),
            ),
        ),
    )
    said = (
        f'<p class="note">g is the gradient on {BATCH} fixed training points, s runs from half a step to four, η is the '
        "learning rate. G is a layer's gradient, G′ the same after the layers before it took their step. Each is taken at "
        f"{MOMENTS} moments of {STEPS} steps of training.</p>"
    )
    return "".join(f'<div class="formula">{one}</div>' for one in lines) + said


def _three(arms: Sequence[Measured]) -> str:
    without, with_bn, noisy = arms
    seeds = len(without.loss)
    less_shift, noisy_more = lower(with_bn, without)[3], seeds - lower(noisy, with_bn)[3]
    noisy_better = int((noisy.loss < without.loss).sum())
    agreed = (
        "BN lets many networks train with learning rates at which they fail without it, and the result depends on batch "
        f"size and depth. Both papers report the first ({arxiv('1502.03167', 'Ioffe and Szegedy 2015')}; "
        f"{arxiv('1806.02375', 'Bjorck et al. 2018')})."
    )
    disputed = (
        "Why. The authors of BN named internal covariate shift. Santurkar et al. measured it as on this page, found that "
        "BN does not reliably lower it, and that noisy BN trains about as well; they propose a smoother loss. Bjorck et "
        "al. name the larger learning rates themselves. Yang et al. show that in very deep networks BN makes gradients "
        "explode. None of these is a proof for your network."
    )
    shown = (
        f"Internal covariate shift is lower with BN than without in {less_shift} of {seeds} seeds. Noisy BN's is higher "
        f"than BN's in {noisy_more} of {seeds}, and it ends with a lower loss than no BN in {noisy_better}. "
        f"{_reading(with_bn, without)}"
    )
    return (
        f'<div class="grid3">{panel("Agreed", f"<p>{agreed}</p>")}{panel("Disputed", f"<p>{disputed}</p>")}'
        f"{panel('What this run shows', f'<p>{shown}</p>')}</div>"
    )


def _reading(with_bn: Measured, without: Measured) -> str:
    seeds = len(without.loss)
    smoother = min(lower(with_bn, without)[:3]) >= MOST * seeds
    rougher = max(lower(with_bn, without)[:3]) <= FEW * seeds
    better = (with_bn.loss < without.loss).sum() >= MOST * seeds
    if rougher and better:
        return "BN learns better here although it does not smooth: smoothness, so measured, is not the reason."
    if smoother and better:
        return "BN smooths and learns better here; that both hold does not say that one makes the other."
    if smoother:
        return "BN smooths here, and does not learn clearly better."
    return "No reading of it is safe: look at other seeds and settings."


def _two() -> str:
    return (
        '<div class="grid2">'
        + panel(
            "“BN smooths”, over 64 seeds",
            "<p>4 ReLU layers of 16, learning rate 0.5. Without, with BN, noisy: loss range 0.42, 0.048, 0.047; gradient "
            "change 1.7, 0.49, 0.50; effective smoothness 2.5, 1.7, 1.7. BN's is the lower in 59, 58 and 57 of 64 seeds; "
            "noisy BN is no worse than BN. Internal covariate shift: 0.097, 0.072, 0.076, lower with BN in only 39.</p>",
        )
        + panel(
            "“BN does not smooth”, over 64 seeds",
            "<p>4 tanh layers of 16, learning rate 0.1. Without, with BN, noisy: loss range 0.027, 0.13, 0.095; gradient "
            "change 0.18, 2.3, 1.7; effective smoothness 1.7, 15, 10; internal covariate shift 0.012, 0.28, 0.15. BN's is "
            "the lower in 0 of 64 seeds, four times. Yet its loss at the end is the lower in 53.</p>",
        )
        + "</div><p class='note'>Measured by this engine on seeds 0 to 63; both found on the first 32 and confirmed on the "
        "others. The tests of this lab repeat it.</p>"
    )


def _sources() -> str:
    return (
        '<p class="note">Sources: '
        + "; ".join(
            (
                f"{arxiv('1805.11604', 'Santurkar, Tsipras, Ilyas and Madry 2018')}, sections 2 and 3: internal covariate "
                "shift, noisy BN and these measures",
                arxiv("1806.02375", "Bjorck, Gomes, Selman and Weinberger 2018"),
                arxiv("1902.08129", "Yang et al. 2019"),
                arxiv("1502.03167", "Ioffe and Szegedy 2015"),
            )
        )
        + ".</p>"
    )
