"""Pieces of HTML that every section is made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from app.maths import number_text

__all__ = ["arxiv", "count_words", "knob", "panel", "player", "table"]


def knob(
    label: str, name: str, low: float, high: float, step: float, value: float, shown: str = "", mark: float | None = None
) -> str:
    """Return a slider with its label and its value.

    Parameters
    ----------
    label, name : str
        Its words and its name (``data-input``).
    low, high, step, value : float
    shown : str
        What stands beside it, if not the number itself.
    mark : float, optional
        A value with a tick under it.

    Examples
    --------
    >>> knob("weight", "w1", -1, 1, 0.1, 0.5)[:60]
    '<label class="knob"><span>weight</span><input type="range" d'
    """
    text = f"<span>{escape(shown)}</span>" if shown else f'<output data-of="{name}">{number_text(value)}</output>'
    tick = "" if mark is None else f'<datalist id="tick-{name}"><option value="{mark:g}"></option></datalist>'
    ticked = "" if mark is None else f' list="tick-{name}"'
    spoken = f' aria-valuetext="{escape(shown)}"' if shown else ""
    return (
        f'<label class="knob"><span>{escape(label)}</span><input type="range" data-input="{name}" min="{low:g}" max="{high:g}" '
        f'step="{step:g}" value="{value:g}"{spoken}{ticked}>{tick}{text}</label>'
    )


def player(name: str, label: str, value: int, last: int, shown: str, playing: bool = False, pause: int = 500) -> str:
    """Return a moment's slider with the buttons and keys that step and play it.

    Parameters
    ----------
    name, label : str
        Of the slider.
    value, last : int
        The moment, from 0, and the last there is.
    shown : str
        The moment in words.
    playing : bool
        It goes on by itself, after a pause in milliseconds.
    pause : int

    Examples
    --------
    >>> "disabled" in player("epoch", "epoch", 0, 9, "epoch 0"), "disabled" in player("epoch", "epoch", 1, 9, "epoch 1")
    (True, False)
    """
    label_now, going = ("Pause", f' data-play="next:{pause}"') if playing else ("Play", "")
    return (
        f'<div class="row" data-keys="ArrowRight:next ArrowLeft:back Space:play"{going}>'
        f'<button type="button" data-act="back" aria-label="Earlier"{" disabled" if value == 0 else ""}>◂</button>'
        f'<button type="button" data-act="play" class="strong" style="min-width:5em">{label_now}</button>'
        f'<button type="button" data-act="next" aria-label="Later"{" disabled" if value == last else ""}>▸</button>'
        f"{knob(label, name, 0, last, 1, value, shown)}</div>"
    )


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], caption: str, columns: Sequence[str] = (), lines: Sequence[str] = ()
) -> str:
    """Return a table of numbers; cells are HTML.

    Parameters
    ----------
    head : sequence of str
    rows : sequence of sequences of str
        The first cell of each is its name.
    caption : str
        For the ear.
    columns, lines : sequence of str
        The symbols of `app.maths` with which a column or a row is lit, empty for none; a row's goes before.

    Examples
    --------
    >>> table(["", "steps"], [["raw", "3"]], "Steps")[:73]
    '<div class="scroll" tabindex="0"><table class="numbers"><caption class="u'
    >>> table(["", "steps"], [["raw", "3"]], "Steps", columns=["", "steps"]).count('data-symbol="steps"')
    2
    """
    across, down = columns or [""] * len(head), lines or [""] * len(rows)
    top = "".join(f'<th scope="col"{_lit(symbol)}>{cell}</th>' for cell, symbol in zip(head, across, strict=True))
    body = "".join(
        f'<tr><th scope="row"{_lit(line)}>{row[0]}</th>'
        f"{''.join(f'<td{_lit(line or symbol)}>{cell}</td>' for cell, symbol in zip(row[1:], across[1:], strict=True))}</tr>"
        for row, line in zip(rows, down, strict=True)
    )
    return (
        f'<div class="scroll" tabindex="0"><table class="numbers"><caption class="unseen">{escape(caption)}</caption>'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _lit(symbol: str) -> str:
    return f' data-symbol="{symbol}"' if symbol else ""


def panel(title: str, body: str) -> str:
    """Return a block under a heading.

    Examples
    --------
    >>> panel("Agreed", "<p>Yes.</p>")
    '<div class="panel stack" style="align-content:start"><h4>Agreed</h4><p>Yes.</p></div>'
    """
    return f'<div class="panel stack" style="align-content:start"><h4>{escape(title)}</h4>{body}</div>'


def arxiv(number: str, words: str) -> str:
    """Return a source: a link that is followed by people alone; the page fetches nothing.

    Examples
    --------
    >>> arxiv("1805.11604", "Santurkar et al. 2018")[:47]
    '<a href="https://arxiv.org/abs/1805.11604" targ'
    """
    return f'<a href="https://arxiv.org/abs/{number}" target="_blank" rel="noreferrer">{escape(words)}, arXiv {number}</a>'


def count_words(count: float) -> str:
    """Return a count of steps as a person says it.

    Examples
    --------
    >>> count_words(3), count_words(2787), count_words(1_234_567), count_words(float("inf"))
    ('3', '2,787', '1.2 million', 'never')
    """
    if math.isinf(count):
        return "never"
    return f"{count / 1e6:,.{0 if count >= 1e7 else 1}f} million" if count >= 1e6 else f"{count:,.0f}"
