"""The controls of every field, drawn from what is known about each."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Literal

import streamlit as st

from app.arms import second_of
from app.classroom.link import COMPARE as COMPARE_CONTROL
from app.classroom.link import FIXED, FREE, HIDDEN, PRESET
from app.controls.classroom import FIXED_HELP, link_now, rule_now
from app.controls.echo import is_echo, wrote
from app.controls.grids import options_for
from app.controls.held import free_fields
from app.controls.lit import arriving, lit, mark
from app.controls.own_table import Pad, chosen, own_table
from app.controls.second import COMPARE, FIELD, ONE_FIELD, OWN, field_of, fields_for, kinds_for, value_key
from app.controls.session import change, current_preset, given, put
from app.controls.text import escape, help_of, label_for, letters_of
from app.controls.values import DEPTH, MAX_OFFERED_DEPTH, SAME_UPDATES, WIDTH
from app.words import choice_words, field_words, label_of
from bncore.config import SPECS, Experiment, RunConfig
from bncore.presets import PRESETS

__all__ = ["NAMED", "control", "sidebar"]

NAMED = ("learning_rate", "batch_size", "bn_momentum", "gamma_init", "beta_init", "placement")
"""The fields that are always in sight."""

STYLE = Path(__file__).with_name("sidebar.css")

UNFOLDED = "bnlab.class.unfolded"

CUSTOM = ""
"""The preset chooser's word for an experiment that is none of the presets."""


def sidebar(experiment: Experiment, pad: Pad) -> None:
    """Draw every control; `app.controls.session.current` must have been called before.

    Parameters
    ----------
    experiment : Experiment
    pad : callable
        Draws the picture that takes points of a table.
    """
    config, idle, letters = experiment.base, _idle(experiment), letters_of(experiment)
    notes = {name: note for one in experiment.configs().values() for name, note in one.warnings().items()}
    st.html(STYLE)
    lesson = lit(experiment)
    if arriving() and lesson is not None:
        _unfold(lesson.knobs)
    if lesson is not None:
        mark(lesson.knobs)
    _unfold_free()
    with st.sidebar:
        _top(experiment)
        if lesson is not None:
            st.caption(f"From the lesson *{escape(lesson.title)}*: the marked controls matter here.")
        _compare(experiment)
        seen = _seen()
        for name in NAMED:
            if name in seen:
                control(name, config, idle.get(name, ""), notes.get(name, ""), letters)
            if name == "batch_size":
                _same_updates(config)
        for group in dict.fromkeys(SPECS[name].group for name in seen if name not in NAMED):
            box = st.expander(group, key=_key(group), on_change="rerun")
            if box.open:  # what is folded away costs nothing, neither here nor in the browser
                with box:
                    _group(group, experiment, idle, notes, letters, pad)


