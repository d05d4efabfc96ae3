"""A run's program in one of three libraries, as source and as notebook."""

from __future__ import annotations

from typing import NamedTuple

from app.export.keras_source import keras_sections
from app.export.notebook import notebook
from app.export.numpy_source import numpy_sections
from app.export.plan import Plan
from app.export.section import script
from app.export.shared import about
from app.export.torch_source import torch_refusal, torch_sections

__all__ = ["LIBRARIES", "Program", "program"]

LIBRARIES = {"keras": "Keras", "torch": "PyTorch", "numpy": "NumPy"}
"""The libraries that programs are written for, by the word that names them in addresses and files."""

SECTIONS = {"keras": keras_sections, "torch": torch_sections, "numpy": numpy_sections}


class Program(NamedTuple):
    """A program in two forms; both empty where ``refusal``, a sentence, says why there is none.

    Attributes
    ----------
    stem : str
        How the names of its files begin.
    source, notebook : str
        Python, and the JSON of a Jupyter notebook.
    refusal : str
    """

    stem: str
    source: str
    notebook: str
    refusal: str = ""


def program(plan: Plan, library: str) -> Program:
    """Return a run's program.

    Parameters
    ----------
    plan : Plan
    library : str
        One of `LIBRARIES`.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> made = program(Plan(RunConfig()), "numpy")
    >>> made.stem.endswith("-seed0-numpy"), "import torch" in made.source
    (True, False)
    """
    stem = f"{plan.stem}-{library}"
    refusal = torch_refusal(plan) if library == "torch" else ""
    if refusal:
        return Program(stem, "", "", refusal)
    head, sections = about(plan, LIBRARIES[library]), SECTIONS[library](plan)
    return Program(stem, script(head, sections), notebook(head, sections))
