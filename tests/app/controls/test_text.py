from __future__ import annotations

import pytest

from app.arms import twins
from app.controls.text import HELP, escape, help_of, label_for, letters_of
from bncore.config import SPECS, Experiment, RunConfig


@pytest.mark.parametrize("name", SPECS)
def test_every_help_is_a_sentence_with_its_bounds(name: str) -> None:
    spec, text = SPECS[name], help_of(name, RunConfig())
    assert text.startswith(escape(HELP.get(name, spec.help)))
    assert text.endswith((".", ")"))
    assert "\n" not in text
    if spec.lower is not None and spec.kind in ("int", "float"):
        assert f"{spec.lower:g} to " in text.replace("\\", "")


def test_a_control_without_effect_says_why() -> None:
    config = RunConfig(norm="none")
    why = config.inert()["eps"]
    assert label_for("eps", why=why) == "BN epsilon :small[(Normalization is none)]"
    assert help_of("eps", config, why).endswith("Without effect now\\: Normalization is none.")
    assert label_for("eps") == "BN epsilon"


def test_a_label_says_bn_of_batch_normalization_only() -> None:
    assert label_for("norm_layers", "LN") == "Layers with LN"
    for norm, second, letters in (
        ("layer", "none", "LN"),
        ("none", "group", "GN"),
        ("layer", "batch", "BN"),
        ("ghost", "none", "BN"),
    ):
        base = RunConfig(norm=norm)
        assert letters_of(Experiment(base, twins(base, "norm", second))) == letters


def test_nothing_from_outside_means_anything_to_markdown() -> None:
    assert escape("<script>[a](b) :smile: **x** $y$ `z` ~~w~~ #h") == (
        "\\<script\\>\\[a\\]\\(b\\) \\:smile\\: \\*\\*x\\*\\* \\$y\\$ \\`z\\` \\~\\~w\\~\\~ \\#h"
    )
