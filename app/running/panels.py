"""The parts of the momentum lab's sheet: controls, pictures, formulas and tables, as HTML by name."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from app.running import formulas, libraries, pictures, words
from app.running.lab import SPECS, Lab

__all__ = ["lab_act", "lab_parts"]

PAUSE = 350
"""Milliseconds between two batches while they come by themselves."""


def lab_parts(lab: Lab, *, playing: bool = False, said: Sequence[str] = ()) -> dict[str, str]:
    """Return the sheet of the lab, top to bottom.

    Parameters
    ----------
    lab : Lab
    playing : bool
        Batches come by themselves.
    said : sequence of str
        What could not be used; it stands by the box it came from.

    Examples
    --------
    >>> list(lab_parts(Lab({name: default for name, (_, default) in SPECS.items()})))[:3]
    ['title', 'knobs', 'pictures']
    """
    answers = lab.answers()
    return {
        "title": f"<h2>{words.headline(lab)}</h2>{words.overview()}",
        "knobs": f"<div class='row'>{_knob('momentum', lab.momentum, 0.001, upper=0.999)}</div>",
        "pictures": (
            f"<div class='grid2'><div>{pictures.mean_picture(lab)}</div><div>{pictures.var_picture(lab)}</div></div>{words.LEGEND}"
        ),
        "transport": _transport(lab, playing),
        "source": f"{_source(lab)}{_told([m for m in said if not m.startswith('sample')])}",
        "formulas": (
            f"<div class='grid2'><div class='panel' style='align-self:start'>{formulas.update_formulas(lab)}</div>"
            f"<div class='stack'>{words.start_words(lab)}{words.rule_words(lab)}{words.warnings(lab)}</div></div>"
        ),
        "libraries": (
            f"<h2>{words.LIBRARIES}</h2><div class='grid2'><div class='stack'>{libraries.stored_table(lab)}"
            f"{words.libraries_words(lab)}{libraries.unbiased_formula()}</div>{libraries.conventions(lab)}</div>"
        ),
        "sample-title": f"<h2>{words.SAMPLE}</h2>{words.sample_words(lab)}",
        "sample-knobs": (
            f"<div class='row'>{_number('sample', lab.sample)}{_knob('gamma', lab.gamma, 0.1)}{_knob('beta', lab.beta, 0.1)}</div>"
            f"{_told([m for m in said if m.startswith('sample')])}"
        ),
        "sample": (
            f"<div class='grid2'><div>{pictures.sample_picture(lab, answers)}</div>"
            f"<div class='stack'>{formulas.sample_formula(lab)}{libraries.sample_table(answers)}</div></div>"
        ),
    }


def lab_act(lab: Lab, name: str, playing: bool) -> tuple[dict[str, int], bool]:
    """Return the settings that a button of the sheet changes, and whether batches come by themselves after it.

    Parameters
    ----------
    lab : Lab
    name : str
        ``first``, ``back``, ``next``, ``play``, ``tick`` (one step of playing) or ``draw`` (other batches); else nothing happens.
    playing : bool

    Examples
    --------
    >>> lab = Lab({name: default for name, (_, default) in SPECS.items()})
    >>> lab_act(lab, "play", False), lab_act(lab, "back", True)
    (({'batch': 0}, True), ({'batch': 24}, False))
    """
    k, count = lab.k, lab.source.count
    if name == "play":
        return ({"batch": 0} if k == count and not playing else {}), not playing
    if name == "tick":
        after = min(count, k + _stride(lab))
        return ({"batch": after}, after < count) if playing else ({}, False)
    if name == "draw":
        return {"draw": (lab.source.seed + 1) % 1_000_000}, playing
    moves = {"first": 0, "back": max(0, k - 1), "next": min(count, k + 1)}
    return ({"batch": moves[name]}, False) if name in moves else ({}, playing)


def _stride(lab: Lab) -> int:
    """Batches of one step of playing: all of them take some twenty seconds at most."""
    return max(1, lab.source.count // 50)


def _told(said: Sequence[str]) -> str:
    return "".join(f"<p class='warn' role='alert'>{escape(message)}</p>" for message in said)


def _knob(name: str, value: float, step: float, upper: float | None = None) -> str:
    spec = SPECS[name][0]
    high = max(value, spec.upper or 0.0) if upper is None else max(value, upper)
    symbol = f" data-symbol='{name}'" if name in ("momentum", "gamma", "beta") else ""
    return (
        f"<label class='knob {name if symbol else ''}' title='{spec.help}'><span{symbol}>{spec.label}</span>"
        f"<input type='range' data-input='{name}' min='{spec.lower:g}' max='{high:g}' step='{step:g}' value='{value:.10g}'>"
        f"<output data-of='{name}'></output></label>"
    )


def _number(name: str, value: float) -> str:
    spec = SPECS[name][0]
    step = "1" if spec.kind == "int" else "any"
    return (
        f"<label class='row' style='gap:6px' title='{spec.help}'><span>{spec.label}</span><input type='number' data-input='{name}' "
        f"style='width:5.6em' min='{spec.lower:.10g}' max='{spec.upper:.10g}' step='{step}' value='{value:.10g}'></label>"
    )


def _transport(lab: Lab, playing: bool) -> str:
    count, k, stride = lab.source.count, lab.k, _stride(lab)
    play = f" data-play='tick:{PAUSE}'" if playing else ""
    name = "Pause" if playing else "Play"
    return (
        f"<div class='row' data-keys='ArrowRight:next ArrowLeft:back Space:play Home:first'{play}>"
        f"<button data-act='play' class='strong' title='{stride} at a time; key: space'>{name}</button>"
        "<button data-act='back' aria-label='One batch back' title='One batch back; key: left arrow'>◀</button>"
        "<button data-act='next' aria-label='Next batch' title='Next batch; key: right arrow'>▶</button>"
        f"<label class='knob'><span>Batch</span><input type='range' data-input='batch' min='0' max='{count}' step='1' value='{k}' "
        f"aria-valuetext='batch {k} of {count}'><output data-of='batch'></output></label>"
        "<button data-act='draw' title='The same distribution, other numbers'>Other batches</button></div>"
    )


def _source(lab: Lab) -> str:
    source = lab.source
    boxes = (
        ("mean", source.mean), ("sd", source.sd), ("drift", source.drift), ("count", source.count), ("size", source.size),
        ("start_mean", lab.start[0]), ("start_var", lab.start[1]), ("draw", source.seed),
    )  # fmt: skip
    inside = "".join(_number(name, value) for name, value in boxes)
    return (
        f"<div class='row' role='group' aria-label='Where the batches come from, and where the running values start'>{inside}</div>"
    )
