"""A control without effect is not drawn, but named with its reason; the six that are always drawn say theirs themselves."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from app.arms import twins
from app.controls.sidebar import NAMED
from app.words import field_words
from bncore.config import SPECS, RunConfig, parse_value
from tests.app.controls.test_sidebar import GROUPS, keys_of, page

SETTINGS: dict[str, dict[str, str]] = {
    "default": {},
    "adam": {"optimizer": "adam"},
    "layer norm": {"norm": "layer"},
    "frozen ghost BN": {"norm": "ghost", "freeze_statistics": "true"},
    "nothing normalised": {"norm": "none", "dropout": "0.5"},
    "no layer chosen": {"norm_layers": "none"},
    "no hidden layer": {"hidden": "none"},
    "moons": {"dataset": "moons"},
    "blobs of their own": {"dataset": "adaboost"},
}


@pytest.mark.parametrize("name", SETTINGS)
def test_every_field_without_effect_is_named_with_its_reason(name: str) -> None:
    app = AppTest.from_function(page, default_timeout=20)
    for group in GROUPS:
        app.session_state[group] = True
    app.query_params |= SETTINGS[name]
    app.run()
    base = RunConfig(**{field: parse_value(field, text) for field, text in SETTINGS[name].items()})
    configs = [base.replace(**dict(arm.overrides)) for arm in twins(base)]
    idle = {field: why for field, why in configs[0].inert().items() if all(field in one.inert() for one in configs)}
    captions = " ".join(
        caption.value.replace("\\", "") for caption in app.caption if caption.value.startswith("Without effect now")
    )
    for field, why in idle.items():
        if field in NAMED:
            widget = next(w for kind in ("select_slider", "button_group") for w in app.get(kind) if w.key == field)
            assert widget.disabled
            assert why.rstrip(".") in widget.label
        elif field != "table":
            assert field not in keys_of(app)
            reason = f"({why.rstrip('.')}"
            assert any(field_words(field) in part and reason in part for part in captions.split(")."))
    drawn = keys_of(app)
    assert {field for field in SPECS if field not in idle} - {"table", "steps"} <= drawn
