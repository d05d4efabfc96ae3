"""The controls of every field, drawn from what is known about each."""

from __future__ import annotations

import secrets

import streamlit as st

from app.controls.grids import label_of, options_for
from app.controls.session import change, current_preset, put
from app.controls.text import escape, help_of, label_for
from app.controls.values import DEPTH, MAX_OFFERED_DEPTH, SAME_UPDATES, WIDTH
from bncore.config import SPECS, Experiment, RunConfig
from bncore.presets import PRESETS

__all__ = ["NAMED", "control", "sidebar"]

NAMED = ("learning_rate", "batch_size", "bn_momentum", "gamma_init", "beta_init", "placement")
"""The fields that are always in sight."""

CUSTOM = ""
"""The preset chooser's word for an experiment that is none of the presets."""


def sidebar(experiment: Experiment) -> None:
    """Draw every control; `app.controls.session.current` must have been called before."""
    config = experiment.base
    with st.sidebar:
        _top(experiment)
        for name in NAMED:
            control(name, config)
            if name == "batch_size":
                _same_updates(config)
        for group in dict.fromkeys(spec.group for spec in SPECS.values()):
            with st.expander(group, key=f"group_{group.lower()}"):
                _group(group, config)


def control(name: str, config: RunConfig) -> None:
    """Draw the control of one field; its value is in the session already, under the field's own name."""
    spec = SPECS[name]
    label, tip, idle = label_for(name, config), help_of(name, config), name in config.inert()
    if spec.kind == "bool":
        st.toggle(label, key=name, help=tip, disabled=idle)
    elif spec.kind == "choice" and len(spec.choices) <= 2:
        st.segmented_control(
            label, spec.choices, required=True, key=name, help=tip, disabled=idle, width="stretch", format_func=_words
        )  # fmt: skip
    elif spec.kind == "choice":
        st.selectbox(label, spec.choices, key=name, help=tip, disabled=idle, format_func=_words)
    elif name == "seed":
        st.number_input(label, int(spec.lower or 0), int(spec.upper or 0), key=name, help=tip, step=1)
    elif spec.kind in ("int", "float"):
        st.select_slider(label, options_for(name, config), key=name, help=tip, disabled=idle, format_func=label_of)
    elif spec.kind == "layers":
        numbers = list(range(1, len(config.hidden) + 1))
        st.pills(label, numbers, selection_mode="multi", key=name, help=tip, disabled=idle)
    else:
        st.text_input(label, key=name, help=tip, max_chars=200)
    if name in config.warnings():
        st.caption(f":orange[▲] {escape(config.warnings()[name])}")


def _top(experiment: Experiment) -> None:
    st.session_state["preset"] = current_preset() or CUSTOM
    descriptions = "\n".join(f"- **{escape(p.title)}** {escape(p.description)}" for p in PRESETS.values())
    st.selectbox(
        "Preset", [*PRESETS, CUSTOM], key="preset", on_change=_choose_preset,
        format_func=lambda name: PRESETS[name].title if name else "Your own settings", help=descriptions,
    )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        st.button("Reset", on_click=put, args=(Experiment(),), help="Every setting back to its default.", width="stretch")
        st.button(
            "New seed", on_click=_new_seed, width="stretch",
            help=f"Other data, weights and batch orders; the first seed is {experiment.base.seed} now.",
        )  # fmt: skip


def _same_updates(config: RunConfig) -> None:
    st.toggle(
        f"Same number of updates ({config.total_steps})",
        key=SAME_UPDATES,
        help="Fix the number of updates instead of epochs, so that a larger batch does not mean fewer of them. "
        f"Now {config.total_epochs} epochs of {config.steps_per_epoch} updates.",
    )


def _group(group: str, config: RunConfig) -> None:
    for name, spec in SPECS.items():
        if spec.group != group or name in NAMED or name == ("epochs" if config.steps is not None else "steps"):
            continue
        if name == "hidden":
            left, right = st.columns(2, gap="small")
            left.slider(
                "Layers", 0, MAX_OFFERED_DEPTH, key=DEPTH, help="Hidden layers; more, or of different widths, as text below."
            )
            right.slider("Width", 1, 64, key=WIDTH, disabled=not config.hidden, help="Neurons of every hidden layer.")
        control(name, config)
        if name in ("epochs", "steps") and name != ("epochs" if config.steps is not None else "steps"):
            st.caption(_duration(config))


def _duration(config: RunConfig) -> str:
    each = f"{config.steps_per_epoch} updates an epoch"
    if config.steps is None:
        return f"{config.total_steps} updates: {each}."
    return f"{config.total_steps / config.steps_per_epoch:.3g} epochs: {each}."


def _words(choice: str) -> str:
    return choice.replace("_", " ")


def _choose_preset() -> None:
    name = st.session_state["preset"]
    if name != CUSTOM:
        put(PRESETS[name].experiment)


def _new_seed() -> None:
    change(seed=secrets.randbelow(10_000))
