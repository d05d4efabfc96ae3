"""What the section on covariate shift says: HTML of the moment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.figures.shift import Points, accuracy_plot, boundary_plot
from app.glossary import term
from app.maths import fence, frac, math, num, number_text, op, row, sqrt, sym, text
from app.result import ArmResult
from app.why.html import arxiv, knob, panel, player, table
from app.why.shift import CASES, MODELS, SEEDS, Case, Neuron, Shifted, neuron, new
from bncore.instruments import logits
from bncore.ops import Array

__all__ = ["shift_parts"]

GRID = 49
ROLES = ("plain", "bn", "other")
SYMBOLS = ("z", "running_mean", "mu")
"""What each model is lit with: the mean that its neurons subtract; without BN they keep z as it is."""

HEAD = (
    "<h2>Covariate shift: learn from red roses, meet roses of all colours</h2><p>A network that has seen only red roses "
    "takes red for the sign of a rose. When the inputs change and the answers do not, that is a {shift}. BN does not "
    "protect from it: it keeps the old inputs' mean and variance and normalises the new ones by them. Its statistics can "
    "be {again}; that mends what moved, and not what was never learned.</p>"
)


def shift_parts(case: str, results: Sequence[ArmResult], shifted: Shifted, moment: int, run: int, playing: bool) -> dict[str, str]:
    """Return the parts of the sheet, top to bottom.

    Parameters
    ----------
    case : str
        One of `app.why.shift.CASES`.
    results : sequence of ArmResult
        With BN, without.
    shifted : Shifted
    moment, run : int
        What is shown.
    playing : bool
    """
    known = CASES[case]
    head = HEAD.format(shift=term("covariate shift"), again=term("re-estimated"))
    return {
        "head": head,
        "pictures": _pictures(case, known, results, shifted, moment, run),
        "legend": '<p class="note">Small dots: points learned from. Large marks: new points, '
        f'<span class="class1">■ {known.classes[1]}</span>, <span class="class0">○ {known.classes[0]}</span>. '
        "Line: where the network changes its mind.</p>",
        "moment": player(
            "grown", "training", moment, len(shifted.frames) - 1, f"epoch {number_text(shifted.epochs[moment], 3)}", playing
        )
        + f'<div class="row">{knob("seed shown", "flower", 0, SEEDS - 1, 1, run)}</div>',
        "say": f'<p aria-live="{"off" if playing else "polite"}">{_said(known, shifted, moment)}</p>',
        "curves": _curves(known, shifted, moment),
        "formula": _formula(neuron(case, results[0], shifted, moment, run)),
        "numbers": _numbers(known, shifted, moment),
        "notes": _notes(case),
    }


def _pictures(case: str, known: Case, results: Sequence[ArmResult], shifted: Shifted, moment: int, run: int) -> str:
    with_bn, without = results
    met, frame = new(case), shifted.frames[moment]
    learned = Points(met.x_train[run], met.y_train[run])
    fresh = Points(met.x_test[run], met.y_test[run])
    both = np.concatenate([learned.x, fresh.x])
    low, high = both.min(axis=0), both.max(axis=0)
    margin = 0.06 * (high - low)
    domain = [low[0] - margin[0], high[0] + margin[0], low[1] - margin[1], high[1] + margin[1]]
    given = (
        (without, without.history.running[frame]),
        (with_bn, with_bn.history.running[frame]),
        (with_bn, shifted.estimated[moment]),
    )
    panes = []
    for name, right, (result, statistics), symbol in zip(MODELS, shifted.new[moment, :, run], given, SYMBOLS, strict=True):
        grid = _surface(result, statistics, int(frame), run, domain)
        title = f"{name}: {100 * right:.0f} % of the new right"
        panes.append(boundary_plot(title, domain, grid, learned, fresh, met.feature_names, known.classes, symbol))
    return f'<div class="grid3">{"".join(f"<div>{pane}</div>" for pane in panes)}</div>'


def _surface(result: ArmResult, statistics: Array, frame: int, run: int, domain: Sequence[float]) -> Array:
    x0, x1, y0, y1 = domain
    xs, ys = np.meshgrid(np.linspace(x0, x1, GRID), np.linspace(y0, y1, GRID))
    points = np.stack([xs.ravel(), ys.ravel()], axis=1)[None]
    one = slice(run, run + 1)
    config = result.config.replace(seeds=1)
    return logits(config, result.history.params[frame, one], statistics[one], points, training=False).reshape(GRID, GRID)


def _percent(values: Array) -> str:
    low, middle, high = 100 * np.quantile(values, (0.1, 0.5, 0.9))
    return f"<b>{middle:.0f} %</b> <span class='muted'>{low:.0f}..{high:.0f}</span>"


def _said(known: Case, shifted: Shifted, moment: int) -> str:
    plain, source, again = shifted.new[moment]
    medians = [f"{100 * np.median(values):.0f} %" for values in (plain, source, again)]
    below = int((source < plain).sum())
    repaired, beyond = int((again > source).sum()), int((again > plain).sum())
    return (
        f"On {known.new}, medians of {SEEDS} seeds: <b class='plain'>{medians[0]}</b> without BN, <b "
        f"class='bn'>{medians[1]}</b> with BN and the statistics of training, <b class='other'>{medians[2]}</b> "
        f"re-estimated. BN is worse than no BN in {below} of {SEEDS} seeds. Re-estimating helps BN in {repaired}, and makes "
        f"it better than no BN in {beyond}."
    )


def _curves(known: Case, shifted: Shifted, moment: int) -> str:
    legend = " ".join(
        f'<span class="{role}">{mark} {name}</span>' for role, mark, name in zip(ROLES, ("●", "■", "◆"), MODELS, strict=True)
    )
    plots = "".join(
        f"<div>{accuracy_plot(shifted.epochs, values, MODELS, moment, f'Accuracy: {name}', SYMBOLS)}</div>"
        for name, values in ((known.familiar, shifted.familiar), (known.new, shifted.new))
    )
    return f'<div class="grid2">{plots}</div><p class="note">{legend}; lines: medians, bands: 10 to 90 % of {SEEDS} seeds.</p>'


def _formula(of: Neuron) -> str:
    def line(words: str, index: int, mean: str, var: str) -> str:
        value = (of.z - of.mean[index]) / np.sqrt(of.var[index] + of.eps)
        return math(
            text(f"{words}:\u2003"), sym("z_hat"), op("="), frac(row(sym("z"), op("−"), mean), sqrt(var, op("+"), sym("eps"))),
            op("="),
            frac(row(num(of.z, "z"), op("−"), fence(num(of.mean[index]))), sqrt(num(of.var[index]), op("+"), num(of.eps, "eps"))),
            op("="), num(value, "z_hat"),
        )  # fmt: skip

    lines = (
        line("statistics of training", 0, sym("running_mean"), sym("running_var")),
        line("re-estimated", 1, sym("mu"), sym("var")),
    )
    said = (
        f'<p class="note">Neuron {of.number} of the first hidden layer, whose mean moved most, and the first new point of '
        "the seed shown. The same weights, another mean and variance: the neuron sees another number.</p>"
    )
    return "".join(f'<div class="formula">{one}</div>' for one in lines) + said


def _numbers(known: Case, shifted: Shifted, moment: int) -> str:
    head = ["network", known.familiar, known.new]
    rows = [
        [f'<span class="{role}">{name}</span>', _percent(shifted.familiar[moment, k]), _percent(shifted.new[moment, k])]
        for k, (role, name) in enumerate(zip(ROLES, MODELS, strict=True))
    ]
    return table(head, rows, f"Accuracy: median and 10 to 90 % of {SEEDS} seeds", lines=SYMBOLS)


NOTES = {
    "colours": (
        "New here is a whole region: roses that are not red. Re-estimating moves and rescales what each neuron sees; it "
        "cannot tell the network that red was never the point. So it repairs a part. The network without BN does better even "
        "then: that it has no statistics to be wrong is not all of the reason."
    ),
    "light": "Every redness is multiplied by 0.6: a change of scale, and nothing else. This is what re-estimating is for.",
    "place": "Every point is moved by the same amount: a change of mean, and nothing else. This is what re-estimating is for.",
    "mixture": (
        "No point has moved; there are only more of one class. The old statistics are right, and re-estimating them does "
        "harm: it takes the other mixture for a shift."
    ),
}
"""What happened, by kind of new inputs."""


def _notes(case: str) -> str:
    sources = (
        f"{arxiv('1603.04779', 'Li et al. 2016')} re-estimate BN's statistics on new inputs (AdaBN). The rose example is "
        "the course notes'. All numbers on this page are of the runs shown, in this lab's own data."
    )
    kinds = (
        "Re-estimating takes the mean and variance of every layer's inputs over the new inputs, unlabelled. It mends a "
        "shift that is itself a change of means and scales, as dim light is. Try all four kinds."
    )
    return (
        f'<div class="grid3">{panel("What happened here", f"<p>{NOTES[case]}</p>")}'
        f"{panel('What re-estimating can mend', f'<p>{kinds}</p>')}{panel('Sources', f'<p>{sources}</p>')}</div>"
    )
