"""What the page says of what cannot be used, and where there is nothing to show; no streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

__all__ = ["empty_panel", "messages"]


def messages(said: Sequence[str], left_out: bool = False) -> str:
    """Return messages as HTML; empty where there are none.

    Parameters
    ----------
    said : sequence of str
        Plain text.
    left_out : bool
        Rows of the batch are among what cannot be used.

    Examples
    --------
    >>> messages(()), messages(("Row 1, IQ: must be a number; got '<'.",))
    ('', '<div class="panel warn" role="alert"><p>Row 1, IQ: must be a number; got &#x27;&lt;&#x27;.</p></div>')
    """
    if not said:
        return ""
    lines = "".join(f"<p>{escape(line)}</p>" for line in said)
    after = "<p>The row is left out until it is mended; what was typed is kept.</p>" if left_out else ""
    return f'<div class="panel warn" role="alert">{lines}{after}</div>'


def empty_panel() -> str:
    """Return what stands where no row of the batch can be used.

    Examples
    --------
    >>> "no student" in empty_panel()
    True
    """
    return (
        '<div class="panel stack"><p>There is no student to compute with. Add one below, or begin again with four.</p>'
        '<p class="row"><button type="button" data-act="notes">The batch of 4</button></p></div>'
    )
