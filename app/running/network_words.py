"""What the page says of the trained network: measured sentences over its seeds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from app.glossary import term
from app.maths import math, num, number_text, op, row, sup, sym, text
from app.running.network import TUNING, Cure, Unit, Ways
from app.running.network_pictures import percent
from bncore.config import RunConfig
from bncore.ops import Array

__all__ = ["LEGEND", "cure_words", "headline", "overview", "tune_words", "unit_formulas"]

LEGEND = (
    "<p class='note'><span class='batch' data-symbol='mu' tabindex='0'>● batch statistics</span> (training mode, mini-batch by "
    "mini-batch) · <span class='running' data-symbol='running_mean' tabindex='0'>◆ running statistics</span> (inference) · "
    "<span class='other' data-symbol='exact' tabindex='0'>■ exact statistics</span> (of the whole training set, dashed). Medians "
    "over 16 seeds with their 10–90 % band; accuracy on the training points, so that all three answer the same question.</p>"
)


def headline(config: RunConfig, ways: Ways) -> str:
    """Return what was measured at the end of training, one sentence."""
    running, exact, batch = (f"{percent(values[-1]):.0f}" for values in (ways.running, ways.exact, ways.batch))
    worse = int((ways.running[-1] < ways.exact[-1]).sum())
    updates = "1 update" if config.total_steps == 1 else f"{config.total_steps} updates"
    momentum = number_text(config.bn_momentum)
    return (
        f"After {updates} at momentum {momentum}: {running} % right with the running statistics, {exact} with exact ones, "
        f"{batch} in training mode (median of {config.seeds} seeds; running below exact in {worse})."
    )


def overview(config: RunConfig) -> str:
    """Return what is trained, as HTML."""
    points = f"{config.n_train} training points ({config.dataset})"
    return (
        f"<p>A network of 16 and 16 units with BN learns {points} at {term('learning rate')} {config.learning_rate:g}. The same "
        "weights are asked in three ways, which differ in nothing but the statistics that normalise. Momentum never changes the "
        "weights, only what inference makes of them.</p>"
    )


def unit_formulas(config: RunConfig, unit: Unit) -> str:
    """Return what is left of the start, and one unit's statistics as stored and as they are, as HTML."""
    left = config.bn_momentum**config.total_steps
    exact = (
        "<mrow data-symbol='exact' class='other' tabindex='0' title='exact mean'><msub><mi>μ</mi><mtext>exact</mtext></msub></mrow>"
    )
    spread = (
        "<mrow data-symbol='exact' class='other' tabindex='0' title='exact variance'>"
        "<msubsup><mi>σ</mi><mtext>exact</mtext><mn>2</mn></msubsup></mrow>"
    )
    power = row(sup(sym("momentum"), text("updates")), op("="), sup(num(config.bn_momentum, "momentum"), num(config.total_steps)))
    share = row(power, op("="), num(100 * left, digits=3), text("\u00a0% of the start is left"))
    mean = row(sym("running_mean"), op("="), num(unit.running_mean, "running_mean"), text(",\u00a0\u00a0"), exact, op("="))
    var = row(sym("running_var"), op("="), num(unit.running_var, "running_var"), text(",\u00a0\u00a0"), spread, op("="))
    return (
        f"<div class='formula'>{math(share)}</div>"
        f"<p class='note'>First unit of the first layer, first seed: what is stored, and what it should be.</p>"
        f"<div class='formula numbers-in'>{math(mean, _other(unit.exact_mean))}</div>"
        f"<div class='formula numbers-in'>{math(var, _other(unit.exact_var))}</div>"
        f"<p class='note'>exact: one pass over all {config.n_train} training points as a single batch.</p>"
    )


def _other(value: float) -> str:
    return f"<mrow data-symbol='exact' class='other'>{num(value)}</mrow>"


def cure_words(found: Cure, config: RunConfig) -> str:
    """Return what re-estimation did, as HTML."""
    (train_before, before), (train_after, after) = found.before, found.after
    better, worse = int((after > before).sum()), int((after < before).sum())
    return (
        f"<p><b>Re-estimated.</b> One pass over the training points gave {term('exact statistics')}; no weight moved. "
        f"Test accuracy {percent(before):.0f} → {percent(after):.0f} % (training {percent(train_before):.0f} → "
        f"{percent(train_after):.0f} %), medians; better in {better} of {config.seeds} seeds, worse in {worse}.</p>"
    )


def tune_words(found: Mapping[str, Array], before: Array, batch_size: int) -> str:
    """Return how the three ways of fine-tuning ended, as HTML."""
    updated, frozen, cured = (percent(found[name]) for name in ("updated", "frozen", "cured"))
    best = max(found, key=lambda name: (percent(found[name]), float(np.mean(found[name]))))
    names = {"updated": "going on as before", "frozen": "freezing what was stored", "cured": "re-estimating, then freezing"}
    tuned = term("fine-tuning", "Fine-tuned")
    return (
        f"<p>{tuned} for {TUNING['steps']} more updates of {batch_size} points, from 32 new points of the same kind, "
        f"at learning rate {TUNING['learning_rate']:g}. Test accuracy, from {percent(before):.0f} %: statistics updated "
        f"{updated:.0f} %, frozen {frozen:.0f} %, re-estimated and then frozen {cured:.0f} %. Best here: {names[best]}.</p>"
        "<p class='note'>Frozen statistics make a training step see what inference sees, however small its batch is. But they "
        "stay those of the old data: where the data have changed, re-estimate them first.</p>"
    )
