"""What the page says of this batch at its ends: undone, of one student, of two; no streamlit."""

from __future__ import annotations

from app.figures.plot import Plot
from app.maths import fence, frac, math, num, number_text, op, row, sqrt, sub, sup, sym
from app.steps.picture import rounded_up
from app.steps.pieces import value
from app.steps.scene import CURVE_EPS, Scene

__all__ = ["batch_of_one", "batch_of_two", "is_undone", "small_batches", "undone"]

HALF = frac(num(1), num(2))
D = "<mi data-symbol='d' tabindex='0' title='d, half of the distance between the two z'>d</mi>"
OFFER_ONE = '<p class="row"><button type="button" data-act="one">A batch of 1</button><span>ẑ is 0, whoever it is.</span></p>'
OFFER_TWO = '<p class="row"><button type="button" data-act="two">A batch of 2</button><span>ẑ is ±1, or less: see ε.</span></p>'


def undone(scene: Scene) -> str:
    """Return what undoes the normalisation of this neuron on this batch, and how exactly; HTML.

    Examples
    --------
    >>> from app.steps.scene import scene_of
    >>> from app.steps.settings import DEFAULTS
    >>> "It is undone now" in undone(scene_of(DEFAULTS))
    False
    """
    found, now = scene.undoing, is_undone(scene)
    root = sqrt(sym("var"), op("+"), sym("eps"))
    exact = math(
        sym("gamma"), op("="), root, op("="), num(found.gamma, "gamma"), op(","), sym("beta"), op("="), sym("mu"), op("="),
        num(found.beta, "beta"), block=False,
    )  # fmt: skip
    state = "<p><b>It is undone now: y = z.</b></p>" if now else ""
    return (
        '<div class="panel"><div class="stack"><h3>Undoing the normalisation</h3>'
        f'{state}<div class="formula">{exact}</div>'
        f'<p>With these two numbers the largest |y − z| of this batch is <b data-gap="undone">{number_text(found.gap, 2)}</b>: '
        "nothing but rounding. So training can take the normalisation back, if that helps.</p>"
        f'<p class="note">The notes write γ = σ (here {number_text(found.sigma)}). That leaves ε out: the largest |y − z| is '
        f"{number_text(found.sigma_gap, 3)} at ε = {number_text(scene.eps)}, and {number_text(found.sigma_gap_without_eps, 2)} at "
        "ε = 0, where it is exact. Either way it holds for this batch: the next one has another mean and variance.</p></div></div>"
    )


def is_undone(scene: Scene) -> bool:
    """Tell whether gamma and beta are, to the last digit, those that undo the normalisation.

    Examples
    --------
    >>> from app.steps.scene import scene_of
    >>> from app.steps.settings import DEFAULTS
    >>> is_undone(scene_of(DEFAULTS))
    False
    """
    return (scene.learned("gamma"), scene.learned("beta")) == (scene.undoing.gamma, scene.undoing.beta)


def batch_of_one(scene: Scene) -> str:
    """Return what a batch of one student comes to; HTML.

    Examples
    --------
    >>> from app.steps.scene import scene_of
    >>> from app.steps.settings import DEFAULTS
    >>> "z is its own mean" in batch_of_one(scene_of({**DEFAULTS, "batch": DEFAULTS["batch"][:1]}))
    True
    """
    z_hat, y, dz = (scene.column(name)[0] for name in ("z_hat", "y", "dz"))
    beta = scene.learned("beta")
    numbers = math(
        sym("z_hat"), op("="), num(z_hat, "z_hat"), op(","), sym("y"), op("="), sym("beta"), op("="), num(y, "y"), op(","),
        sym("dz"), op("="), num(dz, "dz"), block=False,
    )  # fmt: skip
    return (
        '<div class="panel"><div class="stack"><h3>A batch of one</h3>'
        "<p>One student's z is its own mean, and the variance is 0. So ẑ is 0 whoever the student is, and whatever ε is.</p>"
        f'<div class="formula">{numbers}</div>'
        f"<p>y is beta ({number_text(beta)}) for everyone: the neuron cannot tell students apart, and nothing goes back to W: only "
        "beta and the output can learn. Keras does just this; PyTorch refuses a batch of one in training.</p>"
        f"{OFFER_TWO}</div></div>"
    )


