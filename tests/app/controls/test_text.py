from __future__ import annotations

import pytest

from app.controls.text import escape, help_of, label_for
from bncore.config import SPECS, RunConfig


@pytest.mark.parametrize("name", SPECS)
def test_every_help_is_a_sentence_with_its_bounds(name: str) -> None:
    spec, text = SPECS[name], help_of(name, RunConfig())
    assert text.startswith(escape(spec.help))
    assert text.endswith((".", ")"))
    assert "\n" not in text
    if spec.lower is not None and spec.kind in ("int", "float"):
        assert f"{spec.lower:g} to " in text.replace("\\", "")


def test_a_control_without_effect_says_why() -> None:
    config = RunConfig(norm="none")
    assert label_for("eps", config) == "BN epsilon :small[(Normalization is none)]"
    assert help_of("eps", config).endswith("Without effect now\\: Normalization is none.")
    assert label_for("eps", RunConfig()) == "BN epsilon"


def test_nothing_from_outside_means_anything_to_markdown() -> None:
    assert escape("<script>[a](b) :smile: **x** $y$ `z` ~~w~~ #h") == (
        "\\<script\\>\\[a\\]\\(b\\) \\:smile\\: \\*\\*x\\*\\* \\$y\\$ \\`z\\` \\~\\~w\\~\\~ \\#h"
    )
