"""Keras and PyTorch side by side: what they call momentum, and what each would have stored of these batches."""

from __future__ import annotations

from collections.abc import Sequence

from app.maths import number_text as number
from app.running.formulas import pytorch_formula
from app.running.lab import KERAS, PYTORCH, Answer, Lab, Library
from bncore.tracking import batches_to_forget

__all__ = ["conventions", "sample_table", "stored_table", "unbiased_formula"]

REFUSED = "refused: an error"


def conventions(lab: Lab) -> str:
    """Return the conventions of both libraries as a table, as HTML."""
    size = lab.source.size
    factor = f"× {size} / {size - 1} = {number(size / (size - 1), 5)}" if size > 1 else "not defined for one number"
    rows = (
        ("momentum weighs", "the old value: <i>d</i>", "the new one: <i>p</i> = 1 − <i>d</i>"),
        ("this momentum is written", f"momentum={_plain(lab.momentum)}", f"momentum={_plain(1 - lab.momentum)}"),
        ("default momentum", _plain(KERAS.momentum), f"{_plain(1 - PYTORCH.momentum)} (<i>d</i> = {_plain(PYTORCH.momentum)})"),
        ("with it, 5 % is left after", *(f"{batches_to_forget(each.momentum)} batches" for each in (KERAS, PYTORCH))),
        ("default ε", f"{KERAS.eps:.3f}", f"{PYTORCH.eps:.5f}"),
        ("normalises a batch by", "variance / m (biased)", "variance / m (biased)"),
        ("stores", "variance / m (biased)", "variance / (m − 1)"),
        ("so, per batch", "×&nbsp;1", factor),
        ("start", "0 and 1", "0 and 1"),
        ("a batch of one", "y = β", REFUSED),
    )
    lines = [f"<tr><td>{what}</td><td>{keras}</td><td>{torch}</td></tr>" for what, keras, torch in rows]
    return _table(("convention", KERAS.name, PYTORCH.name), lines)


def unbiased_formula() -> str:
    """Return PyTorch's update of the running variance with a line that explains it, as HTML."""
    return (
        "<p class='note'>PyTorch's running variance, with m the batch size and σ² the batch's biased variance:</p>"
        f"<div class='formula'>{pytorch_formula()}</div>"
    )


def stored_table(lab: Lab) -> str:
    """Return what each library would have stored after the batch shown, as HTML; both begin at 0 and 1.

    Examples
    --------
    >>> from app.running.lab import SPECS
    >>> lab = Lab({name: default for name, (_, default) in SPECS.items()})
    >>> stored_table(lab).count("<tr>")
    6
    """
    lines = []
    for library, written in ((KERAS, lab.momentum), (PYTORCH, 1 - lab.momentum)):
        for momentum, name in ((lab.momentum, f"momentum={_plain(written)}"), (None, "its default")):
            lines.append(f"<tr><td>{library.name}, {name}</td>{_stored(lab, library, momentum)}</tr>")
    truth = float(lab.true_mean[max(0, lab.k - 1)])
    lines.append(f"<tr><td>the true value</td><td>{number(truth, 6)}</td><td>{number(lab.source.sd**2, 6)}</td></tr>")
    return _table((f"after batch {lab.k}", "running mean", "running variance"), lines)


def _stored(lab: Lab, library: Library, momentum: float | None) -> str:
    kept = library.stores(lab.batches, momentum)
    if kept is None:
        return f"<td colspan='2'>{REFUSED}</td>"
    mean, var = (number(float(values[lab.k]), 6) for values in (kept.running_mean, kept.running_var))
    return f"<td class='running' data-symbol='running_mean'>{mean}</td><td class='running' data-symbol='running_var'>{var}</td>"


def sample_table(answers: dict[str, Answer | None]) -> str:
    """Return what one sample becomes with each set of statistics, as HTML."""
    names = {
        "here": "frozen statistics of this lab",
        KERAS.name: "Keras, its defaults",
        PYTORCH.name: "PyTorch, its defaults",
        "alone": "a batch of one, in training mode",
    }
    lines = [f"<tr><td>{names[name]}</td>{_answer(answer)}</tr>" for name, answer in answers.items()]
    return _table(("normalised by", "mean", "variance", "ε", "ẑ", "y"), lines)


def _table(head: Sequence[str], lines: Sequence[str]) -> str:
    body = "".join(lines).replace("<tr><td>", "<tr><td style='white-space:normal;min-width:7em'>")
    names = "".join(f"<th scope='col'>{word}</th>" for word in head)
    return f"<div class='scroll' tabindex='0'><table class='numbers'><tr>{names}</tr>{body}</table></div>"


def _answer(answer: Answer | None) -> str:
    if answer is None:
        return f"<td colspan='5'>{REFUSED}</td>"
    cells = (("mean", answer.mean), ("var", answer.var), ("eps", answer.eps), ("z_hat", answer.x_hat), ("y", answer.y))
    return "".join(f"<td data-symbol='{_LIT[name]}'>{number(value, 5)}</td>" for name, value in cells)


_LIT = {"mean": "running_mean", "var": "running_var", "eps": "eps", "z_hat": "z_hat", "y": "y"}


def _plain(value: float) -> str:
    return f"{value:.10g}"
