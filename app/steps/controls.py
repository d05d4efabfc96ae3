"""The inputs of the page as HTML: sliders, choices, the table of the batch, the weights; no streamlit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import log10
from typing import Any

from app.glossary import term
from app.maths import number_text
from app.steps.batch import MOST, Row
from app.steps.settings import NEURON_SETTINGS, SETTINGS

__all__ = ["batch_table", "knobs", "numbers_table"]

CHOICES = {
    "neuron": ("Neuron", {"1": "1", "2": "2"}),
    "activation": ("Activation", {"relu": "ReLU", "sigmoid": "sigmoid", "tanh": "tanh"}),
}
EPS_EXPONENTS = -12, 1


def knobs(values: Mapping[str, Any], gamma_limit: float, beta_limit: float) -> str:
    """Return the sliders of gamma, beta and epsilon, and the choices of neuron and activation.

    Examples
    --------
    >>> from app.steps.settings import DEFAULTS
    >>> knobs(DEFAULTS, 2.0, 2.0).count('type="range"')
    3
    """
    neuron = values["neuron"]
    sliders = [
        _slider("gamma", "γ scale", values[f"gamma{neuron}"], values[f"gamma{neuron}"], (-gamma_limit, gamma_limit)),
        _slider("beta", "β shift", values[f"beta{neuron}"], values[f"beta{neuron}"], (-beta_limit, beta_limit)),
        _slider("log_eps", "ε", log10(values["eps"]), values["eps"], EPS_EXPONENTS),
    ]
    choices = "".join(_choice(name, str(values[name])) for name in CHOICES)
    return f'<div class="panel stack"><div class="row">{"".join(sliders)}</div><div class="row">{choices}{_acts()}</div></div>'


def _slider(name: str, label: str, at: float, value: float, bounds: tuple[float, float]) -> str:
    low, high = bounds
    symbol, step = ("eps", 0.05) if name == "log_eps" else (name, (high - low) / 400)
    return (
        f'<label class="knob {symbol}" data-symbol="{symbol}"><span>{label}</span><input type="range" data-input="{name}" '
        f'aria-label="{label}" aria-valuetext="{number_text(value)}" min="{low:g}" max="{high:g}" step="{step:g}" '
        f'value="{at:.6g}"><output>{number_text(value)}</output></label>'
    )


def _choice(name: str, chosen: str) -> str:
    label, words = CHOICES[name]
    options = "".join(
        f'<option value="{v}"{" selected" if v == chosen else ""}>{escape(word)}</option>' for v, word in words.items()
    )
    return f'<label class="row"><span>{label}</span><select data-input="{name}">{options}</select></label>'


def _acts() -> str:
    acts = (("undo", "Undo the normalisation"), ("plain", "γ = 1, β = 0"), ("notes", "The batch of 4"))
    return "".join(f'<button type="button" data-act="{act}">{words}</button>' for act, words in acts)


def batch_table(rows: Sequence[Row], paste: str) -> str:
    """Return the batch as a table of inputs, with what was pasted.

    Examples
    --------
    >>> batch_table((Row("7.1", "84", False),), "").count('type="text"')
    2
    """
    lines = "".join(_line(i, row) for i, row in enumerate(rows, 1))
    full = len(rows) >= MOST
    add = f'<button type="button" data-act="add"{" disabled" if full else ""}>Add a student</button>'
    return (
        f'<details id="batch" class="panel"><summary>The {term("batch")}: {len(rows)} of 1 to {MOST} students</summary>'
        '<div class="scroll"><table class="numbers"><thead><tr><th scope="col">row</th><th scope="col">CGPA</th>'
        f'<th scope="col">IQ</th><th scope="col">placed</th><th scope="col"><span class="unseen">remove</span></th></tr></thead>'
        f'<tbody>{lines}</tbody></table></div><p class="row">{add}{"<span class=note>16 is the most.</span>" if full else ""}</p>'
        '<label class="stack"><span>Or paste rows from a spreadsheet: CGPA, IQ, placed (1 or 0)</span>'
        f'<textarea rows="3" data-input="paste" placeholder="7.1&#9;84&#9;0">{escape(paste)}</textarea></label>'
        '<p class="row"><button type="button" data-act="paste">Use the pasted rows</button></p></details>'
    )


def _line(place: int, row: Row) -> str:
    cells = "".join(
        f'<td><input type="text" inputmode="decimal" size="8" maxlength="20" data-input="{name}:{place}" '
        f'aria-label="Row {place}, {label}" value="{escape(cell)}"></td>'
        for name, label, cell in (("cgpa", "CGPA", row.cgpa), ("iq", "IQ", row.iq))
    )
    checked = " checked" if row.placed else ""
    placed = f'<td><input type="checkbox" data-input="placed:{place}" aria-label="Row {place}, placed"{checked}></td>'
    remove = f'<td><button type="button" data-act="remove:{place}" aria-label="Remove row {place}">×</button></td>'
    return f'<tr><th scope="row">{place}</th>{cells}{placed}{remove}</tr>'


def numbers_table(values: Mapping[str, Any]) -> str:
    """Return the boxes of the weights of both neurons, the output's bias, epsilon and momentum.

    Examples
    --------
    >>> from app.steps.settings import DEFAULTS
    >>> numbers_table(DEFAULTS).count('type="number"')
    15
    """
    lines = "".join(
        f'<tr><th scope="row">{escape(SETTINGS[f"{name}1"][0].label)}</th>'
        + "".join(f"<td>{_box(f'{name}{neuron}', values)}</td>" for neuron in (1, 2))
        + "</tr>"
        for name in NEURON_SETTINGS
    )
    shared = "".join(
        f'<label class="row"><span>{words}</span>{_box(name, values)}</label>'
        for name, words in (("out_bias", "Bias of the output"), ("eps", term("epsilon")), ("momentum", "Momentum (Keras's)"))
    )
    return (
        '<details id="numbers" class="panel"><summary>Weights and other numbers</summary>'
        '<div class="scroll"><table class="numbers"><thead><tr><th scope="col"><span class="unseen">number</span></th>'
        '<th scope="col">neuron 1</th><th scope="col">neuron 2</th></tr></thead>'
        f'<tbody>{lines}</tbody></table></div><div class="row">{shared}</div>'
        '<p class="row"><button type="button" data-act="reset">Put all numbers back</button></p></details>'
    )


def _box(name: str, values: Mapping[str, Any]) -> str:
    label = SETTINGS[name][0].label + (f", neuron {name[-1]}" if name[:-1] in NEURON_SETTINGS else "")
    return f'<input type="number" step="any" data-input="{name}" aria-label="{escape(label)}" value="{values[name]!r}">'
