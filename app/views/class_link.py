"""The dialog in which a teacher makes a class link; nothing of it is computed before it is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import streamlit as st

from app.classroom.choices import EVERYTHING, NOTHING, only, outline, query_of
from app.classroom.link import CONTROLS, FIXED, FREE, HIDDEN, RULES, group_of
from app.classroom.qr import qr_svg
from app.controls.classroom import is_student
from app.controls.sidebar import NAMED
from app.live.class_card import show_class_card

__all__ = ["ask_for_class_link", "class_link_button", "class_link_dialog"]

_CSS = Path(__file__).with_name("class_link.css")

OPEN, VIEW = "bnlab.class.dialog", "bnlab.class.view"
RULES_KEPT, LIT = "bnlab.class.rules", "bnlab.class.lit"
MOST_VIEW, LONGEST_VIEW = 20, 60
LOCAL = ("localhost", "127.0.0.1", "[::1]", "::1")
WORDS = {FREE: "free", FIXED: "fixed", HIDDEN: "hidden"}


def ask_for_class_link(view: object = None) -> None:
    """Open the dialog at the next run of the page; for callbacks.

    Parameters
    ----------
    view : mapping of str to str, optional
        The player's part of the address. A browser sent it: what is no such part is left out.
    """
    if is_student():
        return
    pairs = view.items() if isinstance(view, Mapping) else ()
    kept = {
        str(name): [text]
        for name, text in list(pairs)[:MOST_VIEW]
        if str(name).startswith("v.") and isinstance(text, str) and len(f"{name}{text}") <= LONGEST_VIEW
    }
    st.session_state[OPEN], st.session_state[VIEW] = True, kept


def class_link_button() -> None:
    """Draw the button that opens the dialog, where this is not a student's page."""
    if not is_student():
        st.button(
            "Class link", key="class_link", on_click=ask_for_class_link, help="Choose what students may change, and get a link."
        )


def class_link_dialog(query: Mapping[str, Sequence[str]], lit: Sequence[str] = (), *, view: bool = True) -> None:
    """Draw the dialog if it is open.

    Parameters
    ----------
    query : mapping of str to sequence of str
        What the page's address says of what it shows.
    lit : sequence of str
        The controls that matter to the lesson at hand.
    view : bool
        The player's part of the address goes with it.
    """
    if st.session_state.get(OPEN) and not is_student():
        whole = {**query, **(st.session_state.get(VIEW, {}) if view else {})}
        st.dialog("Class link", width="large", on_dismiss=_close)(_dialog)(whole, tuple(lit))


def _close() -> None:
    st.session_state[OPEN] = False


def _dialog(query: Mapping[str, Sequence[str]], lit: tuple[str, ...]) -> None:
    state = st.session_state
    if RULES_KEPT not in state or state[LIT] != lit:
        state[RULES_KEPT], state[LIT] = only(lit or NAMED), lit
    rules: dict[str, str] = state[RULES_KEPT]
    st.html(_CSS)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.caption("What students see and may change. Your own page stays as it is.")
        _one_click(lit)
        st.markdown(f"**{outline(rules)}**")
        _each(rules)
    with right:
        _card(query_of(rules, query))


def _one_click(lit: tuple[str, ...]) -> None:
    """Draw the buttons that set every rule at once."""
    offers = {"Only what the lesson lights": only(lit)} if lit else {}
    offers |= {
        "Only the main six": only(NAMED),
        "Main six, others seen": only(NAMED, FIXED),
        "Everything fixed": NOTHING,
        "Everything free": EVERYTHING,
    }
    with st.container(horizontal=True, gap="small"):
        for label, rules in offers.items():
            st.button(label, key=f"class_offer_{label}", on_click=_take, args=(rules,))


def _take(rules: Mapping[str, str]) -> None:
    st.session_state[RULES_KEPT] = dict(rules)


def _each(rules: Mapping[str, str]) -> None:
    """Draw one group's controls, each with its rule."""
    groups = list(dict.fromkeys(map(group_of, CONTROLS)))
    group = st.segmented_control("Controls of", groups, default=groups[0], required=True, key="class_group", width="stretch")
    names = [name for name in CONTROLS if group_of(name) == group]
    with st.container(key="class_rules", height=330, border=False):
        for name in names:
            key = f"class_rule_{name}"
            st.session_state[key] = rules[name]
            st.segmented_control(
                CONTROLS[name], RULES, key=key, required=True, format_func=WORDS.__getitem__, on_change=partial(_set, name, key),
            )  # fmt: skip


def _set(name: str, key: str) -> None:
    rule = st.session_state[key]
    if rule in RULES:
        st.session_state[RULES_KEPT] = {**st.session_state[RULES_KEPT], name: rule}


def _card(query: Mapping[str, Sequence[str]]) -> None:
    """Draw the link, and its picture for telephones."""
    where = st.context.url or ""
    address = f"{where if urlsplit(where).path else f'{where}/'}?{urlencode(query, doseq=True, safe=',:;')}"
    local = urlsplit(where).hostname in LOCAL
    note = (
        "This address works on this computer only. Open the lab by the computer's own name or number, then make the link."
        if local
        else ""
    )
    show_class_card(address, qr_svg(address), note)
