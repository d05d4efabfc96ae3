"""What the section on input normalisation says: HTML of the moment."""

from __future__ import annotations

import numpy as np

from app.figures.bowl import bowl_plot, excess_plot
from app.glossary import term
from app.maths import fence, frac, math, num, number_text, op, row, sub, sup, sym, text
from app.why.bowls import MOMENTS, STOPS, WINDOW, Setting, View, students
from app.why.html import arxiv, count_words, knob, panel, player, table

__all__ = ["bowl_parts"]

HEAD = (
    "<h2>Why features are normalised: the shape of the loss</h2><p>A linear model guesses from CGPA and IQ whether a "
    "student is placed. The loss is a bowl over the two weights. With the features as they are it is a long, narrow "
    "valley, and {descent} crawls along its floor; with normalised features it is nearly round.</p>"
)
TITLES = {"raw": "Raw: CGPA 5..10, IQ 70..145", "centred": "Centred: mean 0", "standardized": "Standardized: mean 0, sd 1"}


def bowl_parts(setting: Setting, views: tuple[View, ...], playing: bool) -> dict[str, str]:
    """Return the parts of the sheet, top to bottom.

    Parameters
    ----------
    setting : Setting
    views : tuple of View
    playing : bool
        The steps go on by themselves.
    """
    return {
        "head": HEAD.format(descent=term("gradient descent")),
        "pictures": _pictures(views),
        "moment": player("step", "steps taken", setting.step, len(MOMENTS) - 1, count_words(setting.steps), playing, 250),
        "say": f'<p aria-live="{"off" if playing else "polite"}">{_moment_words(setting, views)}</p>',
        "controls": _controls(setting),
        "stability": f"<p>{_stability(setting, views)}</p>",
        "formula": _formula(setting, views),
        "numbers": _numbers(views),
        "excess": _excess(setting, views),
        "notes": _notes(setting, views),
    }


def _pictures(views: tuple[View, ...]) -> str:
    area = f"{-WINDOW} {WINDOW} {-WINDOW} {WINDOW}"
    panes = "".join(
        f'<div id="bowl-{view.scaling}" data-place="w1 w2" data-area="{area}" data-step="0.02" '
        'style="width:min(100%, '
        f'360px);cursor:crosshair;touch-action:pan-y">{bowl_plot(view.bowl, view.path, WINDOW, TITLES[view.scaling])}'
        f"{_caption(view)}</div>"
        for view in views
    )
    return f'<div class="row" style="justify-content:space-around;align-items:start">{panes}</div>'


def _caption(view: View) -> str:
    return (
        f'<p class="note">condition number <b data-symbol="kappa">{number_text(view.bowl.condition, 3)}</b><br>'
        f"a millionth of the excess {_after(view.needed)}</p>"
    )


def _after(steps: float) -> str:
    return "<b>never</b>" if np.isinf(steps) else f"after <b>{count_words(steps)}</b> step{'' if steps == 1 else 's'}"


def _controls(setting: Setting) -> str:
    stops = "".join(
        f'<button type="button" data-act="c={c:g}" aria-pressed="{"true" if setting.c == c else "false"}" '
        f'class="stage{" on" if setting.c == c else ""}">{label}</button>'
        for c, label in STOPS
    )
    starts = "".join(
        knob(f"start: {letter}", name, -WINDOW, WINDOW, 0.02, value)
        for letter, name, value in (("w₁", "w1", setting.w1), ("w₂", "w2", setting.w2))
    )
    return (
        '<div class="grid2"><div class="stack">'
        f"{knob('learning rate: c, in units of 1/λ max; stable up to 2', 'c', 0.02, 2.2, 0.01, setting.c, mark=2.0)}"
        f'<div class="row"><span class="note">Try</span><div class="stages">{stops}</div></div></div><div class="stack">'
        f"{starts}{knob('correlation of CGPA and IQ (0: as drawn)', 'rho', -0.98, 0.98, 0.02, setting.rho)}"
        '</div></div><p class="note">Or drag the start (○) in any picture; ● is now, ◆ the minimum. It starts at these weights in '
        "each picture, with bias 0. A unit is as long across as it is up, so the contours have their true shape.</p>"
    )


def _moment_words(setting: Setting, views: tuple[View, ...]) -> str:
    parts = [f"{_left(view)} ({view.scaling})" for view in views]
    count = f"{count_words(setting.steps)} step{'' if setting.steps == 1 else 's'}"
    return f"After {count}, the loss is above its floor by {', '.join(parts)}."


def _left(view: View) -> str:
    if not np.isfinite(view.excess):
        return "<b>more than any number</b>"
    return f"<b>{number_text(view.excess, 3)}</b>" if view.excess > 1e-15 else "<b>less than rounding</b>"


def _stability(setting: Setting, views: tuple[View, ...]) -> str:
    c, raw, last = setting.c, views[0], views[-1]
    times = number_text(1 - c, 3)
    steepest = f"across the valley, along the steepest direction, each step multiplies the distance by 1 − c = {times}"
    if c > 2:
        said = f"<b>Above the largest stable rate</b>: {steepest}. It grows without end, whatever the features are."
    elif c == 2:
        said = (
            f"<b>Exactly the largest stable rate</b>: {steepest}. Descent jumps from side to side for ever and gets no lower there."
        )
    elif c > 1.8:
        said = f"<b>Just below the largest stable rate</b>: {steepest}. It zigzags and settles slowly."
    elif c > 1:
        said = f"Stable: {steepest}. It overshoots, and comes closer all the same."
    else:
        said = f"Stable: {steepest}."
    factor = abs(1 - last.rate * raw.bowl.curvatures[-1])
    return (
        f"{said} The standardized rate, {number_text(last.rate, 3)}, used on raw features would multiply that distance by "
        f"{number_text(float(factor), 3)} in every step: raw features force a rate {number_text(last.rate / raw.rate, 3)} "
        "times smaller."
    )


