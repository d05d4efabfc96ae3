"""A run as a program to keep: source in NumPy, PyTorch and Keras, a notebook of each, the trained weights, the parameter table.

Nothing of what a person typed enters a program, only numbers and words that `bncore.config` has checked; labels of arms do not.
"""

from app.export.plan import Plan
from app.export.programs import LIBRARIES, Program, program
from app.export.tables import NOTES, KindRow, LayerRow, kind_rows, layer_rows, totals
from app.export.weights import weights_arrays, weights_npz

__all__ = [
    "LIBRARIES",
    "NOTES",
    "KindRow",
    "LayerRow",
    "Plan",
    "Program",
    "kind_rows",
    "layer_rows",
    "program",
    "totals",
    "weights_arrays",
    "weights_npz",
]
