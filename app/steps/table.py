"""The tables that grow with the stages: one of the forward pass, one of the backward pass; no streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.maths import SYMBOLS, fence, math, number_text, op, sym
from app.maths import text as words_of
from app.steps.scene import Scene
from app.steps.stages import STAGES
from bncore.norm import batch_statistics

__all__ = ["Column", "End", "backward_table", "forward_table"]


ROUNDING = 1e-12
"""A mean of normalised numbers below this is 0 but for rounding."""

STRONG = 'class="strong" '


class End(NamedTuple):
    """A number below a column: in the row of that label, from that stage on."""

    label: str
    stage: str
    symbol: str
    value: float
    prefix: str = ""


@dataclass(frozen=True)
class Column:
    """One quantity of every student.

    Parameters
    ----------
    stage : str
        The stage that makes it; empty for what is given.
    symbol : str
    head : str
        HTML.
    values : sequence of float
    ends : tuple of End
        Numbers below it.
    """

    stage: str
    symbol: str
    head: str
    values: Sequence[float]
    ends: tuple[End, ...] = ()


def forward_table(scene: Scene) -> str:
    """Return the table of the forward pass, as far as the scene's stage has come.

    Examples
    --------
    >>> from app.steps.scene import scene_of
    >>> from app.steps.settings import DEFAULTS
    >>> forward_table(scene_of(DEFAULTS)).count("<tr")
    5
    """
    number, column = scene.number, scene.column
    below_z = (
        End("mean", "mu", "mu", number("mu")), End("variance", "var", "var", number("var")),
        End("running mean", "running", "running_mean", number("running_mean")),
        End("running variance", "running", "running_var", number("running_var")),
    )  # fmt: skip
    columns = [
        Column("z", "z", _head("z"), column("z"), below_z),
        Column("z_hat", "z_hat", _head("z_hat"), column("z_hat"), _moments(scene, "z_hat")),
        Column("y", "y", _head("y"), column("y"), _moments(scene, "y")),
        Column("a", "a", _head("a"), column("a"), _moments(scene, "a")),
        Column("loss", "logit", _head("logit"), column("logit")),
        Column("loss", "p", _head("p"), column("probability")),
        Column("loss", "loss", _words("loss of each"), column("losses"), (End("mean", "loss", "loss", scene.walk.loss),)),
    ]
    return _table(scene, "Forward", columns, given=True)


def backward_table(scene: Scene) -> str:
    """Return the table of the backward pass, as far as the scene's stage has come; empty before it.

    Examples
    --------
    >>> from app.steps.scene import scene_of
    >>> from app.steps.settings import DEFAULTS
    >>> backward_table(scene_of(DEFAULTS)), backward_table(scene_of({**DEFAULTS, "stage": "da"})).count("<tr")
    ('', 5)
    """
    if not STAGES[scene.stage].back:
        return ""
    column, w_terms = scene.column, scene.walk.w_terms[:, :, scene.neuron]

    def gives(name: str) -> tuple[End, ...]:
        return (End("gives", name, name, scene.number(name), STAGES[name].short),)

    def weight_gives(k: int) -> tuple[End, ...]:
        return (End("gives", "dw", "dw", float(scene.walk.dw[k, scene.neuron]), STAGES["dw"].short),)

    columns = [
        Column("da", "logit_slope", _slope("logit_slope"), column("dlogit")),
        Column("da", "da", _slope("da"), column("da")),
        Column("dy", "dy", _slope("dy"), column("dy"), gives("dbeta")),
        Column("dgamma", "dgamma", _slope("dy", sym("z_hat")), column("gamma_terms"), gives("dgamma")),
        Column("dz_hat", "dz_hat", _slope("dz_hat"), column("dz_hat"), gives("dmu")),
        Column("dvar", "dvar", _slope("dz_hat", fence(sym("z"), op("−"), sym("mu"))), column("var_terms"), gives("dvar")),
        Column("dz", "dz", _slope("dz"), column("dz"), gives("db")),
        Column("dw", "dw", _slope("dz", sym("x", "CGPA")), w_terms[:, 0].tolist(), weight_gives(0)),
        Column("dw", "dw", _slope("dz", sym("x", "IQ")), w_terms[:, 1].tolist(), weight_gives(1)),
    ]
    return _table(scene, "Backward", columns, given=False)


def _moments(scene: Scene, name: str) -> tuple[End, ...]:
    _, mean, var = batch_statistics(getattr(scene.walk, name)[None])
    j = scene.neuron
    return End("mean", name, name, float(mean[0, 0, j])), End("variance", name, name, float(var[0, 0, j]))


def _head(name: str) -> str:
    return math(sym(name), block=False)


def _words(words: str) -> str:
    return math(words_of(words), block=False)


def _slope(name: str, *others: str) -> str:
    """Return a gradient as it is called on the strip, which is legible at this size, times something else."""
    words = "ds" if name == "logit_slope" else STAGES[name].short
    head = f'<span class="gradient" data-symbol="{name}" tabindex="0" title="{SYMBOLS[name].spoken}">{words}</span>'
    return f"{head} · {math(*others, block=False)}" if others else head


def _table(scene: Scene, caption: str, columns: Sequence[Column], *, given: bool) -> str:
    """Return a table of the columns made so far; the last one made is marked."""
    order = list(STAGES)
    made = order.index(scene.stage)
    visible = [column for column in columns if order.index(column.stage) <= made]
    head = "".join(f'<th scope="col"{_mark(scene, column.stage)}>{column.head}</th>' for column in visible)
    body = "".join(_line(scene, i, visible, given) for i in range(scene.m))
    labels = dict.fromkeys(end.label for column in visible for end in column.ends if order.index(end.stage) <= made)
    foot = "".join(_foot(scene, label, visible, made, given) for label in labels)
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{caption} pass">'
        f'<table class="numbers"><caption>{caption} pass</caption>'
        f'<thead><tr><th scope="col">student</th>{_given_heads(given)}{head}</tr></thead><tbody>{body}</tbody>'
        f"{f'<tfoot>{foot}</tfoot>' if foot else ''}</table></div>"
    )


def _given_heads(given: bool) -> str:
    features = "".join(f'<th scope="col">{math(sym("x", name), block=False)}</th>' for name in ("CGPA", "IQ")) if given else ""
    return f'{features}<th scope="col">placed</th>'


def _line(scene: Scene, i: int, columns: Sequence[Column], given: bool) -> str:
    place, chosen = scene.places[i], i == scene.student
    role = "class1" if scene.targets[i] else "class0"
    features = "".join(_cell(scene, "x", "", value) for value in scene.x[i].tolist()) if given else ""
    cells = "".join(_cell(scene, column.symbol, column.stage, column.values[i]) for column in columns)
    look = f'{STRONG if chosen else ""}style="min-height:26px;padding:0 9px" aria-pressed="{str(chosen).lower()}"'
    pick = f'<button type="button" {look} data-act="student:{i + 1}">{place}</button>'
    shape = "■ yes" if scene.targets[i] else "● no"
    return f'<tr><th scope="row">{pick}</th>{features}<td class="{role}">{shape}</td>{cells}</tr>'


def _foot(scene: Scene, label: str, columns: Sequence[Column], made: int, given: bool) -> str:
    cells = []
    for column in columns:
        ends = [end for end in column.ends if end.label == label and list(STAGES).index(end.stage) <= made]
        cells.append(_end(scene, ends[0]) if ends else "<td></td>")
    return f'<tr><th scope="row">{label}</th>{"<td></td>" * (3 if given else 1)}{"".join(cells)}</tr>'


def _end(scene: Scene, end: End) -> str:
    rounding = end.label == "mean" and 0 < abs(end.value) < ROUNDING
    return _cell(scene, end.symbol, end.stage, end.value, end.prefix, "≈ 0" if rounding else "")


def _cell(scene: Scene, symbol: str, stage: str, value: float, prefix: str = "", text: str = "") -> str:
    name = f'<span class="muted">{prefix} = </span>' if prefix else ""
    return f'<td data-symbol="{symbol}"{_mark(scene, stage)} title="{value + 0.0!r}">{name}{text or number_text(value)}</td>'


def _mark(scene: Scene, stage: str) -> str:
    return ' class="on"' if stage == scene.stage else ""
