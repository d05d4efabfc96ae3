from dataclasses import dataclass

import numpy as np
import pytest

from app.compute.arrays import read_only, size_of


@dataclass
class Box:
    inside: dict[str, list[np.ndarray]]
    label: str = "text"


def test_arrays_are_found_at_any_depth() -> None:
    assert size_of((Box({"a": [np.zeros(4), np.zeros(2, np.int8)]}), 3, None)) == 34


def test_locked_arrays_cannot_be_changed() -> None:
    box = read_only(Box({"a": [np.zeros(4)]}))
    with pytest.raises(ValueError, match="read-only"):
        box.inside["a"][0][0] = 1.0