def batch_of_two(scene: Scene) -> str:
    """Return what a batch of two students comes to, in closed form and over all epsilons; HTML.

    Examples
    --------
    >>> from app.steps.scene import scene_of
    >>> from app.steps.settings import DEFAULTS
    >>> "A batch of two" in batch_of_two(scene_of({**DEFAULTS, "batch": DEFAULTS["batch"][:2]}))
    True
    """
    pair, eps = scene.pair, num(scene.eps, "eps")
    squared = row(sup(D, num(2)), op("+"), sym("eps"))
    numbers_squared = row(sup(num(pair.d), num(2)), op("+"), eps)
    power = row(num(3), op("/"), num(2))
    half = row(HALF, fence(_d("dz_hat", "ẑ", 1), op("−"), _d("dz_hat", "ẑ", 2)))
    lines = (
        math(
            sym("z_hat"), op("="), op("±"), frac(D, sqrt(squared)), op("="), op("±"), frac(num(pair.d), sqrt(numbers_squared)),
            op("="), op("±"), num(pair.z_hat, "z_hat"),
        ),
        math(
            _d("dz", "z"), op("="), op("±"), half, op("·"), frac(sym("eps"), sup(fence(squared), power)), op("="),
            op("±"), value(pair.upstream, "dz_hat"), op("·"), num(pair.factor), op("="), op("±"), num(abs(pair.dz), "dz"),
        ),
    )  # fmt: skip
    formulas = "".join(f'<div class="formula">{line}</div>' for line in lines)
    return (
        '<div class="panel"><div class="stack"><h3>A batch of two</h3>'
        f"<p>The two z lie 2d apart, d = {number_text(pair.d)}. So ẑ is ±1 only while ε is far below "
        f"d² = {number_text(pair.squared)}: the two are told apart, but not how far.</p>{formulas}<p>dz vanishes as ε goes to 0, "
        "where ±1 cannot change, and is large where ε is about d²: for a given gradient from "
        "above it is largest at ε = 2d². Move ε and watch.</p>"
        f"{_curve(scene)}{OFFER_ONE}</div></div>"
    )


def small_batches() -> str:
    """Return what to try with small batches; HTML.

    Examples
    --------
    >>> "A batch of 1" in small_batches()
    True
    """
    return (
        '<div class="panel"><div class="stack"><h3>Small batches</h3><p>The fewer students, the less mean and variance say.</p>'
        f"{OFFER_ONE}{OFFER_TWO}</div></div>"
    )


def _d(name: str, of: str, index: int | None = None) -> str:
    """Return a gradient as the strip calls it."""
    letters = row("<mi>d</mi>", f"<mi>{of}</mi>")
    inside = letters if index is None else sub(letters, num(index))
    return f'<mrow data-symbol="{name}" class="gradient" tabindex="0">{inside}</mrow>'


def _curve(scene: Scene) -> str:
    values = scene.dz_curve
    largest = rounded_up(max(values))
    now, twice = max(map(abs, scene.column("dz"))), 2.0 * scene.pair.squared
    words = (
        f"|dz| over epsilon: {number_text(now)} at the current epsilon {number_text(scene.eps)}, at most {number_text(max(values))}"
    )
    plot = Plot(150, (CURVE_EPS[0], CURVE_EPS[-1]), (0.0, largest), title="|dz| over ε", x_label="ε", label=words, x_log=True)
    plot.line(CURVE_EPS, values, "gradient", "dz")
    if CURVE_EPS[0] <= twice <= CURVE_EPS[-1]:
        plot.rule(x=twice, label="2d²", symbol="d")
    if CURVE_EPS[0] <= scene.eps <= CURVE_EPS[-1]:
        plot.dots([scene.eps], [now], "gradient", "dz", [words], "large")
        plot.text(scene.eps, now, number_text(now, 3), "gradient", "start" if twice <= scene.eps < 1.0 else "end")
    return plot.svg()
