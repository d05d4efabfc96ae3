"""The table of the README."""

from __future__ import annotations

from typing import Any

from app.settings.read import described
from app.settings.variable import Variable

__all__ = ["table"]


def table() -> str:
    """Return the table of all variables, as the README holds it.

    Examples
    --------
    >>> print(table().splitlines()[2])
    | `PORT` | 8501 | 1..65535 | Where the server listens. |
    """
    rows = [_row(variable, default) for variable, default in described().values()]
    return "\n".join(["| variable | default | allowed | what it is |", "|---|---|---|---|", *rows])


def _row(variable: Variable, default: Any) -> str:
    return f"| `{variable.name}` | {variable.empty if default in ('', ()) else default} | {variable.allowed} | {variable.help} |"
