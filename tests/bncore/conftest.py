"""What holds for every test of the engine."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def strict_numbers() -> Iterator[None]:
    """Turn a division by zero, an overflow or a NaN into a failure; underflow is fine: a stable sigmoid underflows."""
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        yield