def _formula(setting: Setting, views: tuple[View, ...]) -> str:
    guess = (sym("w", "1"), sym("x", "1"), op("+"), sym("w", "2"), sym("x", "2"), op("+"), sym("b"))
    error = row(*guess, op("−"), sym("target"))
    loss = math(
        sym("loss"), op("="), frac(num(1), row(num(2), "<mi>n</mi>")), op("∑"), sup(fence(error), num(2)),
        label="loss: half the mean squared error of w1 x1 + w2 x2 + b",
    )  # fmt: skip
    biggest, least = sym("lambda", "max"), sym("lambda", "min")
    rows = [
        math(
            text(f"{view.scaling}:\u2003"), sym("kappa"), op("="), frac(biggest, least), op("="),
            frac(num(view.bowl.curvatures[-1], "lambda"), num(view.bowl.curvatures[0], "lambda")), op("="),
            num(view.bowl.condition, "kappa"),
            text(",\u2003"), sym("rate"), op("="), frac("<mi>c</mi>", biggest), op("="),
            frac(num(setting.c), num(view.bowl.curvatures[-1], "lambda")), op("="), num(view.rate, "rate"),
            text(",\u2003largest stable "), frac(num(2), biggest), op("="), num(view.bowl.largest_rate),
        )
        for view in views
    ]  # fmt: skip
    left = math(
        text("after k steps:\u2003"), sym("loss"), text(" above floor"), op("="), frac(num(1), num(2)), op("∑"),
        sym("lambda", "i"), sup(fence(num(1), op("−"), sym("rate"), sym("lambda", "i")), row(num(2), sym("steps"))),
        sup(sub("<mi>a</mi>", "<mi>i</mi>"), num(2)),
        label=(
            "loss above its floor after k steps: half the sum of lambda i times (1 - eta lambda i) to the power 2k times a "
            "i squared"
        ),
    )  # fmt: skip
    said = (
        '<p class="note">λ are the eigenvalues of the mean of (x₁, x₂, 1)(x₁, x₂, 1)ᵀ, the curvatures of the bowl; aᵢ is '
        "how far the start is from the minimum along the direction of λᵢ. The count of steps is solved from this sum; no "
        "step is skipped or guessed.</p>"
    )
    return "".join(f'<div class="formula">{one}</div>' for one in (loss, *rows, left)) + said


def _numbers(views: tuple[View, ...]) -> str:
    head = ["features", "λ min", "λ max", "κ", "rate c/λ max", "largest stable 2/λ max", "factors a step, flattest first",
            "steps to a millionth", "the same from w = 0, b = 0"]  # fmt: skip
    rows = [
        [
            view.scaling, number_text(view.bowl.curvatures[0], 3), number_text(view.bowl.curvatures[-1], 4),
            number_text(view.bowl.condition, 3), number_text(view.rate, 3), number_text(view.bowl.largest_rate, 3),
            ", ".join(number_text(factor, 7) for factor in view.factors),
            count_words(view.needed), count_words(view.needed_from_zero),
        ]
        for view in views
    ]  # fmt: skip
    symbols = ["", "lambda", "lambda", "kappa", "rate", "rate", "", "steps", "steps"]
    return table(head, rows, "Curvatures, rates and steps of the three scalings", symbols)


def _excess(setting: Setting, views: tuple[View, ...]) -> str:
    bowls, rates, needed = [v.bowl for v in views], [v.rate for v in views], [v.needed for v in views]
    start = np.array([setting.w1, setting.w2, 0.0])
    return excess_plot(bowls, rates, needed, [v.scaling for v in views], start, setting.steps, MOMENTS[-1])


def _notes(setting: Setting, views: tuple[View, ...]) -> str:
    x, _ = students(setting.rho)
    rho = float(np.corrcoef(*x.T).ravel()[1])
    correlated = (
        f"The correlation of these {len(x)} students is {number_text(rho, 2)}, and the standardized condition number "
        f"{number_text(views[-1].bowl.condition, 3)}. With correlation ρ it is (1 + |ρ|) / (1 − |ρ|): standardizing feature "
        "by feature cannot undo a correlation. At 0.9 it is 19."
    )
    rule = (
        "The rule is the same for all three: rate c/λ max with the same c, the same start in each one's own units, and the "
        "first step after which the loss above its floor is at most a millionth of the start's. In the last column all "
        "three start as the very same model, which always guesses 0. The data are drawn by this lab (data set “students”, "
        "seed 0, training part); other data give other numbers."
    )
    bn = (
        "BN does something alike inside a network: it standardizes each unit's weighted sum over the batch, before gamma and "
        "beta. Behind a ReLU the next layer's inputs have a mean above 0 again. So it is an analogy, not a proof; and a network's "
        "loss is no bowl, and changes while BN's statistics do. What was measured on networks is in the last section."
    )
    source = (
        "Why centred inputs of equal variance speed up descent: LeCun, Bottou, Orr and Müller 1998, “Efficient BackProp”, "
        f"section 4.3. {arxiv('1502.03167', 'Ioffe and Szegedy 2015')}, section 2, starts from it."
    )
    return (
        '<div class="grid2">'
        + panel("The same rule for all three", f"<p>{rule}</p>")
        + panel("What standardizing does not cure", f"<p>{correlated}</p>")
        + panel("What this says about BN", f"<p>{bn}</p>")
        + panel("Sources", f"<p>{source}</p>")
        + "</div>"
    )