def control(name: str, config: RunConfig, why: str = "", note: str = "", letters: str = "BN", *, second: bool = False) -> None:
    """Draw the control of one field; its value is in the session already, under the field's own name.

    Parameters
    ----------
    name : str
    config : RunConfig
        The settings that the control shows.
    why : str
        Why the field is without effect; the control is then disabled and says so.
    note : str
        What should be known about its value.
    letters : str
        What the arms are normalised by (`app.controls.text.letters_of`).
    second : bool
        The control is the second arm's.
    """
    fixed = rule_now(COMPARE_CONTROL if second else name) == FIXED
    spec, idle = SPECS[name], bool(why) or fixed
    label = f"{spec.label} of the second arm" if second else label_for(name, letters, why)
    key, tip = value_key(name) if second else name, f"{FIXED_HELP} " * fixed + help_of(name, config, why)
    sight: Literal["visible", "collapsed"] = "collapsed" if second else "visible"  # the chooser above names the field
    words = partial(choice_words, name)
    if spec.kind == "bool":
        st.toggle(label, key=key, help=tip, disabled=idle)
    elif spec.kind == "choice" and len(spec.choices) <= 2:
        st.segmented_control(
            label, spec.choices, required=True, key=key, help=tip, disabled=idle, width="stretch", format_func=words,
            label_visibility=sight,
        )  # fmt: skip
    elif spec.kind == "choice":
        st.selectbox(
            label, spec.choices, key=key, help=tip, disabled=idle, format_func=words, label_visibility=sight,
            on_change=chosen if name == "dataset" else None,
        )  # fmt: skip
    elif name == "seed":
        st.number_input(label, int(spec.lower or 0), int(spec.upper or 0), key=key, help=tip, step=1, disabled=idle)
    elif spec.kind in ("int", "float"):
        st.select_slider(
            label, options_for(name, config), key=key, help=tip, disabled=idle, format_func=label_of, label_visibility=sight
        )
    elif spec.kind == "layers":
        numbers = list(range(1, len(config.hidden) + 1))
        st.pills(label, numbers, selection_mode="multi", key=key, help=tip, disabled=idle, label_visibility=sight)
    else:
        st.text_input(label, key=key, help=tip, max_chars=200, label_visibility=sight, disabled=idle)
    if note:
        st.caption(f":orange[▲] {escape(note)}")


def _unfold(names: Iterable[str]) -> None:
    """Open the groups of some fields; a reader may fold them again."""
    for name in names:
        if name not in NAMED:
            st.session_state[_key(SPECS[name].group)] = True


def _unfold_free() -> None:
    """Open, once, the groups in which a student may move something, where that is not nearly all."""
    link = link_now()
    if link is None or link.rest == FREE or st.session_state.get(UNFOLDED) == link:
        return
    st.session_state[UNFOLDED] = link
    _unfold(name for name in SPECS if name != "table" and link.is_free(name))


def _seen() -> tuple[str, ...]:
    """Return the fields whose controls are drawn."""
    link = link_now()
    return tuple(name for name in SPECS if link is None or link.rule(name) != HIDDEN)


def _key(group: str) -> str:
    """Return the key of a group; it holds whether the group is open."""
    return f"group_{group.lower()}"


def _idle(experiment: Experiment) -> dict[str, str]:
    """Return the fields that change nothing in any arm, each with the reason in a short sentence."""
    configs = list(experiment.configs().values())
    return {name: why for name, why in configs[0].inert().items() if all(name in one.inert() for one in configs)}


def _compare(experiment: Experiment) -> None:
    """Draw the choosers of the second arm."""
    rule, may = rule_now(COMPARE_CONTROL), free_fields(link_now())
    if rule == HIDDEN:
        return
    fixed = rule == FIXED
    words = {
        **{name: choice_words("norm", name) for name in SPECS["norm"].choices},
        "none": "no normalization", "layer": "layer normalization", "group": "group normalization",
        "batch": "batch normalization", ONE_FIELD: "one setting changed", OWN: "your own arms",
    }  # fmt: skip
    own = "" if second_of(experiment) else f" Now the link's own arms: {', '.join(arm.label for arm in experiment.arms)}."
    st.selectbox(
        "Compare with", kinds_for(experiment, may), key=COMPARE, format_func=words.__getitem__, disabled=fixed,
        help=f"{FIXED_HELP} " * fixed + escape(f"The second arm: the same data, weights and batches, with this difference.{own}"),
    )  # fmt: skip
    field = field_of(experiment)
    if field is not None:
        st.selectbox(
            "Setting that differs", fields_for(experiment, may), key=FIELD, format_func=lambda name: SPECS[name].label,
            label_visibility="collapsed", disabled=fixed,
        )  # fmt: skip
        second = experiment.configs()[experiment.arms[1].label]
        control(field, second, second.inert().get(field, ""), second=True)


