"""A program in sections, each a heading, a few words and its code; as one file."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Section", "block", "indented", "script"]

LINE = 100
"""Longest line of a program that is written here."""


class Section(NamedTuple):
    """One part of a program: its heading, what is said about it (may be empty), and its code."""

    title: str
    text: str
    code: str


def block(*parts: str | None) -> str:
    r"""Return lines of code, one under the other, without those that are None.

    Examples
    --------
    >>> block("x = 1", None, "y = 2")
    'x = 1\ny = 2'
    """
    return "\n".join(part for part in parts if part is not None)


def indented(code: str, depth: int = 1) -> str:
    r"""Return code moved to the right, by four blanks a depth.

    Examples
    --------
    >>> indented("x = 1")
    '    x = 1'
    """
    return textwrap.indent(code, " " * 4 * depth)


def script(about: str, sections: Sequence[Section]) -> str:
    r'''Return one file: what it is about, then the sections, each under a ``# %%`` that many editors know as the start of a cell.

    Examples
    --------
    >>> script("About.", [Section("One", "First.", "x = 1")])
    '"""About."""\n\n# %% One\n# First.\nx = 1\n'
    '''
    parts = [block(f"# %% {section.title}", _comment(section.text) if section.text else None, section.code) for section in sections]
    end = '\n"""' if "\n" in about else '"""'
    return f'"""{about}{end}\n\n' + "\n\n\n".join(parts) + "\n"


def _comment(text: str) -> str:
    return "\n".join(textwrap.wrap(text, LINE, initial_indent="# ", subsequent_indent="# "))
