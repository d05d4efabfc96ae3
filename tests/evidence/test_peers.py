"""The committed numbers of PyTorch and Keras are what the installed ones give today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.bncore.slopes import relative_error

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"

pytestmark = pytest.mark.evidence


@pytest.mark.parametrize(("golden", "limit"), [("torch", 1e-12), ("targets", 1e-12), ("keras", 1e-6)])
def test_the_golden_values_can_be_made_again(golden, limit, tmp_path):
    file = tmp_path / f"{golden}.npz"
    made = subprocess.run(
        [sys.executable, "-B", "-m", f"tests.golden.make_golden_{golden}", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, f"requirements-peers.txt must be installed\n{made.stderr}"
    with np.load(GOLDEN / file.name, allow_pickle=False) as committed, np.load(file, allow_pickle=False) as new:
        assert sorted(committed.files) == sorted(new.files)
        for name in committed.files:
            old, now = committed[name], new[name]
            assert old.dtype.kind == now.dtype.kind, name
            assert old.shape == now.shape, name
            if name != "version" and not name.startswith("awkward/"):  # how lost digits come out is the machine's own affair
                assert relative_error(now, old) < limit, name
