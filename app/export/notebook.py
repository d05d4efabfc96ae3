"""A program as a Jupyter notebook."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from app.export.section import Section

__all__ = ["notebook"]


def notebook(about: str, sections: Sequence[Section]) -> str:
    r"""Return a notebook (nbformat 4.5, JSON): what it is about, then a cell of words and a cell of code a section.

    Examples
    --------
    >>> cells = json.loads(notebook("About.", [Section("One", "First.", "x = 1")]))["cells"]
    >>> [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    [('markdown', 'About.'), ('markdown', '## One\n\nFirst.'), ('code', 'x = 1')]
    """
    cells = [_cell("about", "markdown", _listed(about))]
    for i, section in enumerate(sections, 1):
        words = f"## {section.title}\n\n{section.text}" if section.text else f"## {section.title}"
        cells += [_cell(f"words-{i}", "markdown", words), _cell(f"code-{i}", "code", section.code)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _cell(name: str, kind: str, source: str) -> dict[str, Any]:
    cell = {"cell_type": kind, "id": name, "metadata": {}, "source": source.splitlines(keepends=True)}
    return cell | {"execution_count": None, "outputs": []} if kind == "code" else cell


def _listed(about: str) -> str:
    """Return the words with each indented line, a setting, as code of its own."""
    lines = [f"- `{line.strip()}`" if line.startswith("  ") else line for line in about.splitlines()]
    return "\n".join(lines)
