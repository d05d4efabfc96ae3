from __future__ import annotations

import pytest

from app.export import NOTES, kind_rows, layer_rows, totals
from bncore.config import RunConfig
from bncore.network import Layout
from tests.app.export.runs import BASE, CASES


def test_the_model_of_the_notes_has_12_and_8_parameters_in_its_normalising_layers() -> None:
    rows = {row.layer: (row.total, row.trainable, row.non_trainable) for row in layer_rows(NOTES)}
    assert (rows["BN 1"], rows["BN 2"]) == ((12, 6, 6), (8, 4, 4))
    assert layer_rows(NOTES)[1].stored == "gamma 3, beta 3, running mean 3, running var 3"


@pytest.mark.parametrize("case", CASES)
def test_the_sum_is_what_the_engine_stores(case: str) -> None:
    config = RunConfig(**BASE | CASES[case])
    layout = Layout.of(config)
    assert totals(config).total == layout.n_params + layout.n_running


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({}, [("Learned", 32, "yes"), ("Computed, not stored", 32, "no"), ("Kept for inference", 32, "yes")]),
        ({"norm": "layer"}, [("Learned", 32, "yes"), ("Computed, not stored", 0, "no")]),
        ({"freeze_statistics": True}, [("Learned", 32, "yes"), ("Kept for inference", 32, "yes")]),
        ({"norm": "none"}, []),
        ({"norm": "layer", "learn_beta": False}, [("Learned", 16, "yes"), ("Fixed", 16, "yes"), ("Computed, not stored", 0, "no")]),
        (
            {"norm": "layer", "learn_beta": False, "learn_gamma": False},
            [("Fixed", 32, "yes"), ("Computed, not stored", 0, "no")],
        ),
    ],
)
def test_the_three_kinds(changes: dict[str, object], kinds: list[tuple[str, int, str]]) -> None:
    config = RunConfig(hidden=(16,), **changes)
    assert [(row.kind, row.how_many, row.stored) for row in kind_rows(config)] == kinds
