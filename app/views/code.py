"""The Code page: the experiment of the Playground as programs to run and keep, and the table of its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app import compute
from app.controls import current, escape, message_of, run_of
from app.export import LIBRARIES, NOTES, LayerRow, Plan, Program, kind_rows, layer_rows, program, totals, weights_npz
from app.views.budget import affordable
from app.views.pages import link_to_playground
from app.views.style import apply_style
from app.views.waiting import owner, wait_shortly
from bncore.config import Experiment, RunConfig
from bncore.errors import ConfigError

__all__ = ["render"]

OWNER, CHOSEN, RUN = "bnlab.code.owner", "bnlab.code.chosen", "bnlab.run"
LIBRARY, ARM, SEED = "v.library", "v.arm", "v.run"

WAIT = 0.4
"""Seconds that a run of the page waits for the trained weights."""

TICK = 0.5
"""Seconds between two looks at a run that goes on."""

STYLE = Path(__file__).with_name("code.css")

HEIGHT = 640
"""Of the program on the screen, pixels; it scrolls."""

INSTALL = {"keras": "pip install keras torch numpy", "torch": "pip install torch numpy", "numpy": "pip install numpy"}
ABOUT = (
    "This is the experiment of the Playground as a program for your own computer. It trains the network from the same first "
    "weights on the same batches. Then it loads the weights that were trained here, and compares its answers with the app's."
)


def render() -> None:
    """Draw the page: what to choose, the program and its files, the table of parameters."""
    apply_style()
    st.html(STYLE)
    experiment, said = current()
    for message in said:
        st.warning(escape(message))
    with st.container(key="code_head"):
        st.markdown(f"#### The experiment as code\n\n{ABOUT}")
    library, arm, run = _choose(experiment)
    config = list(experiment.configs().values())[arm]
    plan = Plan(config, run)
    made = program(plan, library)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _files(experiment, plan, arm, library, made)
        if made.refusal:
            st.info(escape(made.refusal))
        else:
            st.code(made.source, language="python", height=HEIGHT)
    with right:
        link_to_playground(experiment)
        with st.container(key="code_tables"):
            _parameters(config)


def _choose(experiment: Experiment) -> tuple[str, int, int]:
    """Draw the choosers; return the library, and the positions of the arm and of the run."""
    state, labels = st.session_state, [arm.label for arm in experiment.arms]
    context = get_script_run_ctx()
    if CHOSEN not in state or (context is not None and context.is_history_navigation):
        state[CHOSEN] = _asked()
    library, arm, run = state[CHOSEN]
    arm, run = min(arm, len(labels) - 1), min(run, experiment.base.seeds - 1)
    for key, value in ((LIBRARY, library), (ARM, arm), (SEED, run)):
        state[key] = state[key] if key in state and state[key] is not None else value
    state[ARM], state[SEED] = min(state[ARM], len(labels) - 1), min(state[SEED], experiment.base.seeds - 1)
    with st.container(horizontal=True, gap="medium"):
        st.segmented_control("Library", list(LIBRARIES), key=LIBRARY, required=True, format_func=LIBRARIES.__getitem__)
        if len(labels) > 1:
            st.segmented_control("Network", range(len(labels)), key=ARM, required=True, format_func=lambda i: escape(labels[i]))
        if experiment.base.seeds > 1:
            seeds = experiment.base.seed_list
            st.selectbox("Seed", range(len(seeds)), key=SEED, format_func=lambda i: str(seeds[i]), width=110)
    library, arm, run = str(state[LIBRARY]), int(state[ARM]), int(state[SEED])
    state[CHOSEN], state[RUN] = (library, arm, run), run
    for key, text, usual in ((LIBRARY, library, "keras"), (ARM, str(arm + 1), "1"), (SEED, str(run + 1), "1")):
        if text != usual:
            st.query_params[key] = text
        elif key in st.query_params:
            del st.query_params[key]
    return library, arm, run


def _asked() -> tuple[str, int, int]:
    """Return what the address asks for; the seed of the pictures last looked at, where it asks for none."""
    params = {name: st.query_params.get_all(name) for name in st.query_params}
    library = [*params.get(LIBRARY, ()), ""][0]
    run = run_of(params) if SEED in params else int(st.session_state.get(RUN, 0))
    return library if library in LIBRARIES else "keras", run_of({SEED: params.get(ARM, [])}), run


def _files(experiment: Experiment, plan: Plan, arm: int, library: str, made: Program) -> None:
    """Draw the buttons that download; the weights wait until they are trained."""
    ticket = _ticket(experiment)
    done = ticket is None or wait_shortly([ticket], WAIT)

    @st.fragment(run_every=None if done else TICK)
    def weights() -> None:
        if ticket is not None and not done:
            ticket.wait(0)
            if ticket.done:
                st.rerun()
        with st.container(horizontal=True, gap="small"):
            if not made.refusal:
                _button("Program", made.source, f"{made.stem}.py", "text/x-python")
                _button("Notebook", made.notebook, f"{made.stem}.ipynb", "application/x-ipynb+json")
            _weights(ticket, plan, arm)

    weights()
    if not made.refusal:
        st.caption(f"Keep the files in one folder. Then: `{INSTALL[library]}` and `python {made.stem}.py`")


def _button(label: str, data: str | bytes, name: str, mime: str) -> None:
    st.download_button(f"{label} {name[name.rindex('.') :]}", data, name, mime, key=f"code.{label.lower()}", on_click="ignore")


def _ticket(experiment: Experiment) -> compute.Ticket | None:
    """Return the place in the queue; None where the run is too much to train, which is said."""
    try:
        affordable(experiment)
    except ConfigError as error:
        st.warning(escape(f"There are no trained weights. {message_of(error)}"))
        return None
    ticket = compute.request(experiment, owner(OWNER))
    if ticket.released and ticket.error is not None:
        st.rerun()
    return ticket


def _weights(ticket: compute.Ticket | None, plan: Plan, arm: int) -> None:
    """Draw the button of the trained weights, or how far they are."""
    results = ticket.results() if ticket is not None and ticket.done and ticket.error is None else None
    if results is not None:
        _button("Weights", weights_npz(plan, results[arm]), plan.weights_file, "application/octet-stream")
        for diverged in results[arm].history.divergences:
            if diverged.run == plan.run:
                st.caption(f"This run diverged at step {diverged.step}: its trained weights are not numbers (NaN).")
    elif ticket is not None:
        if ticket.error is not None:
            st.error(escape(ticket.error))
        else:
            st.button(f"Training: {100 * ticket.progress:.0f} %", key="code.training", disabled=True)


def _parameters(config: RunConfig) -> None:
    """Show what the network stores, and what the notes' own model does."""
    kinds = kind_rows(config)
    st.markdown("##### Parameters, layer by layer\n\n" + _table(layer_rows(config), totals(config)))
    if kinds:
        rows = "\n".join(f"| {row.kind} | {row.numbers} | {row.how_many or '–'} | {row.stored} |" for row in kinds)
        st.markdown(f"##### Three kinds of numbers\n\n| kind | which | how many | stored |\n|---|---|--:|---|\n{rows}")
    st.caption(
        "Trainable numbers are moved by the gradient. The running statistics are stored with them, but no gradient moves them."
    )
    with st.expander("The model of the notes: 3 and 2 units, BN after each activation"):
        norms = [row for row in layer_rows(NOTES) if row.layer.startswith("BN")]
        counts = " and ".join(f"{row.total} ({row.trainable} + {row.non_trainable})" for row in norms)
        st.markdown(
            f"A BN layer of n units stores 4n numbers: 2n trainable (gamma, beta), 2n not (running mean and variance). "
            f"Here {counts}.\n\n{_table(layer_rows(NOTES), totals(NOTES))}"
        )


def _table(rows: Sequence[LayerRow], whole: LayerRow) -> str:
    """Return a Markdown table of rows and their sum."""
    lines = [f"| {row.layer} | {row.stored} | {row.trainable} | {row.non_trainable} | {row.total} |" for row in rows]
    end = f"| **{whole.layer}** | | **{whole.trainable}** | **{whole.non_trainable}** | **{whole.total}** |"
    return "\n".join(["| layer | stored | trainable | not | total |", "|---|---|--:|--:|--:|", *lines, end])