def _top(experiment: Experiment) -> None:
    preset = current_preset() or CUSTOM
    now = st.session_state.get("preset", preset)
    if now != preset and not is_echo("preset", now):  # what was refused is written anew, and is not refused for longer
        wrote("preset", now)
    st.session_state["preset"] = preset
    rule, link = rule_now(PRESET), link_now()
    if rule != HIDDEN:
        descriptions = "\n".join(f"- **{escape(p.title)}** {escape(p.description)}" for p in PRESETS.values())
        st.selectbox(
            "Preset", [*PRESETS, CUSTOM], key="preset", on_change=_choose_preset, disabled=rule == FIXED,
            format_func=lambda name: PRESETS[name].title if name else "Your own settings",
            help=f"{FIXED_HELP} " * (rule == FIXED) + descriptions,
        )  # fmt: skip
    if link is not None and link.rest != FREE and FREE not in dict(link.others).values():
        return  # nothing moves, so nothing is put back
    origin, words = (Experiment(), "its default") if link is None else (given(), "what your teacher gave")
    with st.container(horizontal=True, gap="small"):
        st.button("Reset", on_click=put, args=(origin,), help=f"Every setting back to {words}.", width="stretch")
        if rule_now("seed") == FREE:
            st.button(
                "New seed", on_click=_new_seed, width="stretch",
                help=f"Other data, weights and batch orders; the first seed is {experiment.base.seed} now.",
            )  # fmt: skip


def _same_updates(config: RunConfig) -> None:
    if rule_now("epochs") == HIDDEN:
        return
    fixed = rule_now("epochs") == FIXED
    st.toggle(
        f"Same number of updates ({config.total_steps})", key=SAME_UPDATES, disabled=fixed,
        help=f"{FIXED_HELP} " * fixed
        + "Fix the number of updates instead of epochs, so that a larger batch does not mean fewer of them. "
        f"Now {config.total_epochs} epochs of {config.steps_per_epoch} updates.",
    )  # fmt: skip


def _group(group: str, experiment: Experiment, idle: dict[str, str], notes: dict[str, str], letters: str, pad: Pad) -> None:
    config, seen = experiment.base, _seen()
    folded: dict[str, list[str]] = {}
    for name, spec in SPECS.items():
        if name == "table" and spec.group == group:
            if rule_now(name) == FREE and (rule_now("dataset") == FREE or config.dataset == name):
                own_table(experiment, pad)
            continue
        if spec.group != group or name in NAMED or name not in seen or name == ("epochs" if config.steps is not None else "steps"):
            continue
        if name in idle:
            folded.setdefault(idle[name], []).append(field_words(name))
            continue
        if name == "hidden":
            _sizes(config, fixed=rule_now(name) == FIXED)
        control(name, config, note=notes.get(name, ""), letters=letters)
        if name in ("epochs", "steps"):
            st.caption(_duration(config))
    if folded:
        said = " ".join(f"{', '.join(names)} ({why.rstrip('.')})." for why, names in folded.items())
        st.caption(escape(f"Without effect now, and not shown: {said}"))


def _sizes(config: RunConfig, *, fixed: bool) -> None:
    left, right = st.columns(2, gap="small")
    depth_help = FIXED_HELP if fixed else "Hidden layers; more, or of different widths, as text below."
    left.slider("Layers", 0, MAX_OFFERED_DEPTH, key=DEPTH, help=depth_help, disabled=fixed)
    width_help = FIXED_HELP if fixed else "Neurons of every hidden layer."
    right.slider("Width", 1, 64, key=WIDTH, disabled=fixed or not config.hidden, help=width_help)


def _duration(config: RunConfig) -> str:
    each = f"{config.steps_per_epoch} updates an epoch"
    if config.steps is None:
        return f"{config.total_steps} updates: {each}."
    return f"{config.total_steps / config.steps_per_epoch:.3g} epochs: {each}."


def _choose_preset() -> None:
    name = st.session_state["preset"]
    if name in list(PRESETS) and not is_echo("preset", name):  # a browser sent it
        put(PRESETS[name].experiment)


def _new_seed() -> None:
    change(seed=secrets.randbelow(10_000))
