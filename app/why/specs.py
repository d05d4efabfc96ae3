"""Every setting of the page "Why it works": its label, kind and bounds, and its default."""

from __future__ import annotations

from typing import Any

from app.why.bowls import MOMENTS, WINDOW
from bncore.spec import Spec

__all__ = ["SPECS", "STOPS", "WORDS"]

SECTIONS = ("inputs", "shift", "telephone", "measured")
ROSES_MOMENTS, LAND_MOMENTS, EPOCHS = 12, 12, 30

SPECS: dict[str, tuple[Spec, Any]] = {
    "section": (Spec("", "Section", "Four looks at why BN helps, or does not.", "choice", choices=SECTIONS), "inputs"),
    "w1": (Spec("Inputs", "Start: w1", "First weight at the start.", "float", -WINDOW, WINDOW), -1.0),
    "w2": (Spec("Inputs", "Start: w2", "Second weight at the start.", "float", -WINDOW, WINDOW), 1.0),
    "c": (Spec("Inputs", "Learning rate", "In units of 1 over the largest curvature.", "float", 0.02, 2.2), 1.0),
    "rho": (Spec("Inputs", "Correlation", "Of CGPA and IQ; 0 leaves them as drawn.", "float", -0.98, 0.98), 0.0),
    "step": (Spec("Inputs", "Moment", "How many steps are taken.", "int", 0, len(MOMENTS) - 1), 10),
    "change": (
        Spec("Shift", "What is new", "How the new inputs differ from those of training.", "choice",
             choices=("colours", "light", "place", "mixture")), "colours",
    ),
    "flower": (Spec("Shift", "Seed shown", "Whose boundary is drawn.", "int", 0, 15), 0),
    "grown": (Spec("Shift", "Moment", "How far training is.", "int", 0, ROSES_MOMENTS), ROSES_MOMENTS),
    "players": (Spec("Telephone", "Hidden layers", "How many layers of 16 neurons pass the message on.", "int", 2, 20), 8),
    "bend": (Spec("Telephone", "Activation", "The bend in every neuron.", "choice", choices=("relu", "tanh", "sigmoid")), "relu"),
    "scale": (
        Spec("Telephone", "Initial scale", "Multiplies the initial weights of every layer.", "float", 0.05, 10.0, log=True), 1.0,
    ),
    "rate": (Spec("Telephone", "Learning rate", "Length of a step of plain gradient descent.", "float", 1e-3, 3.0, log=True), 0.1),
    "epoch": (Spec("Telephone", "Epoch", "The moment that is shown.", "int", 0, EPOCHS), 3),
    "deep": (Spec("Measured", "Hidden layers", "Number of hidden layers.", "int", 1, 8), 4),
    "wide": (Spec("Measured", "Neurons a layer", "Width of each hidden layer.", "int", 4, 32), 16),
    "curve": (Spec("Measured", "Activation", "The bend in every neuron.", "choice", choices=("relu", "tanh", "sigmoid")), "relu"),
    "speed": (Spec("Measured", "Learning rate", "Length of a step of plain gradient descent.", "float", 1e-3, 3.0, log=True), 0.5),
    "first": (Spec("Measured", "First seed", "Eight runs: this seed and the next seven.", "int", 0, 100_000), 0),
    "walk": (Spec("Measured", "Moment", "The moment whose walk is shown.", "int", 0, LAND_MOMENTS - 1), 4),
}  # fmt: skip
"""Setting by name, as it stands in the address, with its default."""

WORDS: dict[str, dict[str, str]] = {
    "section": {
        "inputs": "Input normalisation", "shift": "Covariate shift", "telephone": "The game of telephone",
        "measured": "What was measured later",
    },
    "change": {
        "colours": "roses of all colours", "light": "dim light", "place": "everything moved", "mixture": "mostly one class",
    },
    "bend": {"relu": "ReLU"},
    "curve": {"relu": "ReLU"},
}  # fmt: skip
"""What choices are called."""

STOPS: dict[str, tuple[float, ...]] = {
    "scale": (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0),
    "rate": (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
    "speed": (0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0),
}
"""Where sliders stand."""
