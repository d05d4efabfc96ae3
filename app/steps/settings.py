"""What can be set on the page, its bounds and what it begins with; no streamlit."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from app.steps.batch import NOTES
from app.steps.stages import STAGES
from bncore.config import SPECS
from bncore.spec import Spec

__all__ = ["DEFAULTS", "NEURON_SETTINGS", "SETTINGS"]

GROUP = "Step by step"
LARGEST, LARGEST_UNDOING = 1e6, 1e13
NEURON_DEFAULTS = {
    "w_cgpa": ("Weight of CGPA", (1.0, -0.6)),
    "w_iq": ("Weight of IQ", (0.05, 0.08)),
    "bias": ("Bias b", (-11.0, -4.0)),
    "gamma": ("gamma", (1.0, 1.0)),
    "beta": ("beta", (0.0, 0.0)),
    "out": ("Weight to the output", (1.2, 0.8)),
}

NEURON_SETTINGS = tuple(NEURON_DEFAULTS)
"""What each neuron has one of; its number follows the name in the address."""


def _settings() -> dict[str, tuple[Spec, Any]]:
    settings: dict[str, tuple[Spec, Any]] = {
        "stage": (Spec(GROUP, "Stage", "Which step of the pass is shown.", "choice", choices=tuple(STAGES)), "z"),
        "neuron": (Spec(GROUP, "Neuron", "Whose numbers are shown.", "choice", choices=("1", "2")), "1"),
        "student": (Spec(GROUP, "Student", "Whose numbers stand in the formulas.", "int", 1, 16), 1),
        "activation": (Spec(GROUP, "Activation", "What follows BN.", "choice", choices=("relu", "sigmoid", "tanh")), "relu"),
        "batch": (Spec(GROUP, "Batch", "CGPA, IQ and placed (1 or 0) of each student.", "text"), NOTES),
        "eps": (SPECS["eps"], 1e-3),
        "momentum": (SPECS["bn_momentum"], 0.9),
        "out_bias": (Spec(GROUP, "Bias of the output", "", "float", -LARGEST, LARGEST), -0.5),
    }
    for name, (label, defaults) in NEURON_DEFAULTS.items():
        for neuron, default in enumerate(defaults, 1):
            bound = LARGEST_UNDOING if name in ("gamma", "beta") else LARGEST
            settings[f"{name}{neuron}"] = (Spec(GROUP, label, "", "float", -bound, bound), default)
    return settings


SETTINGS = MappingProxyType(_settings())
"""What is known about each setting, and its default."""

DEFAULTS = MappingProxyType({name: default for name, (_, default) in SETTINGS.items()})
"""The settings that a first visit shows."""
