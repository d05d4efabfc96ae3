"""What stands in an address may be anything: it becomes an experiment, or is named with what is used instead."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.controls.url import ARM, decode, encode, run_of
from app.views import lesson_state, statistics, steps, why_state
from bncore.config import SPECS, RunConfig, format_value
from bncore.errors import ConfigError
from bncore.spec import parse
from tests.hostile.nasty import NASTY, texts

LONGEST = 700
"""Characters of a message that a person would still read."""

PAGES = {"steps": steps.PAGE, "statistics": statistics.PAGE, "why": why_state.PAGE, "lessons": lesson_state.PAGE}


def readable(messages: list[str]) -> bool:
    """Return whether every message can be read: not too long, and nothing in it that does not print."""
    return all(len(message) <= LONGEST and message.isprintable() for message in messages)


def parsed(name: str, texts: list[str]) -> object:
    """Return what a parameter's last text says by itself; the error where it says nothing that can be used."""
    try:
        return parse(name, SPECS[name], texts[-1])
    except ConfigError as error:
        return error


@pytest.mark.parametrize("wrong", NASTY)
def test_a_field_is_taken_or_named_with_its_default(wrong: str) -> None:
    texts = NASTY[wrong]
    for name in SPECS:
        experiment, said = decode({name: texts})
        assert readable(said)
        value, kept = parsed(name, texts) if texts else None, getattr(experiment.base, name)
        named = [message for message in said if name in message.partition(": ")[0].split(", ")]
        if isinstance(value, ConfigError):
            default = getattr(RunConfig(), name)
            assert said == named
            assert [message.endswith(f" Using {format_value(name, default)}.") for message in said] == [True]
            assert (name, kept) == (name, default)
        elif texts:
            assert named or (name, kept) == (name, value)
        else:
            assert (said, encode(experiment)) == ([], {})


@pytest.mark.parametrize("wrong", NASTY)
def test_all_fields_at_once_are_each_taken_or_named(wrong: str) -> None:
    experiment, said = decode(dict.fromkeys(SPECS, NASTY[wrong]))
    assert readable(said)
    assert decode(encode(experiment)) == (experiment, [])
    if NASTY[wrong]:
        unusable = [name for name in SPECS if isinstance(parsed(name, NASTY[wrong]), ConfigError)]
        assert [name for name in unusable if not any(message.startswith(f"{name}: ") for message in said)] == []


@pytest.mark.parametrize("wrong", NASTY)
def test_arms_are_taken_or_named(wrong: str) -> None:
    for values in (NASTY[wrong], [f"a:{name}={text}" for name in ("norm", "hidden") for text in NASTY[wrong][:2]]):
        experiment, said = decode({ARM: values})
        assert readable(said)
        assert decode(encode(experiment)) == (experiment, [])


@pytest.mark.parametrize("wrong", NASTY)
def test_the_run_shown_is_a_number(wrong: str) -> None:
    assert 0 <= run_of({"v.run": NASTY[wrong]}) < 10_000


@pytest.mark.parametrize("wrong", NASTY)
@pytest.mark.parametrize("page", PAGES)
def test_a_setting_of_a_page_is_taken_or_named_with_its_default(page: str, wrong: str) -> None:
    state = PAGES[page]
    for name, field in state.fields.items():
        values, said = state.decode({name: NASTY[wrong]})
        assert readable(said)
        assert state.decode(state.encode(values)) == (values, [])
        others = {other: value for other, value in values.items() if other != name}
        assert state.encode(values).keys() <= {name}, (name, others)
        if said:
            assert (name, values[name]) == (name, field.default)
            assert len(said) == 1
            assert " Using " in said[0]


def names() -> st.SearchStrategy[str]:
    return st.sampled_from([*SPECS, ARM, "v.run", "v.", "", " "]) | st.text(max_size=50)


@given(address=st.dictionaries(names(), st.lists(texts(), max_size=4), max_size=8))
def test_any_address_becomes_an_experiment(address: Mapping[str, list[str]]) -> None:
    experiment, said = decode(address)
    assert readable(said)
    assert decode(encode(experiment)) == (experiment, [])
    assert parse_qs(urlencode(encode(experiment), doseq=True)) == encode(experiment)


@given(data=st.data(), page=st.sampled_from(list(PAGES)))
def test_any_address_becomes_the_settings_of_a_page(data: st.DataObject, page: str) -> None:
    state = PAGES[page]
    names = st.sampled_from(list(state.fields)) | st.text(max_size=50)
    values, said = state.decode(data.draw(st.dictionaries(names, st.lists(texts(), max_size=4), max_size=8)))
    assert readable(said)
    assert state.decode(state.encode(values)) == (values, [])


def test_thousands_of_unknown_names_are_as_many_short_messages() -> None:
    said = decode({f"{'n' * 100_000}{i}": ["1"] for i in range(200)})[1]
    assert len(said) == 200
    assert readable(said)
