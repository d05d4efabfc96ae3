from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classroom.choices import EVERYTHING, NOTHING, only, outline, query_of
from app.classroom.link import CONTROLS, FIXED, FREE, HIDDEN, PARAMS, RULES, ClassLink, decode_link, encode_link, group_of
from bncore.config import SPECS

rules = st.dictionaries(st.sampled_from(list(CONTROLS)), st.sampled_from(RULES))
texts = st.text(max_size=60) | st.sampled_from(
    ["learning_rate,batch_size", "hidden", "<script>alert(1)</script>", "x" * 5000, ",,,", "NaN"]
)


@given(rules, st.sampled_from(RULES))
def test_a_link_survives_its_address(chosen: dict[str, str], rest: str) -> None:
    link = ClassLink.of(chosen, rest)
    assert decode_link(encode_link(link)) == (link, [])
    assert {name: link.rule(name) for name in CONTROLS} == {name: chosen.get(name, rest) for name in CONTROLS}


@given(st.dictionaries(st.sampled_from([*PARAMS, "seed"]), st.lists(texts, max_size=4)))
def test_whatever_an_address_holds_there_is_a_link_or_none_and_short_words(params: dict[str, list[str]]) -> None:
    link, said = decode_link(params)
    assert (link is None) == (not any(text.strip() for name in PARAMS for text in params.get(name, [])))
    assert link is None or {link.rule(name) for name in CONTROLS} <= set(RULES)
    assert all(len(message) < 400 for message in said)
    assert len(said) <= len(PARAMS)


def test_what_makes_no_sense_is_named_and_left_out() -> None:
    link, said = decode_link({"free": ["learning_rate, lr", "<b>"], "rest": ["shown"]})
    assert link == ClassLink.of({"learning_rate": FREE}, FIXED)
    assert said == [
        "free: must name controls, such as learning_rate,batch_size; got lr, <b>. Left out.",
        "rest: must be one of free, fixed, hidden; got shown. Using fixed.",
    ]
    assert decode_link({"hide": ["a,b,c,d,e,f,g"]})[1] == [
        "hide: must name controls, such as learning_rate,batch_size; got a, b, c, d, e and 2 more. Left out."
    ]
    assert decode_link({"fixed": ["seed," * 500]})[1] == ["fixed: must be at most 2000 characters; got 2500. Left out."]


@pytest.mark.parametrize(
    ("params", "name", "rule"),
    [
        ({"free": ["seed"]}, "noise", FIXED),
        ({"hide": ["seed"]}, "noise", FREE),
        ({"hide": ["seed"], "free": ["seed"]}, "seed", HIDDEN),
        ({"free": ["seed"], "fixed": ["seed"]}, "seed", FIXED),
        ({"free": ["steps"], "rest": ["hidden"]}, "epochs", FREE),
        ({"free": ["seed"], "rest": ["free", "hidden"]}, "noise", HIDDEN),
    ],
)
def test_the_stricter_rule_holds(params: dict[str, list[str]], name: str, rule: str) -> None:
    link, _ = decode_link(params)
    assert link is not None
    assert link.rule(name) == rule


def test_the_address_is_short() -> None:
    assert encode_link(ClassLink.of(only(["learning_rate", "batch_size"]))) == {
        "free": ["learning_rate,batch_size"],
        "rest": ["hidden"],
    }
    assert encode_link(ClassLink.of(NOTHING)) == {"rest": ["fixed"]}
    assert encode_link(ClassLink.of({**EVERYTHING, "seed": FIXED})) == {"fixed": ["seed"], "rest": ["free"]}
    assert not set(PARAMS) & set(SPECS)


def test_every_field_has_its_control_and_every_control_its_group() -> None:
    assert set(SPECS) - set(CONTROLS) == {"steps"}
    assert {group_of(name) for name in CONTROLS} == {"Experiment", *(spec.group for spec in SPECS.values())}


def test_a_choice_is_told_in_a_sentence() -> None:
    assert (
        outline({**NOTHING, "seed": HIDDEN, "eps": FREE})
        == f"Students move BN epsilon; they see {len(CONTROLS) - 2} more, fixed; 1 are hidden."
    )
    assert outline(only([])) == "Students move nothing; they see no control."
    assert outline(only(list(CONTROLS)[:8], FIXED)) == "Students move 8 controls; they see the others, fixed."


def test_what_is_shown_comes_before_what_may_be_done() -> None:
    query = query_of(NOTHING, {"seed": ["3"], "rest": ["hidden"]}, {"v.at": ["5"]})
    assert query == {"seed": ["3"], "rest": ["fixed"], "v.at": ["5"]}
