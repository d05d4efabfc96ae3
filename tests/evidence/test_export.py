"""The exported programs, run with the libraries they are written for: the app's answers, the app's losses, Keras's own counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.export import Plan, totals, weights_arrays
from app.result import ArmResult
from bncore.config import Arm, Experiment, RunConfig
from tests.app.export.runs import CASES, batch_losses, executed, trained
from tests.app.runs import results_of

pytestmark = [
    pytest.mark.evidence,
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),  # Keras's own
]

UNREPEATED = {"deep": "forty layers of three units double the last digit's error in each"}


@pytest.fixture(autouse=True)
def on_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "torch")


def error(names: dict[str, Any], arrays: dict[str, Any]) -> float:
    """Return the largest difference of the answers, relative to the largest of them where that is above 1."""
    app = arrays["logits_test"]
    assert names["logits"].shape == app.shape
    return float(np.abs(names["logits"] - app).max() / max(1.0, np.abs(app).max()))


def repeats(case: str, plan: Plan) -> bool:
    """Return whether the losses are the app's: nothing is drawn by the library itself."""
    return case not in UNREPEATED and not plan.drops and plan.kind != "noisy"


@pytest.mark.parametrize("case", CASES)
def test_pytorch_answers_as_the_app_and_repeats_its_losses(case: str, tmp_path: Path) -> None:
    plan, result = trained(case)
    names = executed(plan, result, "torch", tmp_path)
    assert error(names, weights_arrays(plan, result)) < (1e-6 if plan.config.precision == "float64" else 1e-5)
    ours, apps = batch_losses(result.history, names["losses"])
    assert np.isfinite(ours).all()
    if repeats(case, plan):
        np.testing.assert_allclose(ours, apps, rtol=1e-9)
    trainable = sum(p.numel() for p in names["model"].parameters() if p.requires_grad)
    stored = sum(t.numel() for name, t in names["model"].state_dict().items() if not name.endswith("num_batches_tracked"))
    whole = totals(plan.config)
    assert (trainable, stored - trainable) == (whole.trainable, whole.non_trainable)


@pytest.mark.parametrize("case", CASES)
def test_keras_answers_as_the_app_and_counts_as_the_table(case: str, tmp_path: Path) -> None:
    plan, result = trained(case)
    names = executed(plan, result, "keras", tmp_path)
    assert error(names, weights_arrays(plan, result)) < 1e-5
    ours, apps = batch_losses(result.history, names["losses"])
    assert np.isfinite(ours).all()
    if repeats(case, plan) and plan.config.optimizer in ("sgd", "nesterov") and not plan.config.weight_decay:
        np.testing.assert_allclose(ours, apps, rtol=1e-4)
    model, whole = names["model"], totals(plan.config)
    trainable = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    assert (model.count_params(), trainable) == (whole.total, whole.trainable)


@pytest.mark.parametrize("library", ["keras", "torch", "numpy"])
@pytest.mark.parametrize("changes", [{}, {"norm": "ghost", "dropout": 0.1}, {"norm": "noisy"}], ids=["BN", "ghost", "noisy"])
def test_a_program_learns(library: str, changes: dict[str, Any], tmp_path: Path) -> None:
    config = RunConfig(seeds=1, epochs=30, learning_rate=0.3, **changes)
    (result,) = results_of(Experiment(config, (Arm("one"),)))
    assert isinstance(result, ArmResult)
    names = executed(Plan(config), result, library, tmp_path)
    assert names["test_score"] > 0.9
    assert np.mean(names["losses"][-13:]) < 0.7 * np.mean(names["losses"][:13])
