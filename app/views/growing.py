"""A run that goes on, as it was sent last: it is sent again when it has grown enough, and the busier the lab, the more that is."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

import streamlit as st

from app import compute

__all__ = ["Sent", "due", "forget", "last_sent", "sent"]

SENT = "bnlab.sent"
FEW = 20
"""With so many people waiting, a run must have doubled."""


class Sent(NamedTuple):
    """What was sent of which run, and the share of it, 0 to 1, that was trained then."""

    key: Hashable
    share: float
    data: bytes


def due(before: float, now: float, waiting: int) -> bool:
    """Return whether a run of which a share was sent before is to be sent again.

    Sending costs the server as much as some epochs: one who waits alone sees every one of them; of sixty each sees the first
    epochs, some steps between, and the whole.

    Examples
    --------
    >>> due(0.2, 0.21, waiting=1), due(0.2, 0.21, waiting=21), due(0.2, 0.4, waiting=21)
    (True, False, True)
    """
    return now > before and now >= before * (1 + max(0, waiting - 1) / FEW)


def last_sent(key: Hashable, now: float) -> bytes | None:
    """Return what was sent last of a run, if it is not yet to be sent again.

    Parameters
    ----------
    key : hashable
        What the bytes depend on, but for how far the run is.
    now : float
        Share that is trained.
    """
    last: Sent | None = st.session_state.get(SENT)
    if last is None or last.key != key or due(last.share, now, compute.status().waiting):
        return None
    return last.data


def sent(key: Hashable, share: float, data: bytes) -> None:
    """Remember what is sent of a run that goes on."""
    st.session_state[SENT] = Sent(key, share, data)


def forget() -> None:
    """Forget it: the run is whole."""
    st.session_state.pop(SENT, None)
