"""A page opened with any address is a page: no traceback, every field that could not be used named, and no HTML of a stranger."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from app.controls.url import decode
from app.live.codec import unpack
from app.views import lesson_state, statistics, steps, why_state
from bncore.config import SPECS
from tests.hostile.nasty import NASTY, texts

pytestmark = pytest.mark.evidence

PAGES = {"steps": steps.PAGE, "statistics": statistics.PAGE, "why": why_state.PAGE, "lessons": lesson_state.PAGE}
FIELDS: dict[str, Iterable[str]] = {"playground": SPECS, "code": SPECS} | {name: page.fields for name, page in PAGES.items()}
SMALL = {"seeds": ["2"], "epochs": ["2"], "samples": ["40"]}
"""What keeps a run of the Playground short, where nothing else is said."""

LIVE = re.compile(r"(?<!\\)<(script|img)\b", re.IGNORECASE)
HEAVY = ("seeds", "epochs", "steps", "samples", "hidden")
MOST_CHARACTERS, MOST_VALUES = 200_000, 900
"""Of an address; Streamlit leaves one of over half a million characters, or of a thousand values, out as a whole."""


def within(address: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return as many of the parameters as an address may have."""
    kept: dict[str, list[str]] = {}
    for field, values in address.items():
        kept[field] = values[: MOST_VALUES // 2]
        if len(urlencode(kept, doseq=True)) > MOST_CHARACTERS or sum(map(len, kept.values())) > MOST_VALUES:
            if len(kept) > 1:
                del kept[field]
            break
    return kept


def page(name: str) -> None:
    from importlib import import_module

    from app.controls.entering import enter

    enter(name)
    import_module(f"app.views.{name}").render()


def opened(name: str, address: dict[str, list[str]]) -> AppTest:
    test = AppTest.from_function(page, default_timeout=120, kwargs={"name": name})
    for field, values in address.items():
        test.query_params[field] = values
    test.run()
    assert [error.message for error in test.exception] == []
    return test


def nodes(block: Any) -> Iterator[Any]:
    for child in getattr(block, "children", {}).values():
        yield child
        yield from nodes(child)


def drawn(test: AppTest) -> tuple[str, str]:
    """Return all text of a page, and of it what the browser takes for HTML or Markdown."""
    plain, markup = [], []
    for node in nodes(test._tree):
        proto = getattr(node, "proto", None)
        kind = getattr(node, "type", "")
        if kind == "bidi_component" and proto.bytes:
            plain.append(json.dumps(unpack(proto.bytes)[0], ensure_ascii=False))
        elif kind == "bidi_component":
            data = json.loads(proto.mixed.json or proto.json or "null")
            markup.append(json.dumps(data, ensure_ascii=False))
        elif kind == "code":
            plain.append(proto.code_text)
        elif proto is not None and hasattr(proto, "body"):
            markup.append(proto.body)
    return "\n".join([*plain, *markup]), "\n".join(markup)


@pytest.mark.parametrize("wrong", [wrong for wrong in NASTY if wrong != "half a character"])  # no browser can send that
@pytest.mark.parametrize("name", FIELDS)
def test_every_field_of_a_page_at_once(name: str, wrong: str) -> None:
    fields = [field for field in FIELDS[name] if not (field in HEAVY and name in ("playground", "code"))]
    address = within({field: NASTY[wrong] for field in fields if NASTY[wrong]})
    test = opened(name, (SMALL if name in ("playground", "code") else {}) | address)
    text, markup = drawn(test)
    assert not LIVE.search(markup)
    said = PAGES[name].decode(address)[1] if name in PAGES else decode(SMALL | address)[1]
    fields_said = {message.partition(": ")[0] for message in said}
    assert [field for field in fields_said if f"{field}: " not in text.replace("\\", "")] == []


@pytest.mark.parametrize("name", FIELDS)
@settings(max_examples=12)
@given(data=st.data())
def test_any_address_of_a_page(name: str, data: st.DataObject) -> None:
    fields = [field for field in FIELDS[name] if not (field in HEAVY and name in ("playground", "code"))]
    drawn_names = st.sampled_from(
        [*fields, "v.run", "v.epoch", "v.library", "v.arm", "v.layer", "arm", "nonsense", "<b>", "present"]
    )
    address = data.draw(st.dictionaries(drawn_names, st.lists(texts(), min_size=1, max_size=3), max_size=6))
    test = opened(name, (SMALL if name in ("playground", "code") else {}) | address)
    assert not LIVE.search(drawn(test)[1])
