"""What the momentum lab says about the moment: measured sentences, with the rule each number follows."""

from __future__ import annotations

from html import escape

from app.glossary import term
from app.maths import number_text as number
from app.running.lab import KERAS, PYTORCH, Lab

__all__ = [
    "LEGEND",
    "LIBRARIES",
    "SAMPLE",
    "headline",
    "libraries_words",
    "overview",
    "rule_words",
    "sample_words",
    "start_words",
    "warnings",
]

LIBRARIES = "Keras and PyTorch: the same word, two meanings"
LEGEND = (
    "<p class='note' aria-hidden='true'><span class='batch' data-symbol='mu'>● one batch</span> · "
    "<span class='running' data-symbol='running_mean'>━ stored, ◆ now</span> · "
    "<span class='running'>┅ expected without chance</span> · <span class='muted'>┅ true value</span></p>"
)
SAMPLE = "Inference on one sample"


def overview() -> str:
    """Return what the lab is about, as HTML."""
    return (
        f"<p>In training, a layer with BN normalises by its {term('batch statistics')}. At {term('inference')} there may be one "
        f"sample and no batch, so BN uses {term('running statistics')}: averages that each batch moves a little. "
        f"{term('momentum', 'Momentum')} says how little.</p>"
    )


def headline(lab: Lab) -> str:
    """Return the moment in one measured sentence.

    Examples
    --------
    >>> from app.running.lab import SPECS
    >>> headline(Lab({name: default for name, (_, default) in SPECS.items()} | {"batch": 0}))
    'Before the first batch the running mean is 0 and the running variance 1.'
    """
    mean, var = lab.now
    if lab.k == 0:
        return f"Before the first batch the running mean is {number(mean)} and the running variance {number(var)}."
    batches = "batch" if lab.k == 1 else "batches"
    truth = number(float(lab.true_mean[lab.k - 1]), 3)
    return (
        f"After {lab.k} {batches} at momentum {number(lab.momentum)}: running mean {number(mean, 3)} (true {truth}), "
        f"running variance {number(var, 3)} (true {number(lab.source.sd**2, 3)})."
    )


def start_words(lab: Lab) -> str:
    """Return how much of the starting values is left at the moment, and the bias that leaves, as HTML."""
    truths = (lab.source.mean, lab.source.sd**2 * lab.shrink)
    pulls = [
        f"the {what} by {number(lab.left * (start - truth), 3)}"
        for what, start, truth in zip(("mean", "variance"), lab.start, truths, strict=True)
    ]
    power = f"{number(lab.momentum)}<sup>{lab.k}</sup> = {number(100 * lab.left, 3)} %"
    return (
        "<p><b>The start is not forgotten at once.</b> "
        f"Of the starting values {number(lab.start[0])} and {number(lab.start[1])}, {power} is left after batch {lab.k}. "
        f"On average that shifts {' and '.join(pulls)}: a {term('bias of the start', 'bias')}. "
        "The thin dashed line shows what to expect without chance.</p>"
    )


def rule_words(lab: Lab) -> str:
    """Return how many batches it takes to come within 5 %, by the formula and as measured, as HTML."""
    formula = (
        f"smallest k with {number(lab.momentum)}<sup>k</sup> ≤ 0.05, which is {_plural(lab.forget)}"
        if lab.momentum > 0
        else f"one batch replaces all, {_plural(lab.forget)}"
    )
    mean, var = lab.near
    measured = (
        f"the running mean {_came(mean, lab.source.count)}, the running variance {_came(var, lab.source.count)}"
        if mean != var
        else f"both {_came(mean, lab.source.count).replace('was', 'were')}"
    )
    words = (
        f"<p><b>Within 5 %</b> means: at most 5 % of the way from the start to the true value is left. <b>Rule:</b> {formula}. "
        f"<b>Measured in this run</b>, where chance plays along: {measured}.</p>"
    )
    if lab.source.size <= 20:
        biased = term("biased variance", "biased")
        words += (
            f"<p>The variance of {_numbers(lab.source.size)}, divided by {lab.source.size} ({biased}), is on average only "
            f"{number(100 * lab.shrink, 3)} % of the true one, and so is what is stored of it.</p>"
        )
    if lab.source.drift:
        step = number(lab.source.drift / max(1, lab.source.count - 1), 3)
        words += (
            f"<p>The mean moves by {step} a batch. A running mean follows a moving one from behind: by "
            f"{number(abs(lab.behind), 3)} once the start is forgotten (step × momentum / (1 − momentum)).</p>"
        )
    return words


def _came(k: int | None, count: int) -> str:
    if k is None:
        return f"did not come so near in {_plural(count)}"
    return "was there at the start" if k == 0 else f"came there first after {_plural(k)}"


def _plural(n: int) -> str:
    return f"{n} batch" if n == 1 else f"{n} batches"


def _numbers(n: int) -> str:
    return "1 number" if n == 1 else f"{n} numbers"


def warnings(lab: Lab) -> str:
    """Return what must be known about odd settings, as HTML; empty where there is nothing."""
    said = []
    if lab.source.size == 1:
        said.append(
            "A batch of one has no spread: its variance is 0. Keras stores that; PyTorch refuses such a batch with an error."
        )
    return "".join(f"<p class='note'>{escape(words)}</p>" for words in said)


def libraries_words(lab: Lab) -> str:
    """Return how far the two libraries are apart for these batches, as HTML."""
    keras, torch = KERAS.stores(lab.batches, lab.momentum), PYTORCH.stores(lab.batches, lab.momentum)
    if keras is None or torch is None:
        return "<p>PyTorch stores nothing of batches of one: it stops with an error.</p>"
    apart = float(torch.running_var[lab.k] - keras.running_var[lab.k])
    return (
        "<p>With momenta that mean the same, both store the same mean. "
        f"PyTorch's variance is {number(apart, 3)} larger after batch {lab.k}. What matters more are the defaults: at each batch "
        "Keras keeps 99 % of the old value, PyTorch 90 %. And 0.9 typed into PyTorch keeps 10 %.</p>"
        "<p class='note'>All by the engine's own update; equal to what Keras 3.15 and PyTorch 2.13 stored of committed batches.</p>"
    )


def sample_words(lab: Lab) -> str:
    """Return what inference makes of one sample, beside what a batch of one would give, as HTML."""
    batches = "batch" if lab.k == 1 else "batches"
    return (
        f"<p>After {lab.k} {batches} training stops and the statistics are <b>frozen</b>. Inference normalises by them and makes "
        f"{number(lab.here.y)} of {number(lab.sample)}, whatever other samples are asked about. Normalised as a batch of one, a "
        f"sample is its own mean: ẑ = 0 and y = β = {number(lab.beta)}, whatever the sample is.</p>"
    )
