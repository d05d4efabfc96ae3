from __future__ import annotations

import pytest

from app.controls.stage import present_of


@pytest.mark.parametrize("text", ["true", "1", " True "])
def test_an_address_asks_for_a_presentation(text: str) -> None:
    assert present_of({"present": [text]}) == (True, [])


@pytest.mark.parametrize("text", ["", "yes", "<script>", "é" * 9000, "truetrue"])
def test_what_is_neither_true_nor_false_is_named(text: str) -> None:
    on, said = present_of({"present": [text]})
    assert not on
    assert said == [f"present: must be true or false; got {text[:40]}. Using false."]
    assert present_of({}) == present_of({"present": []}) == (False, [])
