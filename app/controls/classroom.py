"""The class link of this browser tab: taken from its address, and written back into every address of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from app.classroom.link import FREE, PARAMS, ClassLink, decode_link, encode_link

__all__ = ["FIXED_HELP", "class_params", "is_student", "link_now", "names_link", "rule_now", "take_link", "without_link"]

LINK = "bnlab.class.link"

FIXED_HELP = "Your teacher has fixed this."


def link_now() -> ClassLink | None:
    """Return what a student may do in this tab; None where it is nobody's class."""
    link: ClassLink | None = st.session_state.get(LINK)
    return link


def rule_now(name: str) -> str:
    """Return the rule of a control in this tab."""
    link = link_now()
    return FREE if link is None else link.rule(name)


def is_student() -> bool:
    """Return whether this tab is a student's, also before its address was taken over."""
    return link_now() is not None or names_link({name: st.query_params.get_all(name) for name in PARAMS})


def names_link(address: Mapping[str, Sequence[str]]) -> bool:
    """Return whether an address says what a class may do.

    Examples
    --------
    >>> names_link({"rest": ["fixed"]}), names_link({"seed": ["3"]})
    (True, False)
    """
    return any(text.strip() for name in PARAMS for text in address.get(name, ()))


def take_link(address: Mapping[str, Sequence[str]]) -> list[str]:
    """Take over the link of an address, and return what was wrong with it; an address without one leaves the tab's as it is.

    So nobody leaves a class by Back or by a link inside the lab; who wants to, opens the lab's address.
    """
    link, said = decode_link(address)
    if link is not None:
        st.session_state[LINK] = link
    return said


def class_params() -> dict[str, list[str]]:
    """Return what the tab's link adds to its address."""
    link = link_now()
    return {} if link is None else encode_link(link)


def without_link(address: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return an address without what belongs to a class link.

    Examples
    --------
    >>> without_link({"seed": ["3"], "rest": ["fixed"]})
    {'seed': ['3']}
    """
    return {name: list(texts) for name, texts in address.items() if name not in PARAMS}
