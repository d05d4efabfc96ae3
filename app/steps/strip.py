"""The strip of stages, and the stage that is shown: its sentence, formulas and picture; no streamlit."""

from __future__ import annotations

from app.maths import math
from app.steps.backward import BACKWARD
from app.steps.forward import FORWARD
from app.steps.picture import Span, distribution
from app.steps.scene import Scene
from app.steps.stages import STAGES

__all__ = ["INTRO", "PAUSE", "stage_panel", "strip"]

INTRO = (
    "<h2>One batch, one neuron, one training step</h2>"
    "<p>Students with their CGPA and IQ, two hidden neurons with BN, and one output: will they be placed? Step through every "
    "number of one training step, forward and back. Point at a symbol to see where it comes from.</p>"
)

PAUSE = 2500
"""Milliseconds that playing rests at each stage."""

EACH = ("z", "z_hat", "y", "a", "loss", "da", "dy", "dz_hat", "dz")
"""The stages that make a number for each student."""

HEIGHT = 346
"""Pixels of the tallest stage on a wide screen: what is below does not jump from stage to stage."""

KEYS = "ArrowRight:next ArrowLeft:back Home:first End:last Space:play"


def strip(stage: str, playing: bool) -> str:
    """Return the stages as buttons, with those to step and to play.

    Examples
    --------
    >>> strip("mu", False).count('data-act="stage:')
    18
    """
    names = list(STAGES)
    at = names.index(stage)
    groups = "".join(
        f'<div class="row"><span class="note">{words}</span><div class="stages" role="group" aria-label="{words}">'
        + "".join(_button(name, at) for name in names if STAGES[name].back is back)
        + "</div></div>"
        for words, back in (("Forward", False), ("Backward", True))
    )
    play = f' data-play="next:{PAUSE}"' if playing else ""
    return (
        f'<nav class="panel stack" aria-label="Stages" data-keys="{KEYS}"{play}><div class="row">{groups}</div><div class="row">'
        f'<button type="button" data-act="back"{" disabled" if at == 0 else ""}>← Back</button>'
        f'<button type="button" class="strong" data-act="next"{" disabled" if at == len(names) - 1 else ""}>Next →</button>'
        f'<button type="button" data-act="play" aria-pressed="{str(playing).lower()}">{"Pause" if playing else "Play"}</button>'
        f'<span class="note" role="status">Stage {at + 1} of {len(names)}: {STAGES[stage].title}. Arrow keys step.</span>'
        "</div></nav>"
    )


def _button(name: str, at: int) -> str:
    i = list(STAGES).index(name)
    state = ' aria-current="step"' if i == at else ""
    kind = "stage on" if i == at else "stage done" if i < at else "stage"
    return (
        f'<button type="button" class="{kind}" data-act="stage:{name}" data-symbol="{name}"{state} title="{STAGES[name].title}">'
        f"{STAGES[name].short}</button>"
    )


def stage_panel(scene: Scene, span: Span) -> str:
    """Return a stage: the picture, then its sentence, its formula, and the formula with the numbers of the moment.

    Examples
    --------
    >>> from app.steps.scene import scene_of
    >>> from app.steps.settings import DEFAULTS
    >>> stage_panel(scene_of(DEFAULTS), Span(-5, 5, 1)).count("<math")
    2
    """
    stage = STAGES[scene.stage]
    symbols, numbers = {**FORWARD, **BACKWARD}[scene.stage](scene)
    student = f"student {scene.places[scene.student]}" if scene.stage in EACH else "the whole batch"
    whose = f"neuron {scene.neuron + 1}, {student}"
    lines = "".join(f'<div class="formula">{math(line)}</div>' for line in symbols)
    with_numbers = "".join(f'<div class="formula numbers-in" tabindex="0">{math(line)}</div>' for line in numbers)
    picture = f'{distribution(scene, span)}<p class="note">{_legend(scene)}</p>'
    return (
        f'<div class="grid2" style="min-height:{HEIGHT}px"><div class="panel">{picture}</div>'
        f'<div class="panel"><div class="stack"><h3>{stage.title}</h3><p>{stage.sentence}</p>{lines}'
        f'<p class="note">In numbers: {whose}</p>{with_numbers}</div></div></div>'
    )


def _legend(scene: Scene) -> str:
    of = "" if scene.m > 1 else " A batch of one has one mark."
    return f'<span class="class1">■ placed</span> <span class="class0">● not placed</span>, numbered as in the table.{of}'
